// SPDX-License-Identifier: GPL-2.0

//! Reads into several buffers at once, at a position or at the file's own, with each flag.

use std::io::IoSliceMut;

use rustix::io::{preadv, preadv2, readv, ReadWriteFlags};

use super::{opened, probes, At, Probe};
use crate::errno::show;

pub(super) const PROBES: &[Probe] = probes![vectors, vectors_at, vectors_with_flags];

/// What a read into buffers of three sizes gives: its result, and the buffers as it left them.
fn into_three(
    read: impl FnOnce(&mut [IoSliceMut<'_>]) -> rustix::io::Result<usize>,
    last: usize,
) -> Vec<u8> {
    let (mut one, mut two, mut three) = ([0; 3], [0; 10], vec![0; last]);
    let mut slices = [&mut one[..], &mut two[..], &mut three[..]].map(IoSliceMut::new);
    let result = show(read(&mut slices), |n| n.to_string());
    [result.as_bytes(), b" ", &one, &two, &three, b"\n"].concat()
}

fn vectors(at: At<'_>) -> Vec<u8> {
    match opened(at) {
        // The second goes on where the first has stopped.
        Ok(fd) => [2000, 50]
            .map(|last| into_three(|slices| readv(&fd, slices), last))
            .concat(),
        Err(text) => text.into(),
    }
}

fn vectors_at(at: At<'_>) -> Vec<u8> {
    match opened(at) {
        Ok(fd) => [0, 7, 4095, 1 << 30, i64::MAX as u64]
            .map(|offset| into_three(|slices| preadv(&fd, slices, offset), 60))
            .concat(),
        Err(text) => text.into(),
    }
}

/// preadv2(2) with each flag alone, and with flags that no kernel has.
fn vectors_with_flags(at: At<'_>) -> Vec<u8> {
    let fd = match opened(at) {
        Ok(fd) => fd,
        Err(text) => return text.into(),
    };
    const OWN_POSITION: u64 = u64::MAX;
    let mut all = Vec::new();
    // None, RWF_HIPRI, _DSYNC, _SYNC, _NOWAIT, _APPEND, _NOAPPEND, _ATOMIC, _DONTCACHE, _NOSIGNAL.
    let known = [0u32].into_iter().chain((0..9).map(|bit| 1 << bit));
    for flags in known.chain([1 << 20, 1 << 31, u32::MAX]) {
        let flags = ReadWriteFlags::from_bits_retain(flags);
        for offset in [2, OWN_POSITION] {
            all.extend_from_slice(format!("{flags:?} ").as_bytes());
            let read = |slices: &mut [IoSliceMut<'_>]| preadv2(&fd, slices, offset, flags);
            all.extend_from_slice(&into_three(read, 20));
        }
    }
    all
}
