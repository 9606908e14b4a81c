// SPDX-License-Identifier: GPL-2.0

//! The root of the host tests: the pure core, compiled by cargo from the files that kbuild uses.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), allow(dead_code, unused_imports))]

#[path = "../src/pure/mod.rs"]
mod pure;

#[cfg(test)]
#[path = "pure/mod.rs"]
mod pure_tests;

#[cfg(test)]
mod properties;
