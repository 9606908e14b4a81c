// SPDX-License-Identifier: GPL-2.0

//! What the 1,000th instance costs beside the first, and in which functions the difference is.

use super::super::{count, repeat};
use super::{own, Profile};
use crate::kernel::tree::Tree;
use crate::module::Modules;
use anyhow::Result;
use std::cmp::Reverse;
use std::fmt::Write;

/// Making and unmaking an instance, with none and with many others there. Each needs a VM for itself: the others stay there.
const COLUMNS: [(&str, &str); 4] = [
    ("mount:0", "proc2"),
    ("mount:1000", "proc2"),
    ("mount:0", "procfs"),
    ("mount:1000", "procfs"),
];

/// How many functions are shown.
const SHOWN: usize = 8;

/// The section.
pub(super) fn section(tree: &Tree, modules: &Modules) -> Result<String> {
    let seen = |(thing, side): &(&str, &str)| {
        let watch = repeat(tree, modules, thing, side)?;
        let symbols = watch.symbols()?;
        let (counts, operations) = count(&symbols, &watch, None)?;
        Ok((symbols, counts, operations))
    };
    let seen: Vec<_> = COLUMNS.iter().map(seen).collect::<Result<_>>()?;
    let columns: Vec<Profile<'_>> = seen
        .iter()
        .map(|(symbols, counts, operations)| {
            let functions = symbols.by_function(counts).into_iter();
            Profile(
                functions
                    .map(|(name, count)| (name, count / operations))
                    .collect(),
            )
        })
        .collect();
    let mut text = "## The 1,000th instance\n\n\
        It is asked to cost what the first did, and does so neither in proc2 nor in procfs. What grows is the kernel's: each superblock \
        and each mount has per-CPU counters, and when one is freed, which RCU delays, the per-CPU allocator searches the map of its chunk \
        anew (`pcpu_chunk_refresh_hint()`), which takes the longer the more of it is in use. Proc2's own part is in the second line. \
        Other late work falls into a run or not, and so into its sum. Making and unmaking one, over and over, late work included:\n\n\
        | | proc2, first | 1,000th | procfs, first | 1,000th |\n|---|--:|--:|--:|--:|\n"
        .to_owned();
    let mut line = |name: &str, figure: &dyn Fn(&Profile<'_>) -> u64| {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| figure(column).to_string())
            .collect();
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    };
    line("all", &|column| column.sum());
    line("proc2's own", &|column| column.sum_of(own));
    if let [first, later, ..] = columns.as_slice() {
        let mut names: Vec<&str> = later.0.iter().map(|(name, _)| *name).collect();
        names.sort_by_key(|name| Reverse(later.of(name).saturating_sub(first.of(name))));
        for name in names.into_iter().take(SHOWN) {
            line(&format!("`{name}`"), &|column| column.of(name));
        }
    }
    text.push('\n');
    Ok(text)
}
