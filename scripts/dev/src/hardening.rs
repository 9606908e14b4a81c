// SPDX-License-Identifier: GPL-2.0

//! The container list in docs/hardening.md, made from the module's own table.

// The whole of it: the tool and the module have one list.
#[allow(dead_code)]
#[path = "../../../src/pure/policy/container.rs"]
mod container;

use crate::paths;
use anyhow::{bail, Context, Result};
use std::fmt::Write;
use std::fs;

const PAGE: &str = "docs/hardening.md";
const TABLE: &str = "src/pure/policy/container.rs";
const BEGIN: &str =
    "<!-- container list: made by `make docs` from src/pure/policy/container.rs -->\n";
const END: &str = "<!-- end of container list -->\n";

/// Writes the lists into the page.
pub(crate) fn update() -> Result<()> {
    let path = paths::checkout()?.join(PAGE);
    fs::write(&path, updated()?).with_context(|| format!("cannot write {}", path.display()))
}

/// Checks that the page has the lists that the table gives.
pub(crate) fn check() -> Result<()> {
    if updated()? != read()? {
        bail!("{PAGE}: the container list differs from {TABLE}; `make docs` writes it anew");
    }
    Ok(())
}

fn read() -> Result<String> {
    fs::read_to_string(paths::checkout()?.join(PAGE)).with_context(|| format!("cannot read {PAGE}"))
}

fn updated() -> Result<String> {
    let page = read()?;
    let (head, rest) = page
        .split_once(BEGIN)
        .with_context(|| format!("{PAGE} has no line {BEGIN:?}"))?;
    let (_, tail) = rest
        .split_once(END)
        .with_context(|| format!("{PAGE} has no line {END:?}"))?;
    let lists = [
        list("shown", container::SHOWN),
        list("left out", container::LEFT_OUT),
    ];
    Ok(format!("{head}{BEGIN}{}{END}{tail}", lists.join("\n")))
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
