// SPDX-License-Identifier: GPL-2.0

//! A process whose privileges never rest: it executes a set-user-id program, gives the rights up in
//! one of several orders, lets itself be looked at, closes itself again, and starts over.
//!
//! Others may look at it only in between. It counts, in shared memory, before and after each step
//! that opens it: who sees the same even count twice knows that nothing was opened meanwhile. It
//! counts its execve(2) apart, which opens only a part of it (see `storm::restricted`).

use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fastrand::Rng;
use rustix::process::{set_dumpable_behavior, DumpableBehavior};
use rustix::thread::{
    capabilities, set_capabilities, set_keep_capabilities, set_thread_res_uid, CapabilitySet, Uid,
};

use super::counters::{Counter, Counters};
use crate::caller::USER;

/// The first argument of the program that tells it to be such a process.
pub const ARGUMENT: &str = "--flip";

/// Becomes such a process by executing `program`, which must be root's and set-user-id; `number`
/// says which of the counters are its own. Returns only if that fails.
pub fn become_it(program: &Path, file: &OwnedFd, number: usize, seed: u64) -> anyhow::Error {
    let counters = match Counters::of_file(file) {
        Ok(counters) => counters,
        Err(error) => return error,
    };
    let Some(executed) = counters.executed.get(number) else {
        return anyhow::anyhow!("there is no counter {number}");
    };
    let text = |text: &[u8]| CString::new(text).unwrap_or_default();
    let path = text(program.as_os_str().as_bytes());
    let words = [
        path.clone(),
        text(ARGUMENT.as_bytes()),
        text(file.as_raw_fd().to_string().as_bytes()),
        text(number.to_string().as_bytes()),
        text(seed.to_string().as_bytes()),
    ];
    let mut arguments: Vec<_> = words.iter().map(|word| word.as_ptr()).collect();
    arguments.push(std::ptr::null());
    let variables = [c"SECRET=of the privileged".as_ptr(), std::ptr::null()];
    // The program that it becomes adds the other.
    executed.add(1);
    // SAFETY: both arrays end in null and point to strings that outlive the call.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), variables.as_ptr()) };
    anyhow::anyhow!("execve of {path:?}: {}", crate::errno::last())
}

/// What the program does when it was told to: one round, and then the next by execve(2).
pub fn go_on() -> ! {
    let status = match round() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("a process that flips: {error:#}");
            1
        }
    };
    std::process::exit(status)
}

fn round() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize| -> Result<u64> {
        let word = arguments.get(at).context("an argument is missing")?;
        word.parse().with_context(|| format!("{word} is no number"))
    };
    // SAFETY: the descriptor was left open for this program, and nobody else here has it.
    let file = unsafe { OwnedFd::from_raw_fd(number(2)? as i32) };
    let counters = Counters::of_file(&file)?;
    let own = number(3)? as usize;
    let mut rng = Rng::with_seed(number(4)?);
    let owns = counters.widened.get(own).zip(counters.executed.get(own));
    let (widened, executed) = owns.context("no such counter")?;
    executed.add(1);
    counters.rounds.add(1);
    if !counters.goes_on() {
        return Ok(());
    }
    rest(&mut rng);
    give_up(widened, &mut rng)?;
    for _ in 0..rng.u8(1..4) {
        widen(widened, || {
            set_dumpable_behavior(DumpableBehavior::Dumpable)
        })?;
        rest(&mut rng);
        if rng.bool() {
            break; // to the next program straight from the open
        }
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        rest(&mut rng);
    }
    let program = std::env::current_exe()?;
    Err(become_it(&program, &file, own, rng.u64(..)))
}

/// From root's rights to a user's, at once or with the capabilities last.
fn give_up(widened: &Counter, rng: &mut Rng) -> Result<()> {
    let user = Uid::from_raw(USER);
    if rng.bool() {
        return widen(widened, || set_thread_res_uid(user, user, user));
    }
    set_keep_capabilities(true)?;
    widen(widened, || set_thread_res_uid(user, user, user))?;
    rest(rng);
    let mut sets = capabilities(None)?;
    for set in [
        &mut sets.effective,
        &mut sets.permitted,
        &mut sets.inheritable,
    ] {
        *set = CapabilitySet::empty();
    }
    widen(widened, || set_capabilities(None, sets))
}

/// A step that may open the process to others.
fn widen(widened: &Counter, step: impl FnOnce() -> rustix::io::Result<()>) -> Result<()> {
    widened.add(1);
    let done = step();
    widened.add(1);
    Ok(done?)
}

fn rest(rng: &mut Rng) {
    std::thread::sleep(Duration::from_micros(rng.u64(0..3000)));
}
