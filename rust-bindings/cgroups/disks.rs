// SPDX-License-Identifier: GPL-2.0

//! What a cgroup has moved to and from disks.
//!
//! Locks: `blkcg->lock`, with interrupts off, while figures are copied; the flush sleeps before
//! that.
//!
//! C source: `blkcg_print_stat()` of [`block/blk-cgroup.c`](srctree/block/blk-cgroup.c)

use crate::rust_bindings::{
    cgroups::{
        cgroup::Cgroup,
        state::State, //
    },
    raw, //
};
use kernel::{
    ffi::c_char,
    prelude::*, //
};

/// The room for a disk's name (`DISK_NAME_LEN`).
const NAME: usize = 32;

/// A disk, and what was moved: to be read, written and discarded.
#[derive(Clone, Copy, Default)]
pub(crate) struct Disk {
    /// Its device number.
    pub(crate) device: (u32, u32),
    /// Its name, with a NUL behind it.
    pub(crate) name: [u8; NAME],
    /// How often.
    pub(crate) ios: [u64; 3],
    /// Bytes.
    pub(crate) bytes: [u64; 3],
}

impl Disk {
    /// Its name.
    pub(crate) fn name(&self) -> &[u8] {
        self.name
            .split(|byte| *byte == 0)
            .next()
            .unwrap_or_default()
    }

    /// The figures of `blkg`, if that is online and has a disk.
    ///
    /// # Safety
    ///
    /// `blkg` must be valid, with the lock of its `blkcg` held.
    unsafe fn of(blkg: *mut raw::blkcg_gq) -> Option<Self> {
        let mut disk = Self::default();
        // SAFETY: The caller promises it; one that is online keeps its queue, and that the disk.
        unsafe {
            let of = raw::proc2_blkg_disk(blkg);
            if of.is_null() {
                return None;
            }
            let device = raw::proc2_disk_devt(of);
            disk.device = (device >> 20, device & 0xf_ffff);
            let name: *const c_char = raw::proc2_disk_name(of);
            for (index, byte) in disk.name.iter_mut().take(NAME - 1).enumerate() {
                *byte = *name.cast::<u8>().add(index);
                if *byte == 0 {
                    break;
                }
            }
            for kind in 0..3u32 {
                let place = kind as usize;
                if let (Some(ios), Some(bytes)) =
                    (disk.ios.get_mut(place), disk.bytes.get_mut(place))
                {
                    *ios = raw::proc2_blkg_ios(blkg, kind);
                    *bytes = raw::proc2_blkg_bytes(blkg, kind);
                }
            }
        }
        Some(disk)
    }
}

/// The disks that a cgroup has moved anything to or from; none where the controller is not enabled
/// on its path. Sleeps.
///
/// # Errors
///
/// `ENOMEM`.
#[expect(
    clippy::disallowed_methods,
    reason = "twice as many as the machine has disks, at most"
)]
pub(crate) fn of(cgroup: &Cgroup) -> Result<KVec<Disk>> {
    // SAFETY: The controller is a static of the kernel.
    let state = unsafe { State::of(cgroup, &raw mut raw::io_cgrp_subsys) };
    let Some(state) = state.filter(|state| !state.is_root()) else {
        return Ok(KVec::new());
    };
    // SAFETY: The state is valid.
    unsafe { raw::css_rstat_flush(state.as_ptr()) };
    let mut room = 8;
    loop {
        let mut disks = KVec::with_capacity(room, GFP_KERNEL)?;
        let mut more = false;
        // SAFETY: The state is valid, and the io controller's; its list is walked under the lock
        // that covers it, and nothing here sleeps: there is room for what is pushed.
        unsafe {
            raw::proc2_blkcg_lock(state.as_ptr());
            let mut blkg = raw::proc2_first_blkg(state.as_ptr());
            while !blkg.is_null() {
                if let Some(disk) = Disk::of(blkg) {
                    more |= disks.push_within_capacity(disk).is_err();
                }
                blkg = raw::proc2_next_blkg(blkg);
            }
            raw::proc2_blkcg_unlock(state.as_ptr());
        }
        if !more {
            return Ok(disks);
        }
        room = room.saturating_mul(2);
    }
}
