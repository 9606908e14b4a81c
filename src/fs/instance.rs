// SPDX-License-Identifier: GPL-2.0

//! What proc2 keeps of an instance, beside the kernel's own `struct proc_fs_info`.
//!
//! Locks: the options are read under RCU, and changed under `s_umount`, by a remount.

use super::{
    policy::Policy,
    view::View, //
};
use crate::{
    pure::{
        options::Options,
        subset::Subset, //
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
    alloc::flags::GFP_KERNEL_ACCOUNT,
    prelude::*,
    sync::rcu, //
};

/// What an instance has of its own.
pub(crate) struct Instance {
    options: RcuBox<Options>,
    policy: Option<KBox<Policy>>,
    view: Option<KBox<View>>,
}

impl SuperBlockData for SuperBlock {
    type Data = Instance;

    fn end(data: &Instance) {
        if let Some(view) = data.view() {
            view.end();
        }
    }
}

impl Instance {
    /// What a new instance with these options keeps.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(
        options: Options,
        policy: Option<Policy>,
        view: Option<View>,
    ) -> Result<Self> {
        let options = RcuBox::new(options)?;
        let policy = boxed(policy)?;
        let view = boxed(view)?;
        Ok(Self {
            options,
            policy,
            view,
        })
    }

    /// Whose figures the machine's files show, where they are not the machine's. Never changes.
    #[inline]
    pub(crate) fn view(&self) -> Option<&View> {
        self.view.as_deref()
    }

    /// Which entries exist and can be written, where more is to be said of it than `subset=pid`
    /// does. Never changes.
    #[inline]
    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.policy.as_deref()
    }

    /// Whether the instance is another than procfs's of the whole machine.
    pub(crate) fn is_restricted(&self) -> bool {
        // One with a view does not stand for the machine's figures either.
        self.subset() != Subset::All
            || self.policy.is_some()
            || mutant!("userns: one with a view", self.view.is_some() => false)
    }

    /// Whether the root has the machine's entry of this name.
    pub(crate) fn shows(&self, name: &[u8]) -> bool {
        match self.policy() {
            Some(policy) => {
                let decisions = policy.decisions();
                decisions.child(decisions.root(), name).is_some()
            }
            None => !self.subset().hides_registry(),
        }
    }

    /// The options as they are now. Between two calls a remount may change them.
    #[inline]
    pub(crate) fn options<'a>(&'a self, rcu: &'a impl UnderRcu) -> &'a Options {
        self.options.read(rcu)
    }

    /// What of the machine's entries is there. Never changes.
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

fn boxed<T>(value: Option<T>) -> Result<Option<KBox<T>>> {
    Ok(match value {
        Some(value) => Some(KBox::new(value, GFP_KERNEL_ACCOUNT)?),
        None => None,
    })
}
