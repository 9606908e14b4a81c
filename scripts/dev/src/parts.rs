// SPDX-License-Identifier: GPL-2.0

//! Tests in several parts, one after the other, and their sum.

use crate::{tally::Tally, vm};
use anyhow::Result;

/// A part of the tests: its name, and what runs it.
pub(crate) type Part<'a> = (&'a str, &'a dyn Fn() -> Result<Tally>);

/// As many failures are named once more at the end.
const MOST: usize = 12;

/// Several parts; one that cannot run counts as a failure and does not stop the others, but for one
/// that was interrupted.
pub(crate) fn test(parts: &[Part<'_>]) -> Tally {
    let mut sum = Tally::default();
    let (mut lines, mut failures) = (Vec::new(), Vec::new());
    for (name, part) in parts {
        println!("== {name}");
        let result = part();
        let interrupted = matches!(&result, Err(error) if error.is::<vm::Interrupted>());
        let tally = result.unwrap_or_else(|error| {
            let text = format!("{error:#}");
            eprintln!("proc2: {name}: {text}");
            Tally::of(text.lines().next().unwrap_or_default(), false)
        });
        let failed = tally.failures().iter();
        failures.extend(failed.map(|what| format!("{name}: {what}")));
        lines.push(format!("{name}: {tally}"));
        sum += tally;
        if interrupted {
            break;
        }
    }
    // Once more, and last: what is above may be long, or cut off.
    for failure in failures.iter().take(MOST) {
        println!("failed: {failure}");
    }
    if failures.len() > MOST {
        println!("and {} others", failures.len() - MOST);
    }
    println!("== {}", lines.join("; "));
    sum
}
