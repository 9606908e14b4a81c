// SPDX-License-Identifier: GPL-2.0

//! Every way to look at an entry that writes nothing.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{self, OTHER, USER};
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::compare::{exact, Tally};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::{errno, fstype, target_kinds};
use rustix::fs::{accessat, readlinkat, statat, Access, AtFlags, FileType, OFlags, Stat};
use rustix::process::{set_dumpable_behavior, DumpableBehavior};
use rustix::thread::{
    capabilities, set_capabilities, set_keep_capabilities, set_thread_groups, set_thread_res_gid,
    set_thread_res_uid, CapabilitySet, Gid, Uid,
};

use super::{floor, places, CallerLacking, Place, ADMIN};

/// What opens another user's memory.
const TRACE: CapabilitySet = CapabilitySet::SYS_PTRACE.union(CapabilitySet::PERFMON);
const NICE: CapabilitySet = CapabilitySet::SYS_NICE;
const NONE: CapabilitySet = CapabilitySet::empty();

const FIRST: &[CallerLacking] = &[
    CallerLacking::new("user", &caller::ORDINARY, NONE),
    CallerLacking::new("untracing root", &caller::ROOT, TRACE.union(ADMIN)),
    // Who may profile may read memory, but not trace.
    CallerLacking::new("profiling root", &caller::ROOT, CapabilitySet::SYS_PTRACE),
    CallerLacking::new("root without admin", &caller::ROOT, ADMIN),
    CallerLacking::new("root without nice", &caller::ROOT, NICE),
    CallerLacking::new("root", &caller::ROOT, NONE),
];

/// Those for whom root has been there before: what it has found is cached, and what it holds open
/// they have too.
const AFTER_ROOT: &[CallerLacking] = &[
    CallerLacking::new("user after root", &caller::ORDINARY, NONE),
    CallerLacking::new(
        "untracing root after root",
        &caller::ROOT,
        TRACE.union(ADMIN),
    ),
];

/// Another user's process, with a second thread.
pub(super) fn others() -> Result<Sleeper> {
    Sleeper::new(|| {
        caller::become_user(OTHER)?;
        target_kinds::start_thread("second")
    })
}

/// A process of the user's own that has more rights than the user: modes let the user in, and only
/// the gate does not.
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
        set_dumpable_behavior(DumpableBehavior::Dumpable).context("PR_SET_DUMPABLE")
    })
}

/// A way to look, and what it gives as text.
type Look = (&'static str, fn(At<'_>) -> Vec<u8>);

const LOOKS: &[Look] = &[
    ("stat", |at| {
        let stat = statat(at.root, at.path, AtFlags::SYMLINK_NOFOLLOW);
        let show = |stat: Stat| format!("{:o} {} {}", stat.st_mode, stat.st_uid, stat.st_gid);
        errno::show(stat, show).into()
    }),
    ("access", |at| {
        let ask = |access| {
            let allowed = accessat(at.root, at.path, access, AtFlags::empty());
            errno::show(allowed, |()| "ok".into())
        };
        let all = [Access::READ_OK, Access::WRITE_OK, Access::EXEC_OK];
        all.map(ask).join(" ").into()
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

/// The whole of a file, or a directory's names; of what a link leads to, that it can be opened.
fn read(at: At<'_>) -> Vec<u8> {
    match at.kind() {
        Ok(FileType::Directory) => match probe::listing(at) {
            Ok(list) => format!("{list:?}").into(),
            Err(error) => error.into(),
        },
        Ok(FileType::Symlink) => errno::show(at.open(OFlags::PATH), |_| "ok".into()).into(),
        _ => probe::read_all(at),
    }
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

/// The two trees.
struct Trees {
    oracle: OwnedFd,
    subject: OwnedFd,
}

impl Trees {
    fn at<'a>(&'a self, path: &'a str) -> (At<'a>, At<'a>) {
        let at = |root: &'a OwnedFd| At {
            root: root.as_fd(),
            path,
        };
        (at(&self.oracle), at(&self.subject))
    }

    /// Compares every look at every place.
    fn compare(&self, what: &str, places: &[Place]) -> Tally {
        let mut tally = Tally::default();
        for Place { path, name } in places {
            let (theirs, ours) = self.at(path);
            for (way, look) in LOOKS {
                let what = || format!("{what} {name}: {way}");
                tally.compare(what, || look(theirs), || look(ours), exact);
            }
            let what = || format!("{what} {name}: read");
            tally.compare(what, || read(theirs), || read(ours), numbers);
        }
        tally
    }

    /// Opens every place without reading it.
    fn hold(&self, places: &[Place]) -> Result<Vec<[OwnedFd; 2]>> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW;
        let both = |Place { path, name }: &Place| {
            let (theirs, ours) = self.at(path);
            let opened = theirs
                .open(flags)
                .and_then(|one| Ok([one, ours.open(flags)?]));
            opened.with_context(|| format!("O_PATH of {name}"))
        };
        places.iter().map(both).collect()
    }
}

/// Opening again what is held: the permissions of the thing itself are asked, and not those of the
/// way to it.
fn reopened(held: &OwnedFd) -> String {
    let opened = fs::File::open(format!("/proc/self/fd/{}", held.as_raw_fd()));
    let errno = opened.map_err(|error| errno::name(error.raw_os_error().unwrap_or(0)));
    errno.map_or_else(|name| name, |_| "ok".into())
}

pub(super) fn looking() -> Result<()> {
    let mut tally = Tally::default();
    for (whose, target) in [
        ("another user's", others()?),
        ("a capable", capable()?),
        ("the user's", target_kinds::plain(USER)?),
    ] {
        let trees = Trees {
            oracle: Instance::new("proc", "")?.into_root()?,
            subject: Instance::new(&fstype(), "")?.into_root()?,
        };
        let places = places(&trees.oracle, target.id())?;
        let mut look = |person: &CallerLacking, held: &[[OwnedFd; 2]]| -> Result<()> {
            let what = format!("{} at {whose}", person.name);
            let looked = in_child(|| {
                person.become_it()?;
                let mut tally = trees.compare(&what, &places);
                for (Place { name, .. }, [theirs, ours]) in places.iter().zip(held) {
                    let what = || format!("{what} {name}: open held");
                    tally.same(what, reopened(theirs), reopened(ours));
                }
                Ok(tally)
            });
            tally.add(looked.with_context(|| what.clone())?);
            Ok(())
        };
        for person in FIRST {
            look(person, &[])?;
        }
        let held = trees.hold(&places)?;
        for person in AFTER_ROOT {
            look(person, &held)?;
        }
    }
    tally.verdict(floor(20_000))
}
