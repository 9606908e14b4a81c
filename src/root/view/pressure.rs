// SPDX-License-Identifier: GPL-2.0

//! `pressure/`: how much the cgroup's tasks wait, byte for byte as the cgroup's own files have it.
//!
//! Mirrors [`kernel/sched/psi.c`](srctree/kernel/sched/psi.c).

use super::file::{
    cgroup,
    view, //
};
use crate::{
    fs::view::Target,
    rust_bindings::{
        cgroups::{
            pressure::{
                self,
                Resource, //
            },
            trigger::Trigger, //
        },
        procfs::{
            pressure_file::Pressure,
            view_file::{
                KernelFile,
                View,
                ViewOps, //
            }, //
        },
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode,
            seq::SeqFile, //
        }, //
    }, //
};
use core::marker::PhantomData;
use kernel::prelude::*;

/// A file of the directory.
pub(super) trait Kind: 'static {
    /// What it is about.
    const RESOURCE: Resource;

    /// Where the kernel's own operations of it are kept.
    fn kernel() -> &'static KernelFile;
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        pub(super) enum $name {}

        $(#[$meta])*
        impl Kind for $name {
            const RESOURCE: Resource = Resource::$name;

            fn kernel() -> &'static KernelFile {
                static KERNEL: KernelFile = KernelFile::new();
                &KERNEL
            }
        }
    )*};
}

kinds! {
    Cpu;
    Io;
    #[cfg(CONFIG_IRQ_TIME_ACCOUNTING)]
    Irq;
    Memory;
}

/// The file of a [`Kind`].
struct FileOf<K>(PhantomData<K>);

impl<K: Kind> FileOf<K> {
    const OPS: &'static ViewOps = &ViewOps {
        file: &FileOps::pressure::<Self>(),
        kernel: K::kernel,
    };
}

/// The operations of a [`Kind`].
pub(super) const fn ops<K: Kind>() -> &'static ViewOps {
    FileOf::<K>::OPS
}

impl<K: Kind> View for FileOf<K> {
    fn kernel() -> &'static KernelFile {
        K::kernel()
    }

    fn is_kernels(inode: &Inode) -> Result<bool> {
        Ok(matches!(view(inode)?.target(), Target::Machine))
    }

    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize> {
        let cgroup = cgroup(inode)?;
        let size = buf.len();
        let shown = SeqFile::over(buf, file, |seq| pressure::show(seq, &cgroup, K::RESOURCE))?;
        Ok(shown.unwrap_or(size.saturating_mul(2)))
    }
}

impl<K: Kind> Pressure for FileOf<K> {
    fn trigger(file: &File, text: &mut [u8; Trigger::ROOM]) -> Result<Trigger> {
        Trigger::new(cgroup(file.inode())?, K::RESOURCE, file, text)
    }
}
