// SPDX-License-Identifier: GPL-2.0

//! The mount options: their names, how values are read, what a remount may change, and how they are
//! shown.
//!
//! A new option is a field of [`Options`], its part of [`Options::merge`], and a row of [`TABLE`].

use super::access::HidePid;
use super::kstrto;
use super::policy::ListKind;
use super::subset::Subset;
use super::text::Text;
use core::ffi::CStr;

mod authority;
mod bad;
mod cgroup;
mod groups;
mod pid1;
mod userns_mounts;

pub(crate) use authority::may_mount;
pub(crate) use bad::{
    BadOption,
    Fault,
    PidNsFault, //
};
pub(crate) use cgroup::{
    Cgroup,
    Cpus, //
};
pub(crate) use groups::Groups;
pub(crate) use pid1::{
    Pid1,
    ENTRIES as PID1_ENTRIES, //
};
pub(crate) use userns_mounts::UsernsMounts;

/// What was said of each option, and `None` where nothing was: the options of a mount or remount
/// while it is being put together, and those of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The groups exempt from `hidepid=`.
    gid: Option<Groups>,
    /// Who sees which tasks.
    hidepid: Option<HidePid>,
    /// Which entries exist.
    subset: Option<Subset>,
    /// Whether pid 1 is there for everybody.
    pid1: Option<Pid1>,
    /// Whose figures the machine's files show.
    cgroup: Option<Cgroup>,
    /// How many CPUs they show.
    cpus: Option<Cpus>,
}

/// The group that the mounter's user namespace numbers so, as the kernel holds it, if there is one.
pub(crate) type FindGroup<'a> = &'a dyn Fn(u32) -> Option<u32>;

/// Reads a value into the options, or gives the part of it that is no good.
type Parse = for<'v> fn(&mut Options, &'v [u8], FindGroup<'_>) -> Result<(), (&'v [u8], Fault)>;

/// What the value of an option is.
pub(crate) enum Form {
    /// Text, for [`Options::parse`].
    Text {
        /// Reads it.
        parse: Parse,
        /// Writes it, if it is not the initial one.
        show: fn(&Options, Shown<'_, '_>),
    },
    /// Names, for `Lists::add()`. They stay as long as the instance, which shows them by
    /// `Lists::values()`.
    List(ListKind),
    /// A file or its path, which stays in the mount context and is not shown.
    File,
}

/// An option.
pub(crate) struct Row {
    /// What it is called, everywhere.
    pub(crate) name: &'static CStr,
    /// What its value is.
    pub(crate) form: Form,
}

const SUBSET: &CStr = c"subset";
const CGROUP: &CStr = c"cgroup";
const CPUS: &CStr = c"cpus";

/// The options, in the order in which they are shown.
pub(crate) const TABLE: &[Row] = &[
    Row {
        name: c"gid",
        form: Form::Text {
            parse: parse_groups,
            show: |options, mut shown| {
                if *options.gid() != Groups::DEFAULT && options.gid().as_slice().len() == 1 {
                    options.gid().show(shown.value());
                }
            },
        },
    },
    // The same by another name, and how more than one are shown: mount(8) knows `gid=` itself, and
    // util-linux 2.41 refuses a list there, one that mountinfo tells it at a remount too.
    Row {
        name: c"gids",
        form: Form::Text {
            parse: parse_groups,
            show: |options, mut shown| {
                if options.gid().as_slice().len() > 1 {
                    options.gid().show(shown.value());
                }
            },
        },
    },
    Row {
        name: c"hidepid",
        form: Form::Text {
            parse: |options, value, _| {
                // A number, as the kernel reads numbers, or a name.
                let mode = match kstrto::u32(value, 0) {
                    Ok(number) => HidePid::from_number(number),
                    Err(_) => HidePid::from_name(value),
                };
                let mode = mode.ok_or((value, Fault::NoSuchWord(HidePid::NAMES)))?;
                options.hidepid = Some(mode);
                Ok(())
            },
            show: |options, shown| {
                if options.hidepid() != HidePid::Off {
                    shown.word(options.hidepid().name());
                }
            },
        },
    },
    Row {
        name: SUBSET,
        form: Form::Text {
            parse: |options, value, _| {
                let subset = Subset::from_list(value)
                    .map_err(|word| (word, Fault::NoSuchWord(Subset::WORDS)))?;
                // As in procfs, a later list takes nothing back.
                let said = subset.max(options.subset());
                options.subset = Some(mutant!("options, policy: a later subset=", said => subset));
                Ok(())
            },
            show: |options, shown| {
                if let Some(word) = options.subset().word() {
                    shown.word(word);
                }
            },
        },
    },
    list(ListKind::Show),
    list(ListKind::Hide),
    list(ListKind::Writable),
    Row {
        name: c"pid1",
        form: Form::Text {
            parse: |options, value, _| {
                let pid1 = Pid1::from_word(value);
                options.pid1 = Some(pid1.ok_or((value, Fault::NoSuchWord(Pid1::WORDS)))?);
                Ok(())
            },
            show: |options, shown| {
                if options.pid1() != Pid1::Hidden {
                    shown.word(options.pid1().word());
                }
            },
        },
    },
    Row {
        name: CGROUP,
        form: Form::Text {
            parse: |options, value, _| {
                options.cgroup = Some(Cgroup::parse(value)?);
                Ok(())
            },
            show: |options, mut shown| {
                if options.cgroup() != options.initial_cgroup() {
                    options.cgroup().show(shown.value());
                }
            },
        },
    },
    Row {
        name: CPUS,
        form: Form::Text {
            parse: |options, value, _| {
                let cpus = Cpus::from_word(value);
                options.cpus = Some(cpus.ok_or((value, Fault::NoSuchWord(Cpus::WORDS)))?);
                Ok(())
            },
            show: |options, shown| {
                if options.cpus() != Cpus::Cpuset {
                    shown.word(options.cpus().word());
                }
            },
        },
    },
    Row {
        name: c"pidns",
        form: Form::File,
    },
];

/// Reads `gid=` and `gids=`.
fn parse_groups<'v>(
    options: &mut Options,
    value: &'v [u8],
    find_group: FindGroup<'_>,
) -> Result<(), (&'v [u8], Fault)> {
    options.gid = Some(Groups::parse(value, find_group)?);
    Ok(())
}

const fn list(kind: ListKind) -> Row {
    Row {
        name: kind.name(),
        form: Form::List(kind),
    }
}

/// Where an option that is not at its initial value is written.
pub(crate) struct Shown<'o, 't> {
    out: &'o mut Text<'t>,
    name: &'static CStr,
}

impl<'t> Shown<'_, 't> {
    fn value(&mut self) -> &mut Text<'t> {
        self.out.byte(b',');
        self.out.bytes(self.name.to_bytes());
        self.out.byte(b'=');
        self.out
    }

    fn word(mut self, word: &str) {
        self.value().bytes(word.as_bytes());
    }
}

impl Options {
    /// The groups exempt from `hidepid=`.
    #[inline]
    pub(crate) fn gid(&self) -> &Groups {
        self.gid.as_ref().unwrap_or(&Groups::DEFAULT)
    }

    /// Who sees which tasks.
    #[inline]
    pub(crate) fn hidepid(&self) -> HidePid {
        self.hidepid.unwrap_or(HidePid::Off)
    }

    /// Which entries exist.
    #[inline]
    pub(crate) fn subset(&self) -> Subset {
        self.subset.unwrap_or(Subset::All)
    }

    /// Whether pid 1 is there for everybody.
    #[inline]
    pub(crate) fn pid1(&self) -> Pid1 {
        self.pid1.unwrap_or(Pid1::Hidden)
    }

    /// Whose figures the machine's files show.
    #[inline]
    pub(crate) fn cgroup(&self) -> Cgroup {
        self.cgroup.unwrap_or(self.initial_cgroup())
    }

    /// The same where nothing is said of it. The container list, and what `show=` takes of it,
    /// has files of the machine, and a container is to learn of its own alone; where process 1 is
    /// in the root of the hierarchy, the figures are the machine's anyhow.
    fn initial_cgroup(&self) -> Cgroup {
        match self.subset() {
            Subset::Container | Subset::Pid => Cgroup::Init,
            Subset::All => Cgroup::Off,
        }
    }

    /// How many CPUs they show.
    #[inline]
    pub(crate) fn cpus(&self) -> Cpus {
        self.cpus.unwrap_or(Cpus::Cpuset)
    }

    /// Whether what is said of `cgroup=` and `cpus=` can be had together. `cgroups` says whether
    /// the kernel has control groups.
    ///
    /// # Errors
    ///
    /// What cannot (EINVAL).
    pub(crate) fn check_view(&self, cgroups: bool) -> Result<(), BadOption<'static>> {
        let refuse = |name, fault| {
            let value = b"";
            Err(BadOption { name, value, fault })
        };
        if !cgroups && self.cgroup.is_some_and(|cgroup| cgroup != Cgroup::Off) {
            return refuse(CGROUP, Fault::NoCgroups);
        }
        if self.cpus() == Cpus::Quota && self.cgroup() == Cgroup::Off {
            return refuse(CPUS, Fault::NeedsCgroup);
        }
        Ok(())
    }

    /// What is wrong with a number of `cgroup=` that stands for none.
    pub(crate) fn no_such_cgroup() -> BadOption<'static> {
        BadOption {
            name: CGROUP,
            value: b"",
            fault: Fault::NotBelow,
        }
    }

    /// Reads what is said of the option `name`, a later value over an earlier one.
    ///
    /// # Errors
    ///
    /// What is wrong with it (EINVAL); the options are then as they were.
    pub(crate) fn parse<'v>(
        &mut self,
        name: &'v CStr,
        value: &'v [u8],
        find_group: FindGroup<'_>,
    ) -> Result<(), BadOption<'v>> {
        let parse = TABLE.iter().find_map(|row| match row.form {
            Form::Text { parse, .. } if row.name == name => Some(parse),
            _ => None,
        });
        match parse {
            Some(parse) => parse(self, value, find_group),
            None => Err((value, Fault::NoSuchOption)),
        }
        .map_err(|(value, fault)| BadOption { name, value, fault })
    }

    /// Changes what `said` names, as a remount does it; the rest stays as it is.
    ///
    /// # Errors
    ///
    /// What a remount can't change (EINVAL); the options are then as they were.
    pub(crate) fn merge(&mut self, said: &Self) -> Result<(), BadOption<'static>> {
        // It may be named all the same, with the value that it has.
        let refuse = |name| {
            let (value, fault) = (&b""[..], Fault::Change);
            Err(BadOption { name, value, fault })
        };
        let changed = said.subset.is_some_and(|subset| subset != self.subset());
        if mutant!("remount: subset= stays", changed => false) {
            return refuse(SUBSET);
        }
        let changed = said.cgroup.is_some_and(|cgroup| cgroup != self.cgroup());
        if mutant!("view: cgroup= stays", changed => false) {
            return refuse(CGROUP);
        }
        let changed = said.cpus.is_some_and(|cpus| cpus != self.cpus());
        if mutant!("view: cpus= stays", changed => false) {
            return refuse(CPUS);
        }
        self.gid = mutant!("remount: gid= stays", said.gid.or(self.gid) => said.gid);
        self.hidepid = mutant!(
            "remount: hidepid= stays",
            said.hidepid.or(self.hidepid) => said.hidepid
        );
        self.pid1 = mutant!("remount, policy: pid1= stays", said.pid1.or(self.pid1) => said.pid1);
        Ok(())
    }

    /// Writes the option of a row as mountinfo shows it, if it is text and not at its initial
    /// value.
    pub(crate) fn show(&self, row: &Row, out: &mut Text<'_>) {
        if let Form::Text { show, .. } = row.form {
            let name = row.name;
            show(self, Shown { out, name });
        }
    }
}
