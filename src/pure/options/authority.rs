// SPDX-License-Identifier: GPL-2.0

//! Who may mount what, beyond what the kernel itself asks of every mounter.
//!
//! The kernel asks whether a type of its name is fully visible only where an instance shows
//! everything and has no policy. So what a mounter without privilege may have is said here: tasks, what the container list has, less what is hidden, and nothing that can be written.

use super::{
    bad::{
        BadOption,
        Fault, //
    },
    userns_mounts::UsernsMounts, //
};
use crate::pure::{
    grow::Memory,
    policy::{
        ListKind,
        Lists, //
    },
    subset::Subset, //
};

/// Whether a mounter may have an instance with these options. `privileged` says whether it has
/// `CAP_SYS_ADMIN` in the initial user namespace, and whoever began the mount had it too.
///
/// # Errors
///
/// What is refused, and why.
pub(crate) fn may_mount<M: Memory>(
    subset: Subset,
    lists: &Lists<M>,
    allowed: UsernsMounts,
    privileged: impl FnOnce() -> bool,
) -> Result<(), BadOption<'_>> {
    let first = |kind| lists.paths(kind).next().unwrap_or_default();
    let refuse = |kind: ListKind, value, fault| {
        let name = kind.name();
        Err(BadOption { name, value, fault })
    };
    if subset == Subset::All && lists.said(ListKind::Show) {
        return refuse(ListKind::Show, first(ListKind::Show), Fault::ShowsAll);
    }
    if privileged() {
        return Ok(());
    }
    if let Some(path) = mutant!(
        "policy: show= beyond the container list",
        lists.beyond_container() => None
    ) {
        return refuse(ListKind::Show, path, Fault::Privileged);
    }
    let hides_of_all = subset == Subset::All && lists.said(ListKind::Hide);
    if mutant!("policy: hide= without subset=", hides_of_all => false) {
        return refuse(ListKind::Hide, first(ListKind::Hide), Fault::Privileged);
    }
    if mutant!("policy: writable= is privileged", lists.said(ListKind::Writable) => false) {
        return refuse(ListKind::Writable, first(ListKind::Writable), Fault::Privileged);
    }
    let needed = UsernsMounts::needed(subset, lists.said(ListKind::Show));
    if mutant!("policy: userns_mounts=", needed <= allowed) {
        Ok(())
    } else {
        Err(BadOption {
            name: c"subset",
            value: b"",
            fault: Fault::Restricted(allowed),
        })
    }
}
