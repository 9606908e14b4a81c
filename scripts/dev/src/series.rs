// SPDX-License-Identifier: GPL-2.0

//! What changed in procfs from one series of Linux to another: a list to read, entry by entry, before a new one is said to be
//! supported. An entry is named where the definition that serves it, or one that this reaches, is another one.

mod definitions;

use crate::kernel::source;
use anyhow::{ensure, Context, Result};
use definitions::{add, words, Definitions};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What is looked at beside `fs/proc`.
const MORE: [&str; 1] = ["fs/proc_namespace.c"];
const DOCUMENT: &str = "Documentation/filesystems/proc.rst";

/// The macros of `fs/proc/base.c` that make an entry of a task, and the functions that register one of the machine's.
const TASK: [&str; 6] = ["DIR(", "LNK(", "REG(", "ONE(", "NOD(", "ATTR("];
const MACHINE: &str = "proc_create";

/// Prints the list.
pub(crate) fn print(from: &str, to: &str) -> Result<()> {
    let (before, after) = (source::of_series(from)?, source::of_series(to)?);
    print!("{}", differences(&before, &after, from, to)?);
    Ok(())
}

/// What a tree defines, and which definitions its entries begin at.
struct Procfs {
    definitions: Definitions,
    entries: BTreeMap<String, BTreeSet<String>>,
}

impl Procfs {
    fn read(tree: &Path) -> Result<Self> {
        let mut definitions = Definitions::new();
        let mut entries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let directory = tree.join("fs/proc");
        let files = fs::read_dir(&directory);
        let files = files.with_context(|| format!("cannot read {}", directory.display()))?;
        let mut names = files
            .map(|file| Ok(format!("fs/proc/{}", file?.file_name().to_string_lossy())))
            .collect::<Result<Vec<String>>>()?;
        names.retain(|name| name.ends_with(".c") || name.ends_with(".h"));
        names.extend(MORE.map(String::from));
        names.sort();
        for name in names {
            let path = tree.join(&name);
            let text = fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            add(&mut definitions, &name, &text);
            for line in text.lines().map(str::trim) {
                if let Some((entry, starts)) = entry(line) {
                    entries.entry(entry).or_default().extend(starts);
                }
            }
        }
        ensure!(
            entries.len() > 60 && definitions.len() > 300,
            "{} has only {} entries and {} definitions of procfs: the code is written otherwise now",
            tree.display(),
            entries.len(),
            definitions.len()
        );
        Ok(Self {
            definitions,
            entries,
        })
    }

    /// The definitions that one reaches.
    fn reached(&self, starts: &BTreeSet<String>) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = starts.iter().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            let Some((name, (_, text))) = self.definitions.get_key_value(name) else {
                continue;
            };
            if reached.insert(name.as_str()) {
                open.extend(words(text));
            }
        }
        reached
    }
}

/// The entry that a line makes, and the definitions that it names.
fn entry(line: &str) -> Option<(String, BTreeSet<String>)> {
    let of_task = TASK.iter().any(|made| line.starts_with(made));
    let of_machine = line.contains(MACHINE);
    if !of_task && !of_machine {
        return None;
    }
    let (_, rest) = line.split_once('"')?;
    let (name, rest) = rest.split_once('"')?;
    let name = if of_task {
        format!("pid/{name}")
    } else {
        name.to_owned()
    };
    Some((name, words(rest).map(String::from).collect()))
}

/// A definition without what rustfmt's like would change.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn differences(before: &Path, after: &Path, from: &str, to: &str) -> Result<String> {
    let (old, new) = (Procfs::read(before)?, Procfs::read(after)?);
    let names = || old.definitions.keys().chain(new.definitions.keys());
    let changed: BTreeSet<&str> = names()
        .filter(|name| {
            let text = |all: &Definitions| all.get(*name).map(|(_, text)| normal(text));
            text(&old.definitions) != text(&new.definitions)
        })
        .map(String::as_str)
        .collect();
    let mut out = format!("# Procfs from {from} to {to}\n\n## Entries\n\n");
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let all: BTreeSet<&String> = old.entries.keys().chain(new.entries.keys()).collect();
    for name in all {
        let none = BTreeSet::new();
        let reached = |tree: &'_ Procfs| -> BTreeSet<String> {
            let starts = tree.entries.get(name).unwrap_or(&none);
            tree.reached(starts).into_iter().map(String::from).collect()
        };
        let both: BTreeSet<String> = reached(&old).union(&reached(&new)).cloned().collect();
        let touched: Vec<&str> = changed
            .iter()
            .filter(|changed| both.contains(**changed))
            .copied()
            .collect();
        told.extend(&touched);
        let what = match (
            old.entries.contains_key(name),
            new.entries.contains_key(name),
        ) {
            (true, false) => "is gone",
            (false, true) => "is new",
            _ if touched.is_empty() => continue,
            _ => "",
        };
        let touched: Vec<String> = touched.iter().map(|name| said(name, &old, &new)).collect();
        let line = format!("- {name} {what}: {}", touched.join(", "));
        out.push_str(&line.replace(" :", ":"));
        out.push('\n');
    }
    out.push_str("\n## No entry's own\n\n");
    for name in changed.difference(&told) {
        out.push_str(&format!("- {}\n", said(name, &old, &new)));
    }
    out.push_str(&format!("\n## {DOCUMENT}\n\n"));
    let document = |tree: &Path| -> Result<String> {
        let path = tree.join(DOCUMENT);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    for line in new_lines(&document(before)?, &document(after)?) {
        out.push_str(&format!("- {line}\n"));
    }
    Ok(out)
}

/// A definition, where it is, and whether it is new or gone.
fn said(name: &str, old: &Procfs, new: &Procfs) -> String {
    let (file, how) = match (old.definitions.get(name), new.definitions.get(name)) {
        (_, Some((file, _))) if !old.definitions.contains_key(name) => (file.as_str(), " new"),
        (Some((file, _)), None) => (file.as_str(), " gone"),
        (_, Some((file, _))) => (file.as_str(), ""),
        (None, None) => ("", ""),
    };
    format!("{name} ({file}{how})")
}

/// The lines of the new text that the old one does not have, each with the heading that it stands under.
fn new_lines(old: &str, new: &str) -> Vec<String> {
    let known: BTreeSet<&str> = old.lines().map(str::trim).collect();
    let lines: Vec<&str> = new.lines().collect();
    let mut heading = "";
    let mut told = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let under = lines.get(index + 1).copied().unwrap_or_default();
        let underlined = under.len() >= 4
            && under.starts_with(['-', '=', '~', '^'])
            && under.chars().all(|c| under.starts_with(c));
        if underlined && !line.trim().is_empty() {
            heading = line.trim();
        }
        if !line.trim().is_empty() && !known.contains(line.trim()) {
            told.push(format!("{heading}: {}", line.trim()));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_what_serves_them() {
        let starts =
            |line| entry(line).map(|(name, starts)| (name, starts.into_iter().collect::<Vec<_>>()));
        let (name, words) = starts("ONE(\"status\",     S_IRUGO, proc_pid_status),").unwrap();
        assert_eq!(name, "pid/status");
        assert!(words.contains(&"proc_pid_status".to_owned()));
        let (name, words) =
            starts("proc_create_single(\"meminfo\", 0, NULL, meminfo_proc_show);").unwrap();
        assert_eq!(name, "meminfo");
        assert!(words.contains(&"meminfo_proc_show".to_owned()));
        assert!(starts("return proc_pid_status(m);").is_none());
    }

    #[test]
    fn new_lines_stand_under_their_heading() {
        let old = "Title\n=====\n\nold line\n";
        let new = "Title\n=====\n\nold line\nnew line\n\nOther\n-----\n\nanother\n";
        assert_eq!(
            new_lines(old, new),
            [
                "Title: new line",
                "Other: Other",
                "Other: -----",
                "Other: another"
            ]
        );
    }
}
