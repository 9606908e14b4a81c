// SPDX-License-Identifier: GPL-2.0

//! Numbers out of the names of directory entries.

/// The number that a directory entry's name stands for (a pid, a thread, a file descriptor).
///
/// As fs/proc/util.c:name_to_int(): digits alone, no leading zero, and nothing that comes near
/// `u32::MAX`, so that no entry is reachable under two names.
pub(crate) fn name_to_int(name: &[u8]) -> Option<u32> {
    // A number above this one may not grow by another digit.
    const LAST: u32 = (u32::MAX - 9) / 10;

    if let [] | [b'0', _, ..] = name {
        return None;
    }
    name.iter().try_fold(0, |number, byte| match byte {
        b'0'..=b'9' if number < LAST => Some(number * 10 + u32::from(byte - b'0')),
        _ => None,
    })
}
