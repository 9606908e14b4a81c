// SPDX-License-Identifier: GPL-2.0

//! `attr`: what the security modules keep of a task, for the first that knows it and, in a
//! directory each, for some of them.
//!
//! Mirrors `attr_dir_stuff`, `proc_pid_attr_open()`, `proc_pid_attr_read()` and
//! `proc_pid_attr_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). The modules decide who
//! may read. A task may write its own only, with the address space that it opened the file with.

use crate::{
    fs::{
        attribute::{
            AttributeEntry,
            AttributeFile, //
        },
        dir::{
            Child,
            Children,
            Dir,
            Key,
            Listing,
            Owner, //
        },
        request::Which,
        task_inode, //
    },
    gate::{
        change::OwnAttributes,
        Anyone,
        Permitted, //
    },
    rust_bindings::{
        credentials::lsm::{
            self,
            Attribute,
            Lsm, //
        },
        memory::mm::PAGE,
        procfs::new_inode::NewInode,
        tasks::pid::FindTask,
        vfs::{
            dentry::{
                Found,
                Lookup, //
            },
            file::{
                FileOps,
                Seek, //
            },
            inode::Inode,
            inode_ops::Kstat,
            user::{
                UserBuf,
                UserData, //
            }, //
        }, //
    }, //
};
use kernel::prelude::*;

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

/// The first number that an item's inode remembers: those below are the levels of `attr` itself.
const FIRST: u64 = 2;

struct AttrFile;

static LSM_DIR_OPS: FileOps = FileOps::directory::<Dir<AttrDir>>(Seek::Default);

/// The item that an inode of ours stands for.
fn item(word: u64) -> Option<&'static Item> {
    ITEMS.get(usize::try_from(word.checked_sub(FIRST)?).ok()?)
}

/// An item, and the number that its inode remembers.
pub(super) struct AttrEntry(u64, &'static Item);

impl Child for AttrEntry {
    fn mode(&self) -> u16 {
        self.1.mode
    }

    fn key(&self) -> Key {
        Key::Name(self.0)
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        let new = new.word(self.0);
        match self.1.dir_of {
            Some(_) => new
                .nlink(2)
                .ops(Dir::<AttrDir>::INODE_OPS)
                .file_ops(&LSM_DIR_OPS),
            None => AttributeFile::<AttrFile>::NODE.complete(new),
        }
        .splice(dentry, &task_inode::ENTRY_DENTRY)
    }
}

/// The items of a directory.
fn items(dir: &Inode) -> impl Iterator<Item = AttrEntry> {
    let lsm = match dir.word() {
        ..FIRST => Some(Lsm::Any),
        _ => item(dir.word()).and_then(|item| item.dir_of),
    };
    (FIRST..)
        .zip(ITEMS)
        .map(|(place, item)| AttrEntry(place, item))
        .filter(move |entry| Some(entry.1.lsm) == lsm)
}

/// `attr`, and the directory of a module in it.
pub(super) struct AttrDir;

#[vtable]
impl Children for AttrDir {
    type Child = AttrEntry;
    type Gate = Anyone;

    fn find(dir: &Inode, name: &[u8]) -> Result<(AttrEntry, Owner)> {
        let _task = dir.get_task().ok_or(ENOENT)?;
        let entry = items(dir)
            .find(|entry| entry.1.name.to_bytes() == name)
            .ok_or(ENOENT)?;
        Ok((entry, Owner::Dir))
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        let dir = listing.dir();
        if dir.get_task().is_none() {
            return Err(ENOENT);
        }
        if !listing.dots() {
            return Ok(());
        }
        for entry in items(dir).skip(listing.skip()) {
            let (pos, name) = (listing.pos(), entry.1.name.to_bytes());
            if !listing.child(pos, name, entry.mode(), entry.key()) {
                break;
            }
        }
        Ok(())
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        task_inode::getattr(inode, stat)
    }
}

impl AttributeEntry for AttrFile {
    fn read(
        permitted: &Permitted<'_, Anyone>,
        which: Which<'_>,
        buf: &mut UserBuf,
        pos: &mut i64,
    ) -> Result<usize> {
        let item = item(which.word()).ok_or(EINVAL)?;
        let value = Attribute::of(permitted.task(), item.lsm, item.name)?;
        buf.write_from(value.text(), pos)
    }

    fn write(
        _current: &Permitted<'_, OwnAttributes>,
        which: Which<'_>,
        data: &UserData,
        pos: i64,
    ) -> Result<usize> {
        if pos != 0 {
            return Err(EINVAL);
        }
        let item = item(which.word()).ok_or(EINVAL)?;
        #[expect(clippy::disallowed_methods, reason = "at most a page")]
        let mut value = KVec::from_elem(0, data.taken().min(PAGE), GFP_KERNEL)?;
        data.read(&mut value)?;
        lsm::set(item.lsm, item.name, &mut value)
    }
}
