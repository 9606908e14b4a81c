// SPDX-License-Identifier: GPL-2.0

//! What is held open while its process ends: descriptors, a working directory.

use std::ffi::CString;
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::OnceLock;

use anyhow::{ensure, Result};
use proc2_e2e::caller;
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, fstype, target_decorated, target_kinds, target_names};
use rustix::fs::{openat, Mode, OFlags};
use rustix::io::read;
use rustix::process::{kill_process, Signal};

use super::{normal, Test};
use left::left;
use others::{closed_file, working_directory};

mod left;
mod others;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["held": by_others, after_the_end, as_a_zombie, after_exec, after_reuse,
        working_directory, closed_file]
}

/// What is held of the process beside its entries; each is opened, and half of them read a little,
/// before the end.
const BELOW: &[&str] = &[
    "",
    "task/SELF",
    "fd/0",
    "fdinfo/0",
    "ns/pid",
    "net/dev",
    "attr/current",
    "task/SELF/fd/0",
];

/// The paths of all that is held, below the directory of a process.
fn held_paths(root: &OwnedFd, pid: &str) -> Result<Vec<String>> {
    let mut paths: Vec<String> = BELOW.iter().map(|path| path.to_string()).collect();
    for directory in ["", "task/SELF/"] {
        let path = format!("{pid}/{}", directory.replace("SELF", pid));
        let fd = openat(
            root,
            &path,
            OFlags::RDONLY | OFlags::DIRECTORY,
            Mode::empty(),
        )?;
        let names = dirent::names(fd.as_fd())?;
        paths.extend(names.iter().map(|name| format!("{directory}{name}")));
    }
    Ok(paths)
}

/// What root has opened, used by somebody else: each call asks anew, but for what procfs decides
/// when it opens.
fn by_others() -> Result<()> {
    let mut tally = Tally::default();
    for options in ["hidepid=off", "hidepid=noaccess", "hidepid=invisible"] {
        for process in [
            target_decorated::open_files()?,
            target_kinds::plain(caller::OTHER)?,
            target_kinds::plain(0)?,
        ] {
            let pid = process.id().to_string();
            let (theirs, ours) = (
                open_all(&Instance::new("proc", options)?, &pid)?,
                open_all(&Instance::new(&fstype(), options)?, &pid)?,
            );
            for caller in [caller::ORDINARY, caller::WEAK_ROOT] {
                tally.add(in_child(|| {
                    caller.become_it()?;
                    let mut tally = Tally::default();
                    for ((name, way, their), (_, _, our)) in theirs.iter().zip(&ours) {
                        // The one that proc2 gates on purpose, and those whose parent it is.
                        let gated = name.strip_prefix("task/SELF").is_some_and(|rest| {
                            ["", "/fd", "/fdinfo", "/ns", "/net", "/attr"].contains(&rest)
                        });
                        if gated {
                            continue;
                        }
                        let what = || format!("[{options}] {} uses {name} held {way}", caller.name);
                        compare(&mut tally, what, name, their, our);
                    }
                    Ok(tally)
                })?);
            }
        }
    }
    tally.verdict(6000)
}

fn after_the_end() -> Result<()> {
    each_held(target_decorated::open_files()?, |mut process| {
        process.end();
        Ok(())
    })
}

fn as_a_zombie() -> Result<()> {
    each_held(target_decorated::open_files()?, |process| {
        kill_process(process.pid, Signal::KILL)?;
        target_kinds::wait_state(process.id(), 'Z')?;
        // Dropped, and so reaped, after the comparison only.
        std::mem::forget(process);
        Ok(())
    })
}

/// The process executes another program, with another memory, while its files are open.
fn after_exec() -> Result<()> {
    static PROGRAM: OnceLock<CString> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let path = std::env::current_exe().unwrap_or_default();
        CString::new(path.into_os_string().into_encoded_bytes()).unwrap_or_default()
    });
    extern "C" fn execute(_: i32) {
        let Some(program) = PROGRAM.get() else { return };
        let arguments = [
            program.as_ptr(),
            c"--sleep".as_ptr(),
            c"second".as_ptr(),
            std::ptr::null(),
        ];
        let environment = [c"SECOND=1".as_ptr(), std::ptr::null()];
        // SAFETY: execve(2) may be called in a handler; the arrays end in null.
        unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    }
    let process = Sleeper::new(|| {
        // SAFETY: the handler makes one system call.
        unsafe { libc::signal(libc::SIGUSR1, execute as *const () as libc::sighandler_t) };
        Ok(())
    })?;
    each_held(process, |process| {
        kill_process(process.pid, Signal::USR1)?;
        target_names::wait_executed(process.id())?;
        // Dropped, and so reaped, after the comparison only.
        std::mem::forget(process);
        Ok(())
    })
}

/// The number of the process is given to another one while its files are open.
fn after_reuse() -> Result<()> {
    const STRANGER: &std::ffi::CStr = c"a stranger";
    let flags = libc::CLONE_NEWPID | libc::CLONE_NEWNS;
    proc2_e2e::child::in_child_with(flags, || {
        // The targets are watched by the numbers that they have in here.
        mount::attach(&mount::detached("proc", &[])?, "/proc".as_ref())?;
        let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
        let mut process = target_decorated::open_files()?;
        let number = process.id();
        let pid = number.to_string();
        let (theirs, ours) = (open_all(&oracle, &pid)?, open_all(&subject, &pid)?);
        process.end();
        fs::write("/proc/sys/kernel/ns_last_pid", (number - 1).to_string())?;
        let stranger = Sleeper::new(|| Ok(rustix::thread::set_name(STRANGER)?))?;
        ensure!(stranger.id() == number, "the stranger is {}", stranger.id());
        let seen = fs::read(subject.join(format!("{pid}/comm")))?;
        ensure!(
            seen == b"a stranger\n",
            "by its path: {}",
            seen.escape_ascii()
        );
        let mut tally = Tally::default();
        for ((name, way, their), (_, _, our)) in theirs.iter().zip(&ours) {
            let what = || format!("{name} held {way}");
            compare(&mut tally, what, name, their, our);
            let again = left(our);
            let found = again.windows(8).any(|bytes| bytes == b"stranger");
            ensure!(!found, "{name} held {way} shows the stranger");
        }
        tally.verdict(350)
    })
}

/// Opens everything of a process in both trees, lets `end` do its work, and compares what is left.
fn each_held(process: Sleeper, end: impl FnOnce(Sleeper) -> Result<()>) -> Result<()> {
    let pid = process.id().to_string();
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let (theirs, ours) = (open_all(&oracle, &pid)?, open_all(&subject, &pid)?);
    end(process)?;
    let mut tally = Tally::default();
    for ((name, way, their), (_, _, our)) in theirs.iter().zip(&ours) {
        let what = || format!("{name} held {way}");
        compare(&mut tally, what, name, their, our);
    }
    tally.verdict(350)
}

/// Compares what two descriptors of an entry still give; what changes by itself is taken out, as
/// each can be used once only.
fn compare(
    tally: &mut Tally,
    what: impl Fn() -> String,
    name: &str,
    their: &rustix::io::Result<OwnedFd>,
    our: &rustix::io::Result<OwnedFd>,
) {
    let entry = name.rsplit('/').next().unwrap_or(name);
    let [want, got] = [their, our].map(|held| {
        let text = left(held);
        normal::without_counters(entry, false, &text).unwrap_or(text)
    });
    tally.same(what, want, got);
}

/// An entry's name, how it was opened, and its descriptor.
type Held = (String, &'static str, rustix::io::Result<OwnedFd>);

fn open_all(instance: &Instance, pid: &str) -> Result<Vec<Held>> {
    let root = instance.root()?;
    let mut held = Vec::new();
    for name in held_paths(&root, pid)? {
        let path = format!("{pid}/{}", name.replace("SELF", pid));
        let at = At {
            root: root.as_fd(),
            path: &path,
        };
        held.push((
            name.clone(),
            "O_PATH",
            at.open(OFlags::PATH | OFlags::NOFOLLOW),
        ));
        held.push((
            name.clone(),
            "unread",
            at.open(OFlags::RDONLY | OFlags::NOFOLLOW),
        ));
        let begun = at.open(OFlags::RDONLY | OFlags::NOFOLLOW);
        if let Ok(fd) = &begun {
            let _ = read(fd, &mut [0; 5]);
        }
        held.push((name, "begun", begun));
    }
    Ok(held)
}
