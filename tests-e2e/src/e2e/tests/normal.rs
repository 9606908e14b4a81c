// SPDX-License-Identifier: GPL-2.0

//! What may differ between two reads of the same thing, entry by entry, with the reason.

/// Lines that change while their own reader reads them.
/// They count only for a target that never rests, which is the caller itself.
const MOVING: &[(&str, &[&str])] = &[
    // The reader faults pages in and is switched out while it reads.
    (
        "status",
        &[
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
        ],
    ),
    // A page that two processes share becomes another one's when one of them writes to it, or ends.
    ("smaps", SHARED),
    ("smaps_rollup", SHARED),
];

/// Lines of `smaps` that tell how many share a page.
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

/// Records of moving numbers alone: the reader's own reads count in `io` and the scheduler's
/// records, `syscall` has the address that the reader reads to, and `stack_depth` is how much stack
/// the reader's system calls have taken. Longer numbers shift what is read at an offset, so all
/// digits, and the blanks that line them up, are taken out.
const NUMBERS: &[&str] = &["io", "syscall", "schedstat", "sched", "stack_depth"];

/// The text without what changes by itself, or none if the entry has nothing of the kind.
pub(super) fn without_counters(entry: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    if NUMBERS.contains(&entry) {
        let number = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'x' || *byte == b' ';
        return Some(bytes.iter().copied().filter(|byte| !number(byte)).collect());
    }
    let (_, keys) = MOVING.iter().find(|(name, _)| *name == entry)?;
    let moving = |line: &&[u8]| {
        let key = line.split(|&byte| byte == b':').next().unwrap_or(line);
        keys.iter().any(|moving| moving.as_bytes() == key)
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
