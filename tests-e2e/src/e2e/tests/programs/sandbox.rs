// SPDX-License-Identifier: GPL-2.0

//! A place where nothing moves: a pid and a mount namespace with resting processes, in which one
//! program runs after another.
//!
//! What would differ between two runs of a program is the same here: the program's own process id,
//! the ids of its mounts and namespaces, the files that it writes to, and the CPU that it runs on,
//! which ps shows of itself.

use std::fs::{self, File};
use std::os::fd::{AsFd, IntoRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{become_user, Caller, USER};
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::mount::{self, Opt};
use proc2_e2e::target;
use rustix::mount::{unmount, UnmountFlags};
use rustix::pipe::{pipe_with, PipeFlags};
use rustix::process::{set_parent_process_death_signal, waitpid, Signal, WaitOptions};
use rustix::thread::{move_into_link_name_space, sched_setaffinity, CpuSet, LinkNameSpaceType};

/// The process id of the first program that runs on a fresh `/proc`; those after it count on.
pub(super) const PROGRAM: i32 = 1000;

/// The namespaces, and the processes in them.
pub(super) struct Sandbox {
    // Its end is the end of all the others.
    _init: Sleeper,
    mounts: OwnedFd,
    processes: Vec<(String, String)>,
    /// A directory for the files of programs, which every user can pass through.
    pub(super) directory: PathBuf,
}

impl Sandbox {
    /// Makes the sandbox; from then on, children of the calling process are born in it.
    pub(super) fn new() -> Result<Self> {
        Self::of(|_| true)
    }

    /// As [`Sandbox::new`], without those whose names lead a program astray on procfs too.
    pub(super) fn plainly_named() -> Result<Self> {
        Self::of(|name| !name.starts_with("comm:"))
    }

    fn of(keep: impl Fn(&str) -> bool) -> Result<Self> {
        let directory = mount::new_directory()?;
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let init = Sleeper::with_flags(libc::CLONE_NEWPID, || {
            mount::own_namespace()?;
            fresh_proc("proc", "")?;
            let mut targets = target::all()?;
            targets.retain(|target| keep(target.name));
            let holder = holder(&directory)?;
            let processes = targets
                .iter()
                .map(|target| (target.name, target.path.clone()));
            let processes: Vec<_> = processes
                .chain([("holder", holder.id().to_string())])
                .collect();
            rustix::io::write(&writer, &postcard::to_stdvec(&processes)?)?;
            // They live as long as this process does.
            std::mem::forget((targets, holder));
            Ok(())
        })?;
        // It is all there, and no end comes: the processes hold the other end open.
        let mut processes = vec![0; 1 << 16];
        let length = rustix::io::read(&reader, &mut processes)?;
        let namespace = |kind: &str| -> Result<OwnedFd> {
            let path = format!("/proc/{}/ns/{kind}", init.id());
            Ok(File::open(&path).with_context(|| path)?.into())
        };
        let (mounts, pids) = (namespace("mnt")?, namespace("pid")?);
        move_into_link_name_space(pids.as_fd(), Some(LinkNameSpaceType::ProcessID))
            .context("entering the pid namespace")?;
        Ok(Self {
            _init: init,
            mounts,
            processes: postcard::from_bytes(&processes[..length])?,
            directory,
        })
    }

    /// The process id of a target, as seen in the sandbox.
    pub(super) fn pid(&self, name: &str) -> Result<i32> {
        let found = self.processes.iter().find(|(known, _)| known == name);
        let (_, path) = found.with_context(|| format!("no process here is called {name:?}"))?;
        path.parse().with_context(|| format!("{name:?} is {path}"))
    }

    /// Mounts a fresh instance on `/proc`, instead of what is there, and sees to it that the next
    /// program gets the id [`PROGRAM`].
    pub(super) fn mount(&self, fstype: &str, options: &str) -> Result<()> {
        in_child(|| {
            self.enter()?;
            fresh_proc(fstype, options)?;
            let last = "/proc/sys/kernel/ns_last_pid";
            fs::write(last, (PROGRAM - 1).to_string())
                .with_context(|| format!("{last} (needs CONFIG_CHECKPOINT_RESTORE)"))
        })
        .with_context(|| format!("mounting {fstype} on /proc with {options:?}"))
    }

    /// Starts a program; `label` names the files that it writes to.
    pub(super) fn start(
        &self,
        caller: &Caller,
        command: &[String],
        input: impl Into<Stdio>,
        label: &str,
    ) -> Result<Running> {
        let (program, arguments) = command.split_first().context("no command")?;
        let output = self.directory.join(format!("{label}.out"));
        let errors = self.directory.join(format!("{label}.err"));
        let process = Sleeper::new_unwatched(|| {
            let (output, errors) = (File::create(&output)?, File::create(&errors)?);
            self.enter()?;
            let mut cpus = CpuSet::new();
            cpus.set(0);
            sched_setaffinity(None, &cpus).context("staying on CPU 0")?;
            caller.become_it()?;
            set_parent_process_death_signal(Some(Signal::KILL))?;
            Err(Command::new(program)
                .args(arguments)
                .env_clear()
                .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                .env("LC_ALL", "C.UTF-8")
                .env("TERM", "dumb")
                .env("HOME", &self.directory)
                .stdin(input)
                .stdout(output)
                .stderr(errors)
                .exec()
                .into())
        });
        Ok(Running {
            process: process.with_context(|| format!("cannot run {program}"))?,
            output,
            errors,
        })
    }

    /// Enters the mount namespace.
    pub(super) fn enter(&self) -> Result<()> {
        move_into_link_name_space(self.mounts.as_fd(), Some(LinkNameSpaceType::Mount))
            .context("entering the mount namespace")
    }
}

/// A process of the user's that has `held` in the sandbox's directory open and locked, works in
/// that directory, and listens on a socket there and on a port.
fn holder(directory: &Path) -> Result<Sleeper> {
    Sleeper::new(|| {
        rustix::thread::set_name(c"holder")?;
        std::env::set_current_dir(directory)?;
        let file = File::create("held")?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
        let socket = std::os::unix::net::UnixListener::bind("socket")?;
        let port = std::net::TcpListener::bind("0.0.0.0:4321");
        let _ = (
            file.into_raw_fd(),
            socket.into_raw_fd(),
            port.context("listening on a port")?.into_raw_fd(),
        );
        become_user(USER)
    })
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Replaces what is on `/proc` by a fresh instance. Its source is the same for every type.
pub(super) fn fresh_proc(fstype: &str, options: &str) -> Result<()> {
    while unmount("/proc", UnmountFlags::DETACH).is_ok() {}
    let options = [vec![Opt::Text("source", "proc")], mount::options(options)].concat();
    let mount = mount::detached(fstype, &options)?;
    Ok(mount::attach(&mount, Path::new("/proc"))?)
}

/// A program that runs.
pub(super) struct Running {
    /// Its process, as seen from outside the sandbox.
    pub(super) process: Sleeper,
    output: PathBuf,
    errors: PathBuf,
}

impl Running {
    /// What it has written to its standard error so far.
    pub(super) fn said_by_now(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.errors)?).into_owned())
    }

    /// Waits for its end and gives what it said.
    pub(super) fn finish(self) -> Result<Outcome> {
        let waited = waitpid(Some(self.process.pid), WaitOptions::empty())?;
        let (_, status) = waited.context("the program vanished")?;
        // It is reaped: there is nothing left to kill.
        std::mem::forget(self.process);
        let text = |path: &Path| -> Result<String> {
            Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
        };
        Ok(Outcome {
            status: match status.exit_status() {
                Some(code) => format!("exit status {code}"),
                None => format!("signal {:?}", status.terminating_signal()),
            },
            output: text(&self.output)?,
            errors: text(&self.errors)?,
        })
    }
}

/// What a program said, and how it ended.
pub(super) struct Outcome {
    /// How it ended.
    pub(super) status: String,
    /// Its standard output.
    pub(super) output: String,
    /// Its standard error.
    pub(super) errors: String,
}

impl Outcome {
    /// All of it in one text.
    pub(super) fn text(&self) -> String {
        let Self {
            status,
            output,
            errors,
        } = self;
        format!("{status}\n--- output\n{output}--- errors\n{errors}")
    }
}
