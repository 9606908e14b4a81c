// SPDX-License-Identifier: GPL-2.0

//! Raw bindings: those of the kernel crate, and what bindgen adds from `bindings.h` at build time.
//!
//! This module may not be used outside `rust-bindings/`: what is needed elsewhere gets a safe
//! wrapper in a sibling module.

// Older compilers do not know the lint below.
#![cfg_attr(not(CONFIG_RUSTC_HAS_UNNECESSARY_TRANSMUTES), allow(unknown_lints))]
#![allow(
    clippy::all,
    dead_code,
    improper_ctypes,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unnameable_types,
    unreachable_pub,
    unnecessary_transmutes,
    unused_imports,
    unsafe_op_in_unsafe_fn,
    clippy::as_underscore,
    clippy::cast_lossless,
    clippy::ptr_as_ptr,
    clippy::ref_as_ptr,
    clippy::undocumented_unsafe_blocks
)]

use kernel::ffi;
use pin_init::{
    MaybeZeroable,
    Zeroable, //
};

// An item that both define is the same C item; the local one wins over the glob import. Where the
// kernel crate knows a type only as opaque (`fs_context`), its functions and tables name that
// opaque type, and a pointer cast leads from one to the other.
pub(crate) use kernel::bindings::*;

include!(env!("PROC2_GENERATED_BINDINGS"));
