// SPDX-License-Identifier: GPL-2.0

//! Memory of the host for the pure core: vectors.

use crate::pure::grow::{
    Grow,
    Memory,
    NoMemory, //
};

/// There is always enough.
pub(crate) struct Heap;

/// A vector.
pub(crate) struct HeapList<T>(Vec<T>);

impl Memory for Heap {
    type Of<T: Copy> = HeapList<T>;
}

impl<T> Default for HeapList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Grow<T> for HeapList<T> {
    fn as_slice(&self) -> &[T] {
        &self.0
    }

    fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    fn extend(&mut self, items: &[T]) -> Result<(), NoMemory> {
        self.0.extend_from_slice(items);
        Ok(())
    }

    fn fill(&mut self, item: T, count: usize) -> Result<(), NoMemory> {
        self.0.extend(std::iter::repeat_n(item, count));
        Ok(())
    }

    fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}
