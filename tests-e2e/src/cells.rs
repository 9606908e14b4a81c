// SPDX-License-Identifier: GPL-2.0

//! How many comparisons were made of each entry by each operation for each caller, and the proof
//! that none was left out without a reason.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{ensure, Result};
use serde::{Deserialize, Serialize};

/// Comparisons by entry, operation and caller.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Cells(BTreeMap<(String, String, String), u64>);

/// Why cells are empty: the entries, the operations and the callers that they belong to (none: all
/// of them), and the reason.
pub struct Reason {
    /// Names of entries, as [`entry_of`] gives them.
    pub entries: &'static [&'static str],
    /// Names of operations.
    pub operations: &'static [&'static str],
    /// Names of callers.
    pub callers: &'static [&'static str],
    /// What keeps them from being compared.
    pub why: &'static str,
}

impl Reason {
    fn covers(&self, entry: &str, operation: &str, caller: &str) -> bool {
        let among = |names: &[&str], name: &str| names.is_empty() || names.contains(&name);
        among(self.entries, entry)
            && among(self.operations, operation)
            && among(self.callers, caller)
    }
}

impl Cells {
    /// Counts a comparison.
    pub fn count(&mut self, entry: &str, operation: &str, caller: &str) {
        let cell = (entry.to_owned(), operation.to_owned(), caller.to_owned());
        *self.0.entry(cell).or_default() += 1;
    }

    /// Adds others to these.
    pub fn add(&mut self, other: Self) {
        for (cell, count) in other.0 {
            *self.0.entry(cell).or_default() += count;
        }
    }

    /// An error that lists the cells of `suited` (entries with their operations) and `callers` that
    /// are empty without a reason, and the reasons that nothing needs any more.
    pub fn verdict(
        &self,
        suited: &BTreeSet<(String, &'static str)>,
        callers: &[&str],
        reasons: &[Reason],
    ) -> Result<()> {
        let (mut empty, mut used) = (Vec::new(), BTreeSet::new());
        for caller in callers {
            for (entry, operation) in suited {
                let cell = (entry.clone(), (*operation).to_owned(), (*caller).to_owned());
                if self.0.contains_key(&cell) {
                    continue;
                }
                let reason = reasons
                    .iter()
                    .position(|reason| reason.covers(entry, operation, caller));
                match reason {
                    Some(index) => drop(used.insert(index)),
                    None => empty.push(format!("{entry}, {operation}, {caller}")),
                }
            }
        }
        println!(
            "  {} entries and operations for {} callers: {} cells",
            suited.len(),
            callers.len(),
            self.0.len()
        );
        ensure!(
            empty.is_empty(),
            "{} cells (entry, operation, caller) are empty without a reason:\n  {}",
            empty.len(),
            empty[..empty.len().min(40)].join("\n  ")
        );
        let idle = |reason: &&Reason| {
            reason.callers.is_empty() || reason.callers.iter().any(|name| callers.contains(name))
        };
        for (index, reason) in reasons
            .iter()
            .enumerate()
            .filter(|(_, reason)| idle(reason))
        {
            ensure!(
                used.contains(&index),
                "no cell is empty because {}: take the reason out",
                reason.why
            );
        }
        Ok(())
    }
}

/// The name of the entry at `path` of the task at `base`, the same for every task: numbers and
/// addresses that only one task has become `*`.
pub fn entry_of(base: &str, path: &str) -> String {
    let rest = path.strip_prefix(base).unwrap_or(path);
    let mut names: Vec<&str> = rest.split('/').filter(|name| !name.is_empty()).collect();
    if base == "thread-self" {
        names.splice(0..0, ["task", "*"]);
    }
    let numbered = ["task", "fd", "fdinfo", "map_files"];
    for index in 1..names.len() {
        if numbered.contains(&names[index - 1]) {
            names[index] = "*";
        }
    }
    if names.is_empty() {
        return ".".into();
    }
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_one_name_for_all_tasks() {
        for (base, path, name) in [
            ("12", "12", "."),
            ("12", "12/status", "status"),
            ("12", "12/task/14", "task/*"),
            ("12", "12/task/14/fd/3", "task/*/fd/*"),
            ("12", "12/ns/pid", "ns/pid"),
            ("thread-self", "thread-self/comm", "task/*/comm"),
            ("12", "12/map_files/400000-401000", "map_files/*"),
        ] {
            assert_eq!(entry_of(base, path), name, "{path}");
        }
    }

    #[test]
    fn an_empty_cell_needs_a_reason_and_a_reason_a_cell() {
        let mut cells = Cells::default();
        cells.count("status", "read", "root");
        let suited: BTreeSet<_> = ["read", "write"].map(|op| ("status".to_owned(), op)).into();
        assert!(cells.verdict(&suited, &["root"], &[]).is_err());
        let reason = |operations| Reason {
            entries: &[],
            operations,
            callers: &["root"],
            why: "it is a test",
        };
        assert!(cells
            .verdict(&suited, &["root"], &[reason(&["write"])])
            .is_ok());
        let idle = [reason(&["write"]), reason(&["map"])];
        assert!(cells.verdict(&suited, &["root"], &idle).is_err());
    }
}
