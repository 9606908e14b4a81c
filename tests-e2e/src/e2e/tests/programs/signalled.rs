// SPDX-License-Identifier: GPL-2.0

//! Programs that do something to a process that they find in `/proc`: they find the right ones.

use std::process::Stdio;

use anyhow::{ensure, Result};
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::compare::Tally;
use proc2_e2e::{fstype, is_procfs};

use super::debuggee::Debuggee;
use super::look::{compare_one, look, Look};
use super::sandbox::{Outcome, Sandbox, PROGRAM};
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::signalled": what_is_done_to_them,
        killall_finds_but_cannot_signal]
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
    let looks = [
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

/// killall sends its signals through descriptors of `/<pid>`, which the kernel takes from procfs
/// alone: it finds the same processes on proc2, and tells that it could not signal them.
fn killall_finds_but_cannot_signal() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let debuggee = Debuggee::lay(&sandbox)?;
    let directory = sandbox.directory.display();
    let kills = [
        (look("killall -v debuggee"), 15),
        (look(format!("killall -v -HUP {directory}/debuggee")), 1),
    ];
    for (options, caller) in CASES {
        for (look, signal) in &kills {
            let run = |fstype: &str| one(&sandbox, &debuggee, look, (options, caller), fstype);
            let says = |outcome: &Outcome, wanted: [String; 3]| {
                let text = outcome.text();
                let lacks = wanted.iter().find(|wanted| !text.contains(*wanted));
                ensure!(lacks.is_none(), "no {lacks:?} in:\n{text}");
                Ok(())
            };
            let targets =
                |signal: i32| format!("targets: signal Some({signal}), signal Some({signal})");
            let killed = |pid: i32| format!("Killed debuggee({pid}) with signal {signal}");
            let refused = |pid: i32| format!("debuggee({pid}): Bad file descriptor");
            says(
                &run("proc")?,
                [targets(*signal), killed(PROGRAM), killed(PROGRAM + 1)],
            )?;
            let ours = run(&fstype())?;
            match is_procfs() {
                true => says(
                    &ours,
                    [targets(*signal), killed(PROGRAM), killed(PROGRAM + 1)],
                )?,
                false => says(
                    &ours,
                    [targets(UNTOUCHED), refused(PROGRAM), refused(PROGRAM + 1)],
                )?,
            }
        }
    }
    Ok(())
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
