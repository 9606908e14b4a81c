// SPDX-License-Identifier: GPL-2.0

//! Child processes that run a closure: the tests themselves, callers with other credentials, and
//! processes to look at.
//!
//! The program stays single-threaded, so a forked child may do all that its parent could.

use std::fs::File;
use std::io::{Read, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

use anyhow::{anyhow, bail, Context as _, Result};
use rustix::event::{poll, PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::pipe::{pipe_with, PipeFlags};
use rustix::process::{
    kill_process, pidfd_open, set_parent_process_death_signal, setsid, waitpid, Pid, PidfdFlags,
    Signal, WaitOptions,
};
use serde::de::DeserializeOwned;
use serde::Serialize;

use crate::{patience::limit, session};

/// Seconds after which a child that hangs is ended by SIGALRM; see [`limit`].
const LIMIT: u32 = 600;

/// Forks; the child runs `work` and never returns.
///
/// `flags` are namespaces for the child (`CLONE_NEWPID` and the like).
pub fn fork_with(flags: i32, work: impl FnOnce() -> i32) -> Result<Pid> {
    // SAFETY: the program has a single thread, and clone(2) without CLONE_VM and without a stack
    // is a fork.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags | libc::SIGCHLD, 0, 0, 0, 0) };
    match pid {
        -1 => Err(std::io::Error::last_os_error()).context("clone"),
        0 => {
            let status = catch_unwind(AssertUnwindSafe(work)).unwrap_or(101);
            // SAFETY: ends the child without running the parent's exit handlers.
            unsafe { libc::_exit(status) }
        }
        pid => Ok(Pid::from_raw(pid as i32).expect("clone returns a positive id")),
    }
}

/// Runs `work` in a forked child and hands back what it returned.
pub fn in_child<T, F>(work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    in_child_with(0, work)
}

/// As [`in_child`], with clone flags.
pub fn in_child_with<T, F>(flags: i32, work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    ask_child(flags, work)?.1
}

/// As [`in_child`], in a session of its own. Whatever it leaves behind there is ended; says how many
/// processes that were, too.
///
/// Where a stopped process is in its process group, the kernel hangs the group up once it is an
/// orphaned one and a process of it ends that the first program has adopted (`kill_orphaned_pgrp()`
/// in kernel/exit.c). In one session with that program, SIGHUP would end whatever made the targets,
/// and with it the run.
pub fn in_session<T, F>(work: F) -> Result<(T, usize)>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    let in_own = || {
        setsid().context("setsid")?;
        work()
    };
    let (leader, answer) = ask_child(0, in_own)?;
    let left = session::end(leader).context("processes that a test has left");
    match (answer, left) {
        (Ok(answer), left) => Ok((answer, left?)),
        (Err(error), Ok(_)) => Err(error),
        (Err(error), Err(left)) => Err(error.context(format!("{left:#}"))),
    }
}

/// The child, which has ended, and its answer.
fn ask_child<T, F>(flags: i32, work: F) -> Result<(Pid, Result<T>)>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    // The closure takes the writing end along, so that the parent's copy closes with it.
    let pid = fork_with(flags, || {
        // SAFETY: alarm(2) has no memory effects.
        unsafe { libc::alarm(limit(LIMIT)) };
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        let result = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|panic| Err(anyhow!("panicked: {}", panic_text(&panic))))
            .map_err(|error| format!("{error:#}"));
        match postcard::to_stdvec(&result).map(|bytes| File::from(writer).write_all(&bytes)) {
            Ok(Ok(())) => 0,
            _ => 102,
        }
    })?;
    let bytes = said_by(pid, File::from(reader))?;
    let (_, status) = waitpid(Some(pid), WaitOptions::empty())?.context("child vanished")?;
    let answer = || {
        if let Some(signal) = status.terminating_signal() {
            bail!(
                "the child was ended by signal {signal} (14 means: no answer in {} s)",
                limit(LIMIT)
            );
        }
        let result: Result<T, String> = postcard::from_bytes(&bytes)
            .with_context(|| format!("the child ended with {status:?} and no result"))?;
        result.map_err(|text| anyhow!(text))
    };
    Ok((pid, answer()))
}

/// What a child writes until it ends. Not until the file ends: a process that the child has left
/// behind may have it open as well, for ever.
fn said_by(child: Pid, mut reader: File) -> Result<Vec<u8>> {
    let watched = pidfd_open(child, PidfdFlags::empty())?;
    let patience = Timespec {
        tv_sec: limit(LIMIT - 20).into(),
        tv_nsec: 0,
    };
    let mut bytes = Vec::new();
    loop {
        // First whether it has ended: then all that it wrote is there to be seen.
        let mut fds = [
            PollFd::new(&watched, PollFlags::IN),
            PollFd::new(&reader, PollFlags::IN),
        ];
        match poll(&mut fds, Some(&patience)) {
            Err(Errno::INTR) => continue,
            Ok(0) => {
                eprintln!("no answer yet:\n{}", session::waits(child));
                continue;
            }
            polled => polled?,
        };
        let [_, written] = fds.map(|fd| !fd.revents().is_empty());
        let mut buffer = [0; 16 << 10];
        let count = if written {
            reader.read(&mut buffer)?
        } else {
            0
        };
        if count == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()))
        .unwrap_or_default()
}

/// A process that prepared itself and now sleeps; killed and reaped when dropped.
pub struct Sleeper {
    /// Its process id.
    pub pid: Pid,
}

impl Sleeper {
    /// Forks a child that runs `prepare` and then sleeps; returns when it sleeps.
    pub fn new(prepare: impl FnOnce() -> Result<()>) -> Result<Self> {
        Self::with_flags(0, prepare)
    }

    /// As [`Sleeper::new`], with clone flags.
    pub fn with_flags(flags: i32, prepare: impl FnOnce() -> Result<()>) -> Result<Self> {
        let sleeper = Self::prepared(flags, prepare)?;
        wait_asleep(sleeper.id())?;
        Ok(sleeper)
    }

    /// As [`Sleeper::new`], but returns when it is prepared: nothing has looked at it in `/proc`.
    pub fn new_unwatched(prepare: impl FnOnce() -> Result<()>) -> Result<Self> {
        Self::prepared(0, prepare)
    }

    fn prepared(flags: i32, prepare: impl FnOnce() -> Result<()>) -> Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let pid = fork_with(flags, || {
            let _ = set_parent_process_death_signal(Some(Signal::KILL));
            let prepared = prepare().map_err(|error| format!("{error:#}"));
            // Preparing may have changed the credentials, which clears the signal.
            let _ = set_parent_process_death_signal(Some(Signal::KILL));
            let mut writer = File::from(writer);
            if let Err(text) = prepared {
                let _ = writer.write_all(text.as_bytes());
                return 1;
            }
            // A byte, as the end of the file would not come while a child of this child lives.
            let _ = writer.write_all(b"\0");
            drop(writer);
            sleep_forever()
        })?;
        let sleeper = Self { pid };
        let mut reader = File::from(reader);
        let mut first = [0];
        // The end of the file comes first where preparing ended by execve(2).
        if reader.read(&mut first)? == 1 && first != [0] {
            let mut text = String::from_utf8_lossy(&first).into_owned();
            reader.read_to_string(&mut text)?;
            bail!("preparing a process failed: {text}");
        }
        Ok(sleeper)
    }

    /// The process id as a number.
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Kills and reaps.
    pub fn end(&mut self) {
        let _ = kill_process(self.pid, Signal::KILL);
        let _ = waitpid(Some(self.pid), WaitOptions::empty());
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.end();
    }
}

fn pause_briefly() {
    std::thread::sleep(std::time::Duration::from_millis(1));
}

/// Waits until a process sleeps (or is stopped), so that its counters rest.
pub fn wait_asleep(pid: i32) -> Result<()> {
    // The function that it sleeps in.
    let channel = || std::fs::read(format!("/proc/{pid}/wchan")).unwrap_or_default();
    for _ in 0..5000 {
        match state_of(pid)? {
            'Z' => bail!("process {pid} has died"),
            // A process that is still on its way to sleep waits nowhere yet.
            'R' | 'D' => pause_briefly(),
            'S' if channel() == b"0" => pause_briefly(),
            _ => return Ok(()),
        }
    }
    bail!("process {pid} did not come to rest")
}

/// Sleeps until killed.
pub fn sleep_forever() -> ! {
    loop {
        // SAFETY: pause(2) has no memory effects.
        unsafe { libc::pause() };
    }
}

/// The state letter of a process, from procfs.
pub fn state_of(pid: i32) -> Result<char> {
    let stat = std::fs::read(format!("/proc/{pid}/stat"))?;
    let after = stat
        .iter()
        .rposition(|&byte| byte == b')')
        .context("stat without ')'")?;
    Ok(*stat.get(after + 2).context("stat is short")? as char)
}
