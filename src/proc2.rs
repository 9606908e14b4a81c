// SPDX-License-Identifier: GPL-2.0

//! proc2: a procfs in which every mount is a private instance.
//!
//! Mirrors [`fs/proc/root.c`](srctree/fs/proc/root.c).

use kernel::prelude::*;
use rust_bindings::procfs::fs_context::Registration;

// First: all use its `mutant!`.
#[deny(unsafe_code)]
#[macro_use]
mod pure;

#[deny(unsafe_code)]
mod fs;
#[deny(unsafe_code)]
mod gate;
#[deny(unsafe_code)]
mod root;
#[path = "../rust-bindings/mod.rs"]
mod rust_bindings;
#[deny(unsafe_code)]
mod small_vec;
#[deny(unsafe_code)]
mod task;

#[cfg(not(mutate))]
macro_rules! proc2_module {
    ($($field:tt)*) => { module! { $($field)* } };
}

/// With a parameter that says which mutant is active.
#[cfg(mutate)]
macro_rules! proc2_module {
    ($($field:tt)*) => {
        module! {
            $($field)*
            params: { mutant: u32 { default: 0, description: "The mutant that is active", }, },
        }
    };
}

proc2_module! {
    type: Proc2,
    name: "proc2",
    authors: ["The proc2 developers"],
    description: "procfs in which every mount is a private instance",
    license: "GPL",
    alias: ["fs-proc2"],
}

/// What the module holds while it is loaded.
struct Proc2 {
    _registration: Registration,
}

impl kernel::Module for Proc2 {
    fn init(module: &'static ThisModule) -> Result<Self> {
        rust_bindings::procfs::random::choose_key();
        Ok(Self {
            _registration: Registration::new::<fs::mount::Type>(module, c"proc2_inode_cache")?,
        })
    }
}
