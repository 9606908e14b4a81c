// SPDX-License-Identifier: GPL-2.0

//! The module's container list beside what the running kernel registers: a new name needs a row
//! with a reason, whichever way it goes.

use anyhow::{ensure, Result};

use super::super::Test;
use super::list::CONTAINER;
use super::model::covers;
use super::tree::Tree;

/// The list itself.
#[allow(dead_code)] // Its reasons.
#[path = "../../../../../src/pure/policy/container.rs"]
mod container;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": registry, list_is_the_one_expected]
}

/// Rows of what is shown that a kernel may lack, and the option that they come with.
const CONFIGURED: &[(&str, &str)] = &[
    ("cgroups", "CONFIG_CGROUPS"),
    ("net", "CONFIG_NET"),
    ("sys/crypto/fips_enabled", "CONFIG_CRYPTO_FIPS"),
    ("sys/fs/inotify", "CONFIG_INOTIFY_USER"),
    ("sys/fs/mqueue", "CONFIG_POSIX_MQUEUE"),
    ("sys/kernel/seccomp", "CONFIG_SECCOMP"),
    ("sysvipc", "CONFIG_SYSVIPC"),
];

/// Each name of the root and of `sys` is decided on, and each that is shown is there.
fn registry() -> Result<()> {
    let tree = Tree::new()?;
    let rows = || container::SHOWN.iter().chain(container::LEFT_OUT);
    let names = tree
        .paths()
        .into_iter()
        .filter(|path| match path.split_once('/') {
            // Its parts are decided on one by one.
            None => *path != "sys",
            Some((dir, name)) => dir == "sys" && !name.contains('/'),
        });
    // By a row of its own, or where nothing else is left out, by rows of what is below it.
    let undecided = names.filter(|name| !rows().any(|row| covers(row.path, name)));
    let by_parts = |name: &&str| {
        let files = tree.paths().into_iter();
        let mut files =
            files.filter(|path| covers(name, path) && tree.entries[*path].list.is_empty());
        files.all(|path| rows().any(|row| covers(row.path, path)))
    };
    let undecided: Vec<String> = undecided
        .filter(|name| !by_parts(name))
        .map(|name| format!("add a row for {name:?}"))
        .collect();
    ensure!(
        undecided.is_empty(),
        "src/pure/policy/container.rs: {}",
        undecided.join(", ")
    );
    let missing = container::SHOWN
        .iter()
        .filter(|row| !tree.entries.contains_key(row.path));
    for row in missing {
        let known = CONFIGURED.iter().find(|(path, _)| *path == row.path);
        ensure!(
            known.is_some(),
            "this kernel has no {}, and nothing says which option it needs: \
             is the name right? Then add it to CONFIGURED",
            row.path
        );
    }
    Ok(())
}

/// The list that the other tests expect, with a reason for each row.
fn list_is_the_one_expected() -> Result<()> {
    let shown: Vec<&str> = container::SHOWN.iter().map(|row| row.path).collect();
    ensure!(
        shown == CONTAINER,
        "the module shows\n{shown:?}\nand the tests expect\n{CONTAINER:?}"
    );
    let rows = container::SHOWN.iter().chain(container::LEFT_OUT);
    for row in rows {
        ensure!(row.why.len() > 5, "{} has no reason", row.path);
    }
    Ok(())
}
