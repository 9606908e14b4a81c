// SPDX-License-Identifier: GPL-2.0

//! What is mounted where: the host's root, read-only or below an overlay, fresh kernel file systems
//! and scratch places on top of it.

use crate::over;
use crate::place::{place, place_host};
use anyhow::{Context, Result};
use proc2_vm_init::{Job, ROOT_TAG, SCRATCH};
use rustix::mount::{mount_bind, mount_move, unmount, MountFlags, UnmountFlags};
use std::{fs, path::Path};

const HOST: &str = "/host";
/// The host's root without anything of ours on it.
const PRISTINE: &str = "/pristine";

/// Kernel file systems by type, place and options. Those the kernel lacks are left out: a kernel
/// of someone's own (`KDIR=`) may be smaller.
const KERNEL: [(&str, &str, &str); 8] = [
    ("proc", "/proc", ""),
    ("sysfs", "/sys", ""),
    ("debugfs", "/sys/kernel/debug", ""),
    ("securityfs", "/sys/kernel/security", ""),
    ("cgroup2", "/sys/fs/cgroup", "nsdelegate"),
    ("devtmpfs", "/dev", ""),
    ("devpts", "/dev/pts", "gid=5,mode=620,ptmxmode=666"),
    ("mqueue", "/dev/mqueue", ""),
];

/// What udev would add to devtmpfs and programs take for granted.
const DEV_LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// `/dev` and `/sys` of the initramfs: enough to find the ports.
pub(crate) fn early() -> Result<()> {
    for (fstype, target) in [("devtmpfs", "/dev"), ("sysfs", "/sys")] {
        fs::create_dir_all(target)?;
        place(fstype, fstype, target, MountFlags::empty(), "")?;
    }
    Ok(())
}

/// Builds the command's view of the world under [`HOST`].
pub(crate) fn host_root(job: &Job) -> Result<()> {
    fs::create_dir_all(HOST)?;
    fs::create_dir_all(PRISTINE)?;
    if job.over {
        over::place_root(HOST)?;
    } else {
        place_host(ROOT_TAG, HOST)?;
    }
    mount_bind(HOST, PRISTINE).context("cannot bind the host's root")?;

    for (fstype, target, options) in KERNEL {
        let target = format!("{HOST}{target}");
        if target.ends_with("/dev/pts") || target.ends_with("/dev/mqueue") {
            fs::create_dir_all(&target)?; // devtmpfs is ours and empty of directories
        }
        match place(fstype, fstype, &target, MountFlags::empty(), options) {
            Err(error) if !Path::new(&target).is_dir() || unknown(&error) => {}
            other => other?,
        }
    }
    for target in SCRATCH {
        let target = format!("{HOST}{target}");
        if target.ends_with("/dev/shm") {
            fs::create_dir_all(&target)?;
        }
        let flags = MountFlags::NOSUID | MountFlags::NODEV;
        place("tmpfs", "tmpfs", &target, flags, "mode=1777")?;
    }
    for (name, target) in DEV_LINKS {
        std::os::unix::fs::symlink(target, format!("{HOST}/dev/{name}"))
            .with_context(|| format!("cannot make /dev/{name}"))?;
    }
    for path in &job.keep {
        keep(path)?;
    }
    for (tag, path) in &job.writable {
        let target = inside(path);
        // "mmap": the host sees what is written, and mmap works.
        let options = "trans=virtio,version=9p2000.L,msize=512000,cache=mmap";
        fs::create_dir_all(&target).or_else(|error| target.is_dir().then_some(()).ok_or(error))?;
        place(tag, "9p", target, MountFlags::empty(), options)?;
    }
    rustix::system::sethostname(b"proc2-vm").context("cannot set the host name")
}

/// Makes what [`host_root`] built the root, and closes the ways back.
pub(crate) fn enter_host_root() -> Result<()> {
    for target in [PRISTINE, "/sys", "/dev"] {
        unmount(target, UnmountFlags::DETACH)
            .with_context(|| format!("cannot unmount {target} of the initramfs"))?;
    }
    rustix::process::chdir(HOST)?;
    mount_move(HOST, "/").context("cannot move the host's root to /")?;
    rustix::process::chroot(".").context("cannot enter the host's root")?;
    rustix::process::chdir("/").context("cannot enter /")
}

/// Shows a path of the host that a scratch place hides.
fn keep(path: &Path) -> Result<()> {
    if !SCRATCH.iter().any(|scratch| path.starts_with(scratch)) {
        return Ok(());
    }
    let source = Path::new(PRISTINE).join(path.strip_prefix("/")?);
    let target = inside(path);
    fs::create_dir_all(&target)?;
    mount_bind(&source, &target).with_context(|| format!("cannot show the host's {path:?}"))
}

fn inside(path: &Path) -> std::path::PathBuf {
    Path::new(HOST).join(path.strip_prefix("/").unwrap_or(path))
}

fn unknown(error: &anyhow::Error) -> bool {
    error.downcast_ref() == Some(&rustix::io::Errno::NODEV)
}
