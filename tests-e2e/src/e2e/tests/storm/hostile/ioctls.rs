// SPDX-License-Identifier: GPL-2.0

//! ioctl(2) on every entry: questions about mappings that make sense or not, and any other request.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use anyhow::Result;
use arbitrary::{Arbitrary, Unstructured};
use proc2_e2e::probe::{self, At};
use proc2_e2e::storm::fuzz::Campaign;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::{errno, target_decorated};
use rustix::fs::{FileType, OFlags};
use serde::{Deserialize, Serialize};

use super::super::super::Test;
use super::{below, Pair};

pub(super) fn tests() -> Vec<Test> {
    super::super::super::tests!["storm": hostile_ioctls]
}

/// PROCMAP_QUERY with the size of today's structure (include/uapi/linux/fs.h).
const QUERY: u32 = 0xc068_6611;
/// Words of the argument: the structure, then room for a name and for a build id.
const WORDS: usize = 600;
const NAME: usize = 32;
const BUILD_ID: usize = 570;
/// The words of the structure that hold the addresses of these two.
const ADDRESSES: [usize; 2] = [11, 12];

/// What is asked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Arbitrary)]
enum Request {
    Query {
        #[arbitrary(with = |u: &mut Unstructured<'_>| choice(u, &[104, 104, 104, 24, 40, 96, 103, 105, 4096]))]
        size: u64,
        #[arbitrary(with = |u: &mut Unstructured<'_>| choice(u, &[0, 1, 2, 4, 8, 0x10, 0x11, 0x12, 0x14, 0x18, 0x1f, 0x20, 0x30, 0x3f, 0x40]))]
        flags: u64,
        /// The address of the mapping of this number, and how far from there.
        mapping: u8,
        #[arbitrary(with = |u: &mut Unstructured<'_>| choice(u, &[0, 1, 4095, 4096, 1 << 40, u64::MAX]))]
        distance: u64,
        #[arbitrary(with = |u: &mut Unstructured<'_>| choice(u, &[0, 0, 1, 2, 20, 255, 4096, 4097]))]
        name: u64,
        #[arbitrary(with = |u: &mut Unstructured<'_>| choice(u, &[0, 0, 1, 16, 20, 21]))]
        build_id: u64,
        /// Where the name is wanted: its room, nowhere, or where nothing is.
        #[arbitrary(with = |u: &mut Unstructured<'_>| choice(u, &[0, 0, 0, 1, 2]))]
        to: u64,
    },
    Any {
        request: u32,
        word: u64,
        pointer: bool,
    },
}

fn choice(u: &mut Unstructured<'_>, values: &[u64]) -> arbitrary::Result<u64> {
    u.choose(values).copied()
}

/// A request to an entry.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
struct Step {
    /// `maps` if it is even.
    entry: u16,
    request: Request,
}

fn hostile_ioctls() -> Result<()> {
    allow_time();
    let target = target_decorated::decorated()?;
    let pid = target.id().to_string();
    let pair = Pair::new("")?;
    let opened = |kind| matches!(kind, FileType::RegularFile | FileType::Directory);
    let entries = below(&pair.oracle, &pid, &opened)?;
    let maps = format!("{pid}/maps");
    let starts = starts(&pair.oracle, &maps);
    let campaign = Campaign {
        name: "hostile_ioctls",
        corpus: include_str!("../../../../../corpus/hostile_ioctls.jsonl"),
        count: size().of(4000, 100_000),
        seed: seed(),
    };
    campaign.run(|steps: &[Step]| {
        for step in steps {
            let path = if step.entry % 2 == 0 {
                &maps
            } else {
                &entries[usize::from(step.entry / 2) % entries.len()]
            };
            if let Some(wrong) = pair.agree(|root| outcome(root, path, step.request, &starts)) {
                return Ok(Some(format!("{path}, {step:?}: {wrong}")));
            }
        }
        Ok(None)
    })
}

/// Where the target's mappings begin.
fn starts(root: &OwnedFd, path: &str) -> Vec<u64> {
    let maps = probe::read_all(At {
        root: root.as_fd(),
        path,
    });
    let maps = String::from_utf8_lossy(&maps).into_owned();
    let start = |line: &str| u64::from_str_radix(line.split('-').next()?, 16).ok();
    maps.lines().filter_map(start).chain([0]).collect()
}

fn outcome(root: &OwnedFd, path: &str, request: Request, starts: &[u64]) -> String {
    let fd = match (At {
        root: root.as_fd(),
        path,
    })
    .open(OFlags::RDONLY)
    {
        Ok(fd) => fd,
        Err(error) => return errno::name(error.raw_os_error()),
    };
    let mut words = vec![0u64; WORDS];
    let address = words.as_mut_ptr() as u64;
    let (number, argument) = match request {
        Request::Query {
            size,
            flags,
            mapping,
            distance,
            name,
            build_id,
            to,
        } => {
            let start = starts[usize::from(mapping) % starts.len()];
            words[..3].copy_from_slice(&[size, flags, start.wrapping_add(distance)]);
            words[10] = name | build_id << 32;
            words[ADDRESSES[0]] = [address + 8 * NAME as u64, 0, 8][to as usize % 3];
            words[ADDRESSES[1]] = [address + 8 * BUILD_ID as u64, 0, 8][to as usize % 3];
            (QUERY, address)
        }
        Request::Any {
            request,
            word,
            pointer,
        } => {
            words.fill(word);
            (request, if pointer { address } else { word })
        }
    };
    // SAFETY: an argument that is an address is that of a buffer larger than any request to a file
    // of procfs writes, or of nothing that is mapped. Name and build id are no longer than their
    // room where they have any: the kernel takes no more than a page for the one, 20 bytes for the
    // other.
    let done = unsafe { libc::ioctl(fd.as_raw_fd(), number.into(), argument) };
    let done = errno::show_raw(done.into());
    // The two addresses differ from call to call.
    for word in ADDRESSES {
        words[word] = 0;
    }
    format!("{done} {words:x?}")
}
