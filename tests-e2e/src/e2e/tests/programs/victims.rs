// SPDX-License-Identifier: GPL-2.0

//! Programs that do something to a process that they find in `/proc`: they find the right ones.

use std::process::Stdio;

use anyhow::Result;
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::compare::Tally;

use super::debuggee::Debuggee;
use super::look::{bracket, look, Look};
use super::town::{Outcome, Town};
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::victims": what_is_done_to_them]
}

/// Who does it under which options.
const CASES: [(&str, &Caller); 2] = [("hidepid=off", &ROOT), ("hidepid=invisible", &ORDINARY)];

fn what_is_done_to_them() -> Result<()> {
    let town = Town::settle()?;
    let debuggee = Debuggee::lay(&town)?;
    let directory = town.directory.display();
    let by_signal = |command: &str, signal: i32| {
        look(command).shows(format!(
            "victims: signal Some({signal}), signal Some({signal})"
        ))
    };
    // One that nothing was done to is ended by SIGQUIT, which is 3.
    let looks = [
        by_signal("killall -v debuggee", 15).shows("Killed debuggee(1000) with signal 15"),
        by_signal("killall -s KILL -u user1000-is-nobody debuggee", 3).shows("Cannot find user"),
        by_signal(&format!("killall -v -HUP {directory}/debuggee"), 1).shows("(1001)"),
        by_signal("pkill -e -x debuggee", 15).shows("debuggee killed (pid 1001)"),
        by_signal("pkill -KILL -u 1000,0 -f /debuggee$", 9).shows("exit status 0"),
        by_signal(&format!("fuser -k -v {directory}/fifo"), 9).shows("1001"),
        by_signal("choom -p 1000 -n 500", 3).shows("changed from 0 to 500"),
        by_signal("choom -p 1000 -n -500", 3)
            .shows("changed from 0 to -500")
            .denied("failed to set score"),
        by_signal("skill -USR1 -v -c debuggee", 10).shows("1000"),
    ];
    let mut tally = Tally::default();
    for (options, caller) in CASES {
        for look in &looks {
            one(&town, &debuggee, &mut tally, look, options, caller)?;
        }
    }
    tally.verdict((looks.len() * CASES.len()) as u64)
}

/// Runs one command on two victims, on each type.
fn one(
    town: &Town,
    debuggee: &Debuggee,
    tally: &mut Tally,
    look: &Look,
    options: &str,
    caller: &Caller,
) -> Result<()> {
    let what = format!(
        "[{options}] {} runs {}",
        caller.name,
        look.command.join(" ")
    );
    let run = |fstype: &str| {
        town.mount(fstype, options)?;
        let victims = [
            debuggee.start(town, caller, "first")?,
            debuggee.start(town, caller, "second")?,
        ];
        let killer = town
            .start(caller, &look.command, Stdio::null(), "program")?
            .finish()?;
        let ends = victims.map(|victim| victim.end().map(|outcome| outcome.status));
        let ends = ends.into_iter().collect::<Result<Vec<_>>>()?.join(", ");
        Ok(Outcome {
            status: format!("{}\nvictims: {ends}", killer.status),
            ..killer
        })
    };
    bracket(tally, &what, look, run, |outcome| {
        look.check(caller, outcome)
    })
}
