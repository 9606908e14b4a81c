// SPDX-License-Identifier: GPL-2.0

//! Mounts and remounts with whatever lists of names, whole and broken. procfs has no such options,
//! so what is looked at is that an answer is one of those that there may be, that a refused step
//! changes nothing, and that what is shown of an instance makes the same instance again.

use std::ffi::CString;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use anyhow::Result;
use arbitrary::{Arbitrary, Unstructured};
use proc2_e2e::mount::{self, attach};
use proc2_e2e::storm::fuzz::Campaign;
use proc2_e2e::storm::fuzz_text::Text;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::{errno, fstype, is_procfs};
use rustix::mount::{
    fsconfig_create, fsconfig_reconfigure, fsconfig_set_string, fsmount, fsopen, fspick, unmount,
    FsMountFlags, FsOpenFlags, FsPickFlags, MountAttrFlags, UnmountFlags,
};
use serde::{Deserialize, Serialize};

use super::super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::super::tests!["storm": hostile_policies]
}

const KEYS: &[&str] = &[
    "subset", "show", "hide", "writable", "pid1", "gid", "hidepid",
];
/// What values are put together of.
const PIECES: &[&str] = &[
    "pid",
    "container",
    "none",
    "visible",
    "hidden",
    "meminfo",
    "kcore",
    "sys",
    "sys/kernel",
    "sys/kernel/panic",
    "net",
    "net/dev",
    "pid/environ",
    "pid/stat",
    "pid/net",
    "pid",
    "self",
    "1",
    ".proc2",
    ".proc2/tasks",
    "bus/pci/0000%3a00",
    "a%2cb",
    "%6eone",
    "%",
    "%0",
    "%00",
    "%2f",
    "%2F",
    "%zz",
    "..",
    ".",
    "/",
    "//",
    ":",
    "::",
    ",",
    "*",
    "\\",
    "\"",
    " ",
    "a/b/c/d/e/f/g",
    "4",
];
/// What a step may answer.
const ANSWERS: &[&str] = &["ok", "EINVAL", "EPERM", "EBUSY", "ENODEV"];

/// One call.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
enum Step {
    Option {
        #[arbitrary(with = |u: &mut Unstructured<'_>| Ok((*u.choose(KEYS)?).into()))]
        key: String,
        #[arbitrary(with = value)]
        value: Text,
    },
    Create,
    Mount,
    Pick,
    Reconfigure,
    Legacy {
        #[arbitrary(with = |u: &mut Unstructured<'_>| Ok((*u.choose(KEYS)?).into()))]
        key: String,
        #[arbitrary(with = value)]
        value: Text,
    },
}

fn value(u: &mut Unstructured<'_>) -> arbitrary::Result<Text> {
    if u.int_in_range(0..=9)? == 0 {
        return u.arbitrary();
    }
    let mut pieces = Vec::new();
    for _ in 0..u.int_in_range(1..=6)? {
        pieces.push(Text::Word((*u.choose(PIECES)?).into()));
        // More often than not what follows is another name.
        let between = if u.int_in_range(0..=4)? > 0 { ":" } else { "" };
        pieces.push(Text::Word(between.into()));
    }
    pieces.pop();
    Ok(Text::Joined(pieces))
}

fn hostile_policies() -> Result<()> {
    if is_procfs() {
        return Ok(());
    }
    allow_time();
    let place = mount::new_directory()?;
    let campaign = Campaign {
        name: "hostile_policies",
        corpus: include_str!("../../../../../corpus/hostile_policies.jsonl"),
        count: size().of(600, 60_000),
        seed: seed(),
    };
    campaign.run(|steps: &[Step]| {
        let mut side = Side {
            place: &place,
            context: fsopen(fstype().as_str(), FsOpenFlags::FSOPEN_CLOEXEC).ok(),
            mount: None,
        };
        for step in steps {
            if let Err(wrong) = side.take(step) {
                return Ok(Some(format!("{step:?}: {wrong}")));
            }
        }
        Ok(None)
    })
}

struct Side<'a> {
    place: &'a Path,
    context: Option<OwnedFd>,
    mount: Option<OwnedFd>,
}

/// What is wrong with an answer.
fn checked(done: rustix::io::Result<()>) -> Result<bool, String> {
    let answer = errno::show(done, |()| "ok".into());
    match ANSWERS.contains(&answer.as_str()) {
        true => Ok(answer == "ok"),
        false => Err(answer),
    }
}

impl Side<'_> {
    fn take(&mut self, step: &Step) -> Result<(), String> {
        match (step, &self.context) {
            (Step::Option { key, value }, Some(fd)) => {
                let done = checked(fsconfig_set_string(fd, key.as_str(), value.string()));
                let _ = mount::log(fd);
                done.map(|_| ())
            }
            (Step::Create, Some(fd)) => checked(fsconfig_create(fd)).map(|_| ()),
            (Step::Reconfigure, Some(fd)) => {
                let before = self.shown();
                let done = checked(fsconfig_reconfigure(fd))?;
                let after = self.shown();
                match done || before == after {
                    true => Ok(()),
                    false => Err(format!("refused, and changed {before:?} to {after:?}")),
                }
            }
            (Step::Mount, Some(fd)) => {
                let flags = (FsMountFlags::empty(), MountAttrFlags::empty());
                if let Ok(mount) = fsmount(fd.as_fd(), flags.0, flags.1) {
                    self.mount = Some(mount);
                }
                self.again()
            }
            (Step::Pick, _) => {
                if let Some(mount) = &self.mount {
                    let flags = FsPickFlags::FSPICK_CLOEXEC | FsPickFlags::FSPICK_EMPTY_PATH;
                    self.context = fspick(mount.as_fd(), "", flags).ok();
                }
                Ok(())
            }
            (Step::Legacy { key, value }, _) => {
                let value = value.string().to_string_lossy().into_owned();
                let shown = self.legacy(&format!("{key}={value}"))?;
                match shown {
                    Some(shown) => self.same(&shown),
                    None => Ok(()),
                }
            }
            (_, None) => Ok(()),
        }
    }

    /// The options of the mount, if there is one.
    fn shown(&self) -> Option<String> {
        let mount = self.mount.as_ref()?;
        attach(mount, self.place).ok()?;
        let shown = mount::shown(self.place).ok();
        let _ = unmount(self.place, UnmountFlags::DETACH);
        shown
    }

    /// What is shown of the mount makes the same.
    fn again(&self) -> Result<(), String> {
        self.shown().map_or(Ok(()), |shown| self.same(&shown))
    }

    fn same(&self, shown: &str) -> Result<(), String> {
        let options = shown.split_once(',').map_or("", |(_, options)| options);
        match self.legacy(options)? {
            Some(again) if again == shown => Ok(()),
            again => Err(format!(
                "shown as {shown}, and mounted with that as {again:?}"
            )),
        }
    }

    /// Mounts by mount(2), and gives what is shown.
    fn legacy(&self, data: &str) -> Result<Option<String>, String> {
        let Ok(data) = CString::new(data) else {
            return Ok(None);
        };
        // The kernel takes a page of options from where it is told to.
        let mut page = data.into_bytes();
        page.resize(8192, 0);
        let path = |text: &[u8]| CString::new(text).unwrap_or_default();
        let (name, place) = (
            path(fstype().as_bytes()),
            path(self.place.as_os_str().as_encoded_bytes()),
        );
        // SAFETY: all strings end in NUL and live through the call, and the data is two pages long.
        let done = unsafe {
            let (name, data) = (name.as_ptr(), page.as_ptr().cast());
            libc::mount(name, place.as_ptr(), name, 0, data)
        };
        if done != 0 {
            let answer = errno::last();
            return match ANSWERS.contains(&answer.as_str()) {
                true => Ok(None),
                false => Err(answer),
            };
        }
        let shown = mount::shown(self.place).map_err(|error| format!("{error:#}"));
        let _ = unmount(self.place, UnmountFlags::DETACH);
        shown.map(Some)
    }
}
