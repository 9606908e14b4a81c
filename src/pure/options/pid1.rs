// SPDX-License-Identifier: GPL-2.0

//! `pid1=`: whether the first process of the instance's pid namespace is there for everybody.

/// The values of `pid1=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pid1 {
    /// As any other task.
    Hidden,
    /// Whatever `hidepid=` says, it is there, with [`ENTRIES`] and nothing else for those whom that
    /// would shut out.
    Visible,
}

/// What programs that look for pid 1 read of it.
pub(crate) const ENTRIES: [&str; 4] = ["comm", "cgroup", "stat", "status"];

impl Pid1 {
    /// The words that the option takes.
    pub(crate) const WORDS: &'static [&'static str] = &[HIDDEN, VISIBLE];

    /// The value with this name.
    pub(super) fn from_word(word: &[u8]) -> Option<Self> {
        [Self::Hidden, Self::Visible]
            .into_iter()
            .find(|value| value.word().as_bytes() == word)
    }

    /// The name that the option takes and mountinfo shows.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Hidden => HIDDEN,
            Self::Visible => VISIBLE,
        }
    }
}

const HIDDEN: &str = "hidden";
const VISIBLE: &str = "visible";
