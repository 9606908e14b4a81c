// SPDX-License-Identifier: GPL-2.0

//! Attempts to change the tree: all fail, or change what only the instance's own inode holds.

use rustix::fs::{
    chmodat, chownat, linkat, mkdirat, mknodat, renameat, statat, symlinkat, unlinkat, utimensat,
    AtFlags, FileType, Gid, Mode, OFlags, Timespec, Timestamps, Uid,
};

use super::{probes, show_stat, At, Probe};
use crate::errno::show;

const ALL: &[Probe] = probes![remove, rename, chown, times];
const NOT_LINK: &[Probe] = probes![chmod];
const REGULAR: &[Probe] = probes![truncate];
const DIRECTORY: &[Probe] = probes![create];

/// The attempts that suit a file of type `kind`.
pub(super) fn suited(kind: Option<FileType>) -> impl Iterator<Item = &'static Probe> {
    let (not_link, own): (&[Probe], &[Probe]) = match kind {
        Some(FileType::RegularFile) => (NOT_LINK, REGULAR),
        Some(FileType::Directory) => (NOT_LINK, DIRECTORY),
        _ => (&[], &[]),
    };
    ALL.iter().chain(not_link).chain(own)
}

fn done(result: rustix::io::Result<()>) -> String {
    show(result, |()| "ok".into()) + "\n"
}

fn remove(at: At<'_>) -> String {
    let file = unlinkat(at.root, at.path, AtFlags::empty());
    let directory = unlinkat(at.root, at.path, AtFlags::REMOVEDIR);
    format!("unlink {}rmdir {}", done(file), done(directory))
}

fn rename(at: At<'_>) -> String {
    let beside = format!("{}.renamed", at.path);
    let linked = linkat(at.root, at.path, at.root, beside.as_str(), AtFlags::empty());
    let renamed = renameat(at.root, at.path, at.root, beside.as_str());
    let onto = renameat(at.root, beside.as_str(), at.root, at.path);
    format!(
        "link {}rename {}onto {}",
        done(linked),
        done(renamed),
        done(onto)
    )
}

/// chown to the present owner, by root, succeeds in procfs; the next look shows the task's owner.
fn chown(at: At<'_>) -> String {
    let nofollow = AtFlags::SYMLINK_NOFOLLOW;
    let Ok(now) = statat(at.root, at.path, nofollow) else {
        return "not found".into();
    };
    let same = chownat(
        at.root,
        at.path,
        Some(Uid::from_raw(now.st_uid)),
        Some(Gid::from_raw(now.st_gid)),
        nofollow,
    );
    let other = chownat(at.root, at.path, Some(Uid::from_raw(77)), None, nofollow);
    let after = show(statat(at.root, at.path, nofollow), |stat| show_stat(&stat));
    // Put it back: entries that no task owns keep the change.
    let _ = chownat(
        at.root,
        at.path,
        Some(Uid::from_raw(now.st_uid)),
        None,
        nofollow,
    );
    format!("same {}other {}after {after}", done(same), done(other))
}

fn times(at: At<'_>) -> String {
    let then = Timespec {
        tv_sec: 1,
        tv_nsec: 2,
    };
    let stamps = Timestamps {
        last_access: then,
        last_modification: then,
    };
    done(utimensat(
        at.root,
        at.path,
        &stamps,
        AtFlags::SYMLINK_NOFOLLOW,
    ))
}

fn chmod(at: At<'_>) -> String {
    let Ok(now) = statat(at.root, at.path, AtFlags::SYMLINK_NOFOLLOW) else {
        return "not found".into();
    };
    let same = chmodat(
        at.root,
        at.path,
        Mode::from_raw_mode(now.st_mode),
        AtFlags::empty(),
    );
    let other = chmodat(
        at.root,
        at.path,
        Mode::from_raw_mode(0o777),
        AtFlags::empty(),
    );
    let after = show(
        statat(at.root, at.path, AtFlags::SYMLINK_NOFOLLOW),
        |stat| show_stat(&stat),
    );
    format!("same {}other {}after {after}", done(same), done(other))
}

fn truncate(at: At<'_>) -> String {
    let opened = show(at.open(OFlags::WRONLY | OFlags::TRUNC), |_| "ok".into());
    let cut = at
        .open(OFlags::WRONLY)
        .map(|fd| show(rustix::fs::ftruncate(&fd, 0), |()| "ok".into()));
    format!("open {opened} ftruncate {}", show(cut, |text| text))
}

fn create(at: At<'_>) -> String {
    let path = format!("{}/new", at.path);
    let path = path.as_str();
    let mode = Mode::from_raw_mode(0o644);
    let file = At { path, ..at }
        .open(OFlags::CREATE | OFlags::WRONLY)
        .map(drop);
    let node = mknodat(at.root, path, FileType::Fifo, mode, 0);
    let directory = mkdirat(at.root, path, mode);
    let link = symlinkat("target", at.root, path);
    [file, node, directory, link].map(done).concat()
}
