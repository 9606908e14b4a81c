// SPDX-License-Identifier: GPL-2.0

//! `cgroup=` and `cpus=`: whose memory, CPUs and times `meminfo`, `stat` and their like show.

use super::bad::Fault;
use crate::pure::{
    kstrto,
    text::Text, //
};

/// The values of `cgroup=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cgroup {
    /// The machine's, as in procfs.
    Off,
    /// Those of process 1 of the instance's pid namespace.
    Init,
    /// Those of whoever reads.
    Reader,
    /// Those of the cgroup with this number.
    Number(u64),
}

impl Cgroup {
    /// The words that the option takes, beside a number.
    const WORDS: [(&'static str, Self); 3] = [
        ("off", Self::Off),
        ("init", Self::Init),
        ("reader", Self::Reader),
    ];

    /// Reads a value.
    pub(super) fn parse(value: &[u8]) -> Result<Self, (&[u8], Fault)> {
        let word = Self::WORDS
            .iter()
            .find(|(word, _)| word.as_bytes() == value);
        match (word, kstrto::u64(value, 10)) {
            (Some((_, cgroup)), _) => Ok(*cgroup),
            // No cgroup has that number.
            (None, Ok(number @ 1..)) => Ok(Self::Number(number)),
            _ => Err((value, Fault::NoCgroup)),
        }
    }

    /// Writes the value as the option takes it.
    pub(super) fn show(self, out: &mut Text<'_>) {
        match (self, Self::WORDS.iter().find(|(_, cgroup)| *cgroup == self)) {
            (_, Some((word, _))) => out.bytes(word.as_bytes()),
            (Self::Number(number), None) => out.dec(number),
            (Self::Off | Self::Init | Self::Reader, None) => {}
        }
    }
}

/// The values of `cpus=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cpus {
    /// Those that the cgroup's tasks may run on, as sched_getaffinity(2) tells.
    Cpuset,
    /// No more of them than the cgroup's quota is worth, rounded up.
    Quota,
}

impl Cpus {
    /// The words that the option takes.
    pub(super) const WORDS: &'static [&'static str] = &[CPUSET, QUOTA];

    /// The value with this name.
    pub(super) fn from_word(word: &[u8]) -> Option<Self> {
        [Self::Cpuset, Self::Quota]
            .into_iter()
            .find(|value| value.word().as_bytes() == word)
    }

    /// The name that the option takes and mountinfo shows.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cpuset => CPUSET,
            Self::Quota => QUOTA,
        }
    }
}

const CPUSET: &str = "cpuset";
const QUOTA: &str = "quota";
