// SPDX-License-Identifier: GPL-2.0

//! Tests in several parts, one after the other, and their sum.

use crate::{tally::Tally, vm};
use anyhow::Result;

/// A part of the tests: its name, and what runs it.
pub(crate) type Part<'a> = (&'a str, &'a dyn Fn() -> Result<Tally>);

/// Several parts; one that cannot run counts as a failure and does not stop the others, but for one
/// that was interrupted.
pub(crate) fn test(parts: &[Part<'_>]) -> Tally {
    let mut sum = Tally::default();
    let mut lines = Vec::new();
    for (name, part) in parts {
        println!("== {name}");
        let result = part();
        let interrupted = matches!(&result, Err(error) if error.is::<vm::Interrupted>());
        let tally = result.unwrap_or_else(|error| {
            eprintln!("proc2: {name}: {error:#}");
            Tally::one(false)
        });
        lines.push(format!("{name}: {tally}"));
        sum += tally;
        if interrupted {
            break;
        }
    }
    println!("== {}", lines.join("; "));
    sum
}
