// SPDX-License-Identifier: GPL-2.0

//! The next tasks whose rows sleep, kept from a walk for when it has ended.
//!
//! Mirrors no C source. Locks: none; a count of each task is held.

use super::row::Found;
use kernel::{
    sync::aref::ARef,
    task::Task, //
};

/// So many tasks are kept at a time: few enough for the stack, and for what a row shows to be
/// little older than the look at its number.
const MOST: usize = 16;

/// Tasks in the order in which they were found.
pub(super) struct Batch {
    tasks: [Option<(Found, ARef<Task>)>; MOST],
    /// The next one to take.
    first: usize,
    /// Behind the last one.
    end: usize,
}

impl Batch {
    /// None.
    pub(super) fn new() -> Self {
        Self {
            tasks: [const { None }; MOST],
            first: 0,
            end: 0,
        }
    }

    /// Whether there are none.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.first == self.end
    }

    /// One more, of which a count is taken; false if there is no room.
    #[inline]
    pub(super) fn push(&mut self, found: Found, task: &Task) -> bool {
        let Some(place) = self.tasks.get_mut(self.end) else {
            return false;
        };
        *place = Some((found, task.into()));
        self.end += 1;
        true
    }

    /// The first one.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(Found, ARef<Task>)> {
        let first = self.tasks.get_mut(self.first)?.take()?;
        self.first += 1;
        Some(first)
    }

    /// Gives back what is left. May sleep, for what a task's last count does.
    pub(super) fn clear(&mut self) {
        while self.pop().is_some() {}
        (self.first, self.end) = (0, 0);
    }
}
