// SPDX-License-Identifier: GPL-2.0

//! What may differ between two reads of the same thing, entry by entry, with the reason.

/// Lines of `status` that change while their own reader reads them: it faults pages in and is
/// switched out meanwhile. They count for a target that never rests, which is the caller itself.
const MOVING: &[&str] = &[
    "VmRSS",
    "RssAnon",
    "RssFile",
    "VmHWM",
    "voluntary_ctxt_switches",
    "nonvoluntary_ctxt_switches",
    "VmPeak",
    "VmSize",
    "VmData",
    "VmPTE",
];

/// Lines of `smaps` that tell how many share a page: it becomes another one's when one of them
/// writes to it, or ends, whoever is looked at.
const SHARED: &[&str] = &[
    "Pss",
    "Pss_Dirty",
    "Pss_Anon",
    "Pss_File",
    "Shared_Clean",
    "Shared_Dirty",
    "Private_Clean",
    "Private_Dirty",
];

/// The line of `sched` that tells how long it takes to read the clock twice, tried at each read.
const CLOCK: &[&str] = &["clock-delta"];

/// Records of moving numbers alone, where the reader reads its own: its reads count in `io` and the
/// scheduler's records, `syscall` has the address that it reads to, and `stack_depth` is how much
/// stack its system calls have taken. Longer numbers shift what is read at an offset, so all digits,
/// and the blanks that line them up, are taken out.
const NUMBERS: &[&str] = &["io", "syscall", "schedstat", "sched", "stack_depth"];

/// The text without what changes by itself, or none if the entry has nothing of the kind. `own` says
/// that the reader reads of itself.
pub(super) fn without_counters(entry: &str, own: bool, bytes: &[u8]) -> Option<Vec<u8>> {
    if own && NUMBERS.contains(&entry) {
        let number = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'x' || *byte == b' ';
        return Some(bytes.iter().copied().filter(|byte| !number(byte)).collect());
    }
    let keys = match entry {
        "status" if own => MOVING,
        "sched" => CLOCK,
        "smaps" | "smaps_rollup" => SHARED,
        _ => return None,
    };
    let moving = |line: &&[u8]| {
        let key = line.split(|&byte| byte == b':').next().unwrap_or(line);
        keys.iter()
            .any(|moving| moving.as_bytes() == key.trim_ascii_end())
    };
    let kept: Vec<&[u8]> = bytes
        .split(|&byte| byte == b'\n')
        .filter(|line| !moving(line))
        .collect();
    Some(kept.join(&b'\n'))
}

/// The shape of a global record that never rests: numbers, also hexadecimal, and blanks that
/// line them up are taken out. A file that grows lines while it is read has no shape.
pub(super) fn global(path: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    // Lines come and go with timers and slabs: that it can be read is all that is compared.
    const RAGGED: &[&str] = &[
        "timer_list",
        "slabinfo",
        "locks",
        "sched_debug",
        "net/netlink",
        "net/unix",
    ];
    if RAGGED.iter().any(|name| path.ends_with(name)) {
        return Some(bytes.is_empty().to_string().into());
    }
    let mut shape = Vec::new();
    for word in bytes
        .split(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
    {
        let number = word.iter().any(u8::is_ascii_digit);
        shape.extend_from_slice(if number { b"#" } else { word });
        shape.push(b'\n');
    }
    Some(shape)
}
