// SPDX-License-Identifier: GPL-2.0

//! The tests that run in the VM, as root, against mounted instances.

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use proc2_e2e::child;
use proc2_e2e::storm::flip;

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
    let mut arguments = Arguments::from_args();
    // Tests fork and change namespaces: the program must stay single-threaded.
    arguments.test_threads = Some(1);
    if !arguments.list && !rustix::process::geteuid().is_root() {
        eprintln!("e2e: must run as root (in the VM: scripts/vm -- e2e)");
        std::process::exit(2);
    }
    eprintln!("type under test: {}", proc2_e2e::fstype());
    let trials = tests::all()
        .into_iter()
        .map(|(name, test)| Trial::test(name, move || run(test)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// Runs one test in a process and a mount namespace of its own.
fn run(test: fn() -> Result<()>) -> Result<(), Failed> {
    child::in_child(|| {
        proc2_e2e::mount::own_namespace()?;
        test()
    })
    .map_err(|error| Failed::from(format!("{error:#}")))
}
