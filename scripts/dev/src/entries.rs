// SPDX-License-Identifier: GPL-2.0

//! The README's table of a task's entries, made from the rows of the module's own table in `src/task.rs`.

mod gates;
mod rows;

pub(crate) use rows::{modules, Row, MACRO};

use crate::paths;
use anyhow::{bail, Context, Result};
use std::fmt::Write;
use std::fs;

/// Where the rows are.
pub(crate) const ROWS: &str = "src/task.rs";
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
    Ok(format!(
        "{head}{BEGIN}{}{}{END}{tail}",
        table(&merged(rows()?))?,
        gates::list(&rows()?)?
    ))
}

/// The rows of the table.
pub(crate) fn rows() -> Result<Vec<Row>> {
    rows::read(&read(ROWS)?)
}

/// One row for each entry, where the table has one for each level.
fn merged(rows: Vec<Row>) -> Vec<Row> {
    let mut found: Vec<Row> = Vec::new();
    for row in rows {
        match found.last_mut().filter(|last| last.name == row.name) {
            Some(last) => last.scope = "Both".to_string(),
            None => found.push(row),
        }
    }
    found
}

/// The entries that the kernel's own operations serve.
pub(crate) fn served_by_the_kernel() -> Result<Vec<String>> {
    let mut kernels = Vec::new();
    for row in rows()? {
        if server(&row)? == BY_THE_KERNEL {
            kernels.push(row.name);
        }
    }
    Ok(kernels)
}

/// Who serves such an entry.
const BY_THE_KERNEL: &str = "the kernel's own operations";

fn server(row: &Row) -> Result<&'static str> {
    Ok(match row.constructor.as_str() {
        "dir" | "link" | "text" | "text_rw" | "live" | "live_rw" | "stream" | "records" => "proc2",
        "memory" | "address" | "mappings" | "id_map" | "setgroups" => "proc2",
        "formatter" | "formatter_rw" => "proc2, around the formatter of the subsystem",
        "mount_table" => "proc2, over the kernel's iteration",
        "kernel_file" | "kernel_dir" => BY_THE_KERNEL,
        other => bail!(
            "{ROWS}:{}: a row's constructor is unknown: {other}",
            row.line
        ),
    })
}

fn table(rows: &[Row]) -> Result<String> {
    let others = match rows.len() {
        IN_PROCFS => "",
        _ => "; the others are absent (ENOENT)",
    };
    let mut out = format!(
        "{} of procfs's {IN_PROCFS} entries of a task exist{others}.\n\n\
         | entry | `/<pid>` | `/<pid>/task/<tid>` | mode | gate | served by | needs |\n\
         |---|---|---|---|---|---|---|\n",
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
            "| {} | {} | {} | {:o} | {} | {} | {} |",
            row.name,
            at("ThreadGroup"),
            at("Thread"),
            row.mode,
            row.gates.join(" / "),
            server(row)?,
            row.options.join(", "),
        )?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
entries! {
    mod ns { dir::<Anyone, ns::NsDir>("ns", 0o511, Both) }
    mod statm { text::<Anyone, statm::Statm>("statm", 0o444, Both) }
    #[cfg(CONFIG_NET)]
    { kernel_dir("net", 0o555, Both, kernel_files::net_inode, kernel_files::net_dir) }
    mod comm {
        text_rw::<Anyone, SameProcess, comm::Comm>("comm", 0o644, ThreadGroup),
        text_rw::<Anyone, SameProcess, comm::Comm>("comm", 0o644, Thread).open_to::<SameProcess>(),
    }
    #[cfg(all(CONFIG_A, CONFIG_B))]
    mod links { link::<Read, links::Cwd>("cwd", 0o777, Both) }
}
"#;

    #[test]
    fn rows_become_lines() {
        let table = table(&merged(rows::read(SOURCE).unwrap())).unwrap();
        assert!(table.starts_with("5 of procfs's 62 entries"));
        for line in [
            "| ns | yes | yes | 511 | Anyone | proc2 |  |",
            "| statm | yes | yes | 444 | Anyone | proc2 |  |",
            "| net | yes | yes | 555 | Kernel | the kernel's own operations | CONFIG_NET |",
            "| comm | yes | yes | 644 | Anyone / SameProcess | proc2 |  |",
            "| cwd | yes | yes | 777 | Read | proc2 | CONFIG_A, CONFIG_B |",
        ] {
            assert!(
                table.lines().any(|have| have == line),
                "{line} is not in\n{table}"
            );
        }
    }
}
