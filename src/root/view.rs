// SPDX-License-Identifier: GPL-2.0

//! The machine's files with the figures of a cgroup: which files, and what each is made of.
//!
//! A reader whose cgroup is the hierarchy's root, and everybody in an instance without `cgroup=`,
//! gets the kernel's own files.
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

mod cpuinfo;
mod diskstats;
mod loadavg;
mod meminfo;
#[cfg(CONFIG_PSI)]
mod pressure;
mod stat;
mod swaps;
mod times;
mod uptime;

/// A file of the machine's, as a view has it.
trait Text: 'static {
    /// Whether most texts are longer than what a record calls small.
    const LONG: bool = false;

    /// Where the kernel's own operations of it are kept.
    fn kernel() -> &'static KernelFile;

    /// Writes the text with the figures of `cgroup` into `buf`, as much as fits, and returns how
    /// long the whole is, or a guess above the length of `buf`.
    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize>;
}

/// What is read.
struct Reading<'a> {
    view: &'a View,
    file: &'a File,
    inode: &'a Inode,
}

/// The view of the instance that an inode is on, which has one if the inode is a view's.
fn view(inode: &Inode) -> Result<&View> {
    inode.super_block().data().view().ok_or(ENOENT)
}

/// Whose figures a reader of a file gets who did not get the kernel's.
fn cgroup(inode: &Inode) -> Result<ARef<Cgroup>> {
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
    const OPS: &'static ViewOps = &ViewOps {
        file: &FileOps::view::<Self>(),
        kernel: T::kernel,
    };
}

/// A row of the table of files.
struct Row {
    /// The directory in the root that it is in, if it is not in the root itself.
    dir: Option<&'static str>,
    name: &'static str,
    ops: &'static ViewOps,
}

const fn text<T: Text>(name: &'static str) -> Row {
    Row {
        dir: None,
        name,
        ops: TextFile::<T>::OPS,
    }
}

const ROWS: &[Row] = &[
    text::<cpuinfo::CpuInfo>("cpuinfo"),
    text::<diskstats::DiskStats>("diskstats"),
    text::<loadavg::LoadAvg>("loadavg"),
    text::<meminfo::MemInfo>("meminfo"),
    text::<stat::Stat>("stat"),
    text::<swaps::Swaps>("swaps"),
    text::<uptime::Uptime>("uptime"),
    #[cfg(CONFIG_PSI)]
    pressure::row::<pressure::Cpu>("cpu"),
    #[cfg(CONFIG_PSI)]
    pressure::row::<pressure::Io>("io"),
    #[cfg(all(CONFIG_PSI, CONFIG_IRQ_TIME_ACCOUNTING))]
    pressure::row::<pressure::Irq>("irq"),
    #[cfg(CONFIG_PSI)]
    pressure::row::<pressure::Memory>("memory"),
];

/// What takes the place of the kernel's own file of this name, in the root or in a directory of it.
pub(crate) fn find(dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
    let found = ROWS
        .iter()
        .find(|row| row.name.as_bytes() == name && row.dir.map(str::as_bytes) == dir);
    found.map(|row| row.ops)
}

/// Whether a name of the root is that of such a file, or of a directory in which there is one.
pub(super) fn has(name: &[u8]) -> bool {
    ROWS.iter()
        .any(|row| row.dir.unwrap_or(row.name).as_bytes() == name)
}
