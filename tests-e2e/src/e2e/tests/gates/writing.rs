// SPDX-License-Identifier: GPL-2.0

//! Writing to every entry that somebody may write. Each tree has processes of its own, which are
//! made in the same way.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller;
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::entries::{self, Rest};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::{errno, fstype, target_kinds};
use rustix::fs::{statat, AtFlags, FileType, OFlags};
use rustix::io::{write, Errno};
use rustix::thread::CapabilitySet;

use super::looking::others;
use super::{floor, places, CallerLacking, Place, ADMIN};

const NONE: CapabilitySet = CapabilitySet::empty();
const NICE: CapabilitySet = CapabilitySet::SYS_NICE;
const RESOURCE: CapabilitySet = CapabilitySet::SYS_RESOURCE;

const WRITERS: &[CallerLacking] = &[
    CallerLacking::new("user", &caller::ORDINARY, NONE),
    CallerLacking::new("root", &caller::ROOT, NONE),
    CallerLacking::new("root without admin", &caller::ROOT, ADMIN),
    CallerLacking::new("root without nice", &caller::ROOT, NICE),
    CallerLacking::new("root without resource", &caller::ROOT, RESOURCE),
];

pub(super) fn writing() -> Result<()> {
    let mut tally = Tally::default();
    for writer in WRITERS {
        for own in [false, true] {
            let (theirs, ours) = (
                written("proc", writer, own)?,
                written(&fstype(), writer, own)?,
            );
            let whose = if own { "itself" } else { "another user's" };
            let steps = |steps: &[Step]| {
                steps
                    .iter()
                    .map(|(step, _)| step.clone())
                    .collect::<Vec<_>>()
            };
            ensure!(
                steps(&theirs) == steps(&ours),
                "the trees have other entries to write"
            );
            for ((step, want), (_, got)) in theirs.into_iter().zip(ours) {
                tally.same(
                    || format!("{} writes to {whose} {step}", writer.name),
                    want,
                    got,
                );
            }
        }
    }
    tally.verdict(floor(700))
}

/// What was done, and what it gave.
type Step = (String, String);

/// What writing gives, by entry and text, and what can then be read in procfs.
fn written(fstype: &str, writer: &CallerLacking, own: bool) -> Result<Vec<Step>> {
    let instance = Instance::new(fstype, "")?.into_root()?;
    let reader = Instance::new("proc", "")?.into_root()?;
    let target = others()?;
    in_child(|| {
        writer.become_it()?;
        let pid = if own {
            // Some entries are for the very thread, others for all of the process.
            target_kinds::start_thread("second")?;
            std::process::id() as i32
        } else {
            target.id()
        };
        let mut steps = Vec::new();
        for Place { path, name } in places(&instance, pid)? {
            if !may_be_written(&instance, &path) {
                continue;
            }
            let row = entries::of(&path);
            let checks = row.and_then(|row| row.writes.as_ref());
            let checks =
                checks.with_context(|| format!("{name} is in no row that says what is written"))?;
            for text in checks.checks {
                let root = instance.as_fd();
                let outcome = write_once(At { root, path: &path }, text);
                steps.push((format!("{name} {text:?}"), outcome));
            }
            if entries::rest(&path) == Rest::Steady {
                let root = reader.as_fd();
                let left = probe::read_all(At { root, path: &path });
                let left = String::from_utf8_lossy(&left).into_owned();
                steps.push((format!("{name}, and reads"), left));
            }
        }
        Ok(steps)
    })
}

fn write_once(at: At<'_>, text: &str) -> String {
    let fd = match at.open(OFlags::WRONLY) {
        Ok(fd) => fd,
        Err(error) => return format!("open {}", errno::name(error.raw_os_error())),
    };
    let mut outcome = write(&fd, text.as_bytes());
    // The scheduler takes ten changes of autogroups in a second, whoever asks.
    for _ in 0..20 {
        if outcome != Err(Errno::AGAIN) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(110));
        outcome = write(&fd, text.as_bytes());
    }
    errno::show(outcome, |n| format!("{n} written"))
}

fn may_be_written(instance: &OwnedFd, path: &str) -> bool {
    statat(instance, path, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| {
        FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_mode & 0o222 != 0
    })
}
