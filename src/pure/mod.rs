// SPDX-License-Identifier: GPL-2.0

//! The pure core: decisions, parsing and text, with no kernel types, allocator, logging or locks.
//!
//! The same files are compiled into proc2.ko, into proc2_kunit.ko and, by cargo, on the host. So
//! nothing here may import from outside `core` and this tree, and nothing may panic. Glue in `src/`
//! takes a snapshot of kernel state into a plain struct, drops its locks, and calls in here.

// First: the others use its macro.
#[macro_use]
pub(crate) mod mutant;

pub(crate) mod access;
pub(crate) mod cmdline;
pub(crate) mod entry;
pub(crate) mod grow;
pub(crate) mod ino;
pub(crate) mod kstrto;
pub(crate) mod load;
pub(crate) mod map_files;
pub(crate) mod mem_force;
pub(crate) mod options;
pub(crate) mod parse;
pub(crate) mod policy;
pub(crate) mod procmap_query;
pub(crate) mod show;
pub(crate) mod subset;
pub(crate) mod text;
pub(crate) mod timens;
pub(crate) mod view;
