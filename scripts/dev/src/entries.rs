// SPDX-License-Identifier: GPL-2.0

//! The README's table of a task's entries, made from the rows of the module's own table in `src/task.rs`.

use crate::paths;
use anyhow::{bail, Context, Result};
use regex::Regex;
use std::fmt::Write;
use std::fs;

const ROWS: &str = "src/task.rs";
const README: &str = "README.md";
const BEGIN: &str = "<!-- entries: made by `make docs` from src/task.rs -->\n";
const END: &str = "<!-- end of entries -->\n";

/// How many distinct entries the two tables of the kernel have (fs/proc/base.c of Linux 7.3).
const IN_PROCFS: usize = 62;

/// Writes the table into the README.
pub(crate) fn update() -> Result<()> {
    let path = paths::checkout()?.join(README);
    fs::write(&path, updated()?).with_context(|| format!("cannot write {}", path.display()))
}

/// Checks that the README has the table that the rows give.
pub(crate) fn check() -> Result<()> {
    if updated()? != read(README)? {
        bail!("{README}: the table of entries differs from {ROWS}; `make docs` writes it anew");
    }
    Ok(())
}

fn read(name: &str) -> Result<String> {
    fs::read_to_string(paths::checkout()?.join(name)).with_context(|| format!("cannot read {name}"))
}

fn updated() -> Result<String> {
    let readme = read(README)?;
    let (head, rest) = readme
        .split_once(BEGIN)
        .with_context(|| format!("{README} has no line {BEGIN:?}"))?;
    let (_, tail) = rest
        .split_once(END)
        .with_context(|| format!("{README} has no line {END:?}"))?;
    Ok(format!("{head}{BEGIN}{}{END}{tail}", table(&read(ROWS)?)?))
}

#[derive(Clone, PartialEq)]
struct Row {
    name: String,
    mode: String,
    scope: String,
    server: &'static str,
    option: Option<String>,
}

fn rows(source: &str) -> Result<Vec<Row>> {
    let (_, rows) = source
        .split_once("const ROWS")
        .with_context(|| format!("{ROWS} has no const ROWS"))?;
    let (rows, _) = rows
        .split_once("\n];")
        .with_context(|| format!("{ROWS}: ROWS has no end"))?;
    let option = Regex::new(r"^#\[cfg\((?:all\()?(CONFIG_\w+(?:, CONFIG_\w+)*)\)?\)\]$")?;
    let entry = Regex::new(r#"^(\w+) ?\("([^"]+)",(?: *0o(\d+),)?(?: *Scope::(\w+),)?"#)?;
    let mut found: Vec<Row> = Vec::new();
    let mut under = None;
    for line in rows.lines().skip(1).map(str::trim) {
        if let Some(config) = option.captures(line) {
            under = Some(config[1].to_string());
            continue;
        }
        let Some(row) = entry.captures(line) else {
            bail!("{ROWS}: not a row: {line}");
        };
        let row = Row {
            name: row[2].to_string(),
            // Links have no mode of their own, texts no scope.
            mode: row.get(3).map_or("777", |mode| mode.as_str()).to_string(),
            scope: row
                .get(4)
                .map_or("Both", |scope| scope.as_str())
                .to_string(),
            server: server(&row[1])?,
            option: under.take(),
        };
        // One row for each level is one entry all the same.
        match found.last_mut().filter(|last| last.name == row.name) {
            Some(last) => last.scope = "Both".to_string(),
            None => found.push(row),
        }
    }
    Ok(found)
}

/// The entries that the kernel's own operations serve.
pub(crate) fn served_by_the_kernel() -> Result<Vec<String>> {
    let rows = rows(&read(ROWS)?)?.into_iter();
    let kernels = rows.filter(|row| row.server == BY_THE_KERNEL);
    Ok(kernels.map(|row| row.name).collect())
}

/// Who serves such an entry.
const BY_THE_KERNEL: &str = "the kernel's own operations";

fn server(constructor: &str) -> Result<&'static str> {
    Ok(match constructor {
        "dir" | "file" | "text" | "link" => "proc2",
        "wrap" | "wfil" => "proc2, around the formatter of the subsystem",
        "kern" | "kdir" => BY_THE_KERNEL,
        other => bail!("{ROWS}: a row's constructor is unknown: {other}"),
    })
}

fn table(source: &str) -> Result<String> {
    let rows = rows(source)?;
    let others = match rows.len() {
        IN_PROCFS => "",
        _ => "; the others are absent (ENOENT)",
    };
    let mut out = format!(
        "{} of procfs's {IN_PROCFS} entries of a task exist{others}.\n\n\
         | entry | `/<pid>` | `/<pid>/task/<tid>` | mode | served by | needs |\n\
         |---|---|---|---|---|---|\n",
        rows.len()
    );
    for row in rows {
        let at = |level: &str| {
            if row.scope == level || row.scope == "Both" {
                "yes"
            } else {
                ""
            }
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            row.name,
            at("ThreadGroup"),
            at("Thread"),
            row.mode,
            row.server,
            row.option.as_deref().unwrap_or(""),
        )?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
const ROWS: &[Entry<Node>] = &[
    dir ("task",   0o555, Scope::ThreadGroup, threads::NODE),
    #[cfg(CONFIG_NET)]
    kdir("net",    0o555, Scope::Both, a, b),
    text("status", 0o444, Show::Anyone(status::show)),
    file("comm",   0o644, Scope::ThreadGroup, comm::NODE),
    file("comm",   0o644, Scope::Thread, comm::THREAD_NODE),
    link("cwd",    links::cwd),
];
"#;

    #[test]
    fn rows_become_lines() {
        let table = table(SOURCE).unwrap();
        assert!(table.starts_with("5 of procfs's 62 entries"));
        for line in [
            "| task | yes |  | 555 | proc2 |  |",
            "| net | yes | yes | 555 | the kernel's own operations | CONFIG_NET |",
            "| status | yes | yes | 444 | proc2 |  |",
            "| comm | yes | yes | 644 | proc2 |  |",
            "| cwd | yes | yes | 777 | proc2 |  |",
        ] {
            assert!(
                table.lines().any(|have| have == line),
                "{line} is not in\n{table}"
            );
        }
    }

    #[test]
    fn what_is_no_row_is_refused() {
        assert!(rows("const ROWS: X = &[\n    odd line\n];").is_err());
        assert!(rows("const ROWS: X = &[\n    disk(\"a\", 0o444, Scope::Both, b),\n];").is_err());
    }
}
