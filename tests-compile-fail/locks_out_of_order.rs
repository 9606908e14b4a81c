// SPDX-License-Identifier: GPL-2.0

//! The first of two `siglock`s let go first would let interrupts in while the second is held.

use crate::rust_bindings::tasks::signal::SighandLock;
use kernel::task::Task;

fn locks(first: &Task, second: &Task) {
    let first = SighandLock::lock(first); //~ E0624
    let second = SighandLock::lock(second); //~ E0624
    drop(first);
    drop(second);
}
