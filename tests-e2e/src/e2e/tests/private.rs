// SPDX-License-Identifier: GPL-2.0

//! Every mount is an instance of its own.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{self, ORDINARY};
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{dirent, errno, fstype, target_kinds};
use rustix::mount::{mount_bind, unmount, UnmountFlags};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["private": own_device, remount_stays_private, bind_mounts_share, root_is_inode_one,
        flags, program_runs_through_exe, stacked_on_one_place, nothing_stacks_on_it, notify]
}

const MODES: [&str; 4] = ["off", "noaccess", "invisible", "ptraceable"];

/// Each mount has a device number of its own.
fn own_device() -> Result<()> {
    let instances: Vec<_> = MODES
        .iter()
        .map(|_| Instance::new(&fstype(), ""))
        .collect::<Result<_>>()?;
    let mut devices = BTreeSet::from([fs::metadata("/proc")?.dev()]);
    for instance in &instances {
        let device = fs::metadata(&instance.path)?.dev();
        ensure!(
            devices.insert(device),
            "device {device:x} belongs to two mounts"
        );
        let below = fs::metadata(instance.join("self/status"))?.dev();
        ensure!(
            below == device,
            "a file is on device {below:x}, its root on {device:x}"
        );
    }
    Ok(())
}

/// What the calling process sees of a process in an instance: in readdir, by stat, inside.
pub(super) fn visibility(instance: &Instance, pid: &str) -> Result<String> {
    let root = instance.root()?;
    let listed = dirent::names(root.as_fd())?.iter().any(|name| name == pid);
    let inner = format!("{pid}/status");
    let stat = errno::show(
        At {
            root: root.as_fd(),
            path: pid,
        }
        .kind(),
        |_| "ok".into(),
    );
    let inside = At {
        root: root.as_fd(),
        path: &inner,
    }
    .open(rustix::fs::OFlags::RDONLY);
    Ok(format!(
        "listed {listed}, stat {stat}, inside {}",
        errno::show(inside, |_| "ok".into())
    ))
}

/// What [`visibility`] is by mode for an ordinary user who looks at another's process.
const MEANING: [&str; 4] = [
    "listed true, stat ok, inside ok",
    "listed true, stat ok, inside EPERM",
    "listed false, stat ENOENT, inside ENOENT",
    "listed false, stat ENOENT, inside ENOENT",
];

/// Four instances, one of each mode: a change of one never shows in another.
fn remount_stays_private() -> Result<()> {
    let other = target_kinds::plain(caller::OTHER)?;
    let pid = other.id().to_string();
    let mut modes = [0, 1, 2, 3];
    let instances: Vec<_> = MODES
        .iter()
        .map(|mode| Instance::new(&fstype(), &format!("hidepid={mode}")))
        .collect::<Result<_>>()?;
    for step in 0..12 {
        let changed = step % 4;
        modes[changed] = (modes[changed] + 1 + step / 4) % 4;
        let options = format!("hidepid={},gid={}", MODES[modes[changed]], 100 + step);
        instances[changed].reconfigure(&options)?;
        let shown: Vec<_> = instances
            .iter()
            .map(Instance::shown)
            .collect::<Result<_>>()?;
        let seen: Vec<String> = in_child(|| {
            ORDINARY.become_it()?;
            instances
                .iter()
                .map(|instance| visibility(instance, &pid))
                .collect()
        })?;
        for (index, mode) in modes.iter().enumerate() {
            let name = MODES[*mode];
            let shows = shown[index].contains(&format!("hidepid={name}"));
            ensure!(
                shows || name == "off" && !shown[index].contains("hidepid"),
                "after {options} on {changed}, instance {index} of mode {name} shows {}",
                shown[index]
            );
            // procfs goes on showing what it has cached when a remount makes it ptraceable.
            if name == "ptraceable" && proc2_e2e::is_procfs() {
                continue;
            }
            ensure!(
                seen[index] == MEANING[*mode],
                "after {options} on {changed}, a user sees in instance {index} of mode {name}: {}, \
                 expected: {}",
                seen[index],
                MEANING[*mode]
            );
        }
        let gids = shown
            .iter()
            .filter(|text| text.contains(&format!("gid={}", 100 + step)))
            .count();
        ensure!(
            gids == 1,
            "gid={} shows in {gids} instances: {shown:?}",
            100 + step
        );
    }
    Ok(())
}

/// A bind mount is the same instance.
fn bind_mounts_share() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    let second = mount::new_directory()?;
    mount_bind(&instance.path, &second)?;
    let (one, two) = (fs::metadata(&instance.path)?, fs::metadata(&second)?);
    ensure!(
        (one.dev(), one.ino()) == (two.dev(), two.ino()),
        "the bind mount is another file"
    );
    mount::reconfigure(&second, &mount::options("hidepid=2"))?;
    ensure!(
        instance.shown()? == "rw,hidepid=invisible",
        "shown as {}",
        instance.shown()?
    );
    let deeper = mount::new_directory()?;
    mount_bind(instance.join("self/fd"), &deeper).context("binding a directory of a process")?;
    ensure!(
        fs::read_dir(&deeper)?.count() > 2,
        "the bound fd directory is empty"
    );
    Ok(())
}

/// What clients check before they trust a procfs.
fn root_is_inode_one() -> Result<()> {
    for options in ["", "subset=pid", "hidepid=4"] {
        let instance = Instance::new(&fstype(), options)?;
        let root = fs::metadata(&instance.path)?;
        ensure!(root.ino() == 1, "the root's inode number is {}", root.ino());
        let magic = rustix::fs::statfs(&instance.path)?.f_type;
        ensure!(magic == 0x9fa0, "the file system's magic is {magic:x}");
    }
    Ok(())
}

/// The operations that show a directory's entries or their number.
const LISTS: &[&str] = &["readdir", "link_count", "small_buffers", "cookies"];

/// The root and the mount's flags, by every operation that a directory suits.
fn flags() -> Result<()> {
    let mut tally = Tally::default();
    for options in ["", "subset=pid"] {
        let (oracle, subject) = (
            Instance::new("proc", options)?,
            Instance::new(&fstype(), options)?,
        );
        for caller in caller::ALL {
            tally.add(in_child(|| {
                let (oracle, subject) = (oracle.root()?, subject.root()?);
                caller.become_it()?;
                let mut tally = Tally::default();
                for path in [".", "self", "thread-self", "net", "mounts"] {
                    let (theirs, ours) = (
                        At {
                            root: oracle.as_fd(),
                            path,
                        },
                        At {
                            root: subject.as_fd(),
                            path,
                        },
                    );
                    for probe in probe::suited(theirs.kind().ok()) {
                        // A followed link ends on another device in the other tree.
                        if ["follow", "follow_open"].contains(&probe.name) {
                            continue;
                        }
                        // Nor the list of the root: proc2's own entry is one more, and the tests of the root leave it out.
                        if path == "." && LISTS.contains(&probe.name) {
                            continue;
                        }
                        let what =
                            || format!("[{options}] {} at {path}: {}", caller.name, probe.name);
                        let exact = |_: &[u8]| None;
                        tally.compare(what, || (probe.run)(theirs), || (probe.run)(ours), exact);
                    }
                }
                Ok(tally)
            })?);
        }
    }
    tally.verdict(300)
}

/// The mount is noexec, but the program that a magic link leads to is not on it.
fn program_runs_through_exe() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    let shell = Command::new("/bin/sh")
        .args(["-c", "exec \"$0/$$/exe\" -c 'echo through'"])
        .arg(&instance.path)
        .output()?;
    ensure!(shell.stdout == b"through\n", "the program gave {shell:?}");
    let refused = Command::new(instance.join("self/status")).status();
    let errno = refused.err().and_then(|error| error.raw_os_error());
    ensure!(
        errno == Some(libc::EACCES),
        "executing a file of the instance gave {errno:?}"
    );
    Ok(())
}

/// Two instances on one place: the upper hides the lower, which comes back.
fn stacked_on_one_place() -> Result<()> {
    let lower = Instance::new(&fstype(), "hidepid=1")?;
    let device = fs::metadata(&lower.path)?.dev();
    let upper = mount::detached(&fstype(), &mount::options("hidepid=2"))?;
    mount::attach(&upper, &lower.path)?;
    // The descriptor would keep it busy.
    drop(upper);
    ensure!(
        fs::metadata(&lower.path)?.dev() != device,
        "the upper instance does not show"
    );
    ensure!(
        lower.shown()? == "rw,hidepid=invisible",
        "shown as {}",
        lower.shown()?
    );
    unmount(&lower.path, UnmountFlags::empty())?;
    ensure!(
        fs::metadata(&lower.path)?.dev() == device,
        "the lower instance did not come back"
    );
    ensure!(
        lower.shown()? == "rw,hidepid=noaccess",
        "shown as {}",
        lower.shown()?
    );
    Ok(())
}

/// overlayfs refuses it as a layer, like procfs.
fn nothing_stacks_on_it() -> Result<()> {
    let place = mount::new_directory()?;
    let stack = |fstype: &str| -> Result<String> {
        let instance = Instance::new(fstype, "")?;
        let plain = mount::new_directory()?;
        let data = format!("lowerdir={}:{}", instance.path.display(), plain.display());
        let data = std::ffi::CString::new(data)?;
        let flags = rustix::mount::MountFlags::empty();
        Ok(errno::show(
            rustix::mount::mount("none", &place, "overlay", flags, &*data),
            |()| {
                let _ = unmount(&place, UnmountFlags::DETACH);
                "ok".into()
            },
        ))
    };
    let (want, got) = (stack("proc")?, stack(&fstype())?);
    ensure!(
        want == got,
        "procfs gives {want}, the type under test {got}"
    );
    ensure!(
        want != "ok",
        "overlayfs took procfs as a layer: the test shows nothing"
    );
    Ok(())
}

/// Who may watch it: inotify, and fanotify but for permission events.
fn notify() -> Result<()> {
    let mut tally = Tally::default();
    let watch = |fstype: &str| -> Result<String> {
        let instance = Instance::new(fstype, "")?;
        let path = std::ffi::CString::new(instance.join("self").to_str().context("UTF-8")?)?;
        let mut text = String::new();
        // SAFETY: the path lives through the calls, which take numbers otherwise.
        unsafe {
            let inotify = libc::inotify_init1(libc::IN_CLOEXEC);
            let added = libc::inotify_add_watch(inotify, path.as_ptr(), libc::IN_OPEN);
            text += &format!("inotify {}\n", errno::show_raw(added.into()));
            for class in [libc::FAN_CLASS_NOTIF, libc::FAN_CLASS_CONTENT] {
                let group = libc::fanotify_init(class | libc::FAN_CLOEXEC, 0);
                for (mask, where_) in [
                    (libc::FAN_OPEN, libc::FAN_MARK_INODE),
                    (libc::FAN_OPEN, libc::FAN_MARK_MOUNT),
                    (libc::FAN_OPEN_PERM, libc::FAN_MARK_INODE),
                    (libc::FAN_OPEN_PERM, libc::FAN_MARK_MOUNT),
                    (libc::FAN_ACCESS_PERM, libc::FAN_MARK_FILESYSTEM),
                ] {
                    let flags = libc::FAN_MARK_ADD | where_;
                    let marked =
                        libc::fanotify_mark(group, flags, mask, libc::AT_FDCWD, path.as_ptr());
                    text += &format!(
                        "{class:x} {mask:x} {where_:x} {}\n",
                        errno::show_raw(marked.into())
                    );
                    let flags = libc::FAN_MARK_REMOVE | where_;
                    libc::fanotify_mark(group, flags, mask, libc::AT_FDCWD, path.as_ptr());
                }
                libc::close(group);
            }
            libc::close(inotify);
        }
        Ok(text)
    };
    tally.same(|| "watching".into(), watch("proc")?, watch(&fstype())?);
    tally.verdict(1)
}
