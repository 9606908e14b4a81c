// SPDX-License-Identifier: GPL-2.0

//! gdb and strace, attached to a running program: a backtrace, a variable that is read and written
//! through `mem`, and the system calls that it makes.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{ensure, Result};
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::compare::Tally;

use super::debuggee::Debuggee;
use super::look::{compare_one, look};
use super::sandbox::{Outcome, Sandbox, PROGRAM};
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::debuggers": gdb, strace]
}

/// Who debugs under which options.
const CASES: [(&str, &Caller); 2] = [("hidepid=off", &ROOT), ("hidepid=invisible", &ORDINARY)];

/// What gdb does. The program's exit status says whether its write arrived.
const SCRIPT: &str = "\
    set language c\n\
    backtrace\n\
    info threads\n\
    info proc mappings\n\
    info proc cmdline\n\
    info proc cwd\n\
    info proc exe\n\
    info auxv\n\
    shell readlink /proc/$PPID/fd/* | grep /mem\n\
    print *(unsigned *) &EXIT_STATUS\n\
    set var *(unsigned *) &EXIT_STATUS = 42\n\
    print *(unsigned *) &EXIT_STATUS\n\
    detach\n";

fn gdb() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let debuggee = Debuggee::lay(&sandbox)?;
    let script = sandbox.directory.join("script");
    fs::write(&script, SCRIPT)?;
    let command = format!("gdb -nx -batch -p {PROGRAM} -x {}", script.display());
    let look = look(command)
        .shows("wait_for_a_byte")
        .shows(format!("/proc/{PROGRAM}/task/{PROGRAM}/mem"))
        .shows("$1 = 7")
        .shows("$2 = 42")
        .shows("debuggee: exit status 42");
    let mut tally = Tally::default();
    for (options, caller) in CASES {
        let what = format!("[{options}] {} runs gdb", caller.name);
        let run = |fstype: &str| {
            sandbox.mount(fstype, options)?;
            let waiting = debuggee.start(&sandbox, caller, "debuggee")?;
            let gdb = sandbox.start(caller, &look.command, Stdio::null(), "program")?;
            joined(gdb.finish()?, waiting.release()?)
        };
        compare_one(&mut tally, &what, &look, run, |outcome| {
            look.check(caller, outcome)
        })?;
    }
    tally.verdict(CASES.len() as u64)
}

fn strace() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let debuggee = Debuggee::lay(&sandbox)?;
    let look = look(format!("strace -f -y -Y --decode-pids=comm -p {PROGRAM}"))
        .shows("fifo>, \"x\", 1) = 1")
        .shows("getppid()")
        .shows("exited with 7")
        .shows("debuggee: exit status 7");
    let mut tally = Tally::default();
    for (options, caller) in CASES {
        let what = format!("[{options}] {} runs strace", caller.name);
        let run = |fstype: &str| {
            sandbox.mount(fstype, options)?;
            let waiting = debuggee.start(&sandbox, caller, "debuggee")?;
            let strace = sandbox.start(caller, &look.command, Stdio::null(), "program")?;
            // It has arrived when it shows the call that the program waits in.
            for round in 0.. {
                if strace.said_by_now()?.contains("read(") {
                    break;
                }
                ensure!(
                    round < 10_000,
                    "strace says only: {}",
                    strace.said_by_now()?
                );
                std::thread::sleep(Duration::from_millis(1));
            }
            let end = waiting.release()?;
            joined(strace.finish()?, end)
        };
        compare_one(&mut tally, &what, &look, run, |outcome| {
            look.check(caller, outcome)
        })?;
    }
    tally.verdict(CASES.len() as u64)
}

/// What the debugger said, and how the program ended.
fn joined(debugger: Outcome, debuggee: Outcome) -> Result<Outcome> {
    Ok(Outcome {
        status: format!("{}\ndebuggee: {}", debugger.status, debuggee.status),
        ..debugger
    })
}
