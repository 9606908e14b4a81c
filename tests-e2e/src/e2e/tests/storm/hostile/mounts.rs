// SPDX-License-Identifier: GPL-2.0

//! fsopen(2), fsconfig(2), fsmount(2), fspick(2) and mount(2) with whatever keys, values and
//! descriptors, in whatever order.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;

use anyhow::Result;
use arbitrary::{Arbitrary, Unstructured};
use proc2_e2e::mount::{self, attach};
use proc2_e2e::storm::fuzz::Campaign;
use proc2_e2e::storm::fuzz_text::Text;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::{errno, fstype, target_kinds};
use rustix::fs::{Mode, OFlags};
use rustix::mount::{
    fsmount, fsopen, fspick, unmount, FsMountFlags, FsOpenFlags, FsPickFlags, MountAttrFlags,
    UnmountFlags,
};
use serde::{Deserialize, Serialize};

use super::super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::super::tests!["storm": hostile_mounts]
}

const KEYS: &[&str] = &[
    "hidepid", "gid", "subset", "pidns", "source", "ro", "nonsense",
];
const VALUES: &[&str] = &[
    "off",
    "noaccess",
    "invisible",
    "ptraceable",
    "0",
    "1",
    "2",
    "3",
    "4",
    "010",
    "0x2",
    "7",
    "pid",
    "pid,pid",
    "all",
    "",
    "/proc/self/ns/pid",
    "/proc/self/ns/net",
    "/proc/self",
    "/nothing",
];

/// One call.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
enum Step {
    Config {
        #[arbitrary(with = |u: &mut Unstructured<'_>| u.int_in_range(0..=10))]
        command: u32,
        #[arbitrary(with = |u: &mut Unstructured<'_>| some(u, KEYS))]
        key: Option<Text>,
        #[arbitrary(with = |u: &mut Unstructured<'_>| some(u, VALUES))]
        value: Option<Text>,
        #[arbitrary(with = |u: &mut Unstructured<'_>| u.int_in_range(0..=7))]
        fd: usize,
    },
    Mount {
        flags: u8,
        attributes: u8,
    },
    Pick,
    Legacy {
        #[arbitrary(with = legacy)]
        data: Text,
        read_only: bool,
    },
}

fn some(u: &mut Unstructured<'_>, words: &[&str]) -> arbitrary::Result<Option<Text>> {
    Ok(match u.int_in_range(0..=9)? {
        0 => None,
        1 | 2 => Some(u.arbitrary()?),
        _ => Some(Text::Word((*u.choose(words)?).into())),
    })
}

fn legacy(u: &mut Unstructured<'_>) -> arbitrary::Result<Text> {
    let mut pieces = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let (key, value) = (some(u, KEYS)?, some(u, VALUES)?);
        let mark = |mark: &str| Text::Word(mark.into());
        let parts = [key, Some(mark("=")), value, Some(mark(","))];
        pieces.extend(parts.into_iter().flatten());
    }
    Ok(Text::Joined(pieces))
}

fn hostile_mounts() -> Result<()> {
    allow_time();
    let inner = target_kinds::inner_pid_namespace()?;
    let open = |path: String| rustix::fs::open(path, OFlags::RDONLY, Mode::empty());
    let fds = [
        open("/proc/self/ns/pid".into())?,
        open(format!("/proc/{}/ns/pid", inner.id()))?,
        open("/proc/self/ns/net".into())?,
        open("/".into())?,
        open("/proc/self/status".into())?,
        rustix::pipe::pipe()?.0,
    ];
    let place = mount::new_directory()?;
    let campaign = Campaign {
        name: "hostile_mounts",
        corpus: include_str!("../../../../../corpus/hostile_mounts.jsonl"),
        count: size().of(400, 40_000),
        seed: seed(),
    };
    campaign.run(|steps: &[Step]| {
        let (mut theirs, mut ours) = (Side::new("proc", &place), Side::new(&fstype(), &place));
        for step in steps {
            let (want, got) = (theirs.take(step, &fds), ours.take(step, &fds));
            if want == got {
                continue;
            }
            // The difference on purpose: a group that does not exist exempts nobody.
            let unmapped = names_unmapped_group(step) && got.contains("EINVAL");
            return Ok((!unmapped).then(|| format!("{step:?}: procfs {want}, here {got}")));
        }
        Ok(None)
    })
}

fn names_unmapped_group(step: &Step) -> bool {
    let text = format!("{step:?}");
    let all = [
        u32::MAX.to_string(),
        "0xffffffff".into(),
        "037777777777".into(),
    ];
    text.contains("gid") && all.iter().any(|all| text.contains(all))
}

/// A type, and what has been made of it.
struct Side<'a> {
    fstype: CString,
    place: &'a PathBuf,
    context: Option<OwnedFd>,
    mount: Option<OwnedFd>,
}

impl<'a> Side<'a> {
    fn new(fstype: &str, place: &'a PathBuf) -> Self {
        Self {
            fstype: CString::new(fstype).unwrap_or_default(),
            place,
            context: fsopen(fstype, FsOpenFlags::FSOPEN_CLOEXEC).ok(),
            mount: None,
        }
    }

    /// Makes the call; the outcome.
    fn take(&mut self, step: &Step, fds: &[OwnedFd]) -> String {
        match step {
            Step::Config {
                command,
                key,
                value,
                fd,
            } => {
                let Some(context) = &self.context else {
                    return "no context".into();
                };
                let fd = fds.get(*fd).map_or(libc::AT_FDCWD, AsRawFd::as_raw_fd);
                config(context, *command, key.as_ref(), value.as_ref(), fd)
            }
            Step::Mount { flags, attributes } => self.mount(*flags, *attributes),
            Step::Pick => match &self.mount {
                None => "no mount".into(),
                Some(mount) => {
                    let flags = FsPickFlags::FSPICK_CLOEXEC | FsPickFlags::FSPICK_EMPTY_PATH;
                    let picked = fspick(mount.as_fd(), "", flags);
                    let text =
                        errno::show(picked.as_ref().map(drop).map_err(|e| *e), |()| "ok".into());
                    self.context = picked.ok().or(self.context.take());
                    text
                }
            },
            Step::Legacy { data, read_only } => self.legacy(&data.string(), *read_only),
        }
    }

    fn mount(&mut self, flags: u8, attributes: u8) -> String {
        let Some(context) = &self.context else {
            return "no context".into();
        };
        let flags = FsMountFlags::from_bits_retain((flags & 3).into());
        let attributes = MountAttrFlags::from_bits_retain(attributes.into());
        match fsmount(context.as_fd(), flags, attributes) {
            Err(error) => errno::name(error.raw_os_error()),
            Ok(mount) => {
                let shown = attach(&mount, self.place).map_err(anyhow::Error::from);
                let shown = shown.and_then(|()| mount::shown(self.place));
                // Stays, detached from its place, through the descriptor; a lazy unmount ends it.
                let _ = unmount(self.place, UnmountFlags::DETACH);
                self.mount = Some(mount);
                match shown {
                    Ok(shown) => format!("mounted: {shown}"),
                    Err(error) => format!("not attached: {error:#}"),
                }
            }
        }
    }

    fn legacy(&self, data: &CString, read_only: bool) -> String {
        let flags = if read_only { libc::MS_RDONLY } else { 0 };
        let Ok(place) = CString::new(self.place.as_os_str().as_encoded_bytes()) else {
            return "no place".into();
        };
        // The kernel takes a page of options from where it is told to.
        let mut page = data.as_bytes().to_vec();
        page.resize(8192, 0);
        // SAFETY: all strings end in NUL and live through the call, and the data is two pages long.
        let done = unsafe {
            let (name, data) = (self.fstype.as_ptr(), page.as_ptr().cast());
            libc::mount(name, place.as_ptr(), name, flags, data)
        };
        if done != 0 {
            return errno::last();
        }
        let shown = mount::shown(self.place);
        let _ = unmount(self.place, UnmountFlags::DETACH);
        shown.map_or_else(
            |error| format!("not shown: {error:#}"),
            |shown| format!("mounted: {shown}"),
        )
    }
}

fn config(
    context: &OwnedFd,
    command: u32,
    key: Option<&Text>,
    value: Option<&Text>,
    fd: i32,
) -> String {
    const SET_BINARY: u32 = 2;
    const SET_PATH: u32 = 3;
    const SET_PATH_EMPTY: u32 = 4;
    const SET_FD: u32 = 5;
    let (key, text) = (key.map(Text::string), value.map(Text::string));
    let value = value.map(Text::bytes);
    let (pointer, number) = match command {
        SET_BINARY => {
            let bytes = value.as_deref().unwrap_or_default();
            (bytes.as_ptr().cast(), bytes.len() as i32)
        }
        SET_PATH | SET_PATH_EMPTY => (
            text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr()),
            fd,
        ),
        SET_FD => (std::ptr::null(), fd),
        _ => (
            text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr()),
            0,
        ),
    };
    let name = key.as_ref().map_or(std::ptr::null(), |key| key.as_ptr());
    // SAFETY: strings end in NUL, bytes come with their count, and all live through the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_fsconfig,
            context.as_raw_fd(),
            command,
            name,
            pointer,
            number,
        )
    };
    let outcome = errno::show_raw(done);
    // What the log says is each type's own; that it can be read is not.
    let _ = mount::log(context);
    outcome
}
