// SPDX-License-Identifier: GPL-2.0

//! Rights that the mode of a row gives: each row whose owner has more than others is opened to all.

use super::mutant::{Form, Mutant, Subject, AWAKE};
use super::rows::{Row, TABLE};
use anyhow::{Context, Result};
use syn::Item;

/// Where a row's mode becomes an inode's.
pub(super) const FILE: &str = "src/fs/inode.rs";
/// The function there that makes the inode of a row.
const MAKER: &str = "of_pid";

/// Finds the mutants: they stand at the beginning of that function.
pub(super) fn find(source: &str, rows: &[Row]) -> Result<Vec<Mutant>> {
    let file = syn::parse_file(source).with_context(|| format!("{FILE} is not Rust"))?;
    let function = file.items.into_iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == MAKER => Some(function),
        _ => None,
    });
    let function = function.with_context(|| {
        format!("{FILE} has no function `{MAKER}` any more, where a row's mode became an inode's")
    })?;
    let inside = function.block.brace_token.span.open().byte_range().end;
    let mutant = |row: &Row| {
        let (mode, wide) = row.mode.zip(row.widened())?;
        let kind = match row.constructor.as_str() {
            "dir" | "kdir" => 0o040_000,
            _ => 0o100_000,
        };
        // Two rows may have one name, at a level each.
        let level = match row.scope.as_str() {
            "Thread" => "Thread",
            _ => "ThreadGroup",
        };
        Some(Mutant {
            title: format!("{}: mode {mode:o} becomes {wide:o}", row.title()),
            place: format!("{TABLE}:{}", row.line),
            file: FILE.to_owned(),
            range: inside..inside,
            form: Form::Insert(format!(
                "let mode = if {AWAKE} && crate::gate::allow::is_row(mode, tag, {:?}, \
                 crate::pure::entry::Level::{level}) {{ {:#o} }} else {{ mode }};",
                row.name,
                kind | wide
            )),
            guard: None,
            subject: Subject::Rows(vec![row.name.clone()]),
        })
    };
    Ok(rows.iter().filter_map(mutant).collect())
}

#[cfg(test)]
mod tests {
    use super::super::rows::rows;
    use super::*;

    const ROWS: &str = r#"const ROWS: X = &[
        dir("fd", 0o500, Scope::Both, fd::NODE),
        file("maps", 0o444, Scope::Both, maps::NODE),
        file("comm", 0o644, Scope::Thread, comm::NODE),
    ];"#;

    #[test]
    fn rows_that_are_closed_to_some_are_opened() {
        let rows = rows(ROWS).unwrap();
        let mutants = find("fn of_pid(mode: u16, tag: Tag) {}", &rows).unwrap();
        let titles: Vec<_> = mutants.iter().map(|m| m.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "fd: mode 500 becomes 555",
                "task/<tid>/comm: mode 644 becomes 666"
            ]
        );
        let Form::Insert(statement) = &mutants[0].form else {
            panic!("{:?}", mutants[0].form)
        };
        assert!(statement.contains("0o40555"), "{statement}");
        assert_eq!(mutants[0].place, "src/task.rs:2");
    }

    #[test]
    fn a_place_that_is_gone_is_missed() {
        assert!(find("fn make() {}", &[]).is_err());
    }
}
