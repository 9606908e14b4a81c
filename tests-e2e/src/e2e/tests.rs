// SPDX-License-Identifier: GPL-2.0

//! The list of tests, by subject.

use anyhow::Result;

mod comm;
mod differences;
mod dirs;
mod gates;
mod global;
mod held;
mod hiding;
mod id_maps;
mod life;
mod links;
mod normal;
mod options;
mod oracle;
mod pidfd;
mod pidns;
mod private;
mod programs;
mod races;
mod remount;
mod selftests;
mod shown;
mod storm;
mod stress;
mod tasks;
mod tasks_gate;
mod tasks_meanwhile;
mod tasks_programs;
mod tasks_read;
mod userns;
mod writes;

pub(crate) use races::generation;
pub(crate) use tasks_meanwhile::{turn, TURN};

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
        pidfd::tests(),
        pidns::tests(),
        userns::tests(),
        global::tests(),
        links::tests(),
        dirs::tests(),
        held::tests(),
        comm::tests(),
        gates::tests(),
        hiding::tests(),
        id_maps::tests(),
        stress::tests(),
        oracle::tests(),
        storm::tests(),
        writes::tests(),
        races::tests(),
        programs::tests(),
    ]
    .concat();
    // What procfs cannot pass.
    if !proc2_e2e::is_procfs() {
        all.extend(
            [
                differences::tests(),
                tasks::tests(),
                tasks_read::tests(),
                tasks_meanwhile::tests(),
                tasks_gate::tests(),
                tasks_programs::tests(),
                selftests::tests(),
                storm::tests_of_the_module(),
                life::tests(),
            ]
            .concat(),
        );
    }
    all
}
