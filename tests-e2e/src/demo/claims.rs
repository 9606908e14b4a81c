// SPDX-License-Identifier: GPL-2.0

//! What the demonstration says, and whether it was so.

use std::fmt::Debug;
use std::process::ExitCode;

/// Counts what held and what did not.
#[derive(Default)]
pub(crate) struct Claims {
    held: u32,
    failed: u32,
}

impl Claims {
    /// Begins a part.
    pub(crate) fn part(&self, title: &str) {
        println!("\n=== {title}");
    }

    /// Claims that two values are equal.
    pub(crate) fn equal<T: PartialEq + Debug>(&mut self, claim: &str, expected: T, seen: T) {
        if expected == seen {
            self.held(claim);
        } else {
            self.failed(&format!("{claim}: expected {expected:?}, saw {seen:?}"));
        }
    }

    /// Claims that something is so; `seen` tells what was seen instead.
    pub(crate) fn that(&mut self, claim: &str, so: bool, seen: impl Debug) {
        if so {
            self.held(claim);
        } else {
            self.failed(&format!("{claim}: saw {seen:?}"));
        }
    }

    fn held(&mut self, claim: &str) {
        self.held += 1;
        println!("ok: {claim}");
    }

    /// Notes a claim that did not hold.
    pub(crate) fn failed(&mut self, what: &str) {
        self.failed += 1;
        println!("FAILED: {what}");
    }

    /// The last line, and the exit status.
    pub(crate) fn end(self) -> ExitCode {
        println!("\n{} claims held, {} failed", self.held, self.failed);
        if self.failed == 0 && self.held > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
