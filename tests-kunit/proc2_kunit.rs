// SPDX-License-Identifier: GPL-2.0

//! The KUnit module: proc2's tests that run in the kernel, when it is loaded.

use kernel::prelude::*;

#[deny(unsafe_code)]
#[path = "../src/pure/mod.rs"]
mod pure;

#[deny(unsafe_code)]
#[path = "pure/mod.rs"]
mod pure_tests;

#[path = "../rust-bindings/testing/mod.rs"]
mod testing;

#[deny(unsafe_code)]
mod common;
#[deny(unsafe_code)]
mod fs;
#[deny(unsafe_code)]
mod gate;
#[deny(unsafe_code)]
mod root;
#[deny(unsafe_code)]
mod scratch;
#[deny(unsafe_code)]
mod task;

module! {
    type: Tests,
    name: "proc2_kunit",
    authors: ["The proc2 authors"],
    description: "KUnit tests of proc2",
    license: "GPL",
}

/// KUnit finds the suites in the module by itself; nothing is left to do here.
struct Tests;

impl kernel::Module for Tests {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}
