// SPDX-License-Identifier: GPL-2.0

//! The `createContainer` hook: mounts the instance on `/proc` of a container that is being made.
//!
//! It runs with the runtime's rights, in the container's namespaces, on a root filesystem that
//! somebody else has filled: no link in it is followed.

use crate::change::TYPE;
use crate::sysctl;
use anyhow::{bail, Context, Result};
use rustix::fs::{mkdirat, openat2, Mode, OFlags, ResolveFlags, CWD};
use rustix::io::Errno;
use rustix::mount::{
    fsconfig_create, fsconfig_set_string, fsmount, fsopen, move_mount, open_tree, unmount,
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags,
};
use serde::{Deserialize, Serialize};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What this program calls itself in a hook.
pub const NAME: &str = "proc2-runtime";
/// The first argument of a hook.
pub const WORD: &str = "hook";

/// What the hook is to do: its second argument.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Order {
    /// The container's root, where it is before it is entered.
    pub rootfs: PathBuf,
    /// Flags of the mount, as `fsmount()` takes them.
    pub flags: u32,
    /// Options of the instance.
    pub options: Vec<(String, String)>,
    /// Mounts below `/proc` to put onto the instance. If there are any, a procfs is mounted there.
    pub keep: Vec<String>,
    /// Sysctls to write.
    pub sysctl: Vec<Sysctl>,
}

/// A sysctl that the container is to have.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Sysctl {
    /// Its name, as the bundle has it.
    pub key: String,
    /// Its value.
    pub value: String,
    /// The number of the namespace that it is not to be written into.
    pub outside: u64,
}

/// Whether a hook of a bundle is this one.
pub fn is_ours(hook: &oci_spec::runtime::Hook) -> bool {
    let args = hook.args().as_deref().unwrap_or_default();
    matches!(args, [name, word, ..] if name == NAME && word == WORD)
}

/// Does what it is told.
pub fn run(order: &str) -> Result<()> {
    let order: Order = serde_json::from_str(order).context("the hook's argument is no order")?;
    let root_flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = openat2(
        CWD,
        &order.rootfs,
        root_flags,
        Mode::empty(),
        ResolveFlags::empty(),
    );
    let root = root.with_context(|| format!("cannot open the root {}", order.rootfs.display()))?;
    write_sysctls(&order.sysctl)?;
    let instance = instance(&order)?;
    let proc = directory(&root)?;
    nothing_else_below(&proc, &order.keep)?;
    if order.keep.is_empty() {
        if is_mount_point(&proc)? {
            bail!("something is mounted on the container's /proc already");
        }
        return put(&instance, &proc, "/proc");
    }
    let kept: Vec<OwnedFd> = order
        .keep
        .iter()
        .map(|path| take(&proc, path))
        .collect::<Result<_>>()?;
    // By its descriptor: the path could lead elsewhere.
    let path = format!("/proc/self/fd/{}", proc.as_raw_fd());
    unmount(path, UnmountFlags::DETACH).context("cannot unmount the container's procfs")?;
    put(&instance, &directory(&root)?, "/proc")?;
    let proc = directory(&root)?;
    for (path, mount) in order.keep.iter().zip(&kept) {
        let target = open(&proc, path, OFlags::PATH)?;
        put(mount, &target, &format!("/proc/{path}"))?;
    }
    Ok(())
}

/// A new instance, mounted nowhere.
fn instance(order: &Order) -> Result<OwnedFd> {
    let context = fsopen(TYPE, FsOpenFlags::FSOPEN_CLOEXEC).map_err(|error| match error {
        Errno::NODEV => {
            anyhow::anyhow!("the kernel has no filesystem {TYPE}: load the module proc2")
        }
        other => anyhow::anyhow!("cannot make an instance of {TYPE}: {other}"),
    })?;
    let fail = |what: String, error: Errno| {
        let said = said(context.as_fd());
        anyhow::anyhow!("{TYPE}: {what}: {error}{said}")
    };
    let source = fsconfig_set_string(&context, "source", TYPE);
    source.map_err(|error| fail("source".into(), error))?;
    for (name, value) in &order.options {
        fsconfig_set_string(&context, name.as_str(), value.as_str())
            .map_err(|error| fail(format!("{name}={value}"), error))?;
    }
    fsconfig_create(&context).map_err(|error| fail("cannot make the instance".into(), error))?;
    let flags = MountAttrFlags::from_bits_retain(order.flags);
    fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, flags)
        .map_err(|error| fail("cannot mount the instance".into(), error))
}

/// What the kernel says of an error, behind a colon.
fn said(context: BorrowedFd<'_>) -> String {
    let mut text = String::new();
    let mut buffer = [0; 1024];
    while let Ok(length @ 1..) = rustix::io::read(context, &mut buffer) {
        let line = String::from_utf8_lossy(&buffer[..length]);
        text += &format!(": {}", line.trim_start_matches("e ").trim_end());
    }
    text
}

/// The container's `/proc`, made if it is not there.
fn directory(root: &OwnedFd) -> Result<OwnedFd> {
    match mkdirat(root, "proc", Mode::from_raw_mode(0o755)) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => {
            return Err(error).context("cannot make the directory /proc of the container")
        }
    }
    open(root, "proc", OFlags::PATH | OFlags::DIRECTORY)
}

/// Opens what is at `path`, without following a link.
fn open(directory: &OwnedFd, path: &str, flags: OFlags) -> Result<OwnedFd> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let flags = flags | OFlags::CLOEXEC;
    openat2(directory, path, flags, Mode::empty(), resolve)
        .with_context(|| format!("cannot open {path} of the container"))
}

fn is_mount_point(directory: &OwnedFd) -> Result<bool> {
    use rustix::fs::{statx, AtFlags, StatxAttributes, StatxFlags};
    let metadata = statx(directory, "", AtFlags::EMPTY_PATH, StatxFlags::empty())?;
    Ok(metadata
        .stx_attributes
        .contains(StatxAttributes::MOUNT_ROOT))
}

/// Checks that nothing is mounted below the container's `/proc` but what is kept: the instance would
/// cover it, and it may be there to hide something.
fn nothing_else_below(proc: &OwnedFd, keep: &[String]) -> Result<()> {
    let path = format!("/proc/self/fd/{}", proc.as_raw_fd());
    let path = std::fs::read_link(path).context("cannot tell where the container's /proc is")?;
    let mounts = std::fs::read("/proc/self/mountinfo").context("cannot read mountinfo")?;
    let places = mounts
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.split(|byte| *byte == b' ').nth(4));
    for place in places.map(unmangled) {
        let Some(below) = place.strip_prefix(path.as_os_str().as_bytes()) else {
            continue;
        };
        let below = below.strip_prefix(b"/").filter(|below| !below.is_empty());
        if below.is_some_and(|below| !keep.iter().any(|kept| kept.as_bytes() == below)) {
            let place = place.escape_ascii();
            bail!("{place} is a mount, which the instance would hide");
        }
    }
    Ok(())
}

/// A path of mountinfo without the octal numbers that stand for bytes.
fn unmangled(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind.get(..3).filter(|_| byte == b'\\');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let number = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        bytes.push(number.unwrap_or(byte));
        rest = if number.is_some() {
            &behind[3..]
        } else {
            behind
        };
    }
    bytes
}

/// A copy of what is mounted at `path` below the container's `/proc`.
fn take(proc: &OwnedFd, path: &str) -> Result<OwnedFd> {
    let context = || format!("cannot take the mount on /proc/{path}");
    let at = open(proc, path, OFlags::PATH)?;
    if !is_mount_point(&at).with_context(context)? {
        bail!("nothing is mounted on /proc/{path} of the container");
    }
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE
        | OpenTreeFlags::AT_EMPTY_PATH;
    open_tree(&at, "", flags).with_context(context)
}

/// Mounts `mount` on `target`, which is `name`.
fn put(mount: &OwnedFd, target: &OwnedFd, name: &str) -> Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(mount, "", target, "", flags).with_context(|| format!("cannot mount {name}"))
}

/// Writes the sysctls through a procfs of our own, or the host's where we may have none.
fn write_sysctls(sysctls: &[Sysctl]) -> Result<()> {
    if sysctls.is_empty() {
        return Ok(());
    }
    let own = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC).and_then(|context| {
        fsconfig_create(&context)?;
        fsmount(
            &context,
            FsMountFlags::FSMOUNT_CLOEXEC,
            MountAttrFlags::empty(),
        )
    });
    let proc = own.or_else(|_| {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        openat2(
            CWD,
            "/proc",
            flags,
            Mode::empty(),
            ResolveFlags::NO_SYMLINKS,
        )
    });
    let proc = proc.context("cannot open a procfs to set sysctls in")?;
    sysctls
        .iter()
        .try_for_each(|s| sysctl::write(&proc, &s.key, &s.value, s.outside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_mountinfo_are_read() {
        assert_eq!(unmangled(b"/a\\040b\\134c\\0"), b"/a b\\c\\0");
    }
}
