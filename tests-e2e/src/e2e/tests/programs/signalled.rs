// SPDX-License-Identifier: GPL-2.0

//! Programs that do something to a process that they find in `/proc`: they find the right ones.

use std::process::Stdio;

use anyhow::Result;
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::compare::Tally;
use proc2_e2e::kernel;

use super::debuggee::Debuggee;
use super::look::{compare_one, look, Look};
use super::sandbox::{Outcome, Sandbox, PROGRAM};
use crate::tests::{pidfd, Test};

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::signalled": what_is_done_to_them]
}

/// Who does it under which options.
const CASES: [(&str, &Caller); 2] = [("hidepid=off", &ROOT), ("hidepid=invisible", &ORDINARY)];

/// A command that ends the targets by a signal. One that nothing was done to is ended by SIGQUIT.
fn by_signal(command: &str, signal: i32) -> Look {
    look(command).shows(format!(
        "targets: signal Some({signal}), signal Some({signal})"
    ))
}

const UNTOUCHED: i32 = 3;

fn what_is_done_to_them() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let debuggee = Debuggee::lay(&sandbox)?;
    let directory = sandbox.directory.display();
    let killed = |pid: i32, signal: i32| format!("Killed debuggee({pid}) with signal {signal}");
    // killall sends its signals through descriptors of directories.
    let by_directories = [
        by_signal("killall -v debuggee", 15)
            .shows(killed(PROGRAM, 15))
            .shows(killed(PROGRAM + 1, 15)),
        by_signal(&format!("killall -v -HUP {directory}/debuggee"), 1)
            .shows(killed(PROGRAM, 1))
            .shows(killed(PROGRAM + 1, 1)),
        by_signal("killall -v -r -KILL ^debug", 9).shows(killed(PROGRAM + 1, 9)),
    ];
    let mut looks = vec![
        by_signal("killall -u nobody-is-called-this debuggee", UNTOUCHED).shows("Cannot find user"),
        by_signal("pkill -e -x debuggee", 15).shows("debuggee killed (pid 1001)"),
        by_signal("pkill -KILL -u 1000,0 -f /debuggee$", 9).shows("exit status 0"),
        by_signal(&format!("fuser -k -v {directory}/fifo"), 9).shows("1001"),
        by_signal("choom -p 1000 -n 500", UNTOUCHED).shows("changed from 0 to 500"),
        by_signal("choom -p 1000 -n -500", UNTOUCHED)
            .shows("changed from 0 to -500")
            .denied("failed to set score"),
        by_signal("skill -USR1 -v -c debuggee", 10).shows("1000"),
    ];
    match pidfd::are_pidfds()? {
        true => looks.extend(by_directories),
        false => kernel::leave_out("killall that sends signals", pidfd::NO_PATCH)?,
    }
    let mut tally = Tally::default();
    for (options, caller) in CASES {
        for look in &looks {
            let what = format!(
                "[{options}] {} runs {}",
                caller.name,
                look.command.join(" ")
            );
            let run = |fstype: &str| one(&sandbox, &debuggee, look, (options, caller), fstype);
            compare_one(&mut tally, &what, look, run, |outcome| {
                look.check(caller, outcome)
            })?;
        }
    }
    tally.verdict((looks.len() * CASES.len()) as u64)
}

/// Runs one command on two targets.
fn one(
    sandbox: &Sandbox,
    debuggee: &Debuggee,
    look: &Look,
    (options, caller): (&str, &Caller),
    fstype: &str,
) -> Result<Outcome> {
    sandbox.mount(fstype, options)?;
    let targets = [
        debuggee.start(sandbox, caller, "first")?,
        debuggee.start(sandbox, caller, "second")?,
    ];
    let killer = sandbox
        .start(caller, &look.command, Stdio::null(), "program")?
        .finish()?;
    let ends = targets.map(|target| target.end().map(|outcome| outcome.status));
    let ends = ends.into_iter().collect::<Result<Vec<_>>>()?.join(", ");
    Ok(Outcome {
        status: format!("{}\ntargets: {ends}", killer.status),
        ..killer
    })
}
