// SPDX-License-Identifier: GPL-2.0

//! A page in the cache: for each row of the kept report that misses its target, in which functions proc2 and procfs execute
//! their instructions.

use super::super::table::share;
use super::trace::{each_address, Symbols};
use super::watch::Watch;
use crate::kernel::tree::Tree;
use crate::module::Modules;
use crate::paths;
use anyhow::{ensure, Context, Result};
use proc2_bench::profile::{MARK, NEXT, REPETITIONS};
use proc2_bench::{Group, Report, Row, Target};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::Path;

mod growth;
mod mean;

/// The page, below the cache.
const PAGE: &str = "profiles.md";

/// How many functions of each side are shown.
const SHOWN: usize = 6;

const HEAD: &str = "# Where the instructions go that miss a target

<!-- made by `make bench ARGS='profile --page'` from bench/result.json and what the virtual machine executes -->

What docs/bench.md asks for and does not find met: each row with the functions in which proc2 and procfs execute most
instructions. An instruction counts for the function that it stands in, not for that one's callers.
The sums are of a single run with every instruction logged, system calls and the program's own part included; they differ a little
from those of bench.md, which are medians. \"Proc2's own\" is what the module executes; what \"both\" execute is the kernel's. The last
column of each first table says where the row would be if proc2's own instructions were none at all: what is above the target there is
the kernel's.

";

/// Profiles what misses its target in `report` and writes the page.
pub(super) fn write(tree: &Tree, modules: &Modules, report: &Report) -> Result<()> {
    let unmet = |group: Group| {
        let rows = report.rows.iter();
        rows.filter(move |row| row.group == group && row.met() == Some(false))
    };
    let sections: Vec<(Group, Vec<&Row>)> = Group::ALL
        .into_iter()
        .map(|group| (group, unmet(group).collect()))
        .filter(|(_, rows): &(_, Vec<&Row>)| !rows.is_empty())
        .collect();
    let things: BTreeSet<String> = sections
        .iter()
        .flat_map(|(_, rows)| rows)
        .filter_map(|row| thing(row))
        .collect();
    let pairs: Vec<(&str, &str)> = things
        .iter()
        .flat_map(|thing| [(thing.as_str(), "proc2"), (thing.as_str(), "procfs")])
        // procfs has no such files.
        .filter(|(thing, side)| *side == "proc2" || !thing.starts_with("rows:"))
        .collect();
    let (symbols, counts) = seen(tree, modules, &pairs)?;
    let profiles: HashMap<(&str, &str), Profile<'_>> = pairs
        .into_iter()
        .zip(&counts)
        .map(|(pair, counts)| (pair, Profile(symbols.by_function(counts))))
        .collect();
    let mut text = HEAD.to_owned();
    text += &mean::contradiction(report)?;
    text += &growth::section(tree, modules)?;
    for (group, rows) in &sections {
        let own_of = |row: &Row| {
            let thing = thing(row)?;
            let profile = profiles.get(&(thing.as_str(), "proc2"))?;
            Some(profile.sum_of(own))
        };
        section(&mut text, *group, rows, own_of);
        let things: BTreeSet<String> = rows.iter().filter_map(|row| thing(row)).collect();
        for thing in &things {
            let of = |side| profiles.get(&(thing.as_str(), side));
            if let Some(ours) = of("proc2") {
                let none = Profile(Vec::new());
                table(&mut text, thing, ours, of("procfs").unwrap_or(&none));
            }
        }
    }
    let path = paths::cache()?.join(PAGE);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

/// What a VM executes for each of some things in proc2 or procfs; all are prepared before the first is done.
pub(crate) fn seen(
    tree: &Tree,
    modules: &Modules,
    pairs: &[(&str, &str)],
) -> Result<(Symbols, Vec<HashMap<u64, u64>>)> {
    let arguments = |watch: &Watch| {
        let file = watch.list(pairs)?;
        Ok(vec!["each".into(), file.display().to_string()])
    };
    let watching = |watch: &Watch| watch.log("", |watch| watch.each_is_done(&|| false));
    let (watch, ()) = Watch::new(tree, modules, 1, arguments, watching)?;
    let symbols = watch.symbols()?;
    let counts = counts(&symbols, &watch.trace(), pairs.len())?;
    Ok((symbols, counts))
}

/// What the bench in the VM does for a row, by the name that it takes; `None` where no instructions are counted.
fn thing(row: &Row) -> Option<String> {
    let name = &row.name;
    Some(match row.group {
        Group::Read => format!("read:{name}"),
        Group::Pread => format!("pread:{name}"),
        Group::Link => format!("readlink:{name}"),
        Group::Dir => format!("dir:{name}"),
        Group::Path => match name.strip_prefix("hot, /<pid>") {
            Some(rest) => format!("stat:{}", rest.trim_start_matches('/')),
            None => "lookup".into(),
        },
        Group::Root if name.contains("stat of each") => "stats".into(),
        Group::Root => "root".into(),
        // Fifty rows.
        Group::Scan => match name.strip_prefix("from .proc2/") {
            Some(file) => format!("rows:{}", file.split(',').next().unwrap_or_default()),
            None => "scan".into(),
        },
        Group::Mount => match name.split(' ').find(|word| word.parse::<u32>().is_ok()) {
            Some(others) => format!("mount:{others}"),
            None => "mount".into(),
        },
        Group::Mounts
        | Group::Locked
        | Group::Shared
        | Group::Policy
        | Group::View
        | Group::Container
        | Group::Slab => return None,
    })
}

/// Functions with their instructions.
struct Profile<'a>(Vec<(&'a str, u64)>);

impl Profile<'_> {
    fn sum(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    fn of(&self, function: &str) -> u64 {
        let found = self.0.iter().find(|(name, _)| *name == function);
        found.map_or(0, |(_, count)| *count)
    }

    fn sum_of(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        let some = self.0.iter().filter(|(name, _)| wanted(name));
        some.map(|(_, count)| count).sum()
    }
}

/// The instructions by address for each of some things: of the repetition that took neither most nor least.
fn counts(symbols: &Symbols, trace: &Path, things: usize) -> Result<Vec<HashMap<u64, u64>>> {
    let (mark, next) = (symbols.address(MARK)?, symbols.address(NEXT)?);
    let mut all: Vec<Vec<HashMap<u64, u64>>> = Vec::new();
    let mut part: Option<HashMap<u64, u64>> = None;
    each_address(trace, |address| {
        if address == next {
            all.push(Vec::new());
            part = None;
        } else if let (true, Some(thing)) = (address == mark, all.last_mut()) {
            thing.extend(part.replace(HashMap::new()));
        }
        if let Some(part) = &mut part {
            *part.entry(address).or_default() += 1;
        }
    })?;
    ensure!(
        all.len() == things && all.iter().all(|thing| thing.len() == REPETITIONS),
        "QEMU's log holds {} of {things} things",
        all.len()
    );
    let usual = |mut repetitions: Vec<HashMap<u64, u64>>| {
        repetitions.sort_by_key(|counts| counts.values().sum::<u64>());
        repetitions.swap_remove(REPETITIONS / 2)
    };
    Ok(all.into_iter().map(usual).collect())
}

fn section(text: &mut String, group: Group, rows: &[&Row], own_of: impl Fn(&Row) -> Option<u64>) {
    let _ = write!(
        text,
        "## {}\n\n| | proc2 | procfs | share | above the floor | asked | without proc2's own |\n\
         |---|--:|--:|--:|--:|---|--:|\n",
        group.title()
    );
    for row in rows {
        let asked = row
            .target
            .map_or_else(String::new, |target| target.to_string());
        // What is executed in other places than the row counts would have to be taken from it too.
        let counted = matches!(row.group, Group::Read | Group::Pread | Group::Path);
        let without = own_of(row).filter(|_| counted).and_then(|own| {
            let rest = Row {
                proc2: row.proc2 - own as f64,
                ..(*row).clone()
            };
            match row.target? {
                Target::ShareAboveFloor(_) => rest.share_above_floor(),
                _ => Some(rest.share()),
            }
        });
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.0} | {} | {} | {asked} | {} |",
            row.name.replace("<pid>", "&lt;pid&gt;"),
            row.proc2,
            row.procfs,
            share(Some(row.share())),
            share(row.share_above_floor()),
            share(without)
        );
    }
    text.push('\n');
}

fn own(function: &str) -> bool {
    function.ends_with("[proc2]")
}

fn table(text: &mut String, thing: &str, ours: &Profile<'_>, theirs: &Profile<'_>) {
    let (all, their_all) = (ours.sum(), theirs.sum());
    let _ = writeln!(
        text,
        "| `{thing}` | proc2 | | procfs | |\n|---|--:|--:|--:|--:|"
    );
    let mut line = |name: &str, one: u64, other: u64| {
        let cell = |count: u64, all: u64| match count {
            0 => "| ".to_owned(),
            count => format!("{count} | {:.1} %", count as f64 / all as f64 * 100.0),
        };
        let (one, other) = (cell(one, all), cell(other, their_all));
        let _ = writeln!(text, "| {name} | {one} | {other} |");
    };
    line("all", all, their_all);
    line("proc2's own", ours.sum_of(own), 0);
    let both = |name: &str| ours.of(name) > 0 && theirs.of(name) > 0;
    line("both", ours.sum_of(both), theirs.sum_of(both));
    let mut top: Vec<&str> = Vec::new();
    let tops = [ours, theirs];
    for (name, _) in tops.iter().flat_map(|side| side.0.iter().take(SHOWN)) {
        if !top.contains(name) {
            top.push(name);
        }
    }
    top.sort_by_key(|name| std::cmp::Reverse(ours.of(name).max(theirs.of(name))));
    for name in top {
        line(&format!("`{name}`"), ours.of(name), theirs.of(name));
    }
    text.push('\n');
}
