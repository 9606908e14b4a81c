// SPDX-License-Identifier: GPL-2.0

//! Text for hostile calls: words that mean something, numbers near where they change their meaning,
//! and anything else.

use arbitrary::{Arbitrary, Unstructured};
use serde::{Deserialize, Serialize};

/// Words that the options, the entries and what is written to them know.
const KEYWORDS: &[&str] = &[
    "",
    ".",
    "..",
    "/",
    "self",
    "thread-self",
    "task",
    "fd",
    "fdinfo",
    "ns",
    "net",
    "attr",
    "root",
    "cwd",
    "exe",
    "map_files",
    "status",
    "stat",
    "comm",
    "mem",
    "maps",
    "pid",
    "pagemap",
    "meminfo",
    "hidepid",
    "gid",
    "gids",
    "subset",
    "pidns",
    "source",
    "off",
    "noaccess",
    "invisible",
    "ptraceable",
    "on",
    "ro",
    "rw",
    "size",
    "pid,pid",
    "pid,",
    "deny",
    "allow",
    "monotonic 1 0",
    "boottime -1 5",
    "0 0 1",
    "0 1000 1\n1 2000 5",
    "exec",
    "current",
    "-",
    "--",
    "+",
    "0x",
    "%s",
    "\n",
    "\t \n",
    "infinity",
    "unconfined",
    "\u{e9}\u{fffd}",
];

/// Numbers at whose edges something changes.
const EDGES: &[i128] = &[
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    17,
    255,
    256,
    999,
    1000,
    1001,
    4095,
    4096,
    32767,
    32768,
    65535,
    1 << 22,
    i32::MAX as i128,
    u32::MAX as i128,
    i64::MAX as i128,
    u64::MAX as i128,
    1 << 80,
];

/// A piece of text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Text {
    /// A word as it stands.
    Word(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// One byte many times.
    Long(u8, u16),
    /// Pieces one after the other.
    Joined(Vec<Text>),
}

impl<'a> Arbitrary<'a> for Text {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match u.int_in_range(0..=11)? {
            0..=4 => Self::Word((*u.choose(KEYWORDS)?).into()),
            5..=7 => Self::Word(number(u)?),
            8 => Self::Bytes(bytes(u, 16)?),
            9 => Self::Long(
                u.arbitrary()?,
                *u.choose(&[1, 15, 16, 63, 64, 255, 256, 4095, 4096, 5000])?,
            ),
            _ => {
                let count = u.int_in_range(1..=3)?;
                let piece = |u: &mut Unstructured<'a>| -> arbitrary::Result<Text> {
                    Ok(Self::Word(if u.arbitrary()? {
                        number(u)?
                    } else {
                        (*u.choose(KEYWORDS)?).into()
                    }))
                };
                Self::Joined(
                    (0..count)
                        .map(|_| piece(u))
                        .collect::<arbitrary::Result<_>>()?,
                )
            }
        })
    }
}

/// A number near an edge, written in some base.
fn number(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let number = *u.choose(EDGES)? + i128::from(u.int_in_range(-1..=1)?);
    Ok(match u.int_in_range(0..=5)? {
        0 => format!("{number:#x}"),
        1 => format!("0{number:o}"),
        2 => format!("-{number}"),
        3 => format!("+{number}\n"),
        _ => number.to_string(),
    })
}

/// Up to `most` bytes.
pub fn bytes(u: &mut Unstructured<'_>, most: usize) -> arbitrary::Result<Vec<u8>> {
    let count = u.int_in_range(0..=most)?;
    Ok(u.bytes(count)?.to_vec())
}

/// A position in a file.
pub fn position(u: &mut Unstructured<'_>) -> arbitrary::Result<i64> {
    let edge = *u.choose(EDGES)? as i64;
    Ok(edge.wrapping_add(u.int_in_range(-2..=300)?))
}

impl Text {
    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Word(word) => word.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Long(byte, count) => vec![*byte; (*count).into()],
            Self::Joined(pieces) => pieces.iter().flat_map(Self::bytes).collect(),
        }
    }

    /// Its bytes up to the first NUL, for a call that takes a string.
    pub fn string(&self) -> std::ffi::CString {
        let mut bytes = self.bytes();
        bytes.truncate(
            bytes
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(bytes.len()),
        );
        std::ffi::CString::new(bytes).unwrap_or_default()
    }
}
