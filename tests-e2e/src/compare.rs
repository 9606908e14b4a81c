// SPDX-License-Identifier: GPL-2.0

//! Comparison of two trees that are read one after the other while the system lives on.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use similar::TextDiff;

use crate::cells::Cells;
use crate::kernel;

/// How often a value that changes by itself is read again before it counts as never at rest.
const PATIENCE: u32 = 12;
/// How often a difference between values at rest is confirmed.
const CONFIRM: u32 = 3;
/// Mismatches kept in full, one of each kind; the rest are counted.
const KEEP: usize = 16;

/// Where a comparison stands: what a report of a mismatch begins with.
#[derive(Clone, Copy)]
pub struct Coordinates<'a> {
    /// The options of both trees.
    pub options: &'a str,
    /// Who looks.
    pub caller: &'a str,
    /// At whom.
    pub target: &'a str,
    /// The path below the root of the trees.
    pub path: &'a str,
    /// The entry that the path is, by a name that is the same for every target.
    pub entry: &'a str,
    /// What is done.
    pub operation: &'a str,
}

impl fmt::Display for Coordinates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "options {}, caller {}, target {} at {}, entry ({}), operation {}",
            self.options, self.caller, self.target, self.path, self.entry, self.operation
        )
    }
}

/// What comparisons gave.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Comparisons that held.
    pub equal: u64,
    /// Of these, how many only after what changes by itself was taken out.
    pub normalised: u64,
    /// Comparisons that did not hold.
    pub different: u64,
    /// How many of each kind, with one report of it.
    pub kinds: BTreeMap<String, (u64, String)>,
    /// How many by entry and operation, where the test counts that.
    pub cells: Cells,
}

impl Tally {
    /// Adds another tally to this one.
    pub fn add(&mut self, other: Self) {
        self.equal += other.equal;
        self.normalised += other.normalised;
        self.different += other.different;
        self.cells.add(other.cells);
        for (kind, (count, report)) in other.kinds {
            self.kinds.entry(kind).or_insert((0, report)).0 += count;
        }
    }

    /// Compares what `oracle` and `subject` give, and files a mismatch under `what`.
    ///
    /// The oracle is read on both sides of the subject: only when it said the same both times is a
    /// difference one. What never rests is compared after `normalise`.
    pub fn compare(
        &mut self,
        what: impl Fn() -> String,
        mut oracle: impl FnMut() -> Vec<u8>,
        mut subject: impl FnMut() -> Vec<u8>,
        normalise: impl Fn(&[u8]) -> Option<Vec<u8>>,
    ) {
        let mut confirmed = 0;
        let mut before = oracle();
        let (mut want, mut got) = (Vec::new(), Vec::new());
        for round in 0..PATIENCE {
            let subject_says = subject();
            if subject_says == before {
                self.equal += 1;
                return;
            }
            let after = oracle();
            if subject_says == after {
                self.equal += 1;
                return;
            }
            let at_rest = before == after;
            before = after;
            if at_rest {
                (want, got) = (before.clone(), subject_says);
                confirmed += 1;
                if confirmed == CONFIRM {
                    break;
                }
            } else {
                if confirmed == 0 {
                    (want, got) = (before.clone(), subject_says);
                }
                std::thread::sleep(Duration::from_millis(u64::from(round.min(4))));
            }
        }
        if let (Some(left), Some(right)) = (normalise(&want), normalise(&got)) {
            if left == right {
                self.equal += 1;
                self.normalised += 1;
                return;
            }
            (want, got) = (left, right);
        }
        self.report(what(), &want, &got);
    }

    /// Compares two values that cannot change.
    pub fn same(
        &mut self,
        what: impl Fn() -> String,
        want: impl AsRef<[u8]>,
        got: impl AsRef<[u8]>,
    ) {
        if want.as_ref() == got.as_ref() {
            self.equal += 1;
        } else {
            self.report(what(), want.as_ref(), got.as_ref());
        }
    }

    /// Files a mismatch.
    pub fn report(&mut self, what: String, want: &[u8], got: &[u8]) {
        self.different += 1;
        // The entry and the operation: what stands after the last directory, numbers left out.
        let kind = what.rsplit(['/', '(']).next().unwrap_or(&what);
        let kind = kind.replace(|letter: char| letter.is_ascii_digit(), "");
        let report = || (0, format!("{what}\n{}", diff(want, got)));
        self.kinds.entry(kind).or_insert_with(report).0 += 1;
    }

    /// An error that lists the mismatches, unless there are none and at least `floor` comparisons
    /// were made, or as many of them as the kernel has entries for.
    pub fn verdict(self, floor: u64) -> anyhow::Result<()> {
        let total = self.equal + self.different;
        println!(
            "  {total} comparisons, {} different, {} equal only without what changes by itself",
            self.different, self.normalised
        );
        let shown = self.kinds.values().take(KEEP);
        anyhow::ensure!(
            self.different == 0,
            "{} of {total} comparisons differ, in {} kinds (-: procfs, +: under test)\n{}",
            self.different,
            self.kinds.len(),
            shown
                .map(|(count, report)| format!("{count} like {report}"))
                .collect::<Vec<_>>()
                .concat()
        );
        let floor = kernel::floor(floor);
        anyhow::ensure!(
            total >= floor,
            "only {total} comparisons were made, at least {floor} expected"
        );
        Ok(())
    }
}

/// A diff by lines of what may not be text.
pub fn diff(want: &[u8], got: &[u8]) -> String {
    let text = |bytes: &[u8]| -> String {
        let lossy = String::from_utf8_lossy(&bytes[..bytes.len().min(20_000)]).into_owned();
        lossy.replace('\0', "\\0")
    };
    let (want, got) = (text(want), text(got));
    let diff = TextDiff::from_lines(&want, &got);
    let lines = diff.unified_diff().context_radius(0).to_string();
    let lines = lines
        .lines()
        .filter(|line| !line.starts_with("@@") && !line.starts_with('\\'));
    lines
        .take(24)
        .map(|line| format!("    {}\n", line.chars().take(160).collect::<String>()))
        .collect::<Vec<_>>()
        .concat()
}

/// Takes nothing out.
pub fn exact(_: &[u8]) -> Option<Vec<u8>> {
    None
}
