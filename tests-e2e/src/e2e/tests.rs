// SPDX-License-Identifier: GPL-2.0

//! The list of tests, by subject.

use anyhow::Result;

mod comm;
mod differences;
mod dirs;
mod global;
mod held;
mod life;
mod normal;
mod options;
mod oracle;
mod pidns;
mod private;
mod programs;
mod remount;
mod selftests;
mod shown;
mod stress;
mod userns;

/// A test's name and body.
pub(crate) type Test = (String, fn() -> Result<()>);

/// Names the tests of a subject.
macro_rules! tests {
    ($subject:literal: $($name:ident),* $(,)?) => {
        vec![$((format!("{}::{}", $subject, stringify!($name)), $name as fn() -> anyhow::Result<()>)),*]
    };
}
pub(crate) use tests;

/// All tests, those that unload the module last.
pub(crate) fn all() -> Vec<Test> {
    let mut all = [
        options::tests(),
        shown::tests(),
        remount::tests(),
        private::tests(),
        pidns::tests(),
        userns::tests(),
        global::tests(),
        dirs::tests(),
        held::tests(),
        comm::tests(),
        stress::tests(),
        oracle::tests(),
        programs::tests(),
    ]
    .concat();
    // What procfs cannot pass.
    if !proc2_e2e::is_procfs() {
        all.extend([differences::tests(), selftests::tests(), life::tests()].concat());
    }
    all
}
