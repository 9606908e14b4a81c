// SPDX-License-Identifier: GPL-2.0

//! What the wrappers are for: it compiles, so that the others do not fail for another reason.

use crate::rust_bindings::{
    credentials::cred::UserNamespace,
    memory::vma_lock::MappingsLock,
    procfs::id_map::{
        extents,
        Ids, //
    },
    tasks::{
        oom::Adjustment,
        signal::{
            ExecUpdate,
            SighandLock, //
        }, //
    },
    vfs::{
        file::{
            File,
            FileOperations,
            FileOps, //
        },
        inode::Inode,
        link::{
            LinkTarget,
            LinkText, //
        },
        user::UserBuf, //
    }, //
};
use kernel::{
    mm::{
        Mm,
        MmWithUser, //
    },
    prelude::*,
    sync::aref::ARef,
    task::Task, //
};

fn first_extent(ns: &UserNamespace) -> Option<(u32, u32, u32)> {
    let reader = UserNamespace::of_current();
    let first = extents(ns, Ids::Uid, &reader, 0).next();
    first
}

fn link() -> Result<LinkTarget> {
    Ok(LinkTarget::Text(LinkText::new(b"1234", GFP_KERNEL)?))
}

fn locks(task: &Task, mm: &MmWithUser) -> Result {
    let _exec = ExecUpdate::lock(task)?;
    let _mappings = MappingsLock::lock(mm)?;
    let _adjustment = Adjustment::lock(task);
    SighandLock::with(task, |lock| SighandLock::with(task, |_| lock.limits()));
    Ok(())
}

struct KeepsMm;

#[vtable]
impl FileOperations for KeepsMm {
    type Data = Option<ARef<Mm>>;

    fn open(_inode: &Inode, _file: &File) -> Result<Self::Data> {
        Ok(None)
    }

    fn read(mm: Option<&Mm>, _: &File, buf: &mut UserBuf, _pos: &mut i64) -> Result<usize> {
        Ok(mm.map_or(0, |_| buf.write(b"mm")))
    }
}

static OPS: FileOps = FileOps::of::<KeepsMm>();
