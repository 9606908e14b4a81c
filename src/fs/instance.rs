// SPDX-License-Identifier: GPL-2.0

//! What proc2 keeps of an instance, beside the kernel's own `struct proc_fs_info`.
//!
//! Locks: the options are read under RCU, and changed under `s_umount`, by a remount.

use crate::{
    pure::options::{
        Options,
        Subset, //
    },
    rust_bindings::vfs::{
        rcu_box::RcuBox,
        super_block::{
            SuperBlock,
            SuperBlockData, //
        },
        under_rcu::UnderRcu, //
    }, //
};
use kernel::{
    prelude::*,
    sync::rcu, //
};

/// What an instance has of its own.
pub(crate) struct Instance {
    options: RcuBox<Options>,
}

impl SuperBlockData for SuperBlock {
    type Data = Instance;
}

impl Instance {
    /// What a new instance with these options keeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(options: Options) -> Result<Self> {
        let options = RcuBox::new(options)?;
        Ok(Self { options })
    }

    /// The options as they are now. Between two calls a remount may change them.
    #[inline]
    pub(crate) fn options<'a>(&'a self, rcu: &'a impl UnderRcu) -> &'a Options {
        self.options.read(rcu)
    }

    /// Which entries exist. Never changes.
    pub(crate) fn subset(&self) -> Subset {
        self.options(&rcu::read_lock()).subset()
    }

    /// Changes the options. To be called by a remount, which is alone.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; they are then as they were.
    pub(crate) fn set_options(&self, options: Options) -> Result {
        self.options.replace(options)
    }
}
