// SPDX-License-Identifier: GPL-2.0

//! `mounts`, `mountinfo` and `mountstats`: the mounts of the task's namespace that its root
//! reaches, a line each.
//!
//! Mirrors [`fs/proc_namespace.c`](srctree/fs/proc_namespace.c).

use self::line::{
    put_name,
    LineExt, //
};
use crate::{
    pure::text::Text,
    rust_bindings::{
        procfs::mount_table::{
            Kernels,
            Line,
            MountTable,
            Written, //
        },
        vfs::{
            file::FileOps,
            mount::{
                flags,
                super_flags,
                Mount, //
            }, //
        }, //
    }, //
};

mod line;

struct Mounts;
struct Mountinfo;
struct Mountstats;

static MOUNTS: FileOps = FileOps::mount_table::<Mounts>();
static MOUNTINFO: FileOps = FileOps::mount_table::<Mountinfo>();
static MOUNTSTATS: FileOps = FileOps::mount_table::<Mountstats>();

pub(super) fn mounts() -> &'static FileOps {
    &MOUNTS
}

pub(super) fn mountinfo() -> &'static FileOps {
    &MOUNTINFO
}

pub(super) fn mountstats() -> &'static FileOps {
    &MOUNTSTATS
}

/// `show_type()`.
#[inline]
fn fs_type(mount: Mount<'_>, text: &mut Text<'_>) {
    let (name, subtype) = mount.fs_type();
    put_name(name, text);
    if subtype.is_some() {
        text.byte(b'.');
        put_name(subtype, text);
    }
}

/// Whether it can be written to, behind a blank.
#[inline]
fn access(readonly: bool, text: &mut Text<'_>) {
    text.bytes(if readonly { b" ro" } else { b" rw" });
}

/// Appends those names whose flags are set. Each is a store or two, as its length is known.
macro_rules! names {
    ($text:ident, $flags:ident: $($flag:path = $name:literal,)*) => {
        $(
            if $flags & $flag != 0 {
                $text.bytes($name);
            }
        )*
    };
}

/// `show_sb_opts()`, but for the security module's.
#[inline]
fn super_options(flags: usize, text: &mut Text<'_>) {
    use super_flags::*;

    if flags & (SYNCHRONOUS | DIRSYNC | MANDLOCK | LAZYTIME) == 0 {
        return;
    }
    names!(text, flags:
        SYNCHRONOUS = b",sync",
        DIRSYNC = b",dirsync",
        MANDLOCK = b",mand",
        LAZYTIME = b",lazytime",
    );
}

/// `show_vfsmnt_opts()`.
#[inline]
fn mount_options(mount: Mount<'_>, flags: u32, text: &mut Text<'_>) {
    use flags::*;

    names!(text, flags:
        NOSUID = b",nosuid",
        NODEV = b",nodev",
        NOEXEC = b",noexec",
        NOATIME = b",noatime",
        NODIRATIME = b",nodiratime",
        RELATIME = b",relatime",
        NOSYMFOLLOW = b",nosymfollow",
    );
    if mount.is_idmapped() {
        text.bytes(b",idmapped");
    }
}

impl MountTable for Mounts {
    const KERNELS: Kernels = Kernels::Mounts;

    fn show(line: &Line<'_>) -> Written {
        let mount = line.mount;
        line.put_source()?;
        line.text(|text| text.byte(b' '));
        line.put_point()?;
        line.text(|text| {
            text.byte(b' ');
            fs_type(mount, text);
            let flags = mount.super_flags();
            let readonly = flags & super_flags::RDONLY != 0 || mount.flags() & flags::READONLY != 0;
            access(readonly, text);
            super_options(flags, text);
        });
        line.security()?;
        line.text(|text| mount_options(mount, mount.flags(), text));
        let written = line.options().unwrap_or(Ok(()));
        line.text(|text| text.bytes(b" 0 0\n"));
        written
    }
}

impl MountTable for Mountinfo {
    const KERNELS: Kernels = Kernels::Mountinfo;

    fn show(line: &Line<'_>) -> Written {
        let mount = line.mount;
        line.text(|text| {
            text.dec_signed(mount.id().into());
            text.byte(b' ');
            text.dec_signed(mount.parent_id().into());
            text.byte(b' ');
            let (major, minor) = mount.device();
            text.dec(major.into());
            text.byte(b':');
            text.dec(minor.into());
            text.byte(b' ');
        });
        line.put_root()?;
        line.text(|text| text.byte(b' '));
        line.put_point()?;
        line.text(|text| {
            let flags = mount.flags();
            access(flags & flags::READONLY != 0, text);
            mount_options(mount, flags, text);
            propagation(mount, text);
            text.bytes(b" - ");
            fs_type(mount, text);
            text.byte(b' ');
        });
        line.put_source()?;
        line.text(|text| {
            let flags = mount.super_flags();
            access(flags & super_flags::RDONLY != 0, text);
            super_options(flags, text);
        });
        line.security()?;
        let written = line.options().unwrap_or(Ok(()));
        line.text(|text| text.byte(b'\n'));
        written
    }
}

/// The tagged fields.
#[inline]
fn propagation(mount: Mount<'_>, text: &mut Text<'_>) {
    let propagation = mount.propagation();
    let mut group = |name: &[u8], number: Option<i32>| {
        if let Some(number) = number {
            text.bytes(name);
            text.dec_signed(number.into());
        }
    };
    group(b" shared:", propagation.shared);
    group(b" master:", propagation.master);
    if propagation.propagate_from != propagation.master {
        group(b" propagate_from:", propagation.propagate_from);
    }
    if propagation.unbindable {
        text.bytes(b" unbindable");
    }
}

impl MountTable for Mountstats {
    const KERNELS: Kernels = Kernels::Mountstats;
    const POLL: bool = false;

    fn show(line: &Line<'_>) -> Written {
        let mount = line.mount;
        line.text(|text| text.bytes(b"device "));
        line.put_source()?;
        line.text(|text| text.bytes(b" mounted on "));
        line.put_point()?;
        line.text(|text| {
            text.bytes(b" with fstype ");
            fs_type(mount, text);
            if line.has_stats() {
                text.byte(b' ');
            }
        });
        let written = line.stats().unwrap_or(Ok(()));
        line.text(|text| text.byte(b'\n'));
        written
    }
}
