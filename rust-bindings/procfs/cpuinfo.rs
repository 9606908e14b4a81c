// SPDX-License-Identifier: GPL-2.0

//! What the architecture has to say of a CPU.
//!
//! C source: [`fs/proc/cpuinfo.c`](srctree/fs/proc/cpuinfo.c), and `cpuinfo_op` of the architecture

use crate::rust_bindings::{
    raw,
    vfs::seq::SeqFile, //
};
use kernel::{
    error::to_result,
    prelude::*, //
};

/// Writes what `cpuinfo` has of a CPU; nothing if that is not online.
///
/// # Errors
///
/// Those of the architecture's function.
pub(crate) fn show(seq: &SeqFile, cpu: u32) -> Result {
    let mut pos = i64::from(cpu);
    // SAFETY: The seq_file is ours for the time of the record. The functions are called as seq_file
    // calls them: at a position, which some take from `index`, and stopped.
    unsafe {
        let m = seq.as_ptr();
        let ops = &raw const raw::cpuinfo_op;
        let (Some(start), Some(show), Some(stop)) = ((*ops).start, (*ops).show, (*ops).stop) else {
            return Ok(());
        };
        let v = start(m, &mut pos);
        (*m).index = pos;
        let done = if !v.is_null() && pos == i64::from(cpu) {
            to_result(show(m, v))
        } else {
            Ok(())
        };
        stop(m, v);
        done
    }
}
