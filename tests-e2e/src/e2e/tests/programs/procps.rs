// SPDX-License-Identifier: GPL-2.0

//! The programs of procps beside ps and top.

use std::fs;
use std::mem::offset_of;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use libc::{utmpx, USER_PROCESS};
use proc2_e2e::caller::ROOT;

use super::look::{compare, look};
use super::sandbox::Sandbox;
use super::verdict::Moves;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::procps": pgrep, pmap, one_process, machine, sysctl]
}

fn pgrep() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let threads = sandbox.pid("threads")?.to_string();
    let find = |arguments: &str| look(format!("pgrep {arguments}")).shows(&threads);
    let looks = [
        find("-l ."),
        find("-a ."),
        look("pgrep -c .").shows("exit status 0"),
        find("-u 1000 -d , -x e2e"),
        look("pgrep -w -l -x one").shows(" one"),
        find("-P 1 -r S"),
        find(&format!("--ns {threads} --nslist mnt,net,uts .")),
        look("pgrep -f -l setproctitle|title").shows("e2e"),
        look("pgrep -x nobody-is-called-this").shows("exit status 1"),
        look("pidof e2e").shows(&threads),
        // Sends nothing, but finds whom it would be sent to.
        look("pkill -0 -e -x e2e")
            .shows("killed (pid")
            .denied("killed (pid"),
    ];
    compare(&sandbox, &looks)
}

fn pmap() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let threads = sandbox.pid("threads")?;
    let decorated = sandbox.pid("decorated")?;
    let map = |arguments: String| look(format!("pmap {arguments}")).shows("[ stack ]");
    // Each program that ends, anywhere, has the kernel count the page of the vDSO's data as
    // referenced, or no more.
    let by_turns = |line: &str| Moves::flips(line, "Referenced, of a page that all share");
    let raw = |arguments: String| {
        look(format!("pmap {arguments}"))
            .shows("[stack]")
            .moves(by_turns("[vvar]"))
            .moves(by_turns(" KB"))
    };
    let looks = [
        map(format!("{threads}")),
        map(format!("-x {threads} {decorated}")),
        map(format!("-d {threads}")),
        raw(format!("-X {threads}")).shows("Pss"),
        raw(format!("-XX {threads}")).shows("VmFlags"),
        raw(format!("-XX -p {threads}")).shows("/e2e"),
    ];
    compare(&sandbox, &looks)
}

/// Programs that tell one thing about one process.
fn one_process() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let pids = [
        "threads",
        "the user's",
        "another user's",
        "zombie",
        "elsewhere",
    ];
    let pids = pids.map(|name| sandbox.pid(name).map(|pid| pid.to_string()));
    let pids = pids.into_iter().collect::<Result<Vec<_>>>()?.join(" ");
    let threads = sandbox.pid("threads")?;
    let looks = [
        look(format!("pwdx {pids}")).shows(format!("{threads}: /")),
        look("uptime -p -s")
            .shows("20")
            .moves(Moves::wanders("", "the clock goes")),
        look(format!("prtstat {threads}")).shows("Threads: 3"),
        look(format!("prtstat -r {threads}")).shows("num_threads"),
        look(format!("skill -n -v -p {threads}")).shows(threads.to_string()),
    ];
    compare(&sandbox, &looks)
}

/// Programs that tell about the whole machine, which is never at rest.
fn machine() -> Result<()> {
    let sandbox = Sandbox::new()?;
    log_in(&sandbox)?;
    let moving = |command: &str| look(command).moves(Moves::wanders("", "counters of the machine"));
    let looks = [
        moving("free -w -v").shows("Mem:"),
        moving("uptime").shows("load average"),
        moving("vmstat").shows("procs"),
        moving("vmstat -a -n -w -t 1 2").shows("procs"),
        moving("vmstat -s").shows("K total memory"),
        moving("vmstat -f").shows("forks"),
        moving("vmstat -m")
            .shows("proc_inode_cache")
            .denied("Unable to create slabinfo"),
        moving("vmstat -d").shows("disk"),
        moving("vmstat -D").shows("disks"),
        moving("slabtop -o -s n")
            .shows("proc_inode_cache")
            .denied("Permission denied"),
        // Whose process it is not, and who may not see it, is shown the head alone. (procps 4.0.4
        // leaves the terminal's name out where no logind knows the session.)
        moving("w").shows("e2e").denied("LOGIN@"),
        moving("w -f -i -o root").shows("e2e").denied("LOGIN@"),
    ];
    compare(&sandbox, &looks)
}

/// Writes the record of a login: root is on the terminal of a target.
fn log_in(sandbox: &Sandbox) -> Result<()> {
    let pid = sandbox.pid("terminal")?;
    sandbox.mount("proc", "")?;
    let ask = ["ps", "-o", "tty=", "-p"].map(String::from);
    let ask = [ask.to_vec(), vec![pid.to_string()]].concat();
    let line = sandbox
        .start(&ROOT, &ask, Stdio::null(), "program")?
        .finish()?
        .output;
    let mut record = [0; size_of::<utmpx>()];
    let mut put = |at: usize, bytes: &[u8]| record[at..at + bytes.len()].copy_from_slice(bytes);
    put(offset_of!(utmpx, ut_type), &USER_PROCESS.to_ne_bytes());
    put(offset_of!(utmpx, ut_pid), &pid.to_ne_bytes());
    put(offset_of!(utmpx, ut_line), line.trim().as_bytes());
    put(offset_of!(utmpx, ut_id), b"0");
    put(offset_of!(utmpx, ut_user), b"root");
    // Its lower half, where it is of 64 bits.
    put(offset_of!(utmpx, ut_tv), &1_000_000_000_i32.to_le_bytes());
    fs::write("/run/utmp", record).context("/run/utmp")
}

/// Keys whose values move: counters, and what is made anew for each reader.
const MOVING_KEYS: &[(&str, &str)] = &[
    ("fs.dentry-state", "the cache grows and shrinks"),
    ("fs.inode-nr", "the cache grows and shrinks"),
    ("fs.inode-state", "the cache grows and shrinks"),
    ("fs.file-nr", "open files of the machine"),
    ("kernel.ns_last_pid", "programs are started"),
    ("kernel.random.uuid", "made for each reader"),
    ("kernel.random.boot_id", "made for the first reader"),
    ("kernel.random.entropy_avail", "it gathers"),
    ("kernel.pty.nr", "terminals of the machine"),
];

fn sysctl() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let mut all = look("sysctl -a")
        .shows("kernel.ostype = Linux")
        .shows("net.core.");
    for (key, why) in MOVING_KEYS {
        all = all.moves(Moves::wanders(key, why));
    }
    let looks = [
        all,
        look("sysctl kernel.ostype kernel.pid_max").shows("kernel.ostype = Linux"),
        look("sysctl -N -a -r ^vm").shows("vm.swappiness"),
        look("sysctl no.such.key").shows("cannot stat /proc/sys/no/such/key"),
    ];
    compare(&sandbox, &looks)
}
