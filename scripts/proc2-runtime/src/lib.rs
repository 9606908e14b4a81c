// SPDX-License-Identifier: GPL-2.0

//! An OCI runtime that stands in front of runc or crun: containers get an instance of proc2 as their
//! `/proc`, in place of a procfs and of what would be mounted over parts of it.

#![forbid(unsafe_code)]

pub mod annotations;
pub mod bundle;
pub mod change;
// The module's own table: there is one container list.
#[allow(dead_code, unreachable_pub)]
#[path = "../../../src/pure/policy/container.rs"]
mod container;
pub mod decide;
pub mod flags;
pub mod hook;
pub mod invocation;
pub mod lists;
pub mod log;
pub mod options;
pub mod paths;
pub mod real;
mod strict;
pub mod sysctl;
pub mod writable;
