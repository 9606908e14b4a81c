// SPDX-License-Identifier: GPL-2.0

//! `swaps`, and the figures of memory that `meminfo` shows too.
//!
//! Mirrors `swap_show()` of [`mm/swapfile.c`](srctree/mm/swapfile.c).
//!
//! Locks: none; the flush of the figures sleeps.

use super::file::{
    Reading,
    Text, //
};
use crate::{
    pure::{
        show::{
            meminfo::Memory,
            swaps::Swap, //
        },
        text, //
    },
    rust_bindings::{
        cgroups::cgroup::Cgroup,
        memory::machine,
        procfs::view_file::KernelFile, //
    }, //
};
use kernel::prelude::*;

static KERNEL: KernelFile = KernelFile::new();

pub(super) enum Swaps {}

impl Text for Swaps {
    const SPLICE: bool = false;

    fn kernel() -> &'static KernelFile {
        &KERNEL
    }

    fn show(_reading: &Reading<'_>, cgroup: &Cgroup, buf: &mut [u8]) -> Result<usize> {
        let mut out = text::Text::new(buf);
        swap(cgroup).show(&mut out);
        Ok(out.len())
    }
}

#[cfg(not(CONFIG_MEMCG))]
fn swap(_cgroup: &Cgroup) -> Swap {
    let (total, free) = machine::swap();
    Swap { total, free }
}

/// What may be swapped out.
#[cfg(CONFIG_MEMCG)]
fn swap(cgroup: &Cgroup) -> Swap {
    use crate::rust_bindings::cgroups::memory::MemoryState;

    let state = MemoryState::of(cgroup);
    limited(state.map(|state| state.limits()), machine::swap())
}

/// The machine's swap space, as far as limits let a cgroup have it.
#[cfg(CONFIG_MEMCG)]
fn limited(
    limits: Option<crate::rust_bindings::cgroups::memory::Limits>,
    (total, free): (u64, u64),
) -> Swap {
    match limits {
        Some(limits) if limits.swap_max < total => Swap {
            total: limits.swap_max,
            free: limits.swap_free,
        },
        // Nobody's limit is in the way, but there may be less.
        _ => Swap { total, free },
    }
}

/// The figures of memory; where nothing limits that, the swap space alone.
#[cfg(not(CONFIG_MEMCG))]
pub(super) fn memory(cgroup: &Cgroup) -> Result<Memory, Swap> {
    Err(swap(cgroup))
}

/// The figures of memory; where nothing limits that, the swap space alone. Sleeps.
#[cfg(CONFIG_MEMCG)]
pub(super) fn memory(cgroup: &Cgroup) -> Result<Memory, Swap> {
    use crate::{
        pure::show::meminfo::Figures,
        rust_bindings::cgroups::memory::{
            Item,
            MemoryState, //
        }, //
    };

    let Some(state) = MemoryState::of(cgroup) else {
        return Err(limited(None, machine::swap()));
    };
    let limits = state.limits();
    let swap = limited(Some(limits), machine::swap());
    // Swap space makes nothing free of what programs may have in memory.
    if limits.max >= machine::ram() {
        return Err(swap);
    }
    state.flush();
    let bytes = |item| state.bytes(item);
    #[cfg_attr(not(any(CONFIG_SWAP, CONFIG_HUGETLB_PAGE)), expect(unused_mut))]
    let mut figures = Figures {
        file: bytes(Item::FILE_PAGES),
        active_anon: bytes(Item::ACTIVE_ANON),
        inactive_anon: bytes(Item::INACTIVE_ANON),
        active_file: bytes(Item::ACTIVE_FILE),
        inactive_file: bytes(Item::INACTIVE_FILE),
        unevictable: bytes(Item::UNEVICTABLE),
        dirty: bytes(Item::FILE_DIRTY),
        writeback: bytes(Item::WRITEBACK),
        anon: bytes(Item::ANON_MAPPED),
        mapped: bytes(Item::FILE_MAPPED),
        shmem: bytes(Item::SHMEM),
        slab_reclaimable: bytes(Item::SLAB_RECLAIMABLE),
        slab_unreclaimable: bytes(Item::SLAB_UNRECLAIMABLE),
        kernel_stack: bytes(Item::KERNEL_STACK),
        page_tables: bytes(Item::PAGETABLE),
        secondary_page_tables: bytes(Item::SECONDARY_PAGETABLE),
        vmalloc: bytes(Item::VMALLOC),
        percpu: bytes(Item::PERCPU),
        anon_huge: bytes(Item::ANON_THPS),
        shmem_huge: bytes(Item::SHMEM_THPS),
        file_huge: bytes(Item::FILE_THPS),
        zswap: bytes(Item::ZSWAP),
        zswapped: bytes(Item::ZSWAPPED),
        swap_cached: 0,
        hugetlb: 0,
    };
    #[cfg(CONFIG_SWAP)]
    {
        figures.swap_cached = bytes(Item::SWAPCACHE);
    }
    #[cfg(CONFIG_HUGETLB_PAGE)]
    {
        figures.hugetlb = bytes(Item::HUGETLB);
    }
    Ok(Memory {
        limit: limits.max,
        free: limits.free,
        unthrottled: limits.unthrottled,
        swap,
        figures,
    })
}
