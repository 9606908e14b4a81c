// SPDX-License-Identifier: GPL-2.0

//! Random policies and random looks at their instances, made of what procfs has.

use std::collections::BTreeMap;
use std::os::fd::AsFd;

use anyhow::{Context as _, Result};
use fastrand::Rng;
use proc2_e2e::mount::Instance;
use proc2_e2e::{dirent, OWN_ENTRY};
use rustix::fs::{statat, AtFlags, FileType};

use super::super::model::{Base, Model};
use super::super::tree::Tree;
use super::{entries, LOOKS};

/// What policies are made of, and what procfs has.
pub(super) struct Known {
    pub(super) tree: Tree,
    paths: Vec<String>,
    /// Entries of a task, by where its directory is.
    pub(super) rows: BTreeMap<String, Vec<(String, FileType)>>,
    pub(super) links: BTreeMap<String, u64>,
    pub(super) net: Vec<(String, FileType)>,
    names: Vec<String>,
}

/// One look at an instance.
#[derive(Debug, Clone)]
pub(super) enum Look {
    Name(String),
    Write(String),
    List(String),
    Links(String),
    Task(String),
    Row(String, String),
    Net(String),
    Own,
}

impl Known {
    pub(super) fn new() -> Result<Self> {
        let tree = Tree::new()?;
        let procfs = Instance::new("proc", "")?;
        let root = procfs.root()?;
        let list = |path: &str| -> Result<Vec<(String, FileType)>> {
            entries(root.as_fd(), path).with_context(|| path.to_owned())
        };
        let pid = std::process::id();
        let (mut rows, mut links) = (BTreeMap::new(), BTreeMap::new());
        for place in ["self".to_owned(), format!("self/task/{pid}"), "1".into()] {
            rows.insert(place.clone(), list(&place)?);
            links.insert(
                place.clone(),
                dirent::links(&statat(&root, &place, AtFlags::empty())?),
            );
        }
        let net = list("self/net")?;
        let names = rows["self"]
            .iter()
            .chain(&rows[&format!("self/task/{pid}")]);
        let names = names.map(|(name, _)| name.clone()).collect();
        let paths = tree.paths().into_iter().map(str::to_owned).collect();
        Ok(Self {
            tree,
            paths,
            rows,
            links,
            net,
            names,
        })
    }

    /// A path that a list may name: of what is there, above it, below a file, of nothing.
    fn item(&self, rng: &mut Rng) -> String {
        let path = &self.paths[rng.usize(..self.paths.len())];
        match rng.u8(..10) {
            0 => format!("{path}/none"),
            1 => "nothing/at/all".into(),
            2..=4 => path.split('/').next().unwrap_or(path).into(),
            5 | 6 => path
                .rsplit_once('/')
                .map_or(path.as_str(), |(dir, _)| dir)
                .into(),
            _ => path.clone(),
        }
    }

    pub(super) fn policy(&self, rng: &mut Rng) -> Model {
        let base = [Base::All, Base::Pid, Base::Container][rng.usize(..3)];
        let some = |rng: &mut Rng, most: usize| -> Vec<String> {
            (0..rng.usize(..=most)).map(|_| self.item(rng)).collect()
        };
        let mut model = Model {
            base,
            ..Model::default()
        };
        if base != Base::All {
            model.show = some(rng, 6);
            // What is below is every task's.
            model.show.retain(|path| !path.starts_with("net/"));
        }
        model.hide = some(rng, 6);
        for _ in 0..rng.usize(..4) {
            let one = match rng.u8(..8) {
                0 => OWN_ENTRY.into(),
                1 => format!("{OWN_ENTRY}/tasks"),
                2 => "net".into(),
                3 | 4 => format!("net/{}", self.net[rng.usize(..self.net.len())].0),
                _ => format!("pid/{}", self.names[rng.usize(..self.names.len())]),
            };
            model.hide.push(one);
        }
        // Of the entries of tasks this one has a name that is shorter.
        model.hide.retain(|path| path != "pid/net");
        if rng.bool() {
            model.writable = Some(some(rng, 5));
        }
        if base != Base::Container && model.hide.is_empty() {
            // With nothing to decide an instance has no policy.
            model.hide.push("nothing".into());
        }
        model
    }

    /// Looks at what the policy speaks of, what is beside that, and at anything.
    pub(super) fn looks(&self, model: &Model, rng: &mut Rng) -> Vec<Look> {
        let writable = model.writable.iter().flatten();
        let spoken: Vec<&String> = model
            .show
            .iter()
            .chain(&model.hide)
            .chain(writable)
            .collect();
        let mut looks = Vec::new();
        while looks.len() < LOOKS {
            let path = match rng.usize(..3) {
                0 if !spoken.is_empty() => spoken[rng.usize(..spoken.len())].clone(),
                _ => self.item(rng),
            };
            let dirs = self.tree.directories();
            let places: Vec<&String> = self.rows.keys().collect();
            let dir = match self.tree.entries.get(&path).map(|entry| entry.kind) {
                Some(FileType::Directory) => path.clone(),
                _ => match path.rsplit_once('/') {
                    Some((dir, _)) if dirs.contains(&dir) => dir.into(),
                    _ => dirs[rng.usize(..dirs.len())].into(),
                },
            };
            let place = places[rng.usize(..places.len())].clone();
            looks.push(match rng.u8(..20) {
                0..=6 => Look::Name(path),
                7..=10 => Look::Write(path),
                11..=13 => Look::List(dir),
                14 => Look::Links(dir),
                15 => Look::Task(place),
                16 => Look::Row(place, self.names[rng.usize(..self.names.len())].clone()),
                17 | 18 => Look::Net(["net", "self/net", "thread-self/net"][rng.usize(..3)].into()),
                _ => Look::Own,
            });
        }
        looks
    }
}
