// SPDX-License-Identifier: GPL-2.0

//! The tests that run in the VM, as root, against mounted instances.

use libtest_mimic::{Arguments, Trial};
use proc2_e2e::storm::flip;
use proc2_e2e::{child, harness};

mod tests;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--sleep") {
        child::sleep_forever();
    }
    if std::env::args().nth(1).as_deref() == Some(flip::ARGUMENT) {
        flip::go_on();
    }
    if std::env::args().nth(1).as_deref() == Some(tests::TURN) {
        tests::turn();
    }
    if let (Some("--generation"), Some(number)) =
        (std::env::args().nth(1).as_deref(), std::env::args().nth(2))
    {
        tests::generation(&number);
    }
    let trial = |(name, test): tests::Test| {
        let needs = name.clone();
        Trial::ignorable_test(name, move || {
            harness::run(|| tests::need(&needs).and_then(|()| test()))
        })
    };
    let trials = tests::all().into_iter().map(trial).collect();
    harness::conclude(Arguments::from_args(), trials);
}
