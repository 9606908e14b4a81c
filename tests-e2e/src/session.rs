// SPDX-License-Identifier: GPL-2.0

//! The processes of a session: where they wait, and their end. A test runs in a session of its own.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{bail, Result};
use procfs::process::{all_processes, Process};
use rustix::process::{kill_process, Pid, Signal};

use crate::patience::limit;

/// How long what is about to end has to do so, and then what is killed. Seconds; see [`limit`].
const PATIENCE: [u32; 2] = [1, 10];

/// Ends the processes of a session that are left, and says how many those were.
pub fn end(leader: Pid) -> Result<usize> {
    let mut ended = HashSet::new();
    for (seconds, kills) in PATIENCE.into_iter().zip([false, true]) {
        let until = Instant::now() + Duration::from_secs(limit(seconds).into());
        while Instant::now() < until {
            let left: Vec<i32> = alive(leader)?.map(|process| process.pid()).collect();
            if left.is_empty() {
                return Ok(ended.len());
            }
            if kills {
                // Each time: they may have made others. One that has ended meanwhile needs no signal.
                for pid in left.iter().copied().filter_map(Pid::from_raw) {
                    let _ = kill_process(pid, Signal::KILL);
                }
                ended.extend(left);
            }
            sleep(Duration::from_millis(10));
        }
    }
    bail!("cannot be ended:\n{}", waits(leader))
}

/// A line for a process, and for each of its session: what it is, and which function of the kernel it waits in. (Not its whole stack:
/// that waits for `exec_update_lock`, as they may do.)
pub fn waits(leader: Pid) -> String {
    let mut text = String::new();
    let own = Process::new(leader.as_raw_nonzero().get());
    let others = alive(leader).into_iter().flatten();
    let others = others.filter(|process| process.pid() != leader.as_raw_nonzero().get());
    for process in own.into_iter().chain(others) {
        let Ok(stat) = process.stat() else { continue };
        let (pid, state, name) = (stat.pid, stat.state, &stat.comm);
        let channel = std::fs::read_to_string(format!("/proc/{pid}/wchan"));
        let _ = writeln!(text, "{pid} {name} {state} {}", channel.unwrap_or_default());
    }
    text
}

/// Those that have not ended. A process whose first thread has ended goes on while it has others.
fn alive(leader: Pid) -> Result<impl Iterator<Item = Process>> {
    let session = leader.as_raw_nonzero().get();
    let of_it = move |process: &Process| {
        let stat = process.stat();
        stat.is_ok_and(|stat| {
            let ended = match stat.state {
                'Z' => stat.num_threads <= 1,
                state => state == 'X',
            };
            stat.session == session && !ended
        })
    };
    Ok(all_processes()?.flatten().filter(of_it))
}
