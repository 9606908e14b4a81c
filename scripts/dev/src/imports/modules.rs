// SPDX-License-Identifier: GPL-2.0

//! The modules of a crate, with the files that they are in.

use super::names::{self, Name};
use super::Texts;
use crate::entries;
use anyhow::{bail, Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta};

/// A crate's modules by their paths: the root's is empty.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) modules: BTreeMap<Vec<String>, Module>,
}

pub(super) struct Module {
    pub(super) file: String,
    /// What `use` brings into it.
    pub(super) bindings: BTreeMap<String, Binding>,
    /// The paths that it names, those of `use` too.
    pub(super) names: Vec<Name>,
}

/// A name that `use` made, and what it stands for.
pub(super) struct Binding {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

impl Tree {
    /// The files, some several times.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.modules.values().map(|module| module.file.as_str())
    }
}

/// Reads the crate whose root is the file `root`.
pub(super) fn read(root: &str, texts: &Texts) -> Result<Tree> {
    let mut reader = Reader {
        texts,
        tree: Tree::default(),
        open: BTreeSet::new(),
    };
    reader.file(root, folder_of(root).to_owned(), Vec::new())?;
    Ok(reader.tree)
}

struct Reader<'a> {
    texts: &'a Texts,
    tree: Tree,
    /// The files that are being read: one that declares itself would never end.
    open: BTreeSet<String>,
}

impl Reader<'_> {
    /// Reads a file as the module `path`; the files of its modules are in `below`.
    fn file(&mut self, file: &str, below: String, path: Vec<String>) -> Result<()> {
        let text = self.texts.get(file);
        let text = text.with_context(|| format!("there is no file {file}"))?;
        let parsed = syn::parse_file(text).with_context(|| format!("cannot parse {file}"))?;
        if !self.open.insert(file.to_owned()) {
            bail!("{file} is a module of itself");
        }
        self.module(file, &below, path, &parsed.items)?;
        self.open.remove(file);
        Ok(())
    }

    fn module(&mut self, file: &str, below: &str, path: Vec<String>, items: &[Item]) -> Result<()> {
        let mut module = Module {
            file: file.to_owned(),
            bindings: BTreeMap::new(),
            names: names::of(items),
        };
        for name in &module.names {
            if let Some(local) = &name.binds {
                let (path, line) = (name.path.clone(), name.line);
                let binding = Binding { path, line };
                module.bindings.insert(local.clone(), binding);
            }
        }
        // Twice under two conditions: what one of both names is named.
        match self.tree.modules.get_mut(&path) {
            Some(other) if other.file == module.file => {
                other.bindings.extend(module.bindings);
                other.names.extend(module.names);
            }
            Some(other) => bail!("{} and {file} are the same module", other.file),
            None => _ = self.tree.modules.insert(path.clone(), module),
        }
        for item in items {
            match item {
                Item::Mod(item) => self.child(file, below, &path, item)?,
                Item::Macro(call) if call.mac.path.is_ident(entries::MACRO) => {
                    for item in entries::modules(&call.mac)? {
                        self.child(file, below, &path, &item)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn child(&mut self, file: &str, below: &str, parent: &[String], item: &ItemMod) -> Result<()> {
        let name = names::plain(&item.ident);
        let path = [parent, std::slice::from_ref(&name)].concat();
        let deeper = join(below, &name);
        if let Some((_, items)) = &item.content {
            return self.module(file, &deeper, path, items);
        }
        let (file, below) = match given_path(&item.attrs) {
            Some(given) => {
                let file = join(folder_of(file), &given);
                let folder = folder_of(&file).to_owned();
                (file, folder)
            }
            None => {
                let beside = format!("{deeper}.rs");
                let inside = join(&deeper, "mod.rs");
                let exists = self.texts.contains_key(&beside);
                (if exists { beside } else { inside }, deeper)
            }
        };
        self.file(&file, below, path)
    }
}

/// What `#[path = ""]` says.
fn given_path(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path below a folder, without `..` where that can be.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
