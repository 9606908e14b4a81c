// SPDX-License-Identifier: GPL-2.0

//! What may differ between two reads of the same thing, taken out of it (`entries.rs` says which).

use proc2_e2e::entries::{self, Part, ROOT};

/// The text without what changes by itself, or none if the entry has nothing of the kind. `own`
/// says that the reader reads of itself.
pub(super) fn without_counters(entry: &str, own: bool, bytes: &[u8]) -> Option<Vec<u8>> {
    let keys = match entries::of(entry)?.moves.part(own) {
        Part::Nothing => return None,
        Part::Lines(keys) => keys,
        // Longer numbers shift what is read at an offset: all digits, and the blanks that line them
        // up, are taken out.
        Part::Numbers | Part::FastNumbers => {
            let number = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'x' || *byte == b' ';
            return Some(bytes.iter().copied().filter(|byte| !number(byte)).collect());
        }
        Part::Whole => return Some(Vec::new()),
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
    let mut ragged = ROOT.iter().filter(|entry| entry.ragged);
    if ragged.any(|entry| path.ends_with(entry.path)) {
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
