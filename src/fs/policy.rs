// SPDX-License-Identifier: GPL-2.0

//! What an instance keeps of its policy: the pure core's, in memory that counts against the control
//! group of whoever mounts, and the entries of tasks that it hides.

use crate::pure::{
    entry::RowSet,
    grow::{
        Grow,
        Memory,
        NoMemory, //
    },
    policy, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    prelude::*, //
};

/// A list in the kernel's memory.
pub(crate) struct Charged<T>(KVec<T>);

impl<T> Default for Charged<T> {
    fn default() -> Self {
        Self(KVec::new())
    }
}

impl<T: Copy> Grow<T> for Charged<T> {
    fn as_slice(&self) -> &[T] {
        &self.0
    }

    fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a policy's lists have 3,800 bytes at most, and a value of one a page"
    )]
    fn extend(&mut self, items: &[T]) -> Result<(), NoMemory> {
        let added = self.0.extend_from_slice(items, GFP_KERNEL_ACCOUNT);
        added.map_err(|_| NoMemory)
    }

    #[expect(clippy::disallowed_methods, reason = "as above")]
    fn fill(&mut self, item: T, count: usize) -> Result<(), NoMemory> {
        let added = self.0.extend_with(count, item, GFP_KERNEL_ACCOUNT);
        added.map_err(|_| NoMemory)
    }

    fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

/// The kernel's memory.
pub(crate) enum KernelMemory {}

impl Memory for KernelMemory {
    type Of<T: Copy> = Charged<T>;
}

/// What `show=`, `hide=` and `writable=` say.
pub(crate) type Lists = policy::Lists<KernelMemory>;

impl From<NoMemory> for Error {
    fn from(_: NoMemory) -> Self {
        ENOMEM
    }
}

/// The policy of an instance. Never changes.
pub(crate) struct Policy {
    policy: policy::Policy<KernelMemory>,
    hidden_rows: RowSet,
}

impl Policy {
    /// Keeps a policy. `rows_where` gives the rows of the tasks' table whose names it is told yes
    /// to.
    pub(crate) fn new(
        policy: policy::Policy<KernelMemory>,
        rows_where: impl FnOnce(&dyn Fn(&[u8]) -> bool) -> RowSet,
    ) -> Self {
        let net_is_hidden = policy.net().is_none();
        let hidden_rows = rows_where(&|name| match name {
            b"net" => net_is_hidden,
            name => policy.hides_of_tasks(name),
        });
        Self {
            policy,
            hidden_rows,
        }
    }

    /// The decisions.
    #[inline]
    pub(crate) fn decisions(&self) -> &policy::Policy<KernelMemory> {
        &self.policy
    }

    /// The entries that tasks do not have here.
    #[inline]
    pub(crate) fn hidden_rows(&self) -> &RowSet {
        &self.hidden_rows
    }
}
