// SPDX-License-Identifier: GPL-2.0

//! The gate of every entry: callers who each lack one right look at it and write to it, in procfs and in the type under test.
//!
//! Quick and narrow, where the oracle is wide: `make mutate` runs this once for each check, with `PROC2_ROWS` naming the rows
//! that the check is for.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{self, Caller, OTHER, USER};
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, errno, fstype, target_kinds};
use rustix::fs::{accessat, readlinkat, statat, Access, AtFlags, FileType, OFlags};
use rustix::thread::{
    capabilities, set_capabilities, set_keep_capabilities, set_thread_groups, set_thread_res_gid,
    set_thread_res_uid, CapabilitySet, Gid, Uid,
};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["gates": looking, writing]
}

/// Somebody who lacks a right.
struct Looker {
    name: &'static str,
    is: &'static Caller,
    lacks: CapabilitySet,
}

impl Looker {
    const fn new(name: &'static str, is: &'static Caller, lacks: CapabilitySet) -> Self {
        Self { name, is, lacks }
    }

    fn become_it(&self) -> Result<()> {
        self.is.become_it()?;
        let mut sets = capabilities(None).context("capget")?;
        sets.effective -= self.lacks;
        sets.permitted -= self.lacks;
        set_capabilities(None, sets).context("capset")
    }
}

/// Either of these is enough to follow the links of `map_files`, and the first to be traced by nobody's leave.
const ADMIN: CapabilitySet = CapabilitySet::SYS_ADMIN.union(CapabilitySet::CHECKPOINT_RESTORE);
/// What opens another user's memory.
const TRACE: CapabilitySet = CapabilitySet::SYS_PTRACE.union(CapabilitySet::PERFMON);

/// Who looks. Root comes in between: what it has found is cached for those behind it.
const LOOKERS: &[Looker] = &[
    Looker::new("user", &caller::ORDINARY, CapabilitySet::empty()),
    Looker::new("untracing root", &caller::ROOT, TRACE.union(ADMIN)),
    Looker::new("root without admin", &caller::ROOT, ADMIN),
    Looker::new("root without nice", &caller::ROOT, CapabilitySet::SYS_NICE),
    Looker::new("root", &caller::ROOT, CapabilitySet::empty()),
    Looker::new("user after root", &caller::ORDINARY, CapabilitySet::empty()),
    Looker::new(
        "untracing root after root",
        &caller::ROOT,
        TRACE.union(ADMIN),
    ),
];

/// Who writes.
const WRITERS: &[Looker] = &[
    Looker::new("user", &caller::ORDINARY, CapabilitySet::empty()),
    Looker::new("root", &caller::ROOT, CapabilitySet::empty()),
    Looker::new("root without admin", &caller::ROOT, ADMIN),
    Looker::new("root without nice", &caller::ROOT, CapabilitySet::SYS_NICE),
    Looker::new(
        "root without resource",
        &caller::ROOT,
        CapabilitySet::SYS_RESOURCE,
    ),
];

/// What is written, one after the other, where a zero does not bring out the checks.
const TEXTS: &[(&str, &[&str])] = &[
    ("comm", &["renamed"]),
    // Up is free for all, down again for who was allowed to go there, further down for the few.
    ("oom_adj", &["5", "0", "-10"]),
    ("oom_score_adj", &["500", "0", "-900"]),
    ("loginuid", &["1000"]),
    ("make-it-fail", &["1", "0"]),
    ("coredump_filter", &["0x11"]),
    ("timerslack_ns", &["60000"]),
    ("setgroups", &["deny"]),
    ("uid_map", &["0 1 1"]),
    ("timens_offsets", &["monotonic 5 0"]),
    ("autogroup", &["5", "-5"]),
];

/// Whether the run is about the row of a name; without `PROC2_ROWS` it is about all.
fn wanted(row: &str) -> bool {
    match std::env::var("PROC2_ROWS") {
        Ok(rows) if !rows.is_empty() => rows.split(',').any(|wanted| wanted == row),
        _ => true,
    }
}

/// How many comparisons there must be.
fn floor(all: u64) -> u64 {
    // A row that this kernel lacks has none.
    match std::env::var("PROC2_ROWS") {
        Ok(rows) if !rows.is_empty() => 0,
        _ => all,
    }
}

/// Another user's process, with a second thread.
fn others() -> Result<Sleeper> {
    Sleeper::new(|| {
        caller::become_user(OTHER)?;
        target_kinds::start_thread("second")
    })
}

/// A process of the user's own that has more rights than the user: modes let the user in, and only the gate does not.
fn capable() -> Result<Sleeper> {
    Sleeper::new(|| {
        set_thread_groups(&[]).context("setgroups")?;
        set_keep_capabilities(true).context("PR_SET_KEEPCAPS")?;
        let (uid, gid) = (Uid::from_raw(USER), Gid::from_raw(USER));
        set_thread_res_gid(gid, gid, gid).context("setresgid")?;
        set_thread_res_uid(uid, uid, uid).context("setresuid")?;
        let mut sets = capabilities(None).context("capget")?;
        sets.permitted = CapabilitySet::NET_RAW;
        set_capabilities(None, sets).context("capset")?;
        let dumpable = rustix::process::DumpableBehavior::Dumpable;
        rustix::process::set_dumpable_behavior(dumpable).context("PR_SET_DUMPABLE")
    })
}

/// Each wanted row's path at both levels, and what is below it, as root finds it in `instance`.
fn paths(instance: &OwnedFd, pid: i32) -> Result<Vec<String>> {
    let list = |path: &str| {
        let at = At {
            root: instance.as_fd(),
            path,
        };
        // What links lead to is no entry.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
        at.open(flags).and_then(|fd| dirent::names(fd.as_fd()))
    };
    let threads = list(&format!("{pid}/task"))?;
    let thread = threads.last().context("a process without a thread")?;
    let mut all = Vec::new();
    for directory in [pid.to_string(), format!("{pid}/task/{thread}")] {
        for row in list(&directory)?.into_iter().filter(|row| wanted(row)) {
            let path = format!("{directory}/{row}");
            // The network's files are not the task's.
            let below = if row == "net" {
                Vec::new()
            } else {
                list(&path).unwrap_or_default()
            };
            all.push(path.clone());
            for child in below.into_iter().take(8) {
                let child = format!("{path}/{child}");
                let below = if row == "task" {
                    Vec::new()
                } else {
                    list(&child).unwrap_or_default()
                };
                all.push(child.clone());
                all.extend(below.into_iter().map(|name| format!("{child}/{name}")));
            }
        }
    }
    Ok(all)
}

/// A way to look, and what it gives as text.
type Look = (&'static str, fn(At<'_>) -> Vec<u8>);

const LOOKS: &[Look] = &[
    ("stat", |at| {
        let stat = statat(at.root, at.path, AtFlags::SYMLINK_NOFOLLOW);
        let show =
            |stat: rustix::fs::Stat| format!("{:o} {} {}", stat.st_mode, stat.st_uid, stat.st_gid);
        errno::show(stat, show).into()
    }),
    ("access", |at| {
        let ask = |access| {
            errno::show(accessat(at.root, at.path, access, AtFlags::empty()), |()| {
                "ok".into()
            })
        };
        [Access::READ_OK, Access::WRITE_OK, Access::EXEC_OK]
            .map(ask)
            .join(" ")
            .into()
    }),
    ("read", |at| match at.kind() {
        Ok(FileType::Directory) => proc2_e2e::probe::listing(at)
            .map_or_else(String::into_bytes, |list| format!("{list:?}").into()),
        _ => proc2_e2e::probe::read_all(at),
    }),
    ("open to write", |at| opened(at, OFlags::WRONLY)),
    ("open for both", |at| opened(at, OFlags::RDWR)),
    ("readlink", |at| {
        let target = readlinkat(at.root, at.path, Vec::new());
        errno::show(target, |target| format!("{target:?}")).into()
    }),
    ("follow", |at| {
        let stat = statat(at.root, at.path, AtFlags::empty());
        errno::show(stat, |stat| format!("{:o}", stat.st_mode)).into()
    }),
];

fn opened(at: At<'_>, flags: OFlags) -> Vec<u8> {
    errno::show(at.open(flags | OFlags::NOFOLLOW), |_| "ok".into()).into()
}

/// Numbers as zero or not: counters move, and what a caller may not see is shown as zero.
fn numbers(text: &[u8]) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::new();
    for &byte in text {
        match (byte, out.last()) {
            (b'0', None) => out.push(b'0'),
            (b'0', Some(b'0' | b'#')) => {}
            (b'1'..=b'9', Some(b'#')) => {}
            (b'1'..=b'9', Some(b'0')) => {
                out.pop();
                out.push(b'#');
            }
            (b'1'..=b'9', _) => out.push(b'#'),
            // Blanks line numbers up.
            (b' ', Some(b' ')) => {}
            (byte, _) => out.push(byte),
        }
    }
    Some(out)
}

fn looking() -> Result<()> {
    let mut tally = Tally::default();
    for (whose, target) in [("another user's", others()?), ("a capable", capable()?)] {
        let (oracle, subject) = (
            Instance::new("proc", "")?.into_root()?,
            Instance::new(&fstype(), "")?.into_root()?,
        );
        let paths = paths(&oracle, target.id())?;
        for looker in LOOKERS {
            let looked = in_child(|| {
                looker.become_it()?;
                let mut tally = Tally::default();
                for path in &paths {
                    let (theirs, ours) = (
                        At {
                            root: oracle.as_fd(),
                            path,
                        },
                        At {
                            root: subject.as_fd(),
                            path,
                        },
                    );
                    for (way, look) in LOOKS {
                        let what = || format!("{} at {whose} {path}: {way}", looker.name);
                        tally.compare(what, || look(theirs), || look(ours), numbers);
                    }
                }
                Ok(tally)
            });
            tally.add(looked.with_context(|| format!("{} at {whose} process", looker.name))?);
        }
    }
    tally.verdict(floor(10_000))
}

/// Every row that somebody may write, written by each of [`WRITERS`] to another user's process and to itself. Each tree has
/// processes of its own, which are made in the same way.
fn writing() -> Result<()> {
    let mut tally = Tally::default();
    for writer in WRITERS {
        for own in [false, true] {
            let what = if own {
                "itself"
            } else {
                "another user's process"
            };
            let write = |fstype: &str| written(fstype, writer, own);
            let (theirs, ours) = (write("proc")?, write(&fstype())?);
            for ((act, want), (_, got)) in theirs.iter().zip(&ours) {
                tally.same(
                    || format!("{} writes to {what} {act}", writer.name),
                    want,
                    got,
                );
            }
        }
    }
    tally.verdict(floor(500))
}

/// What writing gives, by entry and text, and what root then reads.
fn written(fstype: &str, writer: &Looker, own: bool) -> Result<Vec<(String, String)>> {
    let instance = Instance::new(fstype, "")?.into_root()?;
    let target = others()?;
    in_child(|| {
        // Dropped by nobody here: the parent ends it.
        let pid = if own {
            std::process::id() as i32
        } else {
            target.id()
        };
        let paths: Vec<String> = paths(&instance, pid)?
            .into_iter()
            .filter(|path| may_be_written(&instance, path))
            .collect();
        let reader = Instance::new("proc", "")?.into_root()?;
        writer.become_it()?;
        let mut acts = Vec::new();
        for path in &paths {
            let entry = path.rsplit('/').next().unwrap_or(path);
            let own_texts = TEXTS.iter().find(|(name, _)| *name == entry);
            let at = At {
                root: instance.as_fd(),
                path,
            };
            let name = path.replace(&pid.to_string(), "PID");
            for text in own_texts.map_or(&["0"][..], |(_, texts)| texts) {
                let outcome = write_once(at, text);
                acts.push((format!("{name} {text:?}"), outcome));
            }
            if own_texts.is_some() {
                let left = proc2_e2e::probe::read_all(At {
                    root: reader.as_fd(),
                    path,
                });
                acts.push((
                    format!("{name}, then reads"),
                    String::from_utf8_lossy(&left).into_owned(),
                ));
            }
        }
        Ok(acts)
    })
}

fn write_once(at: At<'_>, text: &str) -> String {
    let fd = match at.open(OFlags::WRONLY) {
        Ok(fd) => fd,
        Err(error) => return format!("open {}", errno::name(error.raw_os_error())),
    };
    let mut written = rustix::io::write(&fd, text.as_bytes());
    // Groups of sessions take ten changes in a second, whoever asks.
    for _ in 0..20 {
        if written != Err(rustix::io::Errno::AGAIN) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(110));
        written = rustix::io::write(&fd, text.as_bytes());
    }
    errno::show(written, |n| format!("{n} written"))
}

fn may_be_written(instance: &OwnedFd, path: &str) -> bool {
    statat(instance, path, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| {
        FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_mode & 0o222 != 0
    })
}
