// SPDX-License-Identifier: GPL-2.0

//! Mount tables of mounts and superblocks with each flag, and of one whose owners are mapped.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::Sleeper;
use rustix::mount::{mount_remount, MountFlags};

use super::super::Test;
use super::{compare, dir, process, tmpfs};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["mount_tables": flags]
}

fn flags() -> Result<()> {
    use MountFlags as F;
    let process = process(|top| {
        let of_superblock = [
            ("ro", F::RDONLY),
            ("sync", F::SYNCHRONOUS),
            ("dirsync", F::DIRSYNC),
            ("lazytime", F::LAZYTIME),
            ("all", F::SYNCHRONOUS | F::DIRSYNC | F::LAZYTIME | F::RDONLY),
        ];
        let of_mount = [
            ("nosuid", F::NOSUID),
            ("nodev", F::NODEV),
            ("noexec", F::NOEXEC),
            ("noatime", F::NOATIME),
            ("nodiratime", F::NODIRATIME),
            ("strictatime", F::STRICTATIME),
            ("nosymfollow", F::from_bits_retain(256)),
            ("bound-ro", F::RDONLY),
            (
                "some",
                F::NOSUID | F::NODEV | F::NOEXEC | F::NOATIME | F::RDONLY,
            ),
        ];
        for (name, flags) in of_superblock {
            tmpfs(name, &dir(top, name)?, flags)?;
        }
        for (name, flags) in of_mount {
            let point = dir(top, name)?;
            tmpfs(name, &point, F::empty())?;
            mount_remount(&point, F::BIND | flags, "").with_context(|| name.to_owned())?;
        }
        idmapped(top)
    })?;
    let says = [
        ",sync",
        ",dirsync",
        ",lazytime",
        ",nosuid",
        ",nodev",
        ",noexec",
        ",noatime",
        ",nodiratime",
        ",nosymfollow",
        " ro,relatime - tmpfs bound-ro rw",
        ",idmapped",
    ];
    compare(&[process], &[1, 1024, 1 << 16], &says)
}

/// Mounts a tmpfs whose owners are mapped by a user namespace.
fn idmapped(top: &Path) -> Result<()> {
    let mapping = Sleeper::with_flags(libc::CLONE_NEWUSER, || Ok(()))?;
    for map in ["uid_map", "gid_map"] {
        fs::write(format!("/proc/{}/{map}", mapping.id()), "0 1000 10")?;
    }
    let ns = File::open(format!("/proc/{}/ns/user", mapping.id()))?;
    let made = proc2_e2e::mount::detached("tmpfs", &[])?;
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_IDMAP,
        attr_clr: 0,
        propagation: 0,
        userns_fd: std::os::fd::AsRawFd::as_raw_fd(&ns) as u64,
    };
    // SAFETY: both pointers are valid for the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            std::os::fd::AsRawFd::as_raw_fd(&made),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    ensure!(
        result == 0,
        "mount_setattr: {}",
        std::io::Error::last_os_error()
    );
    Ok(proc2_e2e::mount::attach(&made, &dir(top, "idmapped")?)?)
}
