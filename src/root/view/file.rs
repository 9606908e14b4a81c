// SPDX-License-Identifier: GPL-2.0

//! What all files of a view have in common: whose figures a reader gets, and who gets the kernel's
//! own file.
//!
//! Locks: none of its own.

use crate::{
    fs::view::{
        Target,
        View, //
    },
    rust_bindings::{
        cgroups::cgroup::Cgroup,
        procfs::view_file::{
            self,
            KernelFile,
            ViewOps, //
        },
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    prelude::*,
    sync::aref::ARef, //
};

/// A file of the machine's, as a view has it.
pub(super) trait Text: 'static {
    /// Whether most texts are longer than what a record calls small.
    const LONG: bool = false;
    /// Whether `sendfile()` can read it, as the kernel's file.
    const SPLICE: bool = true;

    /// Where the kernel's own operations of it are kept.
    fn kernel() -> &'static KernelFile;

    /// Writes the text with the figures of `cgroup` into `buf`, as much as fits, and returns how
    /// long the whole is, or a guess above the length of `buf`.
    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize>;
}

/// What is read.
pub(super) struct Reading<'a> {
    pub(super) view: &'a View,
    pub(super) file: &'a File,
    pub(super) inode: &'a Inode,
}

/// The view of the instance that an inode is on, which has one if the inode is a view's.
pub(super) fn view(inode: &Inode) -> Result<&View> {
    inode.super_block().data().view().ok_or(ENOENT)
}

/// Whose figures a reader of a file gets who did not get the kernel's.
pub(super) fn cgroup(inode: &Inode) -> Result<ARef<Cgroup>> {
    view(inode)?.target().cgroup()
}

/// The file of a [`Text`].
struct TextFile<T>(PhantomData<T>);

impl<T: Text> view_file::View for TextFile<T> {
    const LONG: bool = T::LONG;

    fn kernel() -> &'static KernelFile {
        T::kernel()
    }

    fn is_kernels(inode: &Inode) -> Result<bool> {
        Ok(matches!(view(inode)?.target(), Target::Machine))
    }

    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let view = view(inode)?;
        let cgroup = view.target().cgroup()?;
        T::show(&Reading { view, file, inode }, &cgroup, buf)
    }
}

impl<T: Text> TextFile<T> {
    const ITER: &'static FileOps = &FileOps::view::<Self>();
    const PLAIN: &'static FileOps = &FileOps::plain_view::<Self>();
    const OPS: &'static ViewOps = &ViewOps {
        file: if T::SPLICE { Self::ITER } else { Self::PLAIN },
        kernel: T::kernel,
    };
}

/// The operations of a [`Text`].
pub(super) const fn text<T: Text>() -> &'static ViewOps {
    TextFile::<T>::OPS
}
