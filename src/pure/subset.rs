// SPDX-License-Identifier: GPL-2.0

//! `subset=`, and the one place that says what it leaves of the root directory.

/// The values of `subset=`, each wider than the one before it, but for the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subset {
    /// Everything that procfs shows.
    #[default]
    All,
    /// Tasks alone.
    Pid,
    /// Tasks, and the names of the container list.
    Container,
}

/// An entry of the root directory beside the tasks and the links to the caller's own, which are
/// always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RootEntry {
    /// One of the kernel's registry.
    Registered,
    /// A row of proc2's own that speaks of nothing but tasks.
    OfTasks,
    /// A row of proc2's own that speaks of anything else.
    #[allow(dead_code)] // There is none yet.
    OfTheMachine,
}

/// Whether an instance has an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is found by name, and listed.
    Listed,
    /// It is found by name alone.
    Unlisted,
    /// There is no such name.
    Absent,
}

impl Subset {
    /// The words of the list that the option takes.
    pub(crate) const WORDS: &'static [&'static str] = &[WORD_PID, WORD_CONTAINER];

    /// Reads a list with commas, of which the widest counts and empty words mean nothing; else the
    /// first word that is none.
    pub(crate) fn from_list(list: &[u8]) -> Result<Self, &[u8]> {
        list.split(|byte| *byte == b',')
            .try_fold(Self::All, |subset, word| match word {
                b"" => Ok(subset),
                _ if word == WORD_PID.as_bytes() => Ok(subset.max(Self::Pid)),
                _ if word == WORD_CONTAINER.as_bytes() => Ok(subset.max(Self::Container)),
                _ => Err(word),
            })
    }

    /// The word that mountinfo shows for it, if it is not the initial value.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Pid => Some(WORD_PID),
            Self::Container => Some(WORD_CONTAINER),
        }
    }

    /// Whether an instance has `entry` in its root.
    pub(crate) fn presence(self, entry: RootEntry) -> Presence {
        match (self, entry) {
            (Self::All, _) => Presence::Listed,
            // Programs (the kernel's selftest is one) take it that nothing but tasks and the links
            // is listed.
            (Self::Pid | Self::Container, RootEntry::OfTasks) => Presence::Unlisted,
            // The container list says which.
            (Self::Container, _) => Presence::Listed,
            (Self::Pid, RootEntry::Registered | RootEntry::OfTheMachine) => Presence::Absent,
        }
    }

    /// Whether an instance has none of the registry's entries, and so what they show nowhere.
    pub(crate) fn hides_registry(self) -> bool {
        self.presence(RootEntry::Registered) == Presence::Absent
    }
}

const WORD_PID: &str = "pid";
const WORD_CONTAINER: &str = "container";
