// SPDX-License-Identifier: GPL-2.0

//! The process that executes, ends and is made again, marked by its generation.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::{fork_with, sleep_forever, Sleeper};
use proc2_e2e::errno;
use rustix::process::{
    kill_process, set_parent_process_death_signal, waitpid, Signal, WaitOptions,
};

use super::{MARKER, NUMBER};

/// The generations that a text shows data of.
pub(super) fn markers(text: &[u8]) -> BTreeSet<u64> {
    let text = String::from_utf8_lossy(text);
    let ends = text.split(MARKER).skip(1);
    // A marker that a short read has cut off tells nothing.
    let number = |rest: &str| {
        rest.split_once('.')
            .and_then(|(digits, _)| digits.parse().ok())
    };
    ends.filter_map(number).collect()
}

pub(super) fn marker(generation: u64) -> String {
    format!("{MARKER}{generation}.")
}

/// Starts the process that makes generations, one after the other, until it is dropped.
pub(super) fn driver() -> Result<Sleeper> {
    let pid = fork_with(0, || {
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
        match (1..).try_for_each(one_generation) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("the maker of generations: {error:#}");
                1
            }
        }
    })?;
    Ok(Sleeper { pid })
}

/// Makes one process under the number, and reaps it. How it lives and ends changes from one to the
/// next.
fn one_generation(generation: u64) -> Result<()> {
    fs::write("/proc/sys/kernel/ns_last_pid", (NUMBER - 1).to_string())?;
    let pid = fork_with(0, || match live(generation) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("generation {generation}: {error:#}");
            1
        }
    })?;
    // A worker of the reader's io_uring may have the number for a while: whoever got another one
    // goes.
    if pid.as_raw_nonzero().get() != NUMBER {
        kill_process(pid, Signal::KILL)?;
    }
    std::thread::sleep(Duration::from_millis(4 + generation * 7 % 23));
    // Those that have ended are zombies by now.
    let _ = kill_process(pid, Signal::KILL);
    if generation % 4 == 3 {
        std::thread::sleep(Duration::from_millis(3));
    }
    waitpid(Some(pid), WaitOptions::empty())?.context("it is gone")?;
    Ok(())
}

/// A generation's life: marked, by some executed by another thread than the first, then marked
/// anew.
fn live(generation: u64) -> Result<()> {
    mark(generation)?;
    let execute = move || -> std::io::Error {
        let mut program = Command::new("/proc/self/exe");
        program.args(["--generation", &generation.to_string(), &marker(generation)]);
        program.env_clear().env("MARKER", marker(generation));
        program.exec()
    };
    match generation % 4 {
        0 => Ok(()),
        1 => {
            let error = std::thread::spawn(execute).join();
            anyhow::bail!("execve by a thread: {error:?}")
        }
        _ => Err(execute().into()),
    }
}

/// What `--generation` does: marks itself again, as execve(2) has taken the marks away.
pub(crate) fn generation(number: &str) -> ! {
    let number = number.parse().unwrap_or(0);
    if mark(number).is_ok() && number % 4 != 2 {
        sleep_forever();
    }
    std::process::exit(0)
}

/// Marks the process with its marker.
fn mark(generation: u64) -> Result<()> {
    let marker = CString::new(marker(generation))?;
    rustix::thread::set_name(&marker)?;
    // SAFETY: a new mapping, a name that ends in NUL and outlives the calls, and a new descriptor
    // that is nobody else's.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let page = libc::mmap(std::ptr::null_mut(), 4096, libc::PROT_READ, flags, -1, 0);
        let (what, name) = (libc::PR_SET_VMA, libc::PR_SET_VMA_ANON_NAME);
        libc::prctl(what, name, page, 4096, marker.as_ptr());
        let file = libc::memfd_create(marker.as_ptr(), 0);
        ensure!(file >= 0, "memfd_create: {}", errno::last());
        let file = OwnedFd::from_raw_fd(file);
        ensure!(
            libc::dup2(file.into_raw_fd(), 50) == 50,
            "dup2: {}",
            errno::last()
        );
    }
    let place = format!("/tmp/{}", marker.to_string_lossy());
    fs::create_dir_all(&place)?;
    std::env::set_current_dir(&place)?;
    fs::remove_dir(&place).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error.into()),
    })
}
