// SPDX-License-Identifier: GPL-2.0

//! The container list in the pages of docs/, made from the module's own table.

// The whole of it: the tool and the module have one list.
#[allow(dead_code)]
#[path = "../../../src/pure/policy/container.rs"]
mod container;

use crate::paths;
use anyhow::{bail, Context, Result};
use std::fmt::Write;
use std::fs;

const TABLE: &str = "src/pure/policy/container.rs";

/// A page that has the list, between two lines.
struct Page {
    path: &'static str,
    begin: &'static str,
    end: &'static str,
    list: fn() -> String,
}

const PAGES: [Page; 2] = [
    Page {
        path: "docs/hardening.md",
        begin: "<!-- container list: made by `make docs` from src/pure/policy/container.rs -->\n",
        end: "<!-- end of container list -->\n",
        list: || {
            let left_out = list("left out", container::LEFT_OUT);
            format!("{}\n{left_out}", list("shown", container::SHOWN))
        },
    },
    Page {
        path: "docs/proc2.5",
        begin: ".\\\" container list: made by `make docs` from src/pure/policy/container.rs\n",
        end: ".\\\" end of container list\n",
        list: names,
    },
];

/// Writes the list into the pages.
pub(crate) fn update() -> Result<()> {
    for page in &PAGES {
        let path = paths::checkout()?.join(page.path);
        let text = page.updated()?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Checks that the pages have the list that the table gives.
pub(crate) fn check() -> Result<()> {
    for page in &PAGES {
        if page.updated()? != page.read()? {
            let path = page.path;
            bail!("{path}: the container list differs from {TABLE}; `make docs` writes it anew");
        }
    }
    Ok(())
}

impl Page {
    fn read(&self) -> Result<String> {
        fs::read_to_string(paths::checkout()?.join(self.path))
            .with_context(|| format!("cannot read {}", self.path))
    }

    fn updated(&self) -> Result<String> {
        let Self {
            path, begin, end, ..
        } = self;
        let page = self.read()?;
        let (head, rest) = page
            .split_once(begin)
            .with_context(|| format!("{path} has no line {begin:?}"))?;
        let (_, tail) = rest
            .split_once(end)
            .with_context(|| format!("{path} has no line {end:?}"))?;
        Ok(format!("{head}{begin}{}{end}{tail}", (self.list)()))
    }
}

/// The names that are shown, for the man page.
fn names() -> String {
    let mut out = String::new();
    for row in container::SHOWN {
        let _ = writeln!(out, ".IR {} ,", row.path.replace('-', "\\-"));
    }
    out + "and nothing else.\n"
}

/// A table with a line for each reason, in the order of the first name that has it.
fn list(title: &str, rows: &[container::Row]) -> String {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in rows {
        match reasons.iter_mut().find(|(why, _)| *why == row.why) {
            Some((_, names)) => names.push(row.path),
            None => reasons.push((row.why, vec![row.path])),
        }
    }
    let mut out = format!("| {title} | why |\n|---|---|\n");
    for (why, names) in reasons {
        let _ = writeln!(out, "| {} | {why} |", names.join(", "));
    }
    out
}
