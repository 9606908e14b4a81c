// SPDX-License-Identifier: GPL-2.0

//! Memory that grows. The pure core has no allocator: whoever calls it brings one.

/// There is no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoMemory;

/// A list that can become longer.
pub(crate) trait Grow<T: Copy>: Default {
    /// What it holds.
    fn as_slice(&self) -> &[T];

    /// What it holds, to be changed.
    fn as_mut_slice(&mut self) -> &mut [T];

    /// Appends `items`.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]; the list is then as it was.
    fn extend(&mut self, items: &[T]) -> Result<(), NoMemory>;

    /// Appends `item` `count` times, and takes no more memory than that needs.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]; the list is then as it was.
    fn fill(&mut self, item: T, count: usize) -> Result<(), NoMemory>;

    /// Cuts the list off after `len` items.
    fn truncate(&mut self, len: usize);
}

/// Where lists of any kind come from.
pub(crate) trait Memory {
    /// A list.
    type Of<T: Copy>: Grow<T>;
}
