// SPDX-License-Identifier: GPL-2.0

//! The states of a task (task_state_array in fs/proc/array.c).

/// By the kernel's task_state_index().
const STATES: [&str; 9] = [
    "R (running)",
    "S (sleeping)",
    "D (disk sleep)",
    "T (stopped)",
    "t (tracing stop)",
    "X (dead)",
    "Z (zombie)",
    "P (parked)",
    "I (idle)",
];

/// A state by its letter and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(&'static str);

impl State {
    /// The state with this index. The kernel gives no other index than these.
    pub(crate) const fn from_index(index: u32) -> Self {
        let index = index as usize;
        // No get(): the tests want their states in constants.
        Self(if index < STATES.len() {
            STATES[index]
        } else {
            "? (unknown)"
        })
    }

    /// As `status` shows it: "S (sleeping)".
    pub(crate) fn long(self) -> &'static [u8] {
        self.0.as_bytes()
    }

    /// As `stat` shows it: "S".
    pub(crate) fn letter(self) -> u8 {
        self.0.as_bytes().first().copied().unwrap_or(b'?')
    }
}
