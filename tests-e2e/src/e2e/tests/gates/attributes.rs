// SPDX-License-Identifier: GPL-2.0

//! Writing to `attr`, where it counts who opens and as whom one writes.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use anyhow::{ensure, Context as _, Result};
use io_uring::{opcode, types, IoUring};
use proc2_e2e::caller;
use proc2_e2e::child::{fork_with, in_child};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, errno, fstype};
use rustix::fs::OFlags;
use rustix::pipe::{pipe_with, PipeFlags};
use rustix::process::{set_parent_process_death_signal, waitpid, Signal, WaitOptions};
use rustix::thread::{set_thread_groups, Gid};

/// What is done to one tree must give what it gives in procfs, which is `telling`.
fn alike(look: fn(&str) -> Result<String>, telling: &str) -> Result<()> {
    let (want, got) = (look("proc")?, look(&fstype())?);
    ensure!(
        want == telling,
        "procfs gives {want}, not {telling}: the test shows nothing"
    );
    ensure!(
        want == got,
        "procfs gives {want}, the type under test {got}"
    );
    Ok(())
}

/// A process writes to its own attribute through a descriptor that somebody has opened who may not
/// trace it.
pub(super) fn opened_by_another() -> Result<()> {
    alike(
        |fstype| {
            let root = Instance::new(fstype, "")?.into_root()?;
            in_child(|| {
                let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
                // The child has the same descriptors as this process, later ones too.
                let child = fork_with(libc::CLONE_FILES, || {
                    let _ = set_parent_process_death_signal(Some(Signal::KILL));
                    let mut number = [0; 4];
                    match rustix::io::read(&reader, &mut number) {
                        Ok(4) => write_to(i32::from_ne_bytes(number)),
                        _ => 255,
                    }
                })?;
                caller::ORDINARY.become_it()?;
                let path = format!("{}/attr/current", child.as_raw_nonzero());
                let at = At {
                    root: root.as_fd(),
                    path: &path,
                };
                let fd = at.open(OFlags::WRONLY).with_context(|| path.clone())?;
                rustix::io::write(&writer, &fd.as_raw_fd().to_ne_bytes())?;
                let (_, status) =
                    waitpid(Some(child), WaitOptions::empty())?.context("no child")?;
                Ok(errno::name(
                    status.exit_status().context("the child was killed")?,
                ))
            })
        },
        "EPERM",
    )
}

/// The errno of writing to a descriptor.
fn write_to(number: i32) -> i32 {
    // SAFETY: the process that has opened it keeps it open until this one has ended.
    let fd = unsafe { BorrowedFd::borrow_raw(number) };
    rustix::io::write(fd, b"0").map_or_else(|error| error.raw_os_error(), |_| 0)
}

/// A thread writes to its own attribute while it has taken on other credentials than its own. Only
/// the workers of a ring of requests do, which are threads of the process that are the kernel's to
/// run.
pub(super) fn in_borrowed_credentials() -> Result<()> {
    alike(
        |fstype| {
            let root = Instance::new(fstype, "")?.into_root()?;
            in_child(|| {
                let mut ring = IoUring::new(2).context("io_uring_setup")?;
                let borrowed = ring.submitter().register_personality();
                let borrowed = borrowed.context("registering credentials")?;
                set_thread_groups(&[Gid::from_raw(caller::EXEMPT)]).context("setgroups")?;
                let mut write_by_worker = |path: &str| -> Result<String> {
                    let at = At {
                        root: root.as_fd(),
                        path,
                    };
                    let fd = at.open(OFlags::WRONLY).with_context(|| path.to_owned())?;
                    let text = b"0";
                    let write = opcode::Write::new(types::Fd(fd.as_raw_fd()), text.as_ptr(), 1);
                    let entry = write.build().personality(borrowed);
                    // SAFETY: descriptor and text outlive the request, whose end is waited for.
                    unsafe { ring.submission().push(&entry) }.context("a full ring")?;
                    ring.submit_and_wait(1).context("io_uring_enter")?;
                    let done = ring.completion().next().context("no completion")?;
                    Ok(errno::name(-done.result()))
                };
                // This makes a worker, to whom the entry does not belong.
                write_by_worker("self/attr/current")?;
                let task = At {
                    root: root.as_fd(),
                    path: "self/task",
                };
                let threads = dirent::names(task.open(OFlags::RDONLY)?.as_fd())?;
                let worker = threads.last().context("no thread")?;
                write_by_worker(&format!("self/task/{worker}/attr/current"))
            })
        },
        "EBUSY",
    )
}
