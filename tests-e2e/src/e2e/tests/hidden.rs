// SPDX-License-Identifier: GPL-2.0

//! What an instance with a policy hides and shows of what is no task's, and of what every task has:
//! by every way to a name, at every time. What is expected comes from procfs and from a model of
//! its own (`hidden/model.rs`).

use super::Test;

mod container;
mod differential;
mod interface;
mod list;
mod listing;
mod model;
mod namespaces;
mod net;
mod networks;
mod places;
mod registry;
mod tasks;
mod tree;
mod ways;

pub(super) use interface::Interface;

pub(super) fn tests() -> Vec<Test> {
    [
        container::tests(),
        registry::tests(),
        differential::tests(),
        tasks::tests(),
        net::tests(),
        listing::tests(),
        places::tests(),
        networks::tests(),
        namespaces::tests(),
    ]
    .concat()
}
