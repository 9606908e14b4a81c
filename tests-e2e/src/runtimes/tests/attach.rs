// SPDX-License-Identifier: GPL-2.0

//! Programs that attach to a process in another pid namespace, and find it and what it has mapped
//! by an instance on `/proc`: they say what they say with procfs there.

use std::fs;

use anyhow::Result;

use super::clients::same;
use super::languages::java_program;
use super::{tests, Test};

pub(super) fn tests() -> Vec<Test> {
    tests!["attach": strace, gdb, perf, jcmd]
}

fn strace() -> Result<()> {
    // Its call begins anew when it goes on, which newer ones name by what it was before, and what is left of the time moves.
    same(
        "timeout -s INT 3 strace -f -y -p $S 2>&1 | \
         sed 's/tv_[a-z]*=[0-9]*//g; s/\\(resuming interrupted\\) [a-z_]*/\\1 call/'",
        &["attached", "detached"],
    )
}

fn gdb() -> Result<()> {
    let commands = "-ex 'info proc' -ex 'info proc mappings' -ex 'info auxv' -ex 'x/i $pc'";
    same(
        &format!("gdb -nx -batch -p $S {commands} 2>&1"),
        &["exe = '/usr/bin/sleep'", "AT_SYSINFO_EHDR", "[heap]"],
    )
}

/// perf makes the events of what was mapped before it came out of `/proc/PID/maps` and `task`.
fn perf() -> Result<()> {
    same(
        "perf record -q -e cpu-clock -p $S -o /run/perf.data -- sleep 0.2 >/dev/null 2>&1; \
         perf script -i /run/perf.data --show-mmap-events --show-task-events 2>&1 | \
         grep \" $S/$S\" | sed 's/.*PERF_RECORD/PERF_RECORD/'",
        &["PERF_RECORD_MMAP2", "r-xp /usr/bin/sleep"],
    )
}

/// jcmd finds a virtual machine of Java's by `/proc/PID/root`, and its id there by `NSpid`.
fn jcmd() -> Result<()> {
    let program = "class Main { public static void main(String[] words) throws Exception { \
                   System.out.println(\"up\"); Thread.sleep(1000000); } }";
    fs::write("/run/Main.java", program)?;
    let (java, jcmd) = (java_program("java"), java_program("jcmd"));
    let script = format!(
        "unshare -pf --kill-child --mount-proc {java} /run/Main.java >/run/said 2>&1 & U=$!; \
         for try in $(seq 200); do grep -q up /run/said && break; sleep 0.5; done; \
         J=$(ps -o pid= --ppid $U | tr -d ' '); \
         {jcmd} $J VM.command_line 2>&1 | sed \"s/\\b$J\\b/J/\"; \
         {jcmd} $J Thread.print 2>&1 | grep -o '\"main\"'; kill $U"
    );
    same(&script, &["java_command: ", "\"main\""])
}
