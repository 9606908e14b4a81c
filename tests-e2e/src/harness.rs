// SPDX-License-Identifier: GPL-2.0

//! What the test programs are around their tests: each runs in a process, a session and a mount
//! namespace of its own.

use anyhow::Result;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::kernel::{self, Lacking};
use crate::{child, mount};

/// Runs the tests that the arguments name, and says what was left out.
pub fn conclude(mut arguments: Arguments, trials: Vec<Trial>) -> ! {
    // Tests fork and change namespaces: the program must stay single-threaded.
    arguments.test_threads = Some(1);
    if !arguments.list && !rustix::process::geteuid().is_root() {
        eprintln!("this must run as root, in the virtual machine: see scripts/vm --help");
        std::process::exit(2);
    }
    eprintln!("type under test: {}", crate::fstype());
    kernel::begin();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let left_out = kernel::summary();
    if !left_out.is_empty() {
        println!("left out on this kernel, {} things:", left_out.len());
    }
    for line in &left_out {
        println!("  {line}");
    }
    conclusion.exit();
}

/// Runs one test. An error that is [`Lacking`] leaves it out.
pub fn run(test: impl FnOnce() -> Result<()>) -> Result<Completion, Failed> {
    let lacking = child::in_session(|| {
        mount::own_namespace()?;
        match test().map_err(|error| (error.downcast_ref().cloned(), error)) {
            Ok(()) => Ok(None),
            Err((Some(Lacking(why)), _)) => Ok(Some(why)),
            Err((None, error)) => Err(error),
        }
    });
    let lacking = lacking.map(|(lacking, left)| {
        if left > 0 {
            println!("\n    {left} processes were left behind, and are ended");
        }
        lacking
    });
    match lacking {
        Ok(None) => Ok(Completion::Completed),
        Ok(Some(why)) => Ok(Completion::ignored_with(why)),
        Err(error) => {
            let text = format!("{error:#}");
            // At once as well as at the end, which a run that is stopped does not reach.
            println!("\n{}", beginning(&text));
            Err(Failed::from(text))
        }
    }
}

/// What a failure begins with, in lines that no one takes for a verdict.
fn beginning(text: &str) -> String {
    const LINES: usize = 24;
    const WIDTH: usize = 200;
    let line = |line: &str| format!("    {}\n", line.chars().take(WIDTH).collect::<String>());
    text.lines().take(LINES).map(line).collect()
}
