// SPDX-License-Identifier: GPL-2.0

//! Memory for tests of the pure core: the kernel's in the kernel, the host's on the host.

#[cfg(not(CONFIG_KUNIT))]
use std::vec::Vec as List;

#[cfg(CONFIG_KUNIT)]
use kernel::prelude::*;
#[cfg(CONFIG_KUNIT)]
use KVec as List;

use crate::pure::grow::{
    Grow,
    Memory,
    NoMemory, //
};

/// See the head of the file.
pub(super) enum TestMemory {}

/// A list of it.
pub(super) struct TestList<T>(List<T>);

impl<T> Default for TestList<T> {
    fn default() -> Self {
        Self(List::new())
    }
}

impl Memory for TestMemory {
    type Of<T: Copy> = TestList<T>;
}

impl<T: Copy> Grow<T> for TestList<T> {
    fn as_slice(&self) -> &[T] {
        &self.0
    }

    fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    #[cfg_attr(
        CONFIG_KUNIT,
        expect(clippy::disallowed_methods, reason = "as long as the tests make it")
    )]
    fn extend(&mut self, items: &[T]) -> Result<(), NoMemory> {
        #[cfg(not(CONFIG_KUNIT))]
        self.0.extend_from_slice(items);
        #[cfg(CONFIG_KUNIT)]
        self.0
            .extend_from_slice(items, GFP_KERNEL)
            .map_err(|_| NoMemory)?;
        Ok(())
    }

    #[cfg_attr(CONFIG_KUNIT, expect(clippy::disallowed_methods, reason = "as above"))]
    fn fill(&mut self, item: T, count: usize) -> Result<(), NoMemory> {
        #[cfg(not(CONFIG_KUNIT))]
        self.0.resize(self.0.len() + count, item);
        #[cfg(CONFIG_KUNIT)]
        self.0
            .extend_with(count, item, GFP_KERNEL)
            .map_err(|_| NoMemory)?;
        Ok(())
    }

    fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}
