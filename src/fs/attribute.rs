// SPDX-License-Identifier: GPL-2.0

//! Files of a task's security attributes: everyone may ask the modules for them; a task writes its
//! own only, with the address space that it opened the file with.
//!
//! Mirrors `proc_pid_attr_open()`, `proc_pid_attr_read()` and `proc_pid_attr_write()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c).

use super::{
    node::Node,
    request::{
        Request,
        Which, //
    }, //
};
use crate::{
    gate::{
        self,
        change::OwnAttributes,
        memory::{
            self,
            OpenRead, //
        },
        Anyone,
        Permitted, //
    },
    rust_bindings::vfs::{
        file::{
            File,
            FileOperations,
            FileOps, //
        },
        inode::Inode,
        user::{
            UserBuf,
            UserData, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

/// Reads and writes attributes, of which `which` says one.
pub(crate) trait AttributeEntry: 'static {
    /// Reads from `pos` on into `buf`, moves `pos`, and returns how much was read.
    ///
    /// # Errors
    ///
    /// Those of the security modules, `EFAULT`.
    fn read(
        permitted: &Permitted<'_, Anyone>,
        which: Which<'_>,
        buf: &mut UserBuf,
        pos: &mut i64,
    ) -> Result<usize>;

    /// Takes what is written at `pos`, and returns how much of it counts as taken.
    ///
    /// # Errors
    ///
    /// Those of the security modules, `EFAULT`, `EINVAL`.
    fn write(
        permitted: &Permitted<'_, OwnAttributes>,
        which: Which<'_>,
        data: &UserData,
        pos: i64,
    ) -> Result<usize>;
}

/// The file of such an attribute.
pub(crate) struct AttributeFile<E>(PhantomData<E>);

impl<E: AttributeEntry> AttributeFile<E> {
    /// Its node.
    pub(crate) const NODE: Node = Node::plain(&FileOps::of::<Self>());
}

#[vtable]
impl<E: AttributeEntry> FileOperations for AttributeFile<E> {
    /// The address space that the file was opened with, where the opener may see it.
    type Data = Option<ARef<Mm>>;

    fn open(inode: &Inode, _file: &File) -> Result<Self::Data> {
        Ok(memory::open::<OpenRead>(inode).ok())
    }

    fn read(_mm: Option<&Mm>, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        let request = Request::new(file, file.inode());
        gate::pass(file.inode(), Some(request.opener()), ESRCH, |permitted| {
            E::read(permitted, request.which(), buf, pos)
        })
    }

    fn write(mm: Option<&Mm>, file: &File, data: &mut UserData, pos: &mut i64) -> Result<usize> {
        OwnAttributes::before_all(mm)?;
        let request = Request::new(file, file.inode());
        gate::pass(file.inode(), Some(request.opener()), ESRCH, |permitted| {
            E::write(permitted, request.which(), data, *pos)
        })
    }
}
