// SPDX-License-Identifier: GPL-2.0

//! Who may see that a task exists: the `hidepid=` and `gid=` policy of an instance.

/// The values of `hidepid=`; the numbers are the kernel's (enum proc_hidepid).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum HidePid {
    /// Every task is there for everybody.
    Off = 0,
    /// Every task is listed, but only one that the caller may trace can be entered.
    NoAccess = 1,
    /// Only tasks that the caller may trace are listed and can be entered.
    Invisible = 2,
    /// As `Invisible`, and `gid=` exempts nobody.
    NotPtraceable = 4,
}

impl HidePid {
    /// Every value, in the order of the numbers.
    pub(crate) const ALL: [Self; 4] = [
        Self::Off,
        Self::NoAccess,
        Self::Invisible,
        Self::NotPtraceable,
    ];

    /// Their names, in the same order.
    pub(crate) const NAMES: &'static [&'static str] = {
        let [a, b, c, d] = Self::ALL;
        &[a.name(), b.name(), c.name(), d.name()]
    };

    /// The value with this number.
    #[inline]
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| *mode as u32 == number)
    }

    /// The value with this name.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.name().as_bytes() == name)
    }

    /// The name that the option takes and mountinfo shows.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::NoAccess => "noaccess",
            Self::Invisible => "invisible",
            Self::NotPtraceable => "ptraceable",
        }
    }
}

/// Where the question is asked. Procfs asks at the same places, but not all of them on task/<tid>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Entering a task's directory, or opening it.
    Permission,
    /// stat() of a task's directory or of what stands in it.
    Getattr,
    /// Listing the directory that the task's directory stands in.
    Readdir,
    /// Finding the task's directory by name, cached or not.
    Lookup,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Go on (to the checks of the entry itself).
    Allowed,
    /// The task does not exist for this caller: ENOENT, or absent from a listing.
    Hidden,
    /// The task is known to exist but is closed to this caller: EPERM.
    Denied,
}

/// Decides whether the caller may see a task, asking no more than is needed.
///
/// `in_group` says whether the caller is in the group of `gid=`, `may_ptrace` whether it may trace
/// the task with its file system credentials. This is has_pid_permissions() of fs/proc/base.c with
/// its four callers, except that a task hidden by `ptraceable` is ENOENT at
/// [`Place::Permission`] too, where procfs says EPERM to those who find it cached.
pub(crate) fn visibility(
    mode: HidePid,
    place: Place,
    in_group: impl FnOnce() -> bool,
    may_ptrace: impl FnOnce() -> bool,
) -> Visibility {
    let refusal = match (mode, place) {
        (HidePid::Off, _) => return Visibility::Allowed,
        (HidePid::NoAccess, Place::Permission) => {
            mutant!("hiding: noaccess", Visibility::Denied => Visibility::Allowed)
        }
        (HidePid::NoAccess, _) => return Visibility::Allowed,
        // As in procfs: looking up a name that cannot be entered is no secret.
        (HidePid::Invisible, Place::Lookup) => return Visibility::Allowed,
        (HidePid::Invisible, _) => {
            mutant!("hiding: invisible", Visibility::Hidden => Visibility::Allowed)
        }
        (HidePid::NotPtraceable, _) => {
            mutant!("hiding: ptraceable", Visibility::Hidden => Visibility::Allowed)
        }
    };
    let exempt = mutant!("hiding: gid= counts", mode != HidePid::NotPtraceable)
        && mutant!(
            "hiding: in the group of gid=",
            mutant!("hiding: gid= exempts", in_group() => false)
        );
    if exempt || may_ptrace() {
        Visibility::Allowed
    } else {
        refusal
    }
}
