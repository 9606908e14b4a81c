// SPDX-License-Identifier: GPL-2.0

//! The processes of a session: where they wait, and their end. A test runs in a session of its own.

use std::fmt::Write as _;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{bail, Result};
use procfs::process::{all_processes, Process};
use rustix::process::{kill_process, Pid, Signal};

/// What is about to end gets so many looks, and then what was killed.
const LOOKS: [usize; 2] = [100, 1000];

/// Ends the processes of a session that are left, and says how many those were.
pub fn end(leader: Pid) -> Result<usize> {
    let left = || {
        alive(leader)
            .map(|process| process.pid())
            .collect::<Vec<_>>()
    };
    let mut ended = 0;
    for looks in LOOKS {
        for _ in 0..looks {
            if left().is_empty() {
                return Ok(ended);
            }
            sleep(Duration::from_millis(10));
        }
        let left = left();
        ended += left.len();
        for pid in left.into_iter().filter_map(Pid::from_raw) {
            // One that has ended meanwhile needs no signal.
            let _ = kill_process(pid, Signal::KILL);
        }
    }
    bail!("cannot be ended:\n{}", waits(leader))
}

/// A line for each process of a session: what it is, and which functions of the kernel it is in.
pub fn waits(leader: Pid) -> String {
    let mut text = String::new();
    for process in alive(leader) {
        let Ok(stat) = process.stat() else { continue };
        let stack = std::fs::read_to_string(format!("/proc/{}/stack", stat.pid));
        let functions = stack.unwrap_or_default();
        let functions = functions.lines().map(|line| {
            let line = line.trim_start_matches("[<0>] ");
            line.split_once('+').map_or(line, |(name, _)| name)
        });
        let functions: Vec<&str> = functions.collect();
        let (pid, state, name) = (stat.pid, stat.state, &stat.comm);
        let _ = writeln!(text, "{pid} {name} {state}: {}", functions.join(", "));
    }
    text
}

/// Those that have not ended.
fn alive(leader: Pid) -> impl Iterator<Item = Process> {
    let session = leader.as_raw_nonzero().get();
    let of_it = move |process: &Process| {
        let stat = process.stat();
        stat.is_ok_and(|stat| stat.session == session && !['Z', 'X'].contains(&stat.state))
    };
    let processes = all_processes().into_iter().flatten().flatten();
    processes.filter(of_it)
}
