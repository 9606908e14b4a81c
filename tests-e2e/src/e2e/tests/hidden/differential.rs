// SPDX-License-Identifier: GPL-2.0

//! Random policies: an instance is procfs without what the model says is hidden, in random order,
//! first and cached. `PROC2_SEED` chooses others; a failure says its number.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure, Context as _, Result};
use fastrand::Rng;
use proc2_e2e::mount;
use proc2_e2e::patience::on_debug_kernel;
use proc2_e2e::probe::At;
use proc2_e2e::storm::size::seed;
use proc2_e2e::{dirent, errno, fstype, OWN_ENTRY};
use rustix::fs::{statat, AtFlags, FileType, OFlags};

use super::super::Test;
use super::model::{as_opts, Model};
use super::tree::{below, listed, real, write_outcome, Entry, Tree};

use random::{Known, Look};

mod random;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": differential]
}

/// How long policies are tried.
const TIME: Duration = Duration::from_secs(50);
/// Directories in which nothing can ever be. They keep the kernel's operations, which refuse to
/// write by themselves.
const EMPTY: &[&str] = &["fs/nfsd", "sys/fs/binfmt_misc"];
/// Looks at an instance, each of which is made twice.
const LOOKS: usize = 150;

fn differential() -> Result<()> {
    let known = Known::new()?;
    let until = Instant::now() + TIME;
    let (mut number, mut looks) = (0, 0);
    while Instant::now() < until {
        // Two at a time: what one has cached is no matter of the other.
        let pair = [number, number + 1].map(|number| {
            let mut rng = Rng::with_seed((seed() << 32) | number);
            let model = known.policy(&mut rng);
            (model, rng)
        });
        looks += compare(&known, pair)
            .with_context(|| format!("PROC2_SEED={} policies {number} and the next", seed()))?;
        number += 2;
    }
    println!("  seed {}: {number} policies, {looks} looks", seed());
    let least = if on_debug_kernel() { 4 } else { 40 };
    ensure!(number >= least, "only {number} policies");
    Ok(())
}

fn compare(known: &Known, pair: [(Model, Rng); 2]) -> Result<usize> {
    let mut sides = Vec::new();
    for (model, mut rng) in pair {
        let options = model.options();
        let made = mount::detached(&fstype(), &as_opts(&options));
        let root = made.map_err(|refusal| anyhow!("{options:?}: {refusal}"))?;
        let mut looks = known.looks(&model, &mut rng);
        let again = looks.clone();
        looks.extend(again);
        rng.shuffle(&mut looks);
        sides.push((model, root, looks));
    }
    let mut count = 0;
    for step in 0..2 * LOOKS {
        for (model, root, looks) in &sides {
            let Some(look) = looks.get(step) else {
                continue;
            };
            let (want, got) = known.take(model, root, look)?;
            ensure!(
                want == got,
                "{look:?} gives {got}, not {want}, with {:?}",
                model.options()
            );
            count += 1;
        }
    }
    Ok(count)
}

impl Known {
    /// What a look gives by the model, and what it gives.
    fn take(&self, model: &Model, root: &OwnedFd, look: &Look) -> Result<(String, String)> {
        let fd = root.as_fd();
        let kind_of = |path: &str| -> Option<FileType> {
            let entry = self.tree.entries.get(path)?;
            let is_dir = entry.kind == FileType::Directory;
            model.has(path, is_dir).then_some(entry.kind)
        };
        let name = |path: &str| shown(At { root: fd, path });
        Ok(match look {
            Look::Name(path) => {
                // Below a file there is nothing, and another error says so.
                let want = kind_of(path).map(|kind| format!("{kind:?}"));
                let missing = || below_file(&self.tree, model, path).to_owned();
                (want.unwrap_or_else(missing), name(path))
            }
            Look::Write(path) => match self.tree.entries.get(path) {
                Some(entry) if entry.kind != FileType::Symlink => {
                    let empty = EMPTY.contains(&path.as_str());
                    let want = match kind_of(path) {
                        None => "ENOENT",
                        Some(_) if !model.writes(path) && !empty => "EROFS",
                        Some(_) => &entry.write,
                    };
                    (want.into(), write_outcome(fd, path, entry.kind))
                }
                _ => (String::new(), String::new()),
            },
            Look::List(dir) => {
                let want = match dir.is_empty() || kind_of(dir).is_some() {
                    true => text(&self.expected(model, dir)),
                    false => "ENOENT".into(),
                };
                let got = listed(fd, dir);
                let got = got.map(|list| list.into_iter().map(|entry| (entry.name, entry.kind)));
                (
                    want,
                    errno::show(got, |list| text(&list.collect::<Vec<_>>())),
                )
            }
            Look::Links(dir) => {
                let links = self.tree.entries[dir].links;
                // Those of directories of `sys` say nothing.
                let own = if dir.starts_with("sys/") { links } else { 2 };
                let want = match dir.is_empty() || kind_of(dir).is_some() {
                    // The first of them is the kernel's own.
                    true if dir == "sys" => links.to_string(),
                    true => own.to_string(),
                    false => "ENOENT".into(),
                };
                let stat = statat(fd, real(dir), AtFlags::SYMLINK_NOFOLLOW);
                (want, errno::show(stat, |stat| stat.st_nlink.to_string()))
            }
            Look::Task(place) => self.task(model, fd, place)?,
            Look::Row(place, row) => {
                let rows = &self.rows[place];
                let kind = rows
                    .iter()
                    .find(|(name, _)| name == row && !model.hides_row(name));
                let gone = place.contains("task") && model.hides_row("task");
                let want = kind.filter(|_| !gone).map(|(_, kind)| format!("{kind:?}"));
                let want = want.unwrap_or_else(|| "ENOENT".into());
                (want, name(&format!("{place}/{row}")))
            }
            Look::Net(place) => {
                let link = place != "net" || kind_of("net").is_some();
                // The thread's own is reached by the directory of threads.
                let way = !place.starts_with("thread") || !model.hides_row("task");
                let want = match link && way && model.has_in_net("") {
                    true => {
                        let list = self.net.iter().filter(|(name, _)| model.has_in_net(name));
                        text(&list.cloned().collect::<Vec<_>>())
                    }
                    false => "ENOENT".into(),
                };
                let got = entries(fd, place);
                (want, errno::show(got, |list| text(&list)))
            }
            Look::Own => {
                let files = model.has_own() && !model.hide.contains(&format!("{OWN_ENTRY}/tasks"));
                let want = format!(
                    "{} {}",
                    if model.has_own() {
                        "Directory"
                    } else {
                        "ENOENT"
                    },
                    if files { "RegularFile" } else { "ENOENT" },
                );
                let file = name(&format!("{OWN_ENTRY}/tasks"));
                (want, format!("{} {file}", name(OWN_ENTRY)))
            }
        })
    }

    /// What is listed in a directory that is there.
    fn expected(&self, model: &Model, dir: &str) -> Vec<(String, FileType)> {
        let list = self.tree.entries[dir].list.iter();
        let list =
            list.filter(|(name, kind)| model.has(&below(dir, name), *kind == FileType::Directory));
        let own = (OWN_ENTRY.to_owned(), FileType::Directory);
        let own = (dir.is_empty() && model.lists_own()).then_some(own);
        list.cloned().chain(own).collect()
    }

    /// The directory of a task: names and number of links.
    fn task(&self, model: &Model, root: BorrowedFd<'_>, place: &str) -> Result<(String, String)> {
        let hidden = |(name, _): &&(String, FileType)| model.hides_row(name);
        let rows = &self.rows[place];
        let dirs = rows.iter().filter(hidden);
        let fewer = dirs
            .filter(|(_, kind)| *kind == FileType::Directory)
            .count() as u64;
        let kept = rows.iter().filter(|row| !hidden(row)).cloned();
        let want = match place.contains("task") && model.hides_row("task") {
            true => "ENOENT".into(),
            false => {
                let links = self.links[place] - fewer;
                format!("{links} {}", text(&kept.collect::<Vec<_>>()))
            }
        };
        let links = statat(root, place, AtFlags::empty()).map(|stat| stat.st_nlink);
        let got = links.and_then(|links| Ok((links, entries(root, place)?)));
        Ok((
            want,
            errno::show(got, |(links, list)| format!("{links} {}", text(&list))),
        ))
    }
}

/// What is missing below a file that is there is ENOTDIR, as everywhere.
fn below_file(tree: &Tree, model: &Model, path: &str) -> &'static str {
    let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
    let file = above.any(|dir| {
        let entry = tree.entries.get(dir);
        // The link that is no directory's leads to a file.
        let file = |entry: &Entry| entry.kind == FileType::RegularFile || dir == "mounts";
        entry.is_some_and(|entry| file(entry) && model.has(dir, false))
    });
    if file {
        "ENOTDIR"
    } else {
        "ENOENT"
    }
}

fn shown(at: At<'_>) -> String {
    errno::show(at.kind(), |kind| format!("{kind:?}"))
}

/// The names in a directory, in order, without dots.
fn entries(root: BorrowedFd<'_>, path: &str) -> rustix::io::Result<Vec<(String, FileType)>> {
    let fd = At { root, path }.open(OFlags::RDONLY | OFlags::DIRECTORY)?;
    let list = dirent::read(fd.as_fd())?.into_iter();
    let list = list.filter(|entry| entry.name != "." && entry.name != "..");
    Ok(list.map(|entry| (entry.name, entry.kind)).collect())
}

fn text(list: &[(String, FileType)]) -> String {
    let words = list.iter().map(|(name, kind)| format!("{name} {kind:?}"));
    words.collect::<Vec<_>>().join(", ")
}
