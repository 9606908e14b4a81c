// SPDX-License-Identifier: GPL-2.0

//! What the scripts of Debian's packages, and an administrator, would have done where packages were
//! only unpacked over the root, as far as container runtimes need it. All of it is here:
//!
//! - the names of programs that are alternatives: `iptables`, `ip6tables`, `java`;
//! - the set-user-id bits of root's programs, which are another's where an ordinary user unpacked
//!   them;
//! - an ordinary user with a home, and ids for the user's containers in `/etc/subuid` and
//!   `/etc/subgid`.
//!
//! Nothing else is wanting: libraries are in folders that the loader knows without its cache, and
//! files in `/etc` are in the packages.

use anyhow::{Context, Result};
use proc2_vm_init::{SUBORDINATE, USER, USER_ID};
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{chown, symlink, PermissionsExt};
use std::path::{Path, PathBuf};

/// What ordinary users' containers get their ids and file systems by.
const SET_USER_ID: &[&str] = &["newuidmap", "newgidmap", "fusermount3"];

/// Does it, in the root that is there.
pub(crate) fn settle() -> Result<()> {
    for (name, program) in [("iptables", "iptables-nft"), ("ip6tables", "ip6tables-nft")] {
        let program = Path::new("/usr/sbin").join(program);
        alternative(&Path::new("/usr/sbin").join(name), &program)?;
    }
    if let Some(java) = java() {
        alternative(Path::new("/usr/bin/java"), &java)?;
    }
    for name in SET_USER_ID {
        set_user_id(&Path::new("/usr/bin").join(name))?;
    }
    add_user()
}

/// Makes a program that is there one that runs as root.
fn set_user_id(program: &Path) -> Result<()> {
    if !program.exists() {
        return Ok(());
    }
    chown(program, Some(0), Some(0))
        .and_then(|()| fs::set_permissions(program, Permissions::from_mode(0o4755)))
        .with_context(|| format!("cannot make {} set-user-id", program.display()))
}

/// Makes a name lead to a program that is there, if nothing has the name.
fn alternative(name: &Path, program: &Path) -> Result<()> {
    if name.symlink_metadata().is_ok() || !program.exists() {
        return Ok(());
    }
    symlink(program, name).with_context(|| format!("cannot make {}", name.display()))
}

fn java() -> Option<PathBuf> {
    let all = fs::read_dir("/usr/lib/jvm").ok()?.flatten();
    let mut all: Vec<_> = all.map(|entry| entry.path().join("bin/java")).collect();
    all.retain(|program| program.exists());
    all.sort();
    all.pop()
}

fn add_user() -> Result<()> {
    let home = format!("/home/{USER}");
    let ids = format!("{USER}:{SUBORDINATE}:65536\n");
    for (file, line) in [
        (
            "/etc/passwd",
            format!("{USER}:x:{USER_ID}:{USER_ID}::{home}:/bin/sh\n"),
        ),
        ("/etc/group", format!("{USER}:x:{USER_ID}:\n")),
        ("/etc/subuid", ids.clone()),
        ("/etc/subgid", ids),
    ] {
        let opened = OpenOptions::new().append(true).create(true).open(file);
        opened
            .and_then(|mut opened| opened.write_all(line.as_bytes()))
            .with_context(|| format!("cannot add a line to {file}"))?;
    }
    fs::create_dir_all(&home)
        .and_then(|()| chown(&home, Some(USER_ID), Some(USER_ID)))
        .with_context(|| format!("cannot make {home}"))
}
