// SPDX-License-Identifier: GPL-2.0

//! Mount options: each value by name and number, through the new mount API and through mount(2),
//! what is shown of them, and refusals, all beside procfs.

use std::os::fd::OwnedFd;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, new_directory, Instance, Opt, Refusal};
use proc2_e2e::{errno, fstype, is_procfs};
use rustix::mount::{unmount, MountFlags, UnmountFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["options": new_api, old_api, mount_command, other_types_of_value, refusals_say_why,
        shown_options_mount_again, statmount_shows_the_same, read_only]
}

/// Values by option, good and bad.
pub(super) const VALUES: &[(&str, &[&str])] = &[
    ("hidepid", &[
        "off", "noaccess", "invisible", "ptraceable", "0", "1", "2", "4", "00", "0x2", "04", "+1",
        "2\n", "3", "5", "8", "-1", "", " ", "2 ", " 2", "0x", "Off", "INVISIBLE", "invisible ",
        "hidden", "4294967295", "4294967296", "4294967298", "18446744073709551616", "1.0",
    ]),
    ("gid", &[
        "0", "5", "4321", "4294967294", "0x10", "010", "+7", "7\n", "", "-1", "x", "08", "1 ",
        "4294967296", "18446744073709551621", "root",
    ]),
    ("subset", &["pid", "", ",", "pid,pid", ",pid,", "pid,x", "x,pid", "PID", "pids", "pi", "pid ", "all"]),
    ("pidns", &["/proc/self/ns/pid", "/proc/self/ns/net", "/proc/self/ns/pid_for_children",
        "/proc/self/status", "/etc", "/nonexistent", "", "self"]),
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
    let cases = VALUES.iter().flat_map(|(key, values)| values.iter().map(|value| vec![(*key, *value)]));
    let combined: [&[(&str, &str)]; 5] = [
        &[("hidepid", "1"), ("hidepid", "invisible")],
        &[("gid", "5"), ("hidepid", "2"), ("subset", "pid")],
        &[("subset", "pid"), ("subset", "")],
        &[("gid", "5"), ("gid", "0")],
        &[("hidepid", "2"), ("hidepid", "off")],
    ];
    for case in cases.chain(combined.map(<[_]>::to_vec)) {
        let options: Vec<Opt<'_>> = case.iter().map(|(key, value)| Opt::Text(key, value)).collect();
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
    let single = VALUES.iter().flat_map(|(k, values)| values.iter().map(move |v| format!("{k}={v}")));
    let lists = ["", ",", "hidepid", "gid", "subset", "pidns", "unknown", "=", "=1", "hidepid=2,gid=5",
        "hidepid=2,,gid=5,", "subset=pid,hidepid=4,gid=9", "gid=5,hidepid=3", "ro", "hidepid=1,hidepid=2"];
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
        let output = Command::new("mount").args(arguments).arg(&directory).output().context("mount(8)")?;
        Ok(output.status.success())
    };
    let fstype = fstype();
    ensure!(run(&["-t", &fstype, "-o", "hidepid=invisible,gid=5,subset=pid", "name"])?, "mount failed");
    for (options, works, shown) in [
        ("remount,hidepid=noaccess", true, "rw,gid=5,hidepid=noaccess,subset=pid"),
        ("remount,gid=6", true, "rw,gid=6,hidepid=noaccess,subset=pid"),
        ("remount,hidepid=0,gid=0", true, "rw,subset=pid"),
        ("remount,hidepid=9", false, "rw,subset=pid"),
        ("remount,hidepid=4", true, "rw,hidepid=ptraceable,subset=pid"),
    ] {
        let worked = run(&["-o", options])?;
        ensure!(worked == works, "mount -o {options}: worked {worked}, expected {works}");
        let now = mount::shown(&directory)?;
        ensure!(now == shown, "after mount -o {options} mountinfo shows {now:?}, expected {shown:?}");
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
    for key in ["hidepid", "gid", "subset", "pidns", "unknown", "ro", "rw", "sync", "noexec", "nosuid"] {
        let each = |fstype: &str| -> Result<String> {
            let one = |result: rustix::io::Result<()>| errno::show(result, |()| "ok".into());
            let fd = || mount::context(fstype, &[]);
            let flag = outcome(mount::detached(fstype, &[Opt::Flag(key)]))?;
            let device = outcome(mount::detached(fstype, &[Opt::Fd(key, &null)]))?;
            let pidns = outcome(mount::detached(fstype, &[Opt::Fd(key, &namespace)]))?;
            let netns = outcome(mount::detached(fstype, &[Opt::Fd(key, &net)]))?;
            let blob = one(fsconfig_set_binary(fd()?, key, b"pid"));
            let path = one(fsconfig_set_path(fd()?, key, "/proc/self/ns/pid", rustix::fs::CWD));
            let empty = one(fsconfig_set_path_empty(fd()?, key, &namespace));
            Ok(format!(
                "flag {flag}\ndevice {device}\npidns {pidns}\nnetns {netns}\nblob {blob}\npath {path}\nempty {empty}"
            ))
        };
        tally.same(|| format!("option {key}"), each("proc")?, each(&fstype())?);
    }
    tally.verdict(10)
}

/// A refusal comes with one sentence in the context's log, which names the option and the value.
fn refusals_say_why() -> Result<()> {
    let (mut failures, mut refused) = (Vec::new(), 0);
    for (key, values) in VALUES {
        for value in *values {
            let Err(refusal) = mount::detached(&fstype(), &[Opt::Text(key, value)]) else { continue };
            refused += 1;
            let shown = value.trim().split(',').find(|word| !word.is_empty() && *word != "pid");
            // procfs leaves the value out of some sentences, as the kernel does where it knows no
            // such option.
            let value_named = |line: &String| {
                is_procfs() || *key == "unknown" || line.contains(shown.unwrap_or(""))
            };
            let named = |line: &String| {
                line.starts_with("e ") && (line.contains(key) || is_procfs()) && value_named(line)
            };
            let known = !is_procfs() || *key != "source";
            if refusal.log.len() != 1 && known || !refusal.log.iter().all(named) {
                failures.push(format!("{key}={value:?}: {refusal}"));
            }
        }
    }
    ensure!(refused > 30, "only {refused} values were refused");
    ensure!(failures.is_empty(), "{} of {refused}:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}

/// Mounting with what is shown gives an instance that shows the same.
fn shown_options_mount_again() -> Result<()> {
    for list in ["", "hidepid=1", "hidepid=2,gid=5", "hidepid=4,subset=pid", "gid=4294967294,subset=pid"] {
        let first = Instance::new(&fstype(), list)?;
        let shown = first.shown()?;
        let options = shown.strip_prefix("rw").context("not rw")?.trim_start_matches(',');
        let again = Instance::new(&fstype(), options)?;
        ensure!(again.shown()? == shown, "{list}: {shown} became {}", again.shown()?);
        for word in list.split(',').filter(|word| word.starts_with("gid") || word.starts_with("subset")) {
            ensure!(shown.contains(word), "{list} is shown as {shown}");
        }
    }
    Ok(())
}

/// statmount(2), which has no file to show options through.
fn statmount_shows_the_same() -> Result<()> {
    let mut tally = Tally::default();
    for list in ["", "hidepid=1", "hidepid=2,gid=5", "hidepid=4,subset=pid"] {
        let text = |fstype: &str| -> Result<String> { statmount(&Instance::new(fstype, list)?) };
        tally.same(|| format!("statmount with {list}"), text("proc")?, text(&fstype())?);
    }
    tally.verdict(4)
}

/// What statmount(2) says of an instance: its magic, flags and options.
fn statmount(instance: &Instance) -> Result<String> {
    const SYS_STATMOUNT: libc::c_long = 457;
    // STATMOUNT_SB_BASIC and STATMOUNT_MNT_OPTS.
    const MASK: u64 = 0x1 | 0x80;
    let unique = rustix::fs::StatxFlags::from_bits_retain(0x4000);
    let stat = rustix::fs::statx(rustix::fs::CWD, &instance.path, rustix::fs::AtFlags::empty(), unique)?;
    // struct mnt_id_req: size, spare, id, parameter.
    let request: [u64; 3] = [24, stat.stx_mnt_id, MASK];
    let mut answer = vec![0u8; 4096];
    // SAFETY: request and answer live through the call and have the sizes that it is told.
    let result = unsafe {
        libc::syscall(SYS_STATMOUNT, request.as_ptr(), answer.as_mut_ptr(), answer.len(), 0)
    };
    ensure!(result == 0, "statmount: {}", errno::last());
    let word = |at: usize| u32::from_ne_bytes(answer[at..at + 4].try_into().expect("four bytes"));
    // struct statmount: size, mnt_opts, mask, sb_dev_major, sb_dev_minor, sb_magic, sb_flags;
    // the strings follow at 512.
    let magic = u64::from_ne_bytes(answer[24..32].try_into()?);
    let start = 512 + word(4) as usize;
    let options = answer.get(start..).context("offset of the options")?;
    let end = options.iter().position(|&byte| byte == 0).context("options without an end")?;
    let options = String::from_utf8_lossy(&options[..end]).into_owned();
    Ok(format!("magic {magic:x} flags {:x} options {options}", word(32)))
}

/// A read-only instance refuses writes, and can be made writable.
fn read_only() -> Result<()> {
    let write = |instance: &Instance| {
        let result = std::fs::write(instance.join("self/comm"), "e2e-ro");
        result.map_err(|error| errno::name(error.raw_os_error().unwrap_or(0)))
    };
    let read_only = Instance::with(&fstype(), &[Opt::Flag("ro")])?;
    ensure!(read_only.shown()?.starts_with("ro"), "shown as {}", read_only.shown()?);
    ensure!(write(&read_only) == Err("EROFS".into()), "write gave {:?}", write(&read_only));
    let flags = MountFlags::empty();
    rustix::mount::mount_remount(&read_only.path, flags, c"").context("remount rw")?;
    ensure!(write(&read_only).is_ok(), "write after remount gave {:?}", write(&read_only));
    Ok(())
}
