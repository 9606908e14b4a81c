// SPDX-License-Identifier: GPL-2.0

//! proc2: a procfs in which every mount is a private instance.
//!
//! Mirrors [`fs/proc/root.c`](srctree/fs/proc/root.c).

use core::borrow::Borrow;
use kernel::prelude::*;
use rust_bindings::procfs::fs_type::Registration;

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

/// What the module is, with these parameters beside its own.
macro_rules! proc2_module {
    ($($parameter:tt)*) => {
        module! {
            type: Proc2,
            name: "proc2",
            authors: ["The proc2 developers"],
            description: "procfs in which every mount is a private instance",
            license: "GPL",
            alias: ["fs-proc2"],
            params: {
                userns_mounts: u8 {
                    default: crate::pure::options::UsernsMounts::DEFAULT as u8,
                    description: "What mounters without CAP_SYS_ADMIN in the initial user namespace may have: 0 nothing, 1 tasks alone (subset=pid), 2 the container list too (subset=container), 3 what procfs allows them",
                },
                $($parameter)*
            },
        }
    };
}

#[cfg(not(mutate))]
proc2_module! {}

#[cfg(mutate)]
proc2_module! {
    mutant: u32 { default: 0, description: "The mutant that is active", },
}

/// A parameter's value: what the kernel crate gives of it is a reference before Linux 7.3.
fn value_of<T: Copy>(value: impl Borrow<T>) -> T {
    *value.borrow()
}

/// What the module holds while it is loaded.
struct Proc2 {
    _registration: Registration,
}

impl kernel::Module for Proc2 {
    fn init(module: &'static ThisModule) -> Result<Self> {
        rust_bindings::procfs::random::choose_keys();
        let level: u8 = value_of(module_parameters::userns_mounts.value());
        if let Err(err) = fs::mount::set_userns_mounts(level) {
            pr_err!("userns_mounts={level} is none of 0, 1, 2 and 3\n");
            return Err(err);
        }
        Ok(Self {
            _registration: Registration::new::<fs::mount::Type>(module, c"proc2_inode_cache")?,
        })
    }
}
