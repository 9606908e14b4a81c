// SPDX-License-Identifier: GPL-2.0

//! What may happen while `.proc2/tasks` is read: a process goes on as another of its threads, and
//! the reader gets a signal.

use std::ffi::c_int;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::ORDINARY;
use proc2_e2e::child::{fork_with, in_child, in_child_with};
use proc2_e2e::mount::Instance;
use proc2_e2e::{fstype, snapshot, target_kinds};
use rustix::io::{pread, Errno};
use rustix::process::{kill_process, set_parent_process_death_signal, waitpid};
use rustix::process::{Pid, Signal, WaitOptions};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_meanwhile": a_process_that_executes_by_a_thread_is_always_there,
        its_rows_are_its_own, a_signal_ends_a_search]
}

fn open(instance: &Instance) -> Result<OwnedFd> {
    snapshot::open(instance.root()?.as_fd()).context("opening .proc2/tasks")
}

/// The argument that makes this program execute itself for ever.
pub(crate) const TURN: &str = "--turn";
/// How many read at once: more than there are CPUs, so that readers are preempted wherever they
/// are.
const READERS: usize = 4;

/// execve(2) of a thread that is not the first: the first one is reaped, and the thread takes over
/// its number.
fn a_process_that_executes_by_a_thread_is_always_there() -> Result<()> {
    while_it_turns(watch)
}

/// No row is of a thread that has another number by now, or of none, and none is there twice.
fn its_rows_are_its_own() -> Result<()> {
    while_it_turns(|instance, process, deadline| {
        let number = process.as_raw_nonzero().to_string();
        let names = [
            "threads:tid,pid,ino".to_owned(),
            format!("threads:tid,pid,ino@pid={number}"),
            "tasks:pid,ino,comm".to_owned(),
        ];
        let mut reads = 0;
        while Instant::now() < deadline {
            for name in &names {
                let table = snapshot::table(instance.root()?.as_fd(), name)?;
                let pids = table.column("pid")?;
                ensure!(
                    pids.contains(&number.as_str()),
                    "{name}: not there: {pids:?}"
                );
                ensure!(!pids.contains(&"0"), "{name}: {:?}", table.rows);
                let mut inos = table.column("ino")?;
                inos.sort_unstable();
                inos.dedup();
                ensure!(inos.len() == pids.len(), "{name}: {:?}", table.rows);
                reads += 1;
            }
        }
        Ok(reads)
    })
}

/// Lets readers, of whom each says how often it has read, look at a process that executes itself by
/// a second thread all the time.
fn while_it_turns(read: impl Fn(&Instance, Pid, Instant) -> Result<usize>) -> Result<()> {
    in_child_with(libc::CLONE_NEWPID, || {
        let instance = Instance::new(&fstype(), "")?;
        let turning = fork_with(0, || {
            let error = Command::new(ITSELF).arg(TURN).exec();
            error.raw_os_error().unwrap_or(1)
        })?;
        let deadline = Instant::now() + Duration::from_secs(15);
        let read = || read(&instance, turning, deadline);
        let others = (1..READERS).map(|_| {
            fork_with(0, || match read() {
                Ok(_) => 0,
                Err(error) => {
                    eprintln!("{error:#}");
                    1
                }
            })
        });
        let others: Vec<Pid> = others.collect::<Result<_>>()?;
        let reads = read();
        for other in others {
            let ended = waitpid(Some(other), WaitOptions::empty())?;
            let status = ended.and_then(|(_, status)| status.exit_status());
            ensure!(status == Some(0), "a reader ended with {status:?}");
        }
        println!("  {} reads by one of {READERS} readers", reads?);
        let ended = waitpid(Some(turning), WaitOptions::NOHANG)?;
        ensure!(ended.is_none(), "the process has ended: {ended:?}");
        Ok(())
    })
}

/// What whoever executes this executes again.
const ITSELF: &str = "/proc/self/exe";

/// Executes this program by a second thread.
pub(crate) fn turn() -> ! {
    let second = thread::spawn(|| Command::new(ITSELF).arg(TURN).exec());
    let error = second.join().ok();
    std::process::exit(error.and_then(|error| error.raw_os_error()).unwrap_or(1))
}

/// Reads the beginning of the file, which has the row of the process, again and again. Returns how
/// often.
fn watch(instance: &Instance, process: Pid, deadline: Instant) -> Result<usize> {
    let fd = open(instance)?;
    let mut buffer = vec![0; 1 << 16];
    let row = format!("\n{}\t", process.as_raw_nonzero()).into_bytes();
    let find = |text: &[u8]| text.windows(row.len()).position(|place| place == row);
    let whole = pread(&fd, &mut buffer, 0)?;
    // The rows before it change little.
    let size = find(&buffer[..whole]).context("it was never there")? + 100;
    let mut reads = 0;
    while Instant::now() < deadline {
        let mut length = pread(&fd, &mut buffer[..size], 0)?;
        // A read may end in front of a process that executes a program; the next one waits.
        while find(&buffer[..length]).is_none() && length < size {
            match pread(&fd, &mut buffer[length..size], length as u64)? {
                0 => break,
                more => length += more,
            }
        }
        ensure!(
            find(&buffer[..length]).is_some(),
            "read {reads} has no row of the process:\n{}",
            String::from_utf8_lossy(&buffer[..length])
        );
        reads += 1;
    }
    Ok(reads)
}

/// Where all tasks are hidden nothing is written for long; a signal is not to wait for that, and
/// loses nothing.
fn a_signal_ends_a_search() -> Result<()> {
    // Many more than are looked at between two looks for a signal.
    let _others = target_kinds::threads_of_root(300)?;
    let instance = Instance::new(&fstype(), "hidepid=invisible")?;
    in_child(|| {
        let reader = rustix::process::getpid();
        interrupt_on(Signal::USR1)?;
        ORDINARY.become_it()?;
        // It ends with the reader, who is of the same user.
        fork_with(0, || send_signals(reader))?;
        let fd = open(&instance)?;
        let (mut header, mut row) = ([0; 4096], [0; 16]);
        // A buffer that the header fills leaves the search to the next read.
        let length = header_length(&fd, &mut header)?;
        let own = format!("{}\t", reader.as_raw_nonzero());
        let deadline = Instant::now() + Duration::from_secs(20);
        let (mut reads, mut interrupted) = (0, 0);
        while interrupted < 5 {
            ensure!(
                Instant::now() < deadline,
                "{interrupted} of {reads} searches were interrupted"
            );
            ensure!(
                pread(&fd, &mut header[..length], 0)? == length,
                "the header in parts"
            );
            loop {
                reads += 1;
                match pread(&fd, &mut row, length as u64) {
                    Err(Errno::INTR) => interrupted += 1,
                    found => {
                        let found = found?;
                        ensure!(
                            row[..found].starts_with(own.as_bytes()),
                            "the first row begins with {}",
                            row[..found].escape_ascii()
                        );
                        break;
                    }
                }
            }
        }
        Ok(())
    })
}

/// How long the two lines are that stand before the rows.
fn header_length(fd: &OwnedFd, buffer: &mut [u8]) -> Result<usize> {
    let length = pread(fd, &mut *buffer, 0)?;
    let mut ends = buffer[..length]
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n');
    let (end, _) = ends.nth(1).context("no second line")?;
    Ok(end + 1)
}

/// Makes a signal do nothing but interrupt system calls.
pub(super) fn interrupt_on(signal: Signal) -> Result<()> {
    extern "C" fn nothing(_: c_int) {}
    // SAFETY: the handler does nothing; all zeros is a `sigaction` without flags and with an empty
    // mask.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as *const () as libc::sighandler_t;
        libc::sigaction(signal.as_raw(), &action, std::ptr::null_mut())
    };
    ensure!(result == 0, "{}", std::io::Error::last_os_error());
    Ok(())
}

/// Sends SIGUSR1 to a process until that ends.
fn send_signals(to: Pid) -> i32 {
    if set_parent_process_death_signal(Some(Signal::KILL)).is_err() {
        return 1;
    }
    while kill_process(to, Signal::USR1).is_ok() {
        thread::sleep(Duration::from_micros(700));
    }
    0
}
