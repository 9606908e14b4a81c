// SPDX-License-Identifier: GPL-2.0

//! Operations on a path of any type.

use rustix::fs::{
    accessat, fstat, openat2, statat, statx, Access, AtFlags, FileType, Mode, OFlags, ResolveFlags,
    Stat, StatxFlags,
};

use super::{probes, At, Probe};
use crate::errno::{name, show, show_raw};

pub(super) const PROBES: &[Probe] = probes![
    stat,
    statx_mask,
    access,
    opens,
    fstat_of_path,
    constrained,
    xattr,
    handle,
    statfs,
];

/// What two trees must agree on in a stat; the link count of directories stands apart.
pub fn show_stat(stat: &Stat) -> String {
    let links = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => String::new(),
        _ => format!(" nlink {}", stat.st_nlink),
    };
    format!(
        "mode {:o} uid {} gid {} size {} blocks {} blksize {} rdev {}{links}",
        stat.st_mode,
        stat.st_uid,
        stat.st_gid,
        stat.st_size,
        stat.st_blocks,
        stat.st_blksize,
        stat.st_rdev
    )
}

/// What a link leads to.
pub fn show_identity(stat: &Stat) -> String {
    format!(
        "dev {:x} ino {} {}",
        stat.st_dev,
        stat.st_ino,
        show_stat(stat)
    )
}

fn stat(at: At<'_>) -> String {
    show(
        statat(at.root, at.path, AtFlags::SYMLINK_NOFOLLOW),
        |stat| show_stat(&stat),
    )
}

/// The attributes and the fields that statx(2) says are filled in.
fn statx_mask(at: At<'_>) -> String {
    let wanted = StatxFlags::ALL | StatxFlags::MNT_ID;
    let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::STATX_DONT_SYNC;
    show(statx(at.root, at.path, flags, wanted), |stat| {
        let attributes = (stat.stx_attributes, stat.stx_attributes_mask);
        format!("mask {:x} attributes {attributes:?}", stat.stx_mask)
    })
}

fn access(at: At<'_>) -> String {
    let modes = [
        ("exists", Access::EXISTS),
        ("r", Access::READ_OK),
        ("w", Access::WRITE_OK),
        ("x", Access::EXEC_OK),
    ];
    let one = |(name, mode): (&str, Access)| {
        let plain = show(accessat(at.root, at.path, mode, AtFlags::empty()), |()| {
            "ok".into()
        });
        let effective = show(accessat(at.root, at.path, mode, AtFlags::EACCESS), |()| {
            "ok".into()
        });
        format!("{name} {plain} {effective}\n")
    };
    modes.map(one).concat()
}

/// Which ways of opening succeed. Nothing is read or written.
fn opens(at: At<'_>) -> String {
    let ways = [
        ("read", OFlags::RDONLY),
        ("write", OFlags::WRONLY),
        ("both", OFlags::RDWR),
        ("append", OFlags::WRONLY | OFlags::APPEND),
        ("directory", OFlags::RDONLY | OFlags::DIRECTORY),
        ("nofollow", OFlags::RDONLY | OFlags::NOFOLLOW),
        ("path", OFlags::PATH),
        ("path nofollow", OFlags::PATH | OFlags::NOFOLLOW),
        ("exclusive", OFlags::RDWR | OFlags::CREATE | OFlags::EXCL),
        ("noatime", OFlags::RDONLY | OFlags::NOATIME),
        ("tmpfile", OFlags::RDWR | OFlags::TMPFILE),
        ("direct", OFlags::RDONLY | OFlags::DIRECT),
    ];
    ways.map(|(name, flags)| format!("{name} {}\n", show(at.open(flags), |_| "ok".into())))
        .concat()
}

/// A stat through a descriptor that names only the path.
fn fstat_of_path(at: At<'_>) -> String {
    match at.open(OFlags::PATH | OFlags::NOFOLLOW) {
        Ok(fd) => show(fstat(&fd), |stat| show_stat(&stat)),
        Err(error) => name(error.raw_os_error()),
    }
}

/// Path walks under the constraints of openat2(2).
fn constrained(at: At<'_>) -> String {
    let ways = [
        ResolveFlags::NO_MAGICLINKS,
        ResolveFlags::NO_SYMLINKS,
        ResolveFlags::NO_XDEV,
        ResolveFlags::BENEATH,
        ResolveFlags::IN_ROOT,
        ResolveFlags::CACHED,
    ];
    let one = |resolve: ResolveFlags| {
        // A walk in the cache alone finds what was looked up before.
        if resolve == ResolveFlags::CACHED {
            let _ = at.open(OFlags::PATH);
        }
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let result = openat2(at.root, at.path, flags, Mode::empty(), resolve);
        format!("{resolve:?} {}\n", show(result, |_| "ok".into()))
    };
    ways.map(one).concat()
}

fn xattr(at: At<'_>) -> String {
    // Through a descriptor, as the calls that take a path take no directory descriptor.
    let Ok(fd) = at.open(OFlags::RDONLY | OFlags::NOFOLLOW) else {
        return "not opened".into();
    };
    let mut buffer = [0u8; 256];
    let names = [
        "user.test",
        "security.capability",
        "system.posix_acl_access",
        "trusted.test",
    ];
    let mut text = format!(
        "list {}\n",
        show(rustix::fs::flistxattr(&fd, &mut buffer), show_len)
    );
    for key in names {
        let result = rustix::fs::fgetxattr(&fd, key, &mut buffer);
        text += &format!("get {key} {}\n", show(result, show_len));
        let result = rustix::fs::fsetxattr(&fd, key, b"x", rustix::fs::XattrFlags::empty());
        text += &format!("set {key} {}\n", show(result, |()| "ok".into()));
        let result = rustix::fs::fremovexattr(&fd, key);
        text += &format!("remove {key} {}\n", show(result, |()| "ok".into()));
    }
    text
}

fn show_len(len: usize) -> String {
    len.to_string()
}

/// Whether file handles can be had, by type of handle.
fn handle(at: At<'_>) -> String {
    const AT_HANDLE_FID: i32 = 0x200;
    let Ok(fd) = at.open(OFlags::PATH | OFlags::NOFOLLOW) else {
        return "not opened".into();
    };
    let one = |flags: i32| {
        // struct file_handle with room for 128 bytes.
        let mut buffer = [0u32; 34];
        buffer[0] = 128;
        let mut mount = 0i32;
        // SAFETY: the buffers live through the call and have the sizes that the kernel is told.
        let result = unsafe {
            libc::syscall(
                libc::SYS_name_to_handle_at,
                std::os::fd::AsRawFd::as_raw_fd(&fd),
                c"".as_ptr(),
                buffer.as_mut_ptr(),
                &mut mount,
                flags | libc::AT_EMPTY_PATH,
            )
        };
        format!(
            "{flags:x} {} bytes {} type {}\n",
            show_raw(result),
            buffer[0],
            buffer[1]
        )
    };
    [0, AT_HANDLE_FID].map(one).concat()
}

fn statfs(at: At<'_>) -> String {
    let Ok(fd) = at.open(OFlags::PATH | OFlags::NOFOLLOW) else {
        return "not opened".into();
    };
    show(rustix::fs::fstatfs(&fd), |fs| {
        format!(
            "type {:x} bsize {} frsize {} namelen {} flags {:x} blocks {} files {}",
            fs.f_type, fs.f_bsize, fs.f_frsize, fs.f_namelen, fs.f_flags, fs.f_blocks, fs.f_files
        )
    })
}
