// SPDX-License-Identifier: GPL-2.0

//! `fdinfo`: what is known of each open file of a task.
//!
//! Mirrors [`fs/proc/fd.c`](srctree/fs/proc/fd.c). The directory and every file in it ask for
//! `PTRACE_MODE_READ` at each lookup and open; nothing is asked at read. The lines after the first
//! four come from the file's own driver.

use super::fd::{
    FdEntry,
    ForFd, //
};
use crate::{
    fs::{
        dir::{
            Children,
            Listing,
            Owner, //
        },
        formatter::{
            SeqEntry,
            SeqText, //
        },
        permission::AsDirectory,
        request::Request, //
    },
    gate::{
        directory::ReadNow,
        Anyone,
        Permitted, //
    },
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::{
        procfs::new_inode::NewInode,
        tasks::files::{
            DescribedFile,
            OpenMode, //
        },
        vfs::{
            inode::Inode,
            seq::SeqFile, //
        }, //
    }, //
};
use kernel::prelude::*;

/// A file in it.
pub(super) struct FdInfo;

impl ForFd for FdInfo {
    fn mode(_open: OpenMode) -> u16 {
        0o100_444
    }

    fn complete(new: NewInode) -> NewInode {
        new.ops(AsDirectory::<ReadNow>::OPS)
            .file_ops(SeqText::<Anyone, Self>::OPS)
    }
}

/// `fdinfo`.
pub(super) struct FdInfoDir;

#[vtable]
impl Children for FdInfoDir {
    type Child = FdEntry<FdInfo>;
    type Gate = ReadNow;

    fn find(dir: &Inode, name: &[u8]) -> Result<(Self::Child, Owner)> {
        FdEntry::find(dir, name)
    }

    fn list(listing: &mut Listing<'_, '_>) -> Result {
        FdEntry::<FdInfo>::list(listing)
    }
}

// What may be read was asked when the file was opened.
impl SeqEntry<Anyone> for FdInfo {
    const GONE: Error = ENOENT;

    fn show(permitted: &Permitted<'_, Anyone>, request: &Request<'_>, seq: &SeqFile) -> Result {
        let fd = request.which().fd();
        let file = DescribedFile::of(permitted.task(), fd).ok_or(ENOENT)?;
        let mut buf = [0; 128];
        let mut text = Text::new(&mut buf);
        show::fdinfo::FdInfo {
            pos: file.pos(),
            flags: file.flags(),
            mnt_id: file.mnt_id(),
            ino: file.ino(),
        }
        .show(&mut text);
        seq.write(text.filled());
        file.show_locks(seq);
        if !seq.overflowed() {
            file.show_fdinfo(seq);
        }
        Ok(())
    }
}
