// SPDX-License-Identifier: GPL-2.0

//! Mount options: each value by name and number, through the new mount API and through mount(2),
//! what is shown of them, and refusals, all beside procfs.

use std::os::fd::OwnedFd;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, new_directory, Opt, Refusal};
use proc2_e2e::{errno, fstype};
use rustix::mount::{unmount, MountFlags, UnmountFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["options": new_api, old_api, mount_command, other_types_of_value]
}

/// Values by option, good and bad.
pub(super) const VALUES: &[(&str, &[&str])] = &[
    (
        "hidepid",
        &[
            "off",
            "noaccess",
            "invisible",
            "ptraceable",
            "0",
            "1",
            "2",
            "4",
            "00",
            "0x2",
            "04",
            "+1",
            "2\n",
            "3",
            "5",
            "8",
            "-1",
            "",
            " ",
            "2 ",
            " 2",
            "0x",
            "Off",
            "INVISIBLE",
            "invisible ",
            "hidden",
            "4294967295",
            "4294967296",
            "4294967298",
            "18446744073709551616",
            "1.0",
        ],
    ),
    (
        "gid",
        &[
            "0",
            "5",
            "4321",
            "4294967294",
            "0x10",
            "010",
            "+7",
            "7\n",
            "",
            "-1",
            "x",
            "08",
            "1 ",
            "4294967296",
            "18446744073709551621",
            "root",
        ],
    ),
    (
        "subset",
        &[
            "pid", "", ",", "pid,pid", ",pid,", "pid,x", "x,pid", "PID", "pids", "pi", "pid ",
            "all",
        ],
    ),
    (
        "pidns",
        &[
            "/proc/self/ns/pid",
            "/proc/self/ns/net",
            "/proc/self/ns/pid_for_children",
            "/proc/self/status",
            "/etc",
            "/nonexistent",
            "",
            "self",
        ],
    ),
    ("unknown", &["", "1"]),
    ("source", &["somewhere", ""]),
];

/// What mounting gives, as text: what is shown, or the step that failed and its errno.
fn outcome(made: Result<OwnedFd, Refusal>) -> Result<String> {
    let mount = match made {
        Ok(mount) => mount,
        Err(refusal) => return Ok(format!("{} {}", refusal.step, errno::name(refusal.errno))),
    };
    let directory = new_directory()?;
    mount::attach(&mount, &directory)?;
    let shown = mount::shown(&directory);
    unmount(&directory, UnmountFlags::DETACH)?;
    std::fs::remove_dir(&directory)?;
    shown
}

fn new_api() -> Result<()> {
    let mut tally = Tally::default();
    let cases = VALUES
        .iter()
        .flat_map(|(key, values)| values.iter().map(|value| vec![(*key, *value)]));
    let combined: [&[(&str, &str)]; 5] = [
        &[("hidepid", "1"), ("hidepid", "invisible")],
        &[("gid", "5"), ("hidepid", "2"), ("subset", "pid")],
        &[("subset", "pid"), ("subset", "")],
        &[("gid", "5"), ("gid", "0")],
        &[("hidepid", "2"), ("hidepid", "off")],
    ];
    for case in cases.chain(combined.map(<[_]>::to_vec)) {
        let options: Vec<Opt<'_>> = case
            .iter()
            .map(|(key, value)| Opt::Text(key, value))
            .collect();
        let want = outcome(mount::detached("proc", &options))?;
        let got = outcome(mount::detached(&fstype(), &options))?;
        tally.same(|| format!("fsconfig {case:?}"), want, got);
    }
    tally.verdict(60)
}

fn old_api() -> Result<()> {
    let mut tally = Tally::default();
    let directory = new_directory()?;
    let by_mount = |fstype: &str, data: &str| -> Result<String> {
        let data = std::ffi::CString::new(data)?;
        match rustix::mount::mount("none", &directory, fstype, MountFlags::empty(), &*data) {
            Err(error) => Ok(errno::name(error.raw_os_error())),
            Ok(()) => {
                let shown = mount::shown(&directory);
                unmount(&directory, UnmountFlags::DETACH)?;
                shown
            }
        }
    };
    let single = VALUES
        .iter()
        .flat_map(|(k, values)| values.iter().map(move |v| format!("{k}={v}")));
    let lists = [
        "",
        ",",
        "hidepid",
        "gid",
        "subset",
        "pidns",
        "unknown",
        "=",
        "=1",
        "hidepid=2,gid=5",
        "hidepid=2,,gid=5,",
        "subset=pid,hidepid=4,gid=9",
        "gid=5,hidepid=3",
        "ro",
        "hidepid=1,hidepid=2",
    ];
    for data in single.chain(lists.map(String::from)) {
        let (want, got) = (by_mount("proc", &data)?, by_mount(&fstype(), &data)?);
        tally.same(|| format!("mount(2) with {data:?}"), want, got);
    }
    tally.verdict(70)
}

/// mount(8), mounting and remounting.
fn mount_command() -> Result<()> {
    let directory = new_directory()?;
    let run = |arguments: &[&str]| -> Result<bool> {
        let output = Command::new("mount")
            .args(arguments)
            .arg(&directory)
            .output()
            .context("mount(8)")?;
        Ok(output.status.success())
    };
    let fstype = fstype();
    ensure!(
        run(&[
            "-t",
            &fstype,
            "-o",
            "hidepid=invisible,gid=5,subset=pid",
            "name"
        ])?,
        "mount failed"
    );
    for (options, works, shown) in [
        (
            "remount,hidepid=noaccess",
            true,
            "rw,gid=5,hidepid=noaccess,subset=pid",
        ),
        (
            "remount,gid=6",
            true,
            "rw,gid=6,hidepid=noaccess,subset=pid",
        ),
        ("remount,hidepid=0,gid=0", true, "rw,subset=pid"),
        ("remount,hidepid=9", false, "rw,subset=pid"),
        (
            "remount,hidepid=4",
            true,
            "rw,hidepid=ptraceable,subset=pid",
        ),
    ] {
        let worked = run(&["-o", options])?;
        ensure!(
            worked == works,
            "mount -o {options}: worked {worked}, expected {works}"
        );
        let now = mount::shown(&directory)?;
        ensure!(
            now == shown,
            "after mount -o {options} mountinfo shows {now:?}, expected {shown:?}"
        );
    }
    Ok(())
}

/// Values that are no strings: flags, descriptors, paths and blobs.
fn other_types_of_value() -> Result<()> {
    use rustix::mount::{fsconfig_set_binary, fsconfig_set_path, fsconfig_set_path_empty};
    let mut tally = Tally::default();
    let null = OwnedFd::from(std::fs::File::open("/dev/null")?);
    let namespace = OwnedFd::from(std::fs::File::open("/proc/self/ns/pid")?);
    let net = OwnedFd::from(std::fs::File::open("/proc/self/ns/net")?);
    for key in [
        "hidepid", "gid", "subset", "pidns", "unknown", "ro", "rw", "sync", "noexec", "nosuid",
    ] {
        let each = |fstype: &str| -> Result<String> {
            let one = |result: rustix::io::Result<()>| errno::show(result, |()| "ok".into());
            let fd = || mount::context(fstype, &[]);
            let flag = outcome(mount::detached(fstype, &[Opt::Flag(key)]))?;
            let device = outcome(mount::detached(fstype, &[Opt::Fd(key, &null)]))?;
            let pidns = outcome(mount::detached(fstype, &[Opt::Fd(key, &namespace)]))?;
            let netns = outcome(mount::detached(fstype, &[Opt::Fd(key, &net)]))?;
            let blob = one(fsconfig_set_binary(fd()?, key, b"pid"));
            let path = one(fsconfig_set_path(
                fd()?,
                key,
                "/proc/self/ns/pid",
                rustix::fs::CWD,
            ));
            let empty = one(fsconfig_set_path_empty(fd()?, key, &namespace));
            Ok(format!(
                "flag {flag}\ndevice {device}\npidns {pidns}\nnetns {netns}\nblob {blob}\npath {path}\nempty {empty}"
            ))
        };
        tally.same(|| format!("option {key}"), each("proc")?, each(&fstype())?);
    }
    tally.verdict(10)
}
