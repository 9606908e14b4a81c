// SPDX-License-Identifier: GPL-2.0

//! Links what debuggers are pointed at without debugging information: symbols are enough, and
//! reading the standard library's takes long on an emulated CPU.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bin=debuggee=-Wl,--strip-debug");
}
