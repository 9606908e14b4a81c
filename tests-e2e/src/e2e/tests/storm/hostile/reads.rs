// SPDX-License-Identifier: GPL-2.0

//! Files and directories read from whatever position, in whatever pieces.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::Result;
use arbitrary::Arbitrary;
use proc2_e2e::entries::{self, Rest};
use proc2_e2e::errno::show;
use proc2_e2e::probe::At;
use proc2_e2e::storm::fuzz::Campaign;
use proc2_e2e::storm::fuzz_text::position;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::{dirent, target_decorated};
use rustix::fs::{FileType, OFlags, SeekFrom};
use serde::{Deserialize, Serialize};

use super::super::super::Test;
use super::{below, Pair};

pub(super) fn tests() -> Vec<Test> {
    super::super::super::tests!["storm": hostile_reads]
}

/// One call on a descriptor.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Arbitrary)]
enum Call {
    Seek(u8, #[arbitrary(with = position)] i64),
    Read(u16),
    ReadAt(u16, #[arbitrary(with = position)] i64),
    List(u16),
    /// Back to where the entry of this number was followed from.
    Back(u8),
}

/// Calls on one entry.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
struct Step {
    entry: u16,
    first: Call,
    second: Call,
    third: Call,
    fourth: Call,
}

fn hostile_reads() -> Result<()> {
    allow_time();
    let target = target_decorated::decorated()?;
    let pid = target.id().to_string();
    let pair = Pair::new("")?;
    // The root by itself: with tasks alone it has nothing that procfs's has not.
    let tasks = Pair::new("subset=pid")?;
    let readable = |kind| matches!(kind, FileType::RegularFile | FileType::Directory);
    let mut entries = below(&pair.oracle, &pid, &readable)?;
    entries.retain(|path| entries::rest(path) != Rest::Moving);
    entries.extend([".", "sys", "sys/kernel", "net"].map(String::from));
    let campaign = Campaign {
        name: "hostile_reads",
        corpus: include_str!("../../../../../corpus/hostile_reads.jsonl"),
        count: size().of(4000, 100_000),
        seed: seed(),
    };
    campaign.run(|steps: &[Step]| {
        for step in steps {
            let path = &entries[usize::from(step.entry) % entries.len()];
            let pair = if path == "." { &tasks } else { &pair };
            if let Some(wrong) = pair.agree(|root| outcome(root, path, step)) {
                return Ok(Some(format!("{path}, {step:?}: {wrong}")));
            }
        }
        Ok(None)
    })
}

fn outcome(root: &OwnedFd, path: &str, step: &Step) -> String {
    let fd = match (At {
        root: root.as_fd(),
        path,
    })
    .open(OFlags::RDONLY)
    {
        Ok(fd) => fd,
        Err(error) => return proc2_e2e::errno::name(error.raw_os_error()),
    };
    let mut cookies = vec![0];
    let calls = [step.first, step.second, step.third, step.fourth];
    calls
        .map(|call| one(&fd, call, &mut cookies) + "\n")
        .concat()
}

fn one(fd: &OwnedFd, call: Call, cookies: &mut Vec<i64>) -> String {
    let bytes = |count: rustix::io::Result<usize>, buffer: &[u8]| {
        show(count, |count| {
            format!("{:?}", String::from_utf8_lossy(&buffer[..count]))
        })
    };
    match call {
        Call::Seek(whence, position) => {
            let to = match whence % 5 {
                0 => SeekFrom::Start(position as u64),
                1 => SeekFrom::Current(position),
                2 => SeekFrom::End(position),
                3 => SeekFrom::Data(position as u64),
                _ => SeekFrom::Hole(position as u64),
            };
            show(rustix::fs::seek(fd, to), |at| at.to_string())
        }
        Call::Read(size) => {
            let mut buffer = vec![0; size.into()];
            let count = rustix::io::read(fd, &mut buffer);
            bytes(count, &buffer)
        }
        Call::ReadAt(size, position) => {
            let mut buffer = vec![0; size.into()];
            let count = rustix::io::pread(fd, &mut buffer, position as u64);
            bytes(count, &buffer)
        }
        Call::List(size) => {
            // Too small a buffer for a name is a case of its own; none at all is not.
            let listed = dirent::read_some(fd.as_fd(), usize::from(size).max(24));
            show(listed, |entries| {
                cookies.extend(entries.iter().map(|entry| entry.next));
                let names = entries
                    .iter()
                    .map(|entry| format!("{} {:?}", entry.name, entry.kind));
                names.collect::<Vec<_>>().join(" ")
            })
        }
        Call::Back(number) => {
            let cookie = cookies[usize::from(number) % cookies.len()];
            let at = rustix::fs::seek(fd, SeekFrom::Start(cookie as u64));
            show(at, |_| "back".into())
        }
    }
}
