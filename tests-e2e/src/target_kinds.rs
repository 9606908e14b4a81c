// SPDX-License-Identifier: GPL-2.0

//! Targets in each state that a process can be in.

use anyhow::{bail, ensure, Context as _, Result};
use rustix::process::{kill_process, set_dumpable_behavior, DumpableBehavior, Signal};

use crate::caller::{become_user, USER};
use crate::child::{sleep_forever, state_of, Sleeper};

/// A process of `uid` that only sleeps.
pub fn plain(uid: u32) -> Result<Sleeper> {
    Sleeper::new(|| become_user(uid))
}

/// A process of the user's that may not be dumped: it is root's to look at.
pub fn undumpable() -> Result<Sleeper> {
    Sleeper::new(|| {
        become_user(USER)?;
        set_dumpable_behavior(DumpableBehavior::NotDumpable).context("PR_SET_DUMPABLE")
    })
}

/// Three threads with names of their own.
pub fn threads() -> Result<Sleeper> {
    Sleeper::new(|| {
        become_user(USER)?;
        for name in ["one", "two"] {
            start_thread(name)?;
        }
        Ok(())
    })
}

/// So many threads that their list takes several reads.
pub fn many_threads() -> Result<Sleeper> {
    Sleeper::new(|| {
        become_user(USER)?;
        (0..200).try_for_each(|number| start_thread(&format!("thread {number}")))
    })
}

/// A process of root's with so many threads.
pub fn threads_of_root(count: usize) -> Result<Sleeper> {
    Sleeper::new(|| (1..count).try_for_each(|_| start_thread("of root")))
}

/// Starts a thread that sleeps, under a name.
pub fn start_thread(name: &str) -> Result<()> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let builder = std::thread::Builder::new()
        .name(name.into())
        .stack_size(64 << 10);
    builder.spawn(move || {
        let _ = sender.send(());
        sleep_forever()
    })?;
    receiver.recv()?;
    Ok(())
}

/// A thread group whose leader has exited while another thread lives on.
pub fn dead_leader() -> Result<Sleeper> {
    let sleeper = Sleeper::new(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("survivor".into())
            .stack_size(64 << 10)
            .spawn(move || {
                let _ = sender.send(());
                sleep_forever()
            })?;
        receiver.recv()?;
        // The leader's last act comes when a signal interrupts its sleep.
        extern "C" fn exit_thread(_: i32) {
            // SAFETY: ends the calling thread alone.
            unsafe { libc::syscall(libc::SYS_exit, 0) };
        }
        // SAFETY: the handler makes one system call.
        unsafe {
            libc::signal(
                libc::SIGUSR1,
                exit_thread as *const () as libc::sighandler_t,
            )
        };
        Ok(())
    })?;
    // SAFETY: tgkill(2) has no memory effects; the leader's thread id is the process's.
    let sent =
        unsafe { libc::syscall(libc::SYS_tgkill, sleeper.id(), sleeper.id(), libc::SIGUSR1) };
    ensure!(sent == 0, "tgkill failed");
    wait_state(sleeper.id(), 'Z')?;
    Ok(sleeper)
}

/// A process that nobody has waited for.
pub fn zombie() -> Result<Sleeper> {
    let sleeper = plain(USER)?;
    kill_process(sleeper.pid, Signal::KILL)?;
    wait_state(sleeper.id(), 'Z')?;
    Ok(sleeper)
}

/// A process stopped by a signal.
pub fn stopped() -> Result<Sleeper> {
    let sleeper = plain(USER)?;
    kill_process(sleeper.pid, Signal::STOP)?;
    wait_state(sleeper.id(), 'T')?;
    Ok(sleeper)
}

/// A process in a tracing stop; its tracer is the test.
pub fn traced() -> Result<Sleeper> {
    let sleeper = plain(USER)?;
    // SAFETY: PTRACE_SEIZE and PTRACE_INTERRUPT take no pointers.
    let seized = unsafe {
        libc::ptrace(libc::PTRACE_SEIZE, sleeper.id(), 0, 0) == 0
            && libc::ptrace(libc::PTRACE_INTERRUPT, sleeper.id(), 0, 0) == 0
    };
    ensure!(seized, "ptrace: {}", crate::errno::last());
    wait_state(sleeper.id(), 't')?;
    Ok(sleeper)
}

/// The init of a pid namespace of its own.
pub fn inner_pid_namespace() -> Result<Sleeper> {
    Sleeper::with_flags(libc::CLONE_NEWPID, || Ok(()))
}

/// Waits until a process sleeps in a function of the kernel's.
pub fn wait_in(pid: i32, function: &str) -> Result<()> {
    let path = format!("/proc/{pid}/wchan");
    for _ in 0..5000 {
        if std::fs::read_to_string(&path)? == function {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let now = std::fs::read_to_string(&path)?;
    bail!("process {pid} waits in {now} and not in {function}")
}

/// Waits until a process is in a state.
pub fn wait_state(pid: i32, state: char) -> Result<()> {
    for _ in 0..5000 {
        if state_of(pid)? == state {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    bail!(
        "process {pid} is in state {} and not in {state}",
        state_of(pid)?
    )
}
