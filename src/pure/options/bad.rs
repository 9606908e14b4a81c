// SPDX-License-Identifier: GPL-2.0

//! What is wrong with an option, and the sentence that tells the mounter.

use super::userns_mounts::UsernsMounts;
use crate::pure::{
    policy::{
        self,
        BadItem,
        BadName, //
    },
    text::Text, //
};
use core::ffi::CStr;

/// Why an option was refused. The errno is EINVAL, but where [`PidNsFault`] has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadOption<'a> {
    /// The option.
    pub(crate) name: &'a CStr,
    /// The part of its value that is no good.
    pub(crate) value: &'a [u8],
    /// What is wrong with that.
    pub(crate) fault: Fault,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no such option.
    NoSuchOption,
    /// The value is none of these words.
    NoSuchWord(&'static [&'static str]),
    /// The value is not a number that a group can have.
    NoGroup,
    /// The group has no mapping in the mounter's user namespace.
    UnmappedGroup,
    /// The value is neither a word nor the number of a cgroup.
    NoCgroup,
    /// No cgroup of the mounter's cgroup namespace has the number.
    NotBelow,
    /// The kernel has no control groups.
    NoCgroups,
    /// It says how a cgroup is shown, and none is.
    NeedsCgroup,
    /// There are more groups than [`Groups::MOST`].
    TooManyGroups,
    /// A remount would change it.
    Change,
    /// The file is none that the instance could be made for.
    PidNs(PidNsFault),
    /// The name can't stand in the list.
    Name(BadName),
    /// `show=` has no `subset=` to add to.
    ShowsAll,
    /// It is for those who may administer the machine (EPERM).
    Privileged,
    /// It shows figures that are not the container's own (EPERM).
    OthersFigures,
    /// The module's parameter does not let the mounter have this (EPERM).
    Restricted(UsernsMounts),
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

impl BadName {
    fn describe(self) -> &'static str {
        match self {
            Self::Item(BadItem::Empty) => "has an empty name in it",
            Self::Item(BadItem::Slashes) => {
                "has a slash first, last or twice (write sys/kernel, without /proc/)"
            }
            Self::Item(BadItem::Dots) => "has . or .. in it",
            Self::Item(BadItem::TooLong) => "is longer than 255 bytes",
            Self::Item(BadItem::Unescaped) => {
                "has a byte that must be written as % and two hexadecimal digits"
            }
            Self::Item(BadItem::Escape) => {
                "has a % without two hexadecimal digits of a byte that names can have"
            }
            Self::Task => "is a task's, which hidepid= is for (pid/NAME is an entry of each task)",
            Self::OnlyHidden => "is an entry of tasks, which only hide= can name",
            Self::NotInTask => "is no entry of a task (write pid/NAME)",
            Self::NetOfTask => "is called net here, in the root and in every task",
            Self::BelowNet => "is there already: show=net adds the link in the root",
            Self::TooMuch => "makes the lists longer than 3,800 bytes",
        }
    }
}

const _: () = assert!(policy::MOST == 3800, "as the sentence says");

impl UsernsMounts {
    /// The sentence for a mounter without privilege who wants more.
    fn describe(self) -> &'static str {
        match self {
            Self::Nothing => "no mount without CAP_SYS_ADMIN in the initial user namespace",
            Self::Pid => {
                "without CAP_SYS_ADMIN in the initial user namespace only subset=pid can be mounted"
            }
            Self::Container | Self::All => {
                "without CAP_SYS_ADMIN in the initial user namespace only subset=pid or \
                 subset=container can be mounted"
            }
        }
    }
}

impl BadOption<'_> {
    /// Whether it is refused to this mounter alone (EPERM), and not to everyone (EINVAL).
    pub(crate) fn is_permission(&self) -> bool {
        matches!(
            self.fault,
            Fault::Privileged | Fault::OthersFigures | Fault::Restricted(_)
        )
    }

    /// Writes the sentence for the log, without a newline.
    pub(crate) fn describe(&self, out: &mut Text<'_>) {
        let Self { name, value, fault } = *self;
        if let Fault::Restricted(allowed) = fault {
            out.bytes(allowed.describe().as_bytes());
            return out.bytes(b" (parameter userns_mounts of the module)");
        }
        match fault {
            Fault::NoSuchOption => out.bytes(b"unknown option - "),
            Fault::NoSuchWord(_) => out.bytes(b"unknown value of "),
            Fault::Change
            | Fault::Privileged
            | Fault::OthersFigures
            | Fault::ShowsAll
            | Fault::Restricted(_)
            | Fault::NeedsCgroup => {}
            _ => out.bytes(b"bad value of "),
        }
        out.bytes(name.to_bytes());
        if !matches!(
            fault,
            Fault::NoSuchOption
                | Fault::Change
                | Fault::NotBelow
                | Fault::NoCgroups
                | Fault::NeedsCgroup
                | Fault::OthersFigures
        ) {
            out.bytes(b" - ");
            quoted(out, value);
        }
        match fault {
            Fault::NoSuchOption | Fault::Restricted(_) => {}
            Fault::Change => out.bytes(b"= cannot be changed by a remount (mount a new instance)"),
            Fault::NoSuchWord(words) => {
                out.bytes(b" (use");
                for word in words {
                    out.byte(b' ');
                    out.bytes(word.as_bytes());
                }
                out.byte(b')');
            }
            Fault::NoCgroup => {
                out.bytes(b" (use off, init, reader, or the number of a cgroup: stat -c %i of it)");
            }
            Fault::NotBelow => {
                out.bytes(b": no cgroup of the mounter's cgroup namespace has that number");
            }
            Fault::NoCgroups => out.bytes(b": this kernel has no control groups"),
            Fault::NeedsCgroup => out.bytes(b"=quota is for an instance with cgroup="),
            Fault::NoGroup => out.bytes(b" (use the number of a group)"),
            Fault::UnmappedGroup => out.bytes(b" has no mapping in the mounter's user namespace"),
            Fault::TooManyGroups => out.bytes(b" has more than 8 groups"),
            Fault::ShowsAll => out.bytes(b" (show= adds to subset=pid or subset=container)"),
            Fault::Privileged => {
                out.bytes(b" needs CAP_SYS_ADMIN in the initial user namespace");
            }
            Fault::OthersFigures => out.bytes(
                b": without CAP_SYS_ADMIN in the initial user namespace only init and reader go \
                  with subset=, and only off without it",
            ),
            Fault::Name(bad) => {
                out.byte(b' ');
                out.bytes(bad.describe().as_bytes());
            }
            Fault::PidNs(fault) => {
                out.byte(b' ');
                out.bytes(fault.describe().as_bytes());
            }
        }
    }
}
