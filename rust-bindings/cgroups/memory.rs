// SPDX-License-Identifier: GPL-2.0

//! What a cgroup may take of memory, and what it has.
//!
//! Locks: none; those of the flush, which sleeps.
//!
//! C source: [`mm/memcontrol.c`](srctree/mm/memcontrol.c)

use crate::rust_bindings::{
    cgroups::{
        cgroup::Cgroup,
        state::State, //
    },
    raw, //
};
use kernel::page::PAGE_SIZE;

/// What the memory controller keeps of a cgroup other than the root, or of its nearest ancestor
/// where the controller is enabled.
pub(crate) struct MemoryState(State);

/// What may be taken, in bytes: the least on the path to the root.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// `memory.max`.
    pub(crate) max: u64,
    /// What is left of that.
    pub(crate) free: u64,
    /// What is left of that or of `memory.high`.
    pub(crate) unthrottled: u64,
    /// `memory.swap.max`.
    pub(crate) swap_max: u64,
    /// What is left of that.
    pub(crate) swap_free: u64,
}

/// What there is of memory, for [`MemoryState::bytes`].
#[derive(Clone, Copy)]
pub(crate) struct Item(u32);

macro_rules! items {
    ($($(#[$meta:meta])* $name:ident = $item:ident;)*) => {
        impl Item {$(
            $(#[$meta])*
            pub(crate) const $name: Self = Self(raw::$item);
        )*}
    };
}

items! {
    /// Page cache, without what is swapped.
    FILE_PAGES = node_stat_item_NR_FILE_PAGES;
    /// What is in memory and in swap.
    #[cfg(CONFIG_SWAP)]
    SWAPCACHE = node_stat_item_NR_SWAPCACHE;
    /// Pages of programs that were used of late.
    ACTIVE_ANON = node_stat_item_NR_ACTIVE_ANON;
    /// Those that were not.
    INACTIVE_ANON = node_stat_item_NR_INACTIVE_ANON;
    /// Pages of files that were used of late.
    ACTIVE_FILE = node_stat_item_NR_ACTIVE_FILE;
    /// Those that were not.
    INACTIVE_FILE = node_stat_item_NR_INACTIVE_FILE;
    /// Pages that stay.
    UNEVICTABLE = node_stat_item_NR_UNEVICTABLE;
    /// Pages of files that are to be written.
    FILE_DIRTY = node_stat_item_NR_FILE_DIRTY;
    /// Pages that are being written.
    WRITEBACK = node_stat_item_NR_WRITEBACK;
    /// Pages of programs that are mapped.
    ANON_MAPPED = node_stat_item_NR_ANON_MAPPED;
    /// Pages of files that are mapped.
    FILE_MAPPED = node_stat_item_NR_FILE_MAPPED;
    /// Shared memory.
    SHMEM = node_stat_item_NR_SHMEM;
    /// Objects of the kernel that can be given back.
    SLAB_RECLAIMABLE = node_stat_item_NR_SLAB_RECLAIMABLE_B;
    /// Those that cannot.
    SLAB_UNRECLAIMABLE = node_stat_item_NR_SLAB_UNRECLAIMABLE_B;
    /// Stacks of tasks in the kernel.
    KERNEL_STACK = node_stat_item_NR_KERNEL_STACK_KB;
    /// Page tables.
    PAGETABLE = node_stat_item_NR_PAGETABLE;
    /// Those of devices and guests.
    SECONDARY_PAGETABLE = node_stat_item_NR_SECONDARY_PAGETABLE;
    /// Memory of vmalloc().
    VMALLOC = node_stat_item_NR_VMALLOC;
    /// Huge pages of programs.
    ANON_THPS = node_stat_item_NR_ANON_THPS;
    /// Those of shared memory.
    SHMEM_THPS = node_stat_item_NR_SHMEM_THPS;
    /// Those of files.
    FILE_THPS = node_stat_item_NR_FILE_THPS;
    /// Pages of hugetlbfs.
    #[cfg(CONFIG_HUGETLB_PAGE)]
    HUGETLB = node_stat_item_NR_HUGETLB;
    /// Memory for each CPU.
    PERCPU = memcg_stat_item_MEMCG_PERCPU_B;
    /// Compressed pages, as they are.
    ZSWAP = memcg_stat_item_MEMCG_ZSWAP_B;
    /// The same before they were.
    ZSWAPPED = memcg_stat_item_MEMCG_ZSWAPPED;
}

fn bytes(pages: usize) -> u64 {
    (pages as u64).saturating_mul(PAGE_SIZE as u64)
}

impl MemoryState {
    /// The cgroup's; `None` where nothing is limited and counted: the controller is not enabled on
    /// the path, or belongs to another hierarchy.
    pub(crate) fn of(cgroup: &Cgroup) -> Option<Self> {
        // SAFETY: The controller is a static of the kernel.
        let state = unsafe { State::of(cgroup, &raw mut raw::memory_cgrp_subsys) }?;
        (!state.is_root()).then_some(Self(state))
    }

    fn as_ptr(&self) -> *mut raw::mem_cgroup {
        // SAFETY: The state is valid, and the memory controller's.
        unsafe { raw::proc2_mem_cgroup_from_css(self.0.as_ptr()) }
    }

    /// What may be taken. Another look may find other limits.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits {
            max: u64::MAX,
            free: u64::MAX,
            unthrottled: u64::MAX,
            swap_max: u64::MAX,
            swap_free: u64::MAX,
        };
        let least = |least: &mut u64, other: u64| {
            *least = mutant!("view: the least of the ancestors'", (*least).min(other) => *least);
        };
        for state in self.0.path() {
            // SAFETY: The states are valid, and the memory controller's. Limits are words that
            // writers store in one go.
            let (max, high, current, swap_max, swap_current) = unsafe {
                let memcg = raw::proc2_mem_cgroup_from_css(state);
                // The only hierarchy here is the default one, in which the union has this.
                let swap = (&raw const (*memcg).__bindgen_anon_1).cast::<raw::page_counter>();
                (
                    bytes((&raw const (*memcg).memory.max).read_volatile()),
                    bytes((&raw const (*memcg).memory.high).read_volatile()),
                    bytes(raw::proc2_memory_current(memcg)),
                    bytes((&raw const (*swap).max).read_volatile()),
                    bytes(raw::proc2_swap_current(memcg)),
                )
            };
            if limits.max == u64::MAX {
                // The cgroup's own.
                limits = Limits {
                    max,
                    free: max.saturating_sub(current),
                    unthrottled: max.min(high).saturating_sub(current),
                    swap_max,
                    swap_free: swap_max.saturating_sub(swap_current),
                };
                continue;
            }
            least(&mut limits.max, max);
            least(&mut limits.free, max.saturating_sub(current));
            least(
                &mut limits.unthrottled,
                max.min(high).saturating_sub(current),
            );
            least(&mut limits.swap_max, swap_max);
            least(&mut limits.swap_free, swap_max.saturating_sub(swap_current));
        }
        limits
    }

    /// Brings together what the CPUs have counted, if that is worth it, as `memory.stat` does.
    /// Sleeps.
    pub(crate) fn flush(&self) {
        // SAFETY: The state is valid.
        unsafe { raw::mem_cgroup_flush_stats(self.as_ptr()) };
    }

    /// How much there is of an item.
    pub(crate) fn bytes(&self, item: Item) -> u64 {
        // SAFETY: The state is valid, and the item one that the controller counts.
        unsafe { raw::memcg_page_state_output(self.as_ptr(), item.0 as i32) as u64 }
    }
}
