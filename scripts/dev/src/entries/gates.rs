// SPDX-License-Identifier: GPL-2.0

//! What the gates of a task's entries say of themselves, in `src/gate.rs` and below.

use super::read;
use super::rows::Row;
use crate::sources;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write;
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta};

/// A line for each gate that a row names.
pub(super) fn list(rows: &[Row]) -> Result<String> {
    let words = words()?;
    let mut out = "\nGates, of reading and, after the slash, of writing; \
                   where the kernel's own function asks, it is `Kernel`:\n\n"
        .to_owned();
    let mut told = Vec::new();
    for gate in rows.iter().flat_map(|row| &row.gates) {
        if let Some(words) = words.get(gate).filter(|_| !told.contains(&gate)) {
            writeln!(out, "* `{gate}`: {words}")?;
            told.push(gate);
        }
    }
    Ok(out)
}

/// The gates, and what their comments say.
fn words() -> Result<BTreeMap<String, String>> {
    let mut words = BTreeMap::new();
    let files = sources::with_suffix(&[".rs"])?.into_iter();
    for path in files.filter(|path| path == "src/gate.rs" || path.starts_with("src/gate/")) {
        let file =
            syn::parse_file(&read(&path)?).with_context(|| format!("cannot parse {path}"))?;
        for item in file.items {
            if let Item::Enum(gate) = item {
                if gate.variants.is_empty() {
                    words.insert(gate.ident.to_string(), comment(&gate.attrs));
                }
            }
        }
    }
    Ok(words)
}

fn comment(attributes: &[Attribute]) -> String {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) if meta.path.is_ident("doc") => text(&meta.value),
            _ => None,
        });
    lines
        .map(|line| line.trim().to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
