// SPDX-License-Identifier: GPL-2.0

//! The rows of the table of a task's entries, as far as mutants ask: who checks what for a row.

use anyhow::{bail, Context, Result};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprLit, Item, Lit};

/// Where the table is.
pub(super) const TABLE: &str = "src/task.rs";

/// A row.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    /// The function that makes it, which says who serves it.
    pub(super) constructor: String,
    /// Its permissions; a link has none of its own.
    pub(super) mode: Option<u16>,
    /// The levels where it stands.
    pub(super) scope: String,
    /// For a text, the variant of `Show`.
    pub(super) show: Option<String>,
    /// The module below `src/task/` whose code serves it, if any does.
    pub(super) module: Option<String>,
    /// The line where it stands.
    pub(super) line: usize,
}

impl Row {
    /// The mode that gives everyone what the owner has.
    pub(super) fn widened(&self) -> Option<u16> {
        let mode = self.mode?;
        Some(mode | ((mode >> 6) * 0o11)).filter(|wide| *wide != mode)
    }

    /// What tells this row from others of its name.
    pub(super) fn title(&self) -> String {
        match self.scope.as_str() {
            "Thread" => format!("task/<tid>/{}", self.name),
            _ => self.name.clone(),
        }
    }
}

/// Reads the rows from the table's source.
pub(super) fn rows(source: &str) -> Result<Vec<Row>> {
    let file = syn::parse_file(source).with_context(|| format!("{TABLE} is not Rust"))?;
    let table = file.items.into_iter().find_map(|item| match item {
        Item::Const(table) if table.ident == "ROWS" => Some(*table.expr),
        _ => None,
    });
    let Some(Expr::Reference(table)) = table else {
        bail!("{TABLE} has no `const ROWS: ... = &[...]`");
    };
    let Expr::Array(table) = *table.expr else {
        bail!("{TABLE}: ROWS is no array");
    };
    table.elems.iter().map(row).collect()
}

fn row(element: &Expr) -> Result<Row> {
    let Expr::Call(call) = element else {
        bail!("{TABLE}: a row is no call of its constructor");
    };
    let constructor = last(&call.func)?;
    let mut row = Row {
        name: String::new(),
        mode: None,
        scope: "Both".to_owned(),
        show: None,
        module: None,
        line: call.func.span().start().line,
        constructor,
    };
    for argument in &call.args {
        match argument {
            Expr::Lit(ExprLit {
                lit: Lit::Str(name),
                ..
            }) => row.name = name.value(),
            Expr::Lit(ExprLit {
                lit: Lit::Int(mode),
                ..
            }) => row.mode = Some(mode.base10_parse()?),
            Expr::Call(call) => {
                // A text at one level alone is written out as its node.
                let show = match (last(&call.func)?.as_str(), call.args.first()) {
                    ("Text", Some(Expr::Call(show))) => show,
                    _ => call,
                };
                row.show = Some(last(&show.func)?);
                row.module = formatter(show)?;
            }
            Expr::Path(path) => match (segment(argument, 0), last(argument)?) {
                (Some(first), scope) if first == "Scope" => row.scope = scope,
                // What the kernel's own tables and functions do is no code of ours.
                (Some(first), _) if !["Formatter", "kernel_files"].contains(&first.as_str()) => {
                    row.module = (path.path.segments.len() > 1).then_some(first);
                }
                _ => {}
            },
            _ => bail!(
                "{TABLE}: an argument of the row {:?} is not understood",
                row.name
            ),
        }
    }
    Ok(row)
}

/// The module of the function that a text's `Show` names.
fn formatter(show: &ExprCall) -> Result<Option<String>> {
    let function = show.args.last().context("a Show without its function")?;
    Ok(segment(function, 0))
}

fn segment(path: &Expr, index: usize) -> Option<String> {
    match path {
        Expr::Path(path) => path
            .path
            .segments
            .get(index)
            .map(|part| part.ident.to_string()),
        _ => None,
    }
}

fn last(path: &Expr) -> Result<String> {
    match path {
        Expr::Path(path) => path.path.segments.last().map(|part| part.ident.to_string()),
        _ => None,
    }
    .with_context(|| format!("{TABLE}: a path was expected in a row"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
const ROWS: &[Entry<Node>] = &[
    dir ("fd",     0o500, Scope::Both, fd::NODE),
    #[cfg(CONFIG_NET)]
    kdir("net",    0o555, Scope::Both, kernel_files::net_inode, kernel_files::net_dir),
    text("stat",   0o444, Show::Asked(Ptrace::ReadQuietly, stat::show)),
    file("comm",   0o644, Scope::Thread, comm::THREAD_NODE),
    file("depth",  0o444, Scope::Thread, Node::Text(Show::Anyone(depth::show))),
    link("cwd",    links::cwd),
];
"#;

    fn of(name: &str) -> Row {
        let rows = rows(SOURCE).unwrap();
        rows.into_iter().find(|row| row.name == name).unwrap()
    }

    #[test]
    fn rows_say_who_serves_them() {
        assert_eq!(of("fd").module.as_deref(), Some("fd"));
        assert_eq!(of("net").module, None);
        assert_eq!(of("stat").module.as_deref(), Some("stat"));
        assert_eq!(of("stat").show.as_deref(), Some("Asked"));
        assert_eq!(of("depth").show.as_deref(), Some("Anyone"));
        assert_eq!(of("depth").module.as_deref(), Some("depth"));
        assert_eq!(of("cwd").module.as_deref(), Some("links"));
        assert_eq!(of("comm").title(), "task/<tid>/comm");
    }

    #[test]
    fn a_mode_is_widened_to_what_the_owner_has() {
        assert_eq!(of("fd").widened(), Some(0o555));
        assert_eq!(of("comm").widened(), Some(0o666));
        assert_eq!(of("stat").widened(), None);
        assert_eq!(of("cwd").widened(), None);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert!(rows("const ROWS: u8 = 1;").is_err());
        assert!(rows("const ROWS: X = &[1];").is_err());
    }
}
