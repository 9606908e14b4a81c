// SPDX-License-Identifier: GPL-2.0

//! `meminfo`: the kernel's own lines, with a cgroup's figures where the cgroup is limited.
//!
//! Mirrors [`fs/proc/meminfo.c`](srctree/fs/proc/meminfo.c).
//!
//! Locks: none; the flush of the figures sleeps.

use super::{
    file::{
        Reading,
        Text, //
    },
    swaps, //
};
use crate::{
    pure::{
        show::meminfo::{
            self,
            Memory,
            Template, //
        },
        text, //
    },
    rust_bindings::{
        cgroups::cgroup::Cgroup,
        memory::scratch,
        procfs::{
            meminfo as kernels,
            view_file::KernelFile, //
        },
        vfs::seq::SeqFile, //
    }, //
};
use kernel::{
    page::PAGE_SIZE,
    prelude::*,
    sync::SetOnce, //
};

static KERNEL: KernelFile = KernelFile::new();

/// The kernel's lines, which do not change while it runs.
static TEMPLATE: SetOnce<Template> = SetOnce::new();

/// Bytes of the kernel's text, more than twice what it has.
const TEXT: usize = 8192;

pub(super) enum MemInfo {}

/// The kernel's own text.
fn kernels_text(reading: &Reading<'_>) -> Result<KVVec<u8>> {
    let mut text = scratch::bytes(TEXT)?;
    let len = SeqFile::over(&mut text, reading.file, |seq| {
        kernels::show(seq, reading.inode)
    })?;
    text.truncate(len.ok_or(EOVERFLOW)?);
    Ok(text)
}

/// Keeps the template of the kernel's text, unless somebody else was quicker, with the same. It is
/// large: no memory is asked for while one is on the stack, and nobody who asks for some calls this
/// with it there.
#[cold]
#[inline(never)]
fn keep_template(text: &[u8]) {
    TEMPLATE.populate(Template::new(text));
}

/// Writes the kernel's lines with the figures of a cgroup.
fn show(reading: &Reading<'_>, memory: &Memory, out: &mut text::Text<'_>) -> Result {
    if TEMPLATE.as_ref().is_none() {
        keep_template(&kernels_text(reading)?);
    }
    // Not there only while somebody else is at it.
    let template = TEMPLATE.as_ref().ok_or(EAGAIN)?;
    template.show(memory, PAGE_SIZE as u64, out);
    Ok(())
}

impl Text for MemInfo {
    const LONG: bool = true;

    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let mut out = text::Text::new(buf);
        match swaps::memory(cgroup) {
            Ok(memory) => show(reading, &memory, &mut out)?,
            // Nothing limits it: what is free is what the machine has free.
            Err(swap) => meminfo::with_swap(&kernels_text(reading)?, swap, &mut out),
        }
        Ok(out.len())
    }
}
