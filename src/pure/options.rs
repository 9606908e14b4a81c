// SPDX-License-Identifier: GPL-2.0

//! The mount options: their values, what is wrong with a bad one, and how they are shown.

use super::access::HidePid;
use super::kstrto;
use super::text::Text;

/// The values of `subset=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subset {
    /// Everything that procfs shows.
    #[default]
    All,
    /// Tasks alone.
    Pid,
}

/// Why an option was refused. The errno is EINVAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadOption<'a> {
    /// `hidepid=` has no such value.
    HidePid(&'a [u8]),
    /// `subset=` has no such word in its list.
    Subset(&'a [u8]),
    /// A remount would change `subset=`.
    SubsetChange,
    /// `gid=` is not a number that a group can have.
    Gid(&'a [u8]),
    /// `gid=` has no mapping in the mounter's user namespace.
    UnmappedGid(&'a [u8]),
    /// The file that `pidns=` names is none that the instance could be made for.
    PidNs(&'a [u8], PidNsFault),
}

/// What is wrong with the file that `pidns=` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PidNsFault {
    /// It could not be opened.
    NotOpened,
    /// It does not stand for a namespace.
    NoNamespace,
    /// It stands for a namespace of another kind.
    OtherKind,
    /// The mounter may not administer the namespace.
    NotAllowed,
    /// The namespace is not below the mounter's own.
    NotBelow,
    /// A remount would change it.
    Change,
}

impl PidNsFault {
    fn describe(self) -> &'static str {
        match self {
            Self::NotOpened => "could not be opened",
            Self::NoNamespace => "is not a namespace file (use /proc/<pid>/ns/pid)",
            Self::OtherKind => "is the file of another kind of namespace (use /proc/<pid>/ns/pid)",
            Self::NotAllowed => {
                "needs CAP_SYS_ADMIN in the user namespace that owns the pid namespace"
            }
            Self::NotBelow => "is not the mounter's pid namespace or a descendant of it",
            Self::Change => "cannot be set by a remount (mount a new instance)",
        }
    }
}

/// A value as the log shows it: on one line, whatever it holds.
fn quoted(out: &mut Text<'_>, value: &[u8]) {
    out.escaped(value, b"\n\r\t\x0b\x0c\x07\x1b\\");
}

impl BadOption<'_> {
    /// Writes the sentence for the log, without a newline.
    pub(crate) fn describe(&self, out: &mut Text<'_>) {
        match self {
            Self::HidePid(value) => {
                out.bytes(b"unknown value of hidepid - ");
                quoted(out, value);
                out.bytes(b" (use");
                for mode in HidePid::ALL {
                    out.byte(b' ');
                    out.bytes(mode.name().as_bytes());
                }
                out.byte(b')');
            }
            Self::Subset(value) => {
                out.bytes(b"unsupported subset option - ");
                quoted(out, value);
                out.bytes(b" (use pid)");
            }
            Self::SubsetChange => {
                out.bytes(b"subset=pid cannot be changed by a remount (mount a new instance)");
            }
            Self::Gid(value) => {
                out.bytes(b"bad value of gid - ");
                quoted(out, value);
                out.bytes(b" (use the number of a group)");
            }
            Self::UnmappedGid(value) => {
                out.bytes(b"bad value of gid - ");
                quoted(out, value);
                out.bytes(b" has no mapping in the mounter's user namespace");
            }
            Self::PidNs(value, fault) => {
                out.bytes(b"bad value of pidns - ");
                quoted(out, value);
                out.byte(b' ');
                out.bytes(fault.describe().as_bytes());
            }
        }
    }
}

/// Reads the value of `hidepid=`: a number, as the kernel reads numbers, or a name.
pub(crate) fn hidepid(value: &[u8]) -> Result<HidePid, BadOption<'_>> {
    match kstrto::u32(value, 0) {
        Ok(number) => HidePid::from_number(number),
        Err(_) => HidePid::from_name(value),
    }
    .ok_or(BadOption::HidePid(value))
}

/// Reads the value of `gid=`: a number, as the kernel reads numbers.
pub(crate) fn gid(value: &[u8]) -> Result<u32, BadOption<'_>> {
    kstrto::u32(value, 0).map_err(|_| BadOption::Gid(value))
}

/// Reads the value of `subset=`: a list with commas, where empty words mean nothing.
pub(crate) fn subset(value: &[u8]) -> Result<Subset, BadOption<'_>> {
    value
        .split(|byte| *byte == b',')
        .try_fold(Subset::All, |subset, word| match word {
            b"" => Ok(subset),
            b"pid" => Ok(Subset::Pid),
            _ => Err(BadOption::Subset(word)),
        })
}

/// Decides whether a remount may ask for `subset`: only for what the instance has already.
pub(crate) fn remount_subset(
    instance: Subset,
    wanted: Option<Subset>,
) -> Result<(), BadOption<'static>> {
    match wanted {
        Some(wanted) if wanted != instance => Err(BadOption::SubsetChange),
        _ => Ok(()),
    }
}

/// The options of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The group exempt from `hidepid=`, as a number of the initial user namespace.
    pub(crate) gid: u32,
    /// Who sees which tasks.
    pub(crate) hidepid: HidePid,
    /// Which entries exist.
    pub(crate) subset: Subset,
}

impl Options {
    /// Writes the options as mountinfo shows them, those with their initial values left out.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        if self.gid != 0 {
            out.field(b",gid=", self.gid.into());
        }
        if self.hidepid != HidePid::Off {
            out.bytes(b",hidepid=");
            out.bytes(self.hidepid.name().as_bytes());
        }
        match self.subset {
            Subset::All => {}
            Subset::Pid => out.bytes(b",subset=pid"),
        }
    }
}
