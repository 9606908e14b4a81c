// SPDX-License-Identifier: GPL-2.0

//! What proc2 survives. Each test has a short form, which runs with all the others, and a full one:
//! `make survival` runs that and keeps the figures (docs/survival.md).

use super::Test;

mod faults;
mod hostile;
mod long;
mod modules;
mod pids;
mod policies;
mod privilege;
mod tasks;
mod views;

pub(super) fn tests() -> Vec<Test> {
    [
        tasks::tests(),
        long::tests(),
        pids::tests(),
        faults::tests(),
        hostile::tests(),
        privilege::tests(),
    ]
    .concat()
}

/// Those that procfs cannot pass; the last unloads the module.
pub(super) fn tests_of_the_module() -> Vec<Test> {
    [policies::tests(), views::tests(), modules::tests()].concat()
}
