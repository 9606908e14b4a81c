// SPDX-License-Identifier: GPL-2.0

//! The copy of the checkout that the mutants are made in. The checkout itself never changes.

use super::find::{ALLOW, GATE};
use super::mutant::{apply, Mutant};
use crate::sources;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Where the module says what it is.
const MODULE: &str = "src/proc2.rs";
/// What that file says last of it.
const LAST_WORD: &str = "    alias: [\"fs-proc2\"],\n";
/// What the copy says behind it.
const PARAMETER: &str = "    params: {
        mutant: u32 { default: 0, description: \"The mutant that is awake\", },
    },
";

/// The texts of the module's files by name.
pub(super) type Sources = BTreeMap<String, String>;

/// Reads what kbuild makes the module of.
pub(super) fn read(checkout: &Path) -> Result<Sources> {
    let all = sources::all()?.into_iter();
    let ours = all.filter(|name| {
        ["src/", "rust-bindings/"]
            .iter()
            .any(|folder| name.starts_with(folder))
            || name == "Kbuild"
    });
    ours.map(|name| {
        let text = fs::read_to_string(checkout.join(&name));
        let text = text.with_context(|| format!("cannot read {name}"))?;
        Ok((name, text))
    })
    .collect()
}

/// The texts with all mutants in them, which are numbered from 1.
pub(super) fn mutated(sources: &Sources, mutants: &[Mutant]) -> Result<Sources> {
    let mut copy = sources.clone();
    for (name, text) in &mut copy {
        let numbered = (1..).zip(mutants);
        let own: Vec<_> = numbered.filter(|(_, m)| m.file == *name).collect();
        *text = apply(text, &own);
        match name.as_str() {
            MODULE => {
                let (head, tail) = text
                    .split_once(LAST_WORD)
                    .with_context(|| format!("{MODULE} has no line {LAST_WORD:?}"))?;
                *text = format!("{head}{LAST_WORD}{PARAMETER}{tail}");
            }
            GATE => {
                let allow = "#[allow(missing_docs, unreachable_pub)]\npub(crate) mod allow";
                *text = format!("{text}\n{allow} {{\n{}}}\n", body(ALLOW));
            }
            _ => {}
        }
    }
    Ok(copy)
}

/// A file's code without the comment on top, which only a file may have.
fn body(file: &str) -> String {
    let kept = file.lines().filter(|line| !line.starts_with("//!"));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// Writes texts below `folder`, those alone that differ from what is there, and removes what is in the way.
pub(super) fn write(sources: &Sources, folder: &Path) -> Result<()> {
    let wanted: BTreeSet<_> = sources.keys().map(|name| folder.join(name)).collect();
    remove_others(folder, &wanted)?;
    for (name, text) in sources {
        let path = folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|old| old == *text) {
            continue;
        }
        fs::create_dir_all(path.with_file_name(""))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn remove_others(folder: &Path, wanted: &BTreeSet<std::path::PathBuf>) -> Result<()> {
    let Ok(list) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in list {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
