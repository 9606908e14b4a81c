// SPDX-License-Identifier: GPL-2.0

//! Names of the kernel's functions, as its logs show them.
//!
//! C header: [`include/linux/kallsyms.h`](srctree/include/linux/kallsyms.h)

use crate::rust_bindings::raw;
#[cfg(CONFIG_STACKTRACE)]
use core::mem::MaybeUninit;
use kernel::{
    ffi::c_char,
    prelude::*,
    task::Task, //
};

/// Writes into `buf` as much as fits with a NUL, and returns how long the whole is; more than `buf` is if something did not fit.
fn print(format: &CStr, address: usize, buf: &mut [u8]) -> usize {
    // SAFETY: `buf` has room for its length, and each format here takes one pointer, which it only looks up.
    let len = unsafe {
        raw::snprintf(
            buf.as_mut_ptr().cast::<c_char>(),
            buf.len(),
            format.as_char_ptr(),
            core::ptr::without_provenance::<u8>(address),
        )
    };
    let len = usize::try_from(len).unwrap_or(0);
    len + usize::from(len == buf.len())
}

/// Writes the function that `address` is in, with the offset in it, for an address of return: as [`print`] does.
#[cfg(CONFIG_STACKTRACE)]
pub(crate) fn return_address(address: usize, buf: &mut [u8]) -> usize {
    print(c"%pB", address, buf)
}

/// Writes the function that `address` is in: as [`print`] does.
#[cfg(CONFIG_LATENCYTOP)]
pub(crate) fn function(address: usize, buf: &mut [u8]) -> usize {
    print(c"%ps", address, buf)
}

/// The most functions that a [`Backtrace`] holds.
#[cfg(CONFIG_STACKTRACE)]
const DEPTH: usize = 64;

/// Room for the functions that a task is in, which nobody clears first.
#[cfg(CONFIG_STACKTRACE)]
pub(crate) struct Backtrace(MaybeUninit<[usize; DEPTH]>);

#[cfg(CONFIG_STACKTRACE)]
impl Backtrace {
    /// Room where the value is: on the stack of the caller.
    #[inline]
    pub(crate) fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// The addresses of return on the kernel stack of `task`, innermost first. Does not sleep.
    pub(crate) fn of(&mut self, task: &Task) -> &[usize] {
        let place = self.0.as_mut_ptr().cast::<usize>();
        // SAFETY: The task is valid, and there is room for `DEPTH` addresses. The function writes as many as it says.
        unsafe {
            let len = raw::stack_trace_save_tsk(task.as_ptr(), place, DEPTH as u32, 0) as usize;
            core::slice::from_raw_parts(place, len.min(DEPTH))
        }
    }
}

/// Where a task has waited, how often and how long.
#[cfg(CONFIG_LATENCYTOP)]
#[derive(Clone, Copy)]
pub(crate) struct Latency(raw::latency_record);

#[cfg(CONFIG_LATENCYTOP)]
impl Latency {
    /// The records of `task` that are in use, each as it is at its moment.
    pub(crate) fn of(task: &Task) -> impl Iterator<Item = Self> + '_ {
        // SAFETY: The task is valid.
        let records = unsafe { &raw const (*task.as_ptr()).latency_record };
        let records = records.cast::<raw::latency_record>();
        (0..raw::LT_SAVECOUNT as usize).filter_map(move |i| {
            // SAFETY: The task has so many records, which it changes at any time.
            unsafe {
                let record = records.add(i);
                // Most of its records are not in use, and a record is long.
                if (&raw const (*record).backtrace[0]).read_volatile() == 0 {
                    return None;
                }
                let record = Self(record.read_volatile());
                (record.0.backtrace.first() != Some(&0)).then_some(record)
            }
        })
    }

    /// How often, how long in all and how long at most.
    pub(crate) fn figures(&self) -> (u32, u64, u64) {
        (self.0.count, self.0.time as u64, self.0.max as u64)
    }

    /// The functions that it waited in, innermost first.
    pub(crate) fn backtrace(&self) -> impl Iterator<Item = usize> + '_ {
        self.0
            .backtrace
            .iter()
            .copied()
            .take_while(|address| *address != 0)
    }

    /// Forgets the records of `task`.
    pub(crate) fn clear(task: &Task) {
        // SAFETY: The task is valid.
        unsafe { raw::clear_tsk_latency_tracing(task.as_ptr()) };
    }
}
