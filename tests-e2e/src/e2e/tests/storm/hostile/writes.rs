// SPDX-License-Identifier: GPL-2.0

//! Whatever text into every entry that can be written: two processes that are alike get the same,
//! one through procfs and one through the type under test, and must be alike afterwards.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::Result;
use arbitrary::{Arbitrary, Unstructured};
use proc2_e2e::caller::{become_user, USER};
use proc2_e2e::child::Sleeper;
use proc2_e2e::entries;
use proc2_e2e::errno::show;
use proc2_e2e::probe::{self, At};
use proc2_e2e::storm::fuzz::Campaign;
use proc2_e2e::storm::fuzz_text::{position, Text};
use proc2_e2e::storm::size::{allow_time, seed, size};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::process::{set_dumpable_behavior, DumpableBehavior};
use rustix::thread::{set_thread_res_uid, Uid};
use serde::{Deserialize, Serialize};

use super::super::super::Test;
use super::{below, Pair};

pub(super) fn tests() -> Vec<Test> {
    super::super::super::tests!["storm": hostile_writes]
}

/// Room in both processes for what is written to `mem`.
const ROOM: usize = 4096;

/// Where to write.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Arbitrary)]
enum Place {
    Start,
    /// In the room of both processes.
    Room(u16),
    At(#[arbitrary(with = position)] i64),
}

/// An entry that can be written.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Entry {
    /// By its place among them.
    Number(u16),
    /// By name, as people write it.
    Name(String),
}

impl<'a> Arbitrary<'a> for Entry {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self::Number(u.arbitrary()?))
    }
}

/// One write.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
struct Step {
    entry: Entry,
    #[arbitrary(with = place)]
    place: Place,
    text: Text,
    /// By a user, not by root.
    user: bool,
    append: bool,
}

fn place(u: &mut Unstructured<'_>) -> arbitrary::Result<Place> {
    if u.ratio(2, 3)? {
        Ok(Place::Start)
    } else {
        u.arbitrary()
    }
}

fn hostile_writes() -> Result<()> {
    allow_time();
    let room: &'static [u8] = vec![1u8; ROOM].leak();
    let pair = Pair::new("")?;
    let twin = || Sleeper::new_unwatched(|| become_user(USER));
    let entries = writable(&pair.oracle, &twin()?)?;
    let campaign = Campaign {
        name: "hostile_writes",
        corpus: include_str!("../../../../../corpus/hostile_writes.jsonl"),
        count: size().of(120, 20_000),
        seed: seed(),
    };
    campaign.run(|steps: &[Step]| {
        let (theirs, ours) = (twin()?, twin()?);
        for step in steps {
            let entry = match &step.entry {
                Entry::Number(number) => &entries[usize::from(*number) % entries.len()],
                Entry::Name(name) => name,
            };
            let want = write(&pair.oracle, &theirs, entry, step, room)?;
            let got = write(&pair.subject, &ours, entry, step, room)?;
            if want != got {
                return Ok(Some(format!(
                    "{entry}, {step:?}: procfs {want}, here {got}"
                )));
            }
        }
        for entry in entries
            .iter()
            .filter(|entry| entries::writes(entry).is_some_and(|writes| writes.shown))
        {
            // Both through procfs: it is what was written that is compared.
            let (want, got) = (content(&pair, &theirs, entry), content(&pair, &ours, entry));
            if want != got {
                return Ok(Some(format!(
                    "{entry} is then {want:?} there, {got:?} here"
                )));
            }
        }
        Ok(None)
    })
}

/// The entries of a process that somebody may write.
fn writable(root: &OwnedFd, process: &Sleeper) -> Result<Vec<String>> {
    let pid = process.id().to_string();
    let files = below(root, &pid, &|kind| kind == FileType::RegularFile)?;
    let files = files.into_iter().filter_map(|path| {
        let at = At {
            root: root.as_fd(),
            path: &path,
        };
        let stat = rustix::fs::statat(at.root, at.path, rustix::fs::AtFlags::empty()).ok()?;
        let (_, entry) = path.split_once('/')?;
        let written = Mode::from_raw_mode(stat.st_mode).intersects(Mode::WUSR | Mode::WOTH);
        let of_thread = entry.starts_with("task/");
        // That is another test's.
        let makes_faults = entries::writes(entry).is_some_and(|writes| writes.makes_faults);
        (written && !of_thread && !makes_faults).then(|| entry.to_owned())
    });
    Ok(files.collect())
}

fn write(
    root: &OwnedFd,
    process: &Sleeper,
    entry: &str,
    step: &Step,
    room: &[u8],
) -> Result<String> {
    let path = format!("{}/{entry}", process.id());
    let at = At {
        root: root.as_fd(),
        path: &path,
    };
    let mut flags = OFlags::WRONLY;
    if step.append {
        flags |= OFlags::APPEND;
    }
    let text = step.text.bytes();
    let position = match step.place {
        Place::Start => 0,
        Place::Room(at) => room.as_ptr() as u64 + u64::from(at) % ROOM as u64,
        Place::At(position) => position as u64,
    };
    let act = || {
        show(at.open(flags), |fd| {
            show(rustix::io::pwrite(&fd, &text, position), |count| {
                count.to_string()
            })
        })
    };
    if !step.user {
        return Ok(act());
    }
    let (root, user) = (Uid::ROOT, Uid::from_raw(USER));
    set_thread_res_uid(root, user, root)?;
    let outcome = act();
    set_thread_res_uid(root, root, root)?;
    // The change made this process one that nobody may look at, itself included.
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    Ok(outcome)
}

fn content(pair: &Pair, process: &Sleeper, entry: &str) -> String {
    let path = format!("{}/{entry}", process.id());
    let text = probe::read_all(At {
        root: pair.oracle.as_fd(),
        path: &path,
    });
    String::from_utf8_lossy(&text).into_owned()
}
