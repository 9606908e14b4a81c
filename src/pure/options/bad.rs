// SPDX-License-Identifier: GPL-2.0

//! What is wrong with an option, and the sentence that tells the mounter.

use crate::pure::text::Text;
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
    /// A remount would change it.
    Change,
    /// The file is none that the instance could be made for.
    PidNs(PidNsFault),
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
        let Self { name, value, fault } = *self;
        match fault {
            Fault::NoSuchOption => out.bytes(b"unknown option - "),
            Fault::Change => {}
            Fault::NoSuchWord(_) => out.bytes(b"unknown value of "),
            Fault::NoGroup | Fault::UnmappedGroup | Fault::PidNs(_) => out.bytes(b"bad value of "),
        }
        out.bytes(name.to_bytes());
        if !matches!(fault, Fault::NoSuchOption | Fault::Change) {
            out.bytes(b" - ");
            quoted(out, value);
        }
        match fault {
            Fault::NoSuchOption => {}
            Fault::Change => out.bytes(b"= cannot be changed by a remount (mount a new instance)"),
            Fault::NoSuchWord(words) => {
                out.bytes(b" (use");
                for word in words {
                    out.byte(b' ');
                    out.bytes(word.as_bytes());
                }
                out.byte(b')');
            }
            Fault::NoGroup => out.bytes(b" (use the number of a group)"),
            Fault::UnmappedGroup => out.bytes(b" has no mapping in the mounter's user namespace"),
            Fault::PidNs(fault) => {
                out.byte(b' ');
                out.bytes(fault.describe().as_bytes());
            }
        }
    }
}
