// SPDX-License-Identifier: GPL-2.0

//! `fd`: a link for each open file of a task. What `fdinfo` has in common with it is here too.
//!
//! Answers to [`fs/proc/fd.c`](srctree/fs/proc/fd.c). The directory is open to its owner, and to the process itself whoever owns the
//! directory (a set-user-id program may use `/dev/stdin`); each link asks for `PTRACE_MODE_READ`.

use crate::{
    fs::{
        inode,
        link,
        node::Node, //
    },
    gate::{
        ptrace::Read,
        Permitted, //
    },
    pure::{
        ino,
        parse,
        text::Text, //
    },
    rust_bindings::{
        procfs::{
            new_inode::NewInode,
            random, //
        },
        tasks::{
            files::{
                self,
                FdFile,
                OpenMode, //
            },
            pid::FindTask,
            task::{
                with_current,
                TaskExt, //
            }, //
        },
        vfs::{
            dentry::{
                DentryOperations,
                DentryOps,
                Found,
                Lookup, //
            },
            dir::{
                DirEmitter,
                DirType,
                Directory, //
            },
            file::{
                FileOps,
                Seek, //
            },
            inode::Inode,
            inode_ops::{
                InodeOperations,
                InodeOps,
                Kstat,
                Mask, //
            },
            link::{
                LinkBuffer,
                LinkTarget,
                Path, //
            },
            under_rcu::Walk, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    task::Task, //
};

struct FdDir;
struct FdLink;
struct FdDentry;

static DIR_INODE_OPS: InodeOps = InodeOps::of::<FdDir>();
static DIR_OPS: FileOps = FileOps::directory::<FdDir>(Seek::Generic);
static LINK_OPS: InodeOps = InodeOps::of::<FdLink>();
static DENTRY_OPS: DentryOps = DentryOps::of::<FdDentry>();

/// The row's node.
pub(super) const NODE: Node = Node::Dir {
    inode: &DIR_INODE_OPS,
    file: &DIR_OPS,
};

/// The number of bytes that stat says a link has.
pub(super) const LINK_SIZE: i64 = 64;
/// The type of a link, as part of its mode.
pub(super) const LINK: u16 = 0o120_000;

/// The permissions of a link: what the file is open for.
fn permissions(open: OpenMode) -> u16 {
    (if open.read { 0o500 } else { 0 }) | if open.write { 0o300 } else { 0 }
}

/// Inode number of the child for `fd` of the directory `dir`.
fn child_ino(dir: &Inode, fd: u32) -> u64 {
    let row = inode::row(dir).unwrap_or(u8::MAX);
    ino::of_child(
        random::boot_key(),
        inode::pid_ino(dir),
        inode::level(dir),
        row,
        fd.into(),
    )
}

/// Looks up the child for an open file: `make` completes the inode, whose mode is `mode` of how the file is open.
pub(super) fn lookup_child(
    dir: &Inode,
    dentry: Lookup<'_>,
    mode: fn(OpenMode) -> u16,
    make: fn(NewInode) -> NewInode,
) -> Result<Found> {
    let task = dir.get_task().ok_or(ENOENT)?;
    let fd = parse::name_to_int(dentry.name()).ok_or(ENOENT)?;
    let mode = mode(FdFile::of(&task, fd).ok_or(ENOENT)?.mode());
    let new = inode::new(dentry.super_block(), &task, mode, dir.tag())?;
    make(new.ino(child_ino(dir, fd)).fd(fd)).splice_unmountable(dentry, &DENTRY_OPS)
}

/// Emits the children for the open files.
pub(super) fn iterate_children(emitter: &mut DirEmitter<'_>, kind: DirType) -> Result {
    let dir = emitter.inode();
    let task = dir.get_task().ok_or(ENOENT)?;
    if !emitter.dots() {
        return Ok(());
    }
    // The position is the number of the descriptor, and two.
    let mut from = (emitter.pos() - 2) as u32;
    loop {
        let fd = match FdFile::next(&task, from) {
            Ok((fd, _file)) => fd,
            Err(end) => {
                emitter.set_pos(i64::from(end) + 2);
                return Ok(());
            }
        };
        emitter.set_pos(i64::from(fd) + 2);
        let mut buf = [0; 16];
        let mut name = Text::new(&mut buf);
        name.dec(fd.into());
        if !emitter.emit(name.filled(), child_ino(dir, fd), kind) {
            return Ok(());
        }
        from = fd.wrapping_add(1);
        kernel::task::might_sleep();
    }
}

#[vtable]
impl InodeOperations for FdDir {
    fn lookup(dir: &Inode, dentry: Lookup<'_>) -> Result<Found> {
        lookup_child(
            dir,
            dentry,
            |open| LINK | permissions(open),
            |inode| inode.size(LINK_SIZE).ops(&LINK_OPS),
        )
    }

    fn getattr(inode: &Inode, stat: &mut Kstat) -> Result {
        let task = inode.get_task().ok_or(ENOENT)?;
        if let Some(count) = files::count(&task) {
            stat.set_size(count.into());
        }
        Ok(())
    }

    fn permission(inode: &Inode, mask: Mask) -> Result {
        permission(inode, mask)
    }
}

/// Whether the caller may use a directory that is open to its owner and to the process itself (`proc_fd_permission()`).
pub(super) fn permission(inode: &Inode, mask: Mask) -> Result {
    let verdict = inode.generic_permission(mask.bits());
    if verdict.is_err() && inode.get_task().is_some_and(|task| of_current(&task)) {
        return Ok(());
    }
    verdict
}

fn of_current(task: &Task) -> bool {
    with_current(|current| current.same_thread_group(task))
}

impl Directory for FdDir {
    fn iterate(emitter: &mut DirEmitter<'_>) -> Result {
        iterate_children(emitter, DirType::Link)
    }
}

fn target(permitted: &Permitted<'_, Read>, inode: &Inode) -> Result<Path> {
    FdFile::of(permitted.task(), inode.fd())
        .map(|file| file.path())
        .ok_or(ENOENT)
}

#[vtable]
impl InodeOperations for FdLink {
    fn get_link(inode: &Inode, may_sleep: bool) -> Result<LinkTarget> {
        if !may_sleep {
            return Err(ECHILD);
        }
        link::resolve(inode, target).map(LinkTarget::Jump)
    }

    fn readlink(inode: &Inode, buffer: &mut LinkBuffer) -> Result<usize> {
        buffer.path(&link::resolve(inode, target)?)
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
        inode::own(inode, &task, inode.mode());
        if inode.mode() & 0o170_000 == LINK {
            inode.set_permissions(permissions(file.mode()));
        }
        Ok(true)
    }
}
