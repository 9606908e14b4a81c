// SPDX-License-Identifier: GPL-2.0

//! The calls that are made to fail: one for each entry of a process and each way to it.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::Result;
use proc2_e2e::entries::{self, Rest};
use proc2_e2e::probe::At;
use proc2_e2e::view_files::FILES;
use proc2_e2e::{dirent, is_procfs};
use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;

use super::instance;

/// Entries of the registry, which take paths of their own through a lookup.
const GLOBAL: &[&str] = &["meminfo", "net/dev", "sys/kernel/pid_max", "sys/kernel"];

/// A policy, and what of it takes paths of its own: names that are shown, that lead to others and
/// that are hidden, of the registry, of `sys` and of `net`.
const POLICY: &str = "subset=container,hide=sys/net/core:net/arp,writable=sys/net";
const OF_POLICY: &[&str] = &[
    ".",
    "meminfo",
    "kcore",
    "net/dev",
    "net/arp",
    "sysvipc",
    "sys",
    "sys/kernel",
    "sys/kernel/osrelease",
    "sys/kernel/core_pattern",
    "sys/fs",
    "sys/net/ipv4",
    "self/net",
    "self",
];

/// The directory that some files of a view are in.
const PRESSURE: &str = "pressure";

/// A view of the hierarchy's root, where files are handed over to the kernel's own operations: this
/// process is in the initial pid namespace.
const OF_ROOT: &str = "cgroup=init";
const HANDED_OVER: &[&str] = &["meminfo", "stat", "pressure/cpu"];

/// What waits for pressure, and asks for memory for it.
const TRIGGER: &str = "some 150000 2000000";

/// One kind of call.
pub(super) struct Case<'a> {
    pub(super) name: String,
    /// What it is made on.
    pub(super) options: String,
    /// Makes what the call needs, where nothing may fail; then the call itself.
    pub(super) call: Box<dyn Fn(&OwnedFd) -> Outcome + 'a>,
    /// Whether two calls give the same.
    rests: bool,
}

impl Case<'_> {
    /// Whether a text is all of it. One that moves is about as long each time.
    pub(super) fn whole(&self, got: &[u8], want: &[u8]) -> bool {
        match self.rests {
            true => got == want,
            false => got.len() >= want.len() / 10 * 9,
        }
    }

    /// Whether a text that is not all of it may be its beginning.
    pub(super) fn part(&self, got: &[u8], want: &[u8]) -> bool {
        !self.rests || want.starts_with(got)
    }
}

pub(super) type Outcome = std::result::Result<Vec<u8>, i32>;

/// A case for each entry of the process and each way to it, and for what a policy and the view of
/// these options have.
pub(super) fn cases(pid: i32, view: Option<&str>) -> Result<Vec<Case<'static>>> {
    let root = instance("")?;
    let mut paths = vec![(".".to_owned(), FileType::Directory)];
    for name in ["self", "thread-self"] {
        paths.push((name.into(), FileType::Symlink));
    }
    paths.extend(GLOBAL.iter().map(|path| {
        let kind = At {
            root: root.as_fd(),
            path,
        }
        .kind();
        (path.to_string(), kind.unwrap_or(FileType::RegularFile))
    }));
    collect(&root, &pid.to_string(), 3, &mut paths)?;
    let mut paths: Vec<_> = paths
        .into_iter()
        .map(|(path, kind)| ("", path, kind))
        .collect();
    let of_view = [&[PRESSURE][..], &FILES].concat();
    if !is_procfs() {
        for (options, of_it) in [(POLICY, OF_POLICY), (OF_ROOT, HANDED_OVER)]
            .into_iter()
            .chain(view.map(|view| (view, of_view.as_slice())))
        {
            let root = instance(options)?;
            paths.extend(of_it.iter().map(|path| {
                let root = root.as_fd();
                let kind = At { root, path }.kind().unwrap_or(FileType::RegularFile);
                (options, path.to_string(), kind)
            }));
        }
    }
    let mut cases = Vec::new();
    for (options, path, kind) in paths {
        // Figures of a group, and the machine's, move with what the test itself takes.
        let figures = view == Some(options) || options == OF_ROOT;
        let moves = figures && kind != FileType::Directory;
        let rests = entries::rest(&path) == Rest::Steady && path != "." && !moves;
        let mut case = |verb: &str, call: fn(At<'_>) -> rustix::io::Result<Vec<u8>>| {
            let (name, path) = (format!("{verb} {path} {options}"), path.clone());
            let name = name.trim_end().to_owned();
            let call = move |root: &OwnedFd| {
                let at = At {
                    root: root.as_fd(),
                    path: &path,
                };
                call(at).map_err(Errno::raw_os_error)
            };
            let rests = rests && verb != "stat";
            cases.push(Case {
                name,
                options: options.to_owned(),
                call: Box::new(call),
                rests,
            });
        };
        case("stat", |at| {
            at.kind().map(|kind| format!("{kind:?}").into())
        });
        match kind {
            FileType::Directory => case("readdir", listed),
            FileType::Symlink => {
                case("readlink", |at| {
                    let link = rustix::fs::readlinkat(at.root, at.path, Vec::new())?;
                    Ok(link.into_bytes())
                });
                case("follow", |at| at.open(OFlags::PATH).map(|_| Vec::new()));
            }
            _ => case("read", read),
        }
    }
    let of_process = |(entry, text)| ("", entry, format!("{pid}/{entry}"), text);
    let mut writes: Vec<_> = entries::storm_writes().map(of_process).collect();
    for name in FILES.iter().filter(|name| name.contains('/')) {
        writes.extend(view.map(|view| (view, *name, name.to_string(), TRIGGER)));
    }
    for (options, entry, path, text) in writes {
        let name = format!("write {entry} {options}").trim_end().to_owned();
        let call = move |root: &OwnedFd| {
            let at = At {
                root: root.as_fd(),
                path: &path,
            };
            let written = at
                .open(OFlags::WRONLY)
                .and_then(|fd| rustix::io::write(&fd, text.as_bytes()));
            written
                .map(|count| count.to_string().into())
                .map_err(Errno::raw_os_error)
        };
        cases.push(Case {
            name,
            options: options.to_owned(),
            call: Box::new(call),
            rests: true,
        });
    }
    Ok(cases)
}

/// What is below a directory; one of each kind of thing that has many.
fn collect(
    root: &OwnedFd,
    path: &str,
    depth: u32,
    paths: &mut Vec<(String, FileType)>,
) -> Result<()> {
    paths.push((path.into(), FileType::Directory));
    let fd = At {
        root: root.as_fd(),
        path,
    }
    .open(OFlags::RDONLY | OFlags::DIRECTORY)?;
    let many = ["/fd", "/fdinfo", "/map_files", "/net", "/task"]
        .iter()
        .any(|end| path.ends_with(end));
    let entries = dirent::read(fd.as_fd())?.into_iter();
    let entries = entries.filter(|entry| entry.name != "." && entry.name != "..");
    for entry in entries.take(if many { 2 } else { usize::MAX }) {
        let below = format!("{path}/{}", entry.name);
        match entry.kind {
            FileType::Directory if depth > 0 => collect(root, &below, depth - 1, paths)?,
            kind => paths.push((below, kind)),
        }
    }
    Ok(())
}

fn listed(at: At<'_>) -> rustix::io::Result<Vec<u8>> {
    let fd = at.open(OFlags::RDONLY | OFlags::DIRECTORY)?;
    Ok(dirent::names(fd.as_fd())?.join("\n").into())
}

fn read(at: At<'_>) -> rustix::io::Result<Vec<u8>> {
    let fd = at.open(OFlags::RDONLY)?;
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    while all.len() < 1 << 16 {
        match rustix::io::read(&fd, &mut buffer)? {
            0 => break,
            count => all.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(all)
}
