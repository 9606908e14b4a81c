// SPDX-License-Identifier: GPL-2.0

//! `attr`: what the security modules keep of a task, for the first that knows it and, in a directory each, for some of them.
//!
//! Answers to `attr_dir_stuff`, `proc_pid_attr_open()`, `proc_pid_attr_read()` and `proc_pid_attr_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). The
//! modules decide who may read. A task may write its own only, with the address space that it opened the file with.

use crate::{
    fs::{
        base,
        inode,
        node::Node, //
    },
    gate,
    pure::ino,
    rust_bindings::{
        credentials::lsm::{
            self,
            Attribute,
            Lsm, //
        },
        memory::mm::PAGE,
        procfs::{
            mm_file::MaybeMm,
            random, //
        },
        tasks::pid::FindTask,
        vfs::{
            dentry::{
                Found,
                Lookup, //
            },
            dir::{
                DirEmitter,
                DirType,
                Directory, //
            },
            file::{
                File,
                FileOps,
                Seek,
                Write, //
            },
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps,
                Kstat, //
            },
            user::{
                UserBuf,
                UserData, //
            }, //
        }, //
    }, //
};
use kernel::{
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

/// An attribute, or a module's directory of them.
struct Item {
    name: &'static CStr,
    mode: u16,
    /// Whose it is, and in whose directory it stands.
    lsm: Lsm,
    /// For a directory, the module that it is of.
    dir_of: Option<Lsm>,
}

const fn attribute(name: &'static CStr, mode: u16, lsm: Lsm) -> Item {
    Item {
        name,
        mode: 0o100_000 | mode,
        lsm,
        dir_of: None,
    }
}

#[cfg(any(CONFIG_SECURITY_SMACK, CONFIG_SECURITY_APPARMOR))]
const fn dir(name: &'static CStr, dir_of: Lsm) -> Item {
    Item {
        name,
        mode: 0o040_555,
        lsm: Lsm::Any,
        dir_of: Some(dir_of),
    }
}

/// All of them, in procfs's order within each directory. An inode remembers its place here.
static ITEMS: &[Item] = &[
    attribute(c"current", 0o666, Lsm::Any),
    attribute(c"prev", 0o444, Lsm::Any),
    attribute(c"exec", 0o666, Lsm::Any),
    attribute(c"fscreate", 0o666, Lsm::Any),
    attribute(c"keycreate", 0o666, Lsm::Any),
    attribute(c"sockcreate", 0o666, Lsm::Any),
    #[cfg(CONFIG_SECURITY_SMACK)]
    dir(c"smack", Lsm::Smack),
    #[cfg(CONFIG_SECURITY_APPARMOR)]
    dir(c"apparmor", Lsm::AppArmor),
    #[cfg(CONFIG_SECURITY_SMACK)]
    attribute(c"current", 0o666, Lsm::Smack),
    #[cfg(CONFIG_SECURITY_APPARMOR)]
    attribute(c"current", 0o666, Lsm::AppArmor),
    #[cfg(CONFIG_SECURITY_APPARMOR)]
    attribute(c"prev", 0o444, Lsm::AppArmor),
    #[cfg(CONFIG_SECURITY_APPARMOR)]
    attribute(c"exec", 0o666, Lsm::AppArmor),
];

/// The place of `attr` itself, which is none of [`ITEMS`].
const TOP: u32 = 0;

struct AttrDir;
struct AttrFile;

static DIR_INODE_OPS: InodeOps = InodeOps::of::<AttrDir>();
static TOP_OPS: FileOps = FileOps::directory::<AttrDir>(Seek::Generic);
static LSM_DIR_OPS: FileOps = FileOps::directory::<AttrDir>(Seek::Default);
static OPS: FileOps = FileOps::maybe_mm::<AttrFile>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: &DIR_INODE_OPS,
    file: &TOP_OPS,
};

/// The item that an inode of ours stands for.
fn item(inode: &Inode) -> Option<&'static Item> {
    ITEMS.get(usize::try_from(inode.fd().checked_sub(1)?).ok()?)
}

/// The items of a directory, each with the number that its inode remembers.
fn items(dir: &Inode) -> impl Iterator<Item = (u32, &'static Item)> {
    let lsm = match dir.fd() {
        TOP => Some(Lsm::Any),
        _ => item(dir).and_then(|item| item.dir_of),
    };
    (1u32..)
        .zip(ITEMS)
        .filter(move |(_, item)| Some(item.lsm) == lsm)
}

fn child_ino(dir: &Inode, place: u32) -> u64 {
    let row = inode::row(dir).unwrap_or(u8::MAX);
    ino::of_child(
        random::boot_key(),
        inode::pid_ino(dir),
        inode::level(dir),
        row,
        place.into(),
    )
}

#[vtable]
impl InodeOperations for AttrDir {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        let task = dir.get_task().ok_or(ENOENT)?;
        let (place, item) = items(dir)
            .find(|(_, item)| item.name.to_bytes() == dentry.name())
            .ok_or(ENOENT)?;
        let new = inode::new(dentry.super_block(), &task, item.mode, dir.tag())?
            .ino(child_ino(dir, place))
            .fd(place);
        match item.dir_of {
            Some(_) => new.nlink(2).ops(&DIR_INODE_OPS).file_ops(&LSM_DIR_OPS),
            None => new.ops(&crate::fs::node::PLAIN).file_ops(&OPS),
        }
        .splice(dentry, &inode::TASK_DENTRY)
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        base::getattr(inode, stat)
    }
}

impl Directory for AttrDir {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        let dir = emitter.inode();
        if dir.get_task().is_none() {
            return Err(ENOENT);
        }
        if !emitter.dots() {
            return Ok(());
        }
        let start = usize::try_from(emitter.pos() - 2).unwrap_or(usize::MAX);
        for (place, item) in items(dir).skip(start) {
            let kind = DirType::of_mode(item.mode);
            if !emitter.emit(item.name.to_bytes(), child_ino(dir, place), kind) {
                break;
            }
            emitter.set_pos(emitter.pos() + 1);
        }
        Ok(())
    }
}

impl MaybeMm for AttrFile {
    fn open(inode: &Inode) -> Result<ARef<Mm>> {
        gate::memory::open_mm(inode)
    }

    fn read(file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let task = file.inode().get_task().ok_or(ESRCH)?;
        let item = item(file.inode()).ok_or(EINVAL)?;
        let value = Attribute::of(&task, item.lsm, item.name)?;
        buf.write_from(value.text(), pos)
    }
}

impl Write for AttrFile {
    fn write(file: &File, data: &UserData, pos: i64) -> Result<usize> {
        gate::change::require_own_attributes(file)?;
        if pos != 0 {
            return Err(EINVAL);
        }
        let item = item(file.inode()).ok_or(EINVAL)?;
        let mut value = KVec::zeroed(data.taken().min(PAGE), GFP_KERNEL)?;
        data.read(&mut value)?;
        lsm::set(item.lsm, item.name, &mut value)
    }
}
