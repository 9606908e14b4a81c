// SPDX-License-Identifier: GPL-2.0

//! What mounters without privilege may have at most: the module's parameter `userns_mounts`.

use crate::pure::subset::Subset;

/// The widest instance that mounters without privilege may have: the module's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum UsernsMounts {
    /// None.
    Nothing = 0,
    /// Tasks alone.
    Pid = 1,
    /// Tasks, and the container list.
    Container = 2,
    /// What procfs would allow there.
    All = 3,
}

impl UsernsMounts {
    /// What is allowed where nothing is said.
    ///
    /// Not all that procfs would allow: the kernel looks for a visible instance of the same type in
    /// the mounter's mount namespace, and container runtimes that enter their root by `chroot()`
    /// leave the host's mounts there and unmount those of the type `proc` alone. One of type
    /// `proc2` that stays would make a full instance possible in there.
    pub(crate) const DEFAULT: Self = Self::Container;

    /// The value with this number.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        [Self::Nothing, Self::Pid, Self::Container, Self::All]
            .into_iter()
            .find(|level| *level as u8 == number)
    }

    /// The widest instance that an instance with these options needs.
    pub(super) fn needed(subset: Subset, shows: bool) -> Self {
        match subset {
            Subset::Pid if !shows => Self::Pid,
            Subset::Pid | Subset::Container => Self::Container,
            Subset::All => Self::All,
        }
    }
}
