// SPDX-License-Identifier: GPL-2.0

//! The list of tests, by runtime.

use anyhow::Result;

mod attach;
mod bubblewrap;
mod clients;
mod containerd;
mod crun;
mod docker;
mod firejail;
mod front;
mod host;
mod languages;
mod limits;
mod lxc;
mod nspawn;
mod podman;
mod runc;
mod sandboxes;
mod systemd;
mod unshare;

/// A test's name and body.
pub(crate) type Test = (String, fn() -> Result<()>);

/// Names the tests of a runtime.
macro_rules! tests {
    ($subject:literal: $($name:ident),* $(,)?) => {
        vec![$((format!("{}::{}", $subject, stringify!($name)), $name as fn() -> anyhow::Result<()>)),*]
    };
}
use tests;

/// All tests, or with `PROC2_RUNTIMES=short` those of the runtimes in the first section of
/// `scripts/runtimes/packages`.
pub(crate) fn all() -> Vec<Test> {
    let short = [
        unshare::tests(),
        runc::tests(),
        crun::tests(),
        bubblewrap::tests(),
        podman::tests(),
        front::tests(),
        sandboxes::tests(),
        host::tests(),
    ];
    let more = [
        languages::tests(),
        limits::tests(),
        containerd::tests(),
        docker::tests(),
        nspawn::tests(),
        systemd::tests(),
        clients::tests(),
        attach::tests(),
        lxc::tests(),
        firejail::tests(),
    ];
    let mut all = short.concat();
    if std::env::var("PROC2_RUNTIMES").as_deref() != Ok("short") {
        all.extend(more.concat());
    }
    all
}
