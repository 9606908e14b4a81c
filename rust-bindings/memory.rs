// SPDX-License-Identifier: GPL-2.0

//! Memory: a task's address space and its mappings, and room on the kernel's stack.

pub(crate) mod machine;
pub(crate) mod mapped_file;
pub(crate) mod mm;
mod mm_figures;
mod remote;
pub(crate) mod scratch;
pub(crate) mod vma;
pub(crate) mod vma_lock;
