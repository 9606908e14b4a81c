// SPDX-License-Identifier: GPL-2.0

//! The tests in front of container runtimes, as Debian's packages have them: each runs the real
//! program against the real kernel. `make test-runtimes` starts it, in a VM over whose root the
//! packages are laid (`scripts/vm --over`).

use libtest_mimic::{Arguments, Trial};
use proc2_e2e::harness;

mod bundle;
mod command;
mod daemon;
mod front;
mod image;
mod machine;
mod pages;
mod questions;
mod tests;
mod user;

fn main() {
    // Single-threaded as it is, the program may.
    std::env::set_var("PATH", machine::PATH);
    let trial = |(name, test): tests::Test| {
        Trial::ignorable_test(name, move || {
            harness::run(|| {
                let before = command::processes()?;
                let done = machine::begin().and_then(|()| test());
                command::end_others(&before)?;
                done
            })
        })
    };
    let trials = tests::all().into_iter().map(trial).collect();
    harness::conclude(Arguments::from_args(), trials);
}
