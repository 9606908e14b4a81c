// SPDX-License-Identifier: GPL-2.0

//! A bundle's `config.json`: what of it bears on `/proc`, and how that part is changed while every
//! other stays as it was.
//!
//! The parts are read by the specification's own types, each for itself: a seccomp action that this
//! crate has never heard of is no matter of `/proc`.

use crate::strict::Strict;
use anyhow::{bail, Context, Result};
use oci_spec::runtime::{Hook, LinuxNamespace, LinuxNamespaceType, Mount, Root};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// No engine writes more, in bytes.
const LONGEST: u64 = 16 << 20;

/// The fields that are read, of each object that has such. Runtimes in Go take them in any case of
/// letters, others do not: a bundle that writes one otherwise would say two things.
const FIELDS: [(&str, &[&str]); 4] = [
    ("", &["annotations", "hooks", "linux", "mounts", "root"]),
    (
        "linux",
        &[
            "maskedPaths",
            "mountLabel",
            "namespaces",
            "readonlyPaths",
            "sysctl",
        ],
    ),
    ("hooks", &["createContainer"]),
    ("root", &["path"]),
];

/// The fields of a mount that are read.
const MOUNT_FIELDS: &[&str] = &["destination", "options", "source", "type"];

/// The fields of a namespace that are read.
const NAMESPACE_FIELDS: &[&str] = &["path", "type"];

/// A `config.json`.
#[derive(Clone, Debug)]
pub struct Bundle {
    value: Value,
    /// What it says of `/proc`.
    pub view: View,
}

/// The parts of a `config.json` that bear on `/proc`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// `hooks.createContainer`
    pub hooks: Vec<Hook>,
    /// `annotations`
    pub annotations: HashMap<String, String>,
    /// `mounts`
    pub mounts: Vec<Mount>,
    /// `root`
    pub root: Option<Root>,
    /// `linux.maskedPaths`
    pub masked: Vec<String>,
    /// `linux.mountLabel`
    pub mount_label: String,
    /// `linux.namespaces`
    pub namespaces: Vec<LinuxNamespace>,
    /// `linux.readonlyPaths`
    pub readonly: Vec<String>,
    /// `linux.sysctl`
    pub sysctl: BTreeMap<String, String>,
}

impl View {
    /// Whether the container is in a user namespace that is not ours, or may not be.
    pub fn has_user_namespace(&self) -> bool {
        self.has_namespace(LinuxNamespaceType::User)
    }

    /// Whether the container has a namespace of this kind, or joins one.
    pub fn has_namespace(&self, kind: LinuxNamespaceType) -> bool {
        self.namespaces
            .iter()
            .any(|namespace| namespace.typ() == kind)
    }
}

/// What is to become of a bundle.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What the mount with this index becomes; it goes where there is nothing.
    pub mount: Option<(usize, Option<Mount>)>,
    /// The masked paths that stay.
    pub masked: Vec<String>,
    /// The read-only paths that stay.
    pub readonly: Vec<String>,
    /// The sysctls that go.
    pub sysctl: Vec<String>,
    /// A `createContainer` hook to put before all others.
    pub hook: Option<Hook>,
}

impl Bundle {
    /// Reads a bundle from the text of its `config.json`.
    pub fn parse(text: &[u8]) -> Result<Self> {
        serde_json::from_slice::<Strict>(text)?;
        let value: Value = serde_json::from_slice(text)?;
        let mut all = value.as_object().context("it is no JSON object")?;
        let none = Map::new();
        for (name, fields) in FIELDS {
            let object = if name.is_empty() {
                all
            } else {
                object(all, name, &none)?
            };
            one_spelling(name, object, fields)?;
        }
        all = value.as_object().unwrap_or(&none);
        for mount in all
            .get("mounts")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(mount) = mount.as_object() {
                one_spelling("mounts", mount, MOUNT_FIELDS)?;
            }
        }
        let linux = object(all, "linux", &none)?;
        for namespace in linux
            .get("namespaces")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(namespace) = namespace.as_object() {
                one_spelling("namespaces", namespace, NAMESPACE_FIELDS)?;
            }
        }
        let view = View {
            hooks: part(object(all, "hooks", &none)?, "createContainer")?,
            annotations: part(all, "annotations")?,
            mounts: part(all, "mounts")?,
            root: part(all, "root")?,
            masked: part(linux, "maskedPaths")?,
            mount_label: part(linux, "mountLabel")?,
            namespaces: part(linux, "namespaces")?,
            readonly: part(linux, "readonlyPaths")?,
            sysctl: part(linux, "sysctl")?,
        };
        Ok(Self { value, view })
    }

    /// Reads the bundle with this `config.json`.
    pub fn read(path: &Path) -> Result<Self> {
        let context = || format!("cannot read {}", path.display());
        let mut text = Vec::new();
        let file = fs::File::open(path).with_context(context)?;
        file.take(LONGEST + 1)
            .read_to_end(&mut text)
            .with_context(context)?;
        if text.len() as u64 > LONGEST {
            bail!("{} is longer than {LONGEST} bytes", path.display());
        }
        Self::parse(&text).with_context(|| format!("in {}", path.display()))
    }

    /// Makes the changes.
    pub fn change(&mut self, changes: &Changes) -> Result<()> {
        let top = self.value.as_object_mut().context("it is no JSON object")?;
        if let Some((index, mount)) = &changes.mount {
            let mounts = top.get_mut("mounts").and_then(Value::as_array_mut);
            let mounts = mounts.context("it has no mounts")?;
            match mount {
                Some(mount) => mounts[*index] = serde_json::to_value(mount)?,
                None => drop(mounts.remove(*index)),
            }
        }
        if let Some(linux) = top.get_mut("linux").and_then(Value::as_object_mut) {
            let lists = [
                ("maskedPaths", &changes.masked),
                ("readonlyPaths", &changes.readonly),
            ];
            for (name, list) in lists {
                if linux.get(name).is_some_and(Value::is_array) {
                    linux.insert(name.to_owned(), serde_json::to_value(list)?);
                }
            }
            if let Some(sysctl) = linux.get_mut("sysctl").and_then(Value::as_object_mut) {
                changes
                    .sysctl
                    .iter()
                    .for_each(|key| drop(sysctl.shift_remove(key)));
            }
        }
        if let Some(hook) = &changes.hook {
            let hooks = top.entry("hooks").or_insert(Value::Null);
            let hooks = or_empty(hooks, Value::Object(Map::new())).as_object_mut();
            let hooks = hooks.context("hooks is no object")?;
            let list = hooks.entry("createContainer").or_insert(Value::Null);
            let list = or_empty(list, Value::Array(Vec::new())).as_array_mut();
            let list = list.context("hooks.createContainer is no array")?;
            list.insert(0, serde_json::to_value(hook)?);
        }
        Ok(())
    }

    /// The text of the `config.json` as it is now.
    pub fn text(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(&self.value)?)
    }

    /// Puts the bundle in the place of this `config.json`, with its owner and mode: whoever reads it
    /// meanwhile finds the one or the other whole.
    pub fn write(&self, path: &Path) -> Result<()> {
        let context = || format!("cannot write {}", path.display());
        let path = path.canonicalize().with_context(context)?;
        let old = fs::metadata(&path).with_context(context)?;
        let directory = path
            .parent()
            .map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
        let mut new = tempfile::NamedTempFile::new_in(directory).with_context(context)?;
        new.write_all(&self.text()?).with_context(context)?;
        let file = new.as_file();
        let owner = (Some(old.uid()), Some(old.gid()));
        std::os::unix::fs::fchown(file, owner.0, owner.1).with_context(context)?;
        file.set_permissions(fs::Permissions::from_mode(old.mode() & 0o7777))
            .with_context(context)?;
        new.persist(&path).with_context(context)?;
        Ok(())
    }
}

/// `value`, made `empty` where it is null.
fn or_empty(value: &mut Value, empty: Value) -> &mut Value {
    if value.is_null() {
        *value = empty;
    }
    value
}

fn object<'v>(
    of: &'v Map<String, Value>,
    name: &str,
    none: &'v Map<String, Value>,
) -> Result<&'v Map<String, Value>> {
    match of.get(name) {
        None | Some(Value::Null) => Ok(none),
        Some(value) => value
            .as_object()
            .with_context(|| format!("{name} is no object")),
    }
}

/// A field, or what stands for nothing where it is null or absent.
fn part<T: DeserializeOwned + Default>(of: &Map<String, Value>, name: &str) -> Result<T> {
    match of.get(name) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => T::deserialize(value).with_context(|| format!("{name} is malformed")),
    }
}

/// Refuses an object that has one of the fields in another spelling that a runtime in Go would take.
fn one_spelling(of: &str, object: &Map<String, Value>, fields: &[&str]) -> Result<()> {
    let fold = |text: &str| -> String {
        let letters = text.chars().map(|letter| match letter {
            '\u{17f}' => 's', // Go folds these two as well.
            '\u{212a}' => 'k',
            letter => letter.to_ascii_lowercase(),
        });
        letters.collect()
    };
    for key in object.keys().filter(|key| !fields.contains(&key.as_str())) {
        if let Some(field) = fields.iter().find(|field| fold(field) == fold(key)) {
            let of = if of.is_empty() {
                String::new()
            } else {
                format!("{of}: ")
            };
            bail!("{of}the field {key:?} is {field:?} to some runtimes and nothing to others");
        }
    }
    Ok(())
}
