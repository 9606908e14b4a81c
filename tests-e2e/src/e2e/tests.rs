// SPDX-License-Identifier: GPL-2.0

//! The list of tests, by subject.

use anyhow::Result;
use proc2_e2e::kernel;

mod comm;
mod differences;
mod dirs;
mod entries;
mod fixtures;
mod gates;
mod global;
mod handover;
mod held;
mod hidden;
mod hiding;
mod id_maps;
mod life;
mod links;
mod many;
mod mount_tables;
mod no_memory;
mod normal;
mod options;
mod oracle;
mod pid1;
mod pidfd;
mod pidns;
mod policy;
mod private;
mod programs;
mod races;
mod remount;
mod selftests;
mod shown;
mod storm;
mod stress;
mod tasks;
mod tasks_columns;
mod tasks_exec;
mod tasks_gate;
mod tasks_meanwhile;
mod tasks_programs;
mod tasks_read;
mod tasks_threads;
mod userns;
mod view;
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

/// The options without which tests of these names cannot be made. Those that the kernel's entries
/// need are in `entries.rs`, those of the targets in `target.rs`.
const NEEDS: &[(&str, &[&str])] = &[
    ("id_maps::", &["CONFIG_USER_NS"]),
    (
        "oracle::",
        &["CONFIG_USER_NS", "CONFIG_PID_NS", "CONFIG_PROC_CHILDREN"],
    ),
    ("pidns::", &["CONFIG_PID_NS"]),
    (
        "policy::",
        &["CONFIG_USER_NS", "CONFIG_PID_NS", "CONFIG_NET_NS"],
    ),
    (
        "programs::",
        &["CONFIG_PID_NS", "CONFIG_CHECKPOINT_RESTORE"],
    ),
    ("tasks::", &["CONFIG_PID_NS", "CONFIG_CGROUPS"]),
    ("view::", &["CONFIG_PID_NS", "CONFIG_CGROUPS"]),
    ("boot::", &["CONFIG_PID_NS", "CONFIG_CGROUPS"]),
    ("userns::", &["CONFIG_USER_NS", "CONFIG_NET_NS"]),
    (
        "writes::",
        &["CONFIG_USER_NS", "CONFIG_PID_NS", "CONFIG_PROC_CHILDREN"],
    ),
];

/// Whether the kernel has what a test needs: an error that says so if it does not.
pub(crate) fn need(name: &str) -> Result<()> {
    let options = NEEDS.iter().filter(|(prefix, _)| name.starts_with(prefix));
    for (_, options) in options {
        kernel::need(options, name)?;
    }
    Ok(())
}

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
        entries::tests(),
        fixtures::tests(),
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
        no_memory::tests(),
        many::tests(),
        mount_tables::tests(),
        programs::tests(),
    ]
    .concat();
    // What procfs cannot pass.
    if !proc2_e2e::is_procfs() {
        all.extend(
            [
                differences::tests(),
                handover::tests(),
                policy::tests(),
                hidden::tests(),
                pid1::tests(),
                view::tests(),
                tasks::tests(),
                tasks_columns::tests(),
                tasks_threads::tests(),
                tasks_read::tests(),
                tasks_exec::tests(),
                tasks_meanwhile::tests(),
                no_memory::tests_of_the_module(),
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
