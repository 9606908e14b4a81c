// SPDX-License-Identifier: GPL-2.0

//! `fd`: a link for each open file of a task. `fdinfo` lists and finds its children here too.
//!
//! Mirrors [`fs/proc/fd.c`](srctree/fs/proc/fd.c). The directory is open to its owner, and to the
//! process itself whoever owns the directory (a set-user-id program may use `/dev/stdin`); each
//! link asks for `PTRACE_MODE_READ`.

use crate::{
    fs::{
        dir::{
            Child,
            Children,
            Key,
            Listing,
            Owner, //
        },
        link::{
            Link,
            LinkEntry, //
        },
        request::Which,
        task_inode, //
    },
    gate::{
        directory::OwnerOrSelf,
        ptrace::Read,
        Permitted, //
    },
    pure::{
        parse,
        text::Text, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        tasks::{
            files::{
                self,
                FdFile,
                OpenMode, //
            },
            pid::FindTask, //
        },
        vfs::{
            dentry::{
                DentryOperations,
                DentryOps,
                Found,
                Lookup, //
            },
            inode::Inode,
            inode_ops::Kstat,
            link::Path,
            under_rcu::Walk, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// What stands for an open file in a directory.
pub(super) trait ForFd: 'static {
    /// Its mode, for how the file is open.
    fn mode(open: OpenMode) -> u16;

    /// Completes its inode.
    fn complete(new: NewInode) -> NewInode;
}

/// The open file with this number, as an entry that `F` makes.
pub(super) struct FdEntry<F> {
    fd: u32,
    mode: u16,
    _kind: PhantomData<F>,
}

impl<F: ForFd> FdEntry<F> {
    /// Finds the entry of an open file.
    pub(super) fn find(dir: &Inode, name: &[u8]) -> Result<(Self, Owner)> {
        let task = dir.get_task().ok_or(ENOENT)?;
        let fd = parse::name_to_int(name).ok_or(ENOENT)?;
        let open = FdFile::of(&task, fd).ok_or(ENOENT)?.mode();
        let entry = Self {
            fd,
            mode: F::mode(open),
            _kind: PhantomData,
        };
        Ok((entry, Owner::Dir))
    }

    /// Lists the entries of the open files. The position is the number of the descriptor, and two.
    pub(super) fn list(listing: &mut Listing<'_, '_>) -> Result {
        let task = listing.dir().get_task().ok_or(ENOENT)?;
        if !listing.dots() {
            return Ok(());
        }
        let mut from = (listing.pos() - Listing::FIRST) as u32;
        loop {
            let (fd, open) = match FdFile::next(&task, from) {
                Ok((fd, file)) => (fd, file.mode()),
                Err(end) => {
                    listing.set_pos(i64::from(end) + Listing::FIRST);
                    return Ok(());
                }
            };
            let mut buf = [0; 16];
            let mut name = Text::new(&mut buf);
            name.dec(fd.into());
            let (pos, key) = (i64::from(fd) + Listing::FIRST, Key::Name(fd.into()));
            if !listing.child(pos, name.filled(), F::mode(open), key) {
                return Ok(());
            }
            from = fd.wrapping_add(1);
            kernel::task::might_sleep();
        }
    }
}

impl<F: ForFd> Child for FdEntry<F> {
    fn mode(&self) -> u16 {
        self.mode
    }

    fn key(&self) -> Key {
        Key::Name(self.fd.into())
    }

    fn splice(self, new: NewInode, dentry: Lookup<'_>) -> Result<Found> {
        F::complete(new.fd(self.fd)).splice_unmountable(dentry, &DENTRY_OPS)
    }
}

/// A link in it.
pub(super) struct FdLink;

struct FdDentry;

static DENTRY_OPS: DentryOps = DentryOps::of::<FdDentry>();

/// The number of bytes that stat says a link has.
pub(super) const LINK_SIZE: i64 = 64;
/// The type of a link, as part of its mode.
pub(super) const LINK: u16 = 0o120_000;

/// The permissions of a link: what the file is open for.
fn permissions(open: OpenMode) -> u16 {
    (if open.read { 0o500 } else { 0 }) | if open.write { 0o300 } else { 0 }
}

impl ForFd for FdLink {
    fn mode(open: OpenMode) -> u16 {
        LINK | permissions(open)
    }

    fn complete(new: NewInode) -> NewInode {
        new.size(LINK_SIZE).ops(Link::<Read, Self>::OPS)
    }
}

/// `fd`.
pub(super) struct FdDir;

#[vtable]
impl Children for FdDir {
    type Child = FdEntry<FdLink>;
    type Gate = OwnerOrSelf;

    fn find(dir: &Inode, name: &[u8]) -> Result<(Self::Child, Owner)> {
        FdEntry::find(dir, name)
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        FdEntry::<FdLink>::list(listing)
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        let task = inode.get_task().ok_or(ENOENT)?;
        if let Some(count) = files::count(&task) {
            stat.set_size(count.into());
        }
        Ok(())
    }
}

impl LinkEntry<Read> for FdLink {
    fn target(permitted: &Permitted<'_, Read>, which: Which<'_>) -> Result<Path> {
        FdFile::of(permitted.task(), which.fd())
            .map(|file| file.path())
            .ok_or(ENOENT)
    }
}

impl DentryOperations for FdDentry {
    fn revalidate(inode: &Inode, walk: &Walk<'_>) -> Result<bool> {
        if walk.in_rcu() {
            return Err(ECHILD);
        }
        let Some(task) = inode.get_task() else {
            return Ok(false);
        };
        let Some(file) = FdFile::of(&task, inode.fd()) else {
            return Ok(false);
        };
        task_inode::update(inode, &task);
        if inode.mode() & 0o170_000 == LINK {
            inode.set_permissions(permissions(file.mode()));
        }
        Ok(true)
    }
}
