// SPDX-License-Identifier: GPL-2.0

//! What becomes of a run when a target cannot be made: its test fails with a sentence, and the
//! others go on.

use std::time::Duration;

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::{fork_with, in_child, in_session, sleep_forever, Sleeper};
use proc2_e2e::{target_exec, target_kinds};
use rustix::process::{setpgid, waitpid, Pid, WaitOptions};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["fixtures": a_failure_is_told, a_stopped_target_hangs_nobody_up,
        what_is_left_holds_nobody_up]
}

/// The call that failed and its errno come back.
fn a_failure_is_told() -> Result<()> {
    let failed = Sleeper::new(|| {
        std::fs::create_dir("/proc/self/none").context("mkdir")?;
        Ok(())
    });
    let Err(told) = failed else {
        bail!("a directory was made in /proc/self");
    };
    let told = format!("{told:#}");
    ensure!(
        told.contains("mkdir: ") && told.contains("os error"),
        "{told}"
    );
    let dead = Sleeper::new(|| {
        std::process::abort();
    });
    let Err(told) = dead.map(|_| ()) else {
        bail!("a process that ended is at rest");
    };
    ensure!(format!("{told:#}").contains("has died"), "{told:#}");
    Ok(())
}

/// Targets that end in another order than they were made in, as they do when a later one fails:
/// processes that the first program adopts end while another one is still stopped.
fn a_stopped_target_hangs_nobody_up() -> Result<()> {
    in_child(|| {
        // As the test program stands in its session: in a process group of its own.
        setpgid(None, None).context("setpgid")?;
        let _stopped = target_kinds::stopped()?;
        drop(target_exec::shared_memory()?);
        // The adopted process ends when it likes.
        std::thread::sleep(Duration::from_millis(300));
        Ok(())
    })?;
    // The same by a program that fails to clean up.
    let pid = fork_with(0, || {
        let left = || -> Result<()> {
            std::mem::forget(target_kinds::stopped()?);
            bail!("it failed")
        };
        i32::from(left().is_err())
    })?;
    let (_, status) = waitpid(Some(pid), WaitOptions::empty())?.context("it vanished")?;
    ensure!(status.exit_status() == Some(1), "it ended with {status:?}");
    let own: Option<Pid> = rustix::process::getsid(None).ok();
    ensure!(
        own == Some(rustix::process::getpid()),
        "the test has no session of its own"
    );
    Ok(())
}

/// A test that has answered has ended, whatever it leaves behind; and that is ended too.
fn what_is_left_holds_nobody_up() -> Result<()> {
    let leave = || fork_with(0, || sleep_forever()).map(|pid| pid.as_raw_nonzero().get());
    let (pid, left) = in_session(leave)?;
    ensure!(left == 1, "{left} were left");
    let state = proc2_e2e::child::state_of(pid);
    ensure!(
        state.as_ref().map_or(true, |state| *state == 'Z'),
        "{pid} is there: {state:?}"
    );
    let pid = in_child(leave)?;
    let pid = Pid::from_raw(pid).context("no process")?;
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).context("it has ended")
}
