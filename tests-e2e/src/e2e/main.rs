// SPDX-License-Identifier: GPL-2.0

//! The tests that run in the VM, as root, against mounted instances.

use anyhow::Result;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use proc2_e2e::kernel::{self, Lacking};
use proc2_e2e::storm::flip;
use proc2_e2e::{child, mount};

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
    kernel::begin();
    let trials = tests::all()
        .into_iter()
        .map(|(name, test)| Trial::ignorable_test(name.clone(), move || run(&name, test)));
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let left_out = kernel::summary();
    if !left_out.is_empty() {
        println!("left out on this kernel, {} things:", left_out.len());
    }
    for line in &left_out {
        println!("  {line}");
    }
    conclusion.exit();
}

/// Runs one test in a process, a session and a mount namespace of its own.
fn run(name: &str, test: fn() -> Result<()>) -> Result<Completion, Failed> {
    let lacking = child::in_child(|| {
        child::own_session()?;
        mount::own_namespace()?;
        let done = tests::need(name).and_then(|()| test());
        match done.map_err(|error| (error.downcast_ref().cloned(), error)) {
            Ok(()) => Ok(None),
            Err((Some(Lacking(why)), _)) => Ok(Some(why)),
            Err((None, error)) => Err(error),
        }
    });
    match lacking {
        Ok(None) => Ok(Completion::Completed),
        Ok(Some(why)) => Ok(Completion::ignored_with(why)),
        Err(error) => Err(Failed::from(format!("{error:#}"))),
    }
}
