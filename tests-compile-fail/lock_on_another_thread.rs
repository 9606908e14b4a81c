// SPDX-License-Identifier: GPL-2.0

//! A lock is let go by the thread that took it.

use crate::rust_bindings::{
    memory::vma_lock::MappingsLock,
    tasks::{
        oom::Adjustment,
        signal::{
            ExecUpdate,
            SighandLock, //
        }, //
    }, //
};

fn send<T: Send>() {}

fn locks() {
    send::<SighandLock<'static>>(); //~ E0277
    send::<ExecUpdate<'static>>(); //~ E0277
    send::<MappingsLock<'static>>(); //~ E0277
    send::<Adjustment<'static>>(); //~ E0277
}
