// SPDX-License-Identifier: GPL-2.0

//! Who may mount what, beyond what the kernel itself asks of every mounter.
//!
//! The kernel asks whether a type of its name is fully visible only where an instance shows
//! everything and has no policy. So what a mounter without privilege may have is said here: tasks,
//! what the container list has, less what is hidden, and nothing that can be written. The figures
//! in it are the container's own: what its administrator keeps from it, it does not get by another
//! mount.

use super::{
    bad::{
        BadOption,
        Fault, //
    },
    cgroup::Cgroup,
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
    cgroup: Cgroup,
    lists: &Lists<M>,
    allowed: UsernsMounts,
    privileged: impl FnOnce() -> bool,
) -> Result<(), BadOption<'_>> {
    if subset == Subset::All && lists.said(ListKind::Show) {
        return Err(BadOption {
            name: ListKind::Show.name(),
            value: lists.paths(ListKind::Show).next().unwrap_or_default(),
            fault: Fault::ShowsAll,
        });
    }
    // Last, for it is noted of a task that it has used a right.
    let refused = without_privilege(subset, cgroup, lists, allowed);
    if refused.is_err() && privileged() {
        return Ok(());
    }
    refused
}

/// [`may_mount`] for mounters without privilege.
fn without_privilege<M: Memory>(
    subset: Subset,
    cgroup: Cgroup,
    lists: &Lists<M>,
    allowed: UsernsMounts,
) -> Result<(), BadOption<'_>> {
    let first = |kind| lists.paths(kind).next().unwrap_or_default();
    let refuse = |kind: ListKind, value| {
        Err(BadOption {
            name: kind.name(),
            value,
            fault: Fault::Privileged,
        })
    };
    if let Some(path) = mutant!(
        "policy: show= beyond the container list",
        lists.beyond_container() => None
    ) {
        return refuse(ListKind::Show, path);
    }
    let hides_of_all = subset == Subset::All && lists.said(ListKind::Hide);
    if mutant!("policy: hide= without subset=", hides_of_all => false) {
        return refuse(ListKind::Hide, first(ListKind::Hide));
    }
    if mutant!("policy: writable= is privileged", lists.said(ListKind::Writable) => false) {
        let first = lists.paths(ListKind::Writable).next();
        return refuse(ListKind::Writable, first.unwrap_or(b"none"));
    }
    let own_figures = match subset {
        // The kernel asks for another instance that shows as much, and one with a view never does.
        Subset::All => cgroup == Cgroup::Off,
        Subset::Pid | Subset::Container => matches!(cgroup, Cgroup::Init | Cgroup::Reader),
    };
    if !mutant!("view: others' figures are privileged", own_figures) {
        return Err(BadOption {
            name: c"cgroup",
            value: b"",
            fault: Fault::OthersFigures,
        });
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
