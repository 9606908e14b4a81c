// SPDX-License-Identifier: GPL-2.0

//! Which file of the modules names what of which other file: no circle of files, and no file that
//! names what its layer must not. Read from the text by syn, so it needs no build.

mod circles;
mod layers;
mod modules;
mod names;
mod resolve;
#[cfg(test)]
mod tests;

use crate::{paths, sources};
use anyhow::{bail, Context, Result};
use std::collections::BTreeMap;
use std::fs;

/// The crates: what the kernel builds proc2.ko and proc2_kunit.ko from.
const ROOTS: [&str; 2] = ["src/proc2.rs", "tests-kunit/proc2_kunit.rs"];

/// Where every file must belong to one of them.
const WHOLE: [&str; 2] = ["src/", "rust-bindings/"];

/// Texts by the files' names.
type Texts = BTreeMap<String, String>;

/// A file names something that is defined in another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    from: String,
    to: String,
    line: usize,
    /// With all its modules: `crate::a::b::Thing`.
    name: String,
    /// By way of another file, which exports it anew: that file depends on `to`, this one does not.
    indirect: bool,
}

/// Fails if files name each other in a circle.
pub(crate) fn check_circles() -> Result<()> {
    let found = circles::all(&read_all(&texts()?)?);
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

/// Fails if a file names what its layer must not.
pub(crate) fn check_layers() -> Result<()> {
    let texts = texts()?;
    let found = layers::broken(layers::RULES, &texts, &read_all(&texts)?)?;
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

fn texts() -> Result<Texts> {
    let checkout = paths::checkout()?;
    let names = sources::with_suffix(&[".rs"])?.into_iter();
    let names = names.filter(|name| {
        let folders = ROOTS.iter().filter_map(|root| root.split_once('/'));
        WHOLE.iter().any(|folder| name.starts_with(folder))
            || folders
                .clone()
                .any(|(folder, _)| name.starts_with(&format!("{folder}/")))
    });
    names
        .map(|name| {
            let text = fs::read_to_string(checkout.join(&name));
            let text = text.with_context(|| format!("cannot read {name}"))?;
            Ok((name, text))
        })
        .collect()
}

/// What all crates' files name, each once.
fn read_all(texts: &Texts) -> Result<Vec<Import>> {
    let (mut imports, mut files) = (Vec::new(), Vec::new());
    for root in ROOTS {
        let tree = modules::read(root, texts)?;
        files.extend(tree.files().map(str::to_owned));
        imports.extend(resolve::imports(&tree));
    }
    let all = texts.keys();
    let mut strays = all.filter(|name| {
        WHOLE.iter().any(|folder| name.starts_with(folder)) && !files.contains(name)
    });
    if let Some(stray) = strays.next() {
        bail!("{stray} is in no module of {}", ROOTS.join(" or "));
    }
    imports.sort();
    imports.dedup();
    Ok(imports)
}
