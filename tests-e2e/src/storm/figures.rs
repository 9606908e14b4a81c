// SPDX-License-Identifier: GPL-2.0

//! One line that says what a storm did, in the form that `make survival` collects:
//! `figures: NAME size=full cpus=2 seconds=93 tasks=20000 ... reports=0`.

use std::fmt::Display;
use std::time::Instant;

use super::size::size;

/// What a storm did.
pub struct Figures {
    name: &'static str,
    begun: Instant,
    line: String,
}

impl Figures {
    /// Begins to count for the storm of this name.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            begun: Instant::now(),
            line: String::new(),
        }
    }

    /// Adds a figure. Neither name nor value has a blank.
    pub fn add(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.line += &format!(" {name}={value}");
        self
    }

    /// Prints the line. `reports` says how many mistakes were found.
    pub fn print(&self, reports: usize) {
        let cpus = std::thread::available_parallelism().map_or(0, usize::from);
        println!(
            "\nfigures: {} size={} cpus={cpus} seconds={}{} reports={reports}",
            self.name,
            size().name(),
            self.begun.elapsed().as_secs(),
            self.line
        );
    }

    /// Prints that the storm could not be, and why. That is no success, and the table says so.
    pub fn skipped(&self, why: &str) {
        println!(
            "\nfigures: {} size={} skipped={}",
            self.name,
            size().name(),
            why.replace(' ', "-")
        );
    }
}
