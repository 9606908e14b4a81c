// SPDX-License-Identifier: GPL-2.0

//! Operations on a symbolic link, most of them on what it leads to.

use rustix::fs::{fstat, readlinkat_raw, statat, AtFlags, OFlags};

use super::{probes, show_identity, At, Probe};
use crate::errno::{name, show};

pub(super) const PROBES: &[Probe] = probes![readlink, readlink_short, follow, follow_open];

fn readlink_into(at: At<'_>, size: usize) -> Vec<u8> {
    let mut buffer = vec![std::mem::MaybeUninit::uninit(); size];
    match readlinkat_raw(at.root, at.path, buffer.as_mut_slice()) {
        Ok((bytes, _)) => [b"to ", &bytes[..]].concat(),
        Err(error) => name(error.raw_os_error()).into(),
    }
}

fn readlink(at: At<'_>) -> Vec<u8> {
    readlink_into(at, 4096)
}

/// Into buffers that are too small.
fn readlink_short(at: At<'_>) -> Vec<u8> {
    [0, 1, 5].map(|size| readlink_into(at, size)).join(&b'\n')
}

/// A stat through the link: the very same inode.
fn follow(at: At<'_>) -> String {
    show(statat(at.root, at.path, AtFlags::empty()), |stat| {
        show_identity(&stat)
    })
}

/// An open through the link.
fn follow_open(at: At<'_>) -> String {
    let ways = [("path", OFlags::PATH), ("read", OFlags::RDONLY)];
    let one = |(way, flags): (&str, OFlags)| match at.open(flags) {
        // A clone device gives another device at each open: the errno alone counts there.
        Ok(fd) if way == "path" => show(fstat(&fd), |stat| show_identity(&stat)),
        Ok(_) => "ok".into(),
        Err(error) => name(error.raw_os_error()),
    };
    ways.map(one).join("\n")
}
