// SPDX-License-Identifier: GPL-2.0

//! A list that most tasks have few items of: those stay on the stack, and memory is asked for only
//! where there are more.
//!
//! Mirrors no C source: procfs prints each item as it comes to it. Locks: none; sleeps where it
//! asks for memory.

use kernel::prelude::*;

/// A list whose first `N` items need no memory of their own.
pub(crate) struct SmallVec<T, const N: usize> {
    few: [T; N],
    len: usize,
    /// All items, once there are more than `N`.
    many: Option<KVVec<T>>,
}

impl<T: Copy + Default, const N: usize> SmallVec<T, N> {
    /// An empty list.
    pub(crate) fn new() -> Self {
        Self {
            few: [T::default(); N],
            len: 0,
            many: None,
        }
    }

    /// Appends an item.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    #[expect(
        clippy::disallowed_methods,
        reason = "a task has at most 65536 groups, and 33 pid namespaces"
    )]
    pub(crate) fn push(&mut self, item: T) -> Result {
        match (&mut self.many, self.few.get_mut(self.len)) {
            (Some(many), _) => many.push(item, GFP_KERNEL)?,
            (None, Some(place)) => {
                *place = item;
                self.len += 1;
            }
            (None, None) => {
                let mut many = KVVec::with_capacity(2 * N, GFP_KERNEL)?;
                many.extend_from_slice(&self.few, GFP_KERNEL)?;
                many.push(item, GFP_KERNEL)?;
                self.many = Some(many);
            }
        }
        Ok(())
    }

    /// The items.
    pub(crate) fn as_slice(&self) -> &[T] {
        match &self.many {
            Some(many) => many,
            None => self.few.get(..self.len).unwrap_or(&self.few),
        }
    }
}
