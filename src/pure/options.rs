// SPDX-License-Identifier: GPL-2.0

//! The mount options: their values, what is wrong with a bad one, and how they are shown.

use super::access::HidePid;
use super::parse;
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
}

impl BadOption<'_> {
    /// Writes the sentence for the log, without a newline.
    pub(crate) fn describe(&self, out: &mut Text<'_>) {
        match self {
            Self::HidePid(value) => {
                out.bytes(b"unknown value of hidepid - ");
                out.bytes(value);
                out.bytes(b" (use");
                for mode in HidePid::ALL {
                    out.byte(b' ');
                    out.bytes(mode.name().as_bytes());
                }
                out.byte(b')');
            }
            Self::Subset(value) => {
                out.bytes(b"unsupported subset option - ");
                out.bytes(value);
                out.bytes(b" (use pid)");
            }
            Self::SubsetChange => {
                out.bytes(b"subset=pid cannot be changed by a remount (mount a new instance)");
            }
        }
    }
}

/// Reads the value of `hidepid=`: a number, as the kernel reads numbers, or a name.
pub(crate) fn hidepid(value: &[u8]) -> Result<HidePid, BadOption<'_>> {
    match parse::kstrtouint(value) {
        Some(number) => HidePid::from_number(number),
        None => HidePid::from_name(value),
    }
    .ok_or(BadOption::HidePid(value))
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
