// SPDX-License-Identifier: GPL-2.0

//! Directories of processes as pidfds: `pidfd_send_signal()` takes a descriptor of `/<pid>`, and of
//! nothing else in the tree.
//!
//! That is so where the kernel has `scripts/kernel/proc_pidfd.patch`. Another one is told by its answer for a directory, and then
//! every descriptor of an instance must be EBADF.

use std::collections::BTreeMap;
use std::mem::zeroed;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::ptr::null;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{self, Caller, EXEMPT, ORDINARY, OTHER, ROOT, USER};
use proc2_e2e::child::{in_child, in_child_with, Sleeper};
use proc2_e2e::compare::Tally;
use proc2_e2e::kernel::{self, Lacking};
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::probe::At;
use proc2_e2e::scene::Scene;
use proc2_e2e::target::Target;
use proc2_e2e::{dirent, errno, fstype, target_kinds};
use rustix::fs::OFlags;
use rustix::process::{kill_process, setpgid, waitpid, Signal, WaitOptions};
use serde::{Deserialize, Serialize};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["pidfd": everywhere_as_procfs, signals_arrive, what_arrives, hidden_but_held,
        after_the_end]
}

/// What a call says about the signal, beside its number.
#[derive(Clone, Copy)]
enum Info {
    /// A null pointer.
    None,
    /// A `siginfo_t` for the signal `signo`, with `si_code`.
    Of { signo: i32, code: i32 },
    /// A pointer to nothing.
    Bad,
}

/// A call of pidfd_send_signal(2).
struct Call {
    name: &'static str,
    signal: i32,
    flags: u32,
    info: Info,
}

const fn call(name: &'static str, signal: i32, flags: u32, info: Info) -> Call {
    Call {
        name,
        signal,
        flags,
        info,
    }
}

const fn info(signo: i32, code: i32) -> Info {
    Info::Of { signo, code }
}

/// Signal 0: only asks.
const ASK: Call = call("asks", 0, 0, Info::None);
/// All calls here leave the process as it is.
const CALLS: &[Call] = &[
    ASK,
    call("PIDFD_SIGNAL_THREAD", 0, 1, Info::None),
    call("PIDFD_SIGNAL_THREAD_GROUP", 0, 2, Info::None),
    call("PIDFD_SIGNAL_PROCESS_GROUP", 0, 4, Info::None),
    call("two scopes", 0, 3, Info::None),
    call("an unknown flag", 0, 8, Info::None),
    call("no such signal", 65, 0, Info::None),
    call("info from a user", 0, 0, info(0, libc::SI_QUEUE)),
    call("info of another signal", 0, 0, info(10, libc::SI_QUEUE)),
    call("info as if from kill", 0, 0, info(0, libc::SI_USER)),
    call("info as if from tkill", 0, 0, info(0, libc::SI_TKILL)),
    call("info from nowhere", 0, 0, Info::Bad),
];

impl Call {
    fn on(&self, fd: BorrowedFd<'_>) -> String {
        let fd = fd.as_raw_fd();
        // SAFETY: all zeroes are a siginfo_t.
        let mut given: libc::siginfo_t = unsafe { zeroed() };
        let info = match self.info {
            Info::None => null(),
            Info::Of { signo, code } => {
                (given.si_signo, given.si_code) = (signo, code);
                &raw const given
            }
            Info::Bad => 8 as *const _,
        };
        // SAFETY: the kernel checks each argument, and only reads `info`.
        let result = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                fd,
                self.signal,
                info,
                self.flags,
            )
        };
        errno::show_raw(result)
    }
}

/// What is said of a kernel that is not the project's, and where directories of processes are no pidfds.
pub(super) const NO_PATCH: &str = "this kernel has no proc_pidfd.patch";

/// An error that leaves a test out, where [`are_pidfds`] says no.
fn needs_the_patch() -> Result<()> {
    match are_pidfds()? {
        true => Ok(()),
        false => Err(Lacking(NO_PATCH.into()).into()),
    }
}

/// Whether directories of processes are pidfds: on the project's own kernel they must be. Where they are not, it is seen that
/// nothing else of an instance is one.
pub(super) fn are_pidfds() -> Result<bool> {
    if kernel::is_own() {
        return Ok(true);
    }
    let instance = Instance::new(&fstype(), "")?;
    let root = instance.root()?;
    let own = std::process::id().to_string();
    let ask = |path: &str| -> Result<String> {
        let opened = At {
            root: root.as_fd(),
            path,
        }
        .open(OFlags::PATH);
        Ok(ASK.on(opened.with_context(|| path.to_owned())?.as_fd()))
    };
    if ask(&own)? == "0" {
        return Ok(true);
    }
    for below in PATHS {
        let path = format!("{own}{}", below.replace("TID", &own));
        let answer = ask(&path)?;
        ensure!(answer == "EBADF", "without the patch {path} is {answer}");
    }
    Ok(false)
}

/// Below the directory of a process; TID is the last of its threads.
const PATHS: &[&str] = &[
    "",
    "/task",
    "/task/TID",
    "/task/TID/fd",
    "/fd",
    "/fdinfo",
    "/ns",
    "/ns/pid",
    "/net",
    "/attr",
    "/map_files",
    "/cwd",
    "/root",
    "/status",
    "/comm",
];
/// Below the root, besides processes.
const GLOBAL: &[&str] = &[".", "sys", "sys/kernel", "meminfo", "mounts", "1", "2"];
/// How it is opened. `O_EXCL` is what a pidfd of a thread is told by.
const WAYS: &[OFlags] = &[
    OFlags::RDONLY.union(OFlags::DIRECTORY),
    OFlags::PATH,
    OFlags::PATH.union(OFlags::DIRECTORY),
    OFlags::RDONLY.union(OFlags::EXCL),
];

/// What each call gives on a path, opened in each way.
fn outcomes(root: BorrowedFd<'_>, path: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for way in WAYS {
        match (At { root, path }).open(*way) {
            Ok(fd) => all.extend(CALLS.iter().map(|call| {
                let what = format!("{path} opened {way:?}, {}", call.name);
                (what, call.on(fd.as_fd()))
            })),
            Err(error) => {
                let outcome = format!("open: {}", errno::name(error.raw_os_error()));
                all.push((format!("{path} opened {way:?}"), outcome));
            }
        }
    }
    all
}

/// What a caller was told.
#[derive(Default, Serialize, Deserialize)]
struct Told {
    tally: Tally,
    /// How often procfs gave which outcome.
    outcomes: BTreeMap<String, u64>,
}

impl Told {
    fn compare(
        &mut self,
        caller: &Caller,
        oracle: BorrowedFd<'_>,
        subject: BorrowedFd<'_>,
        path: &str,
    ) {
        let (theirs, ours) = (outcomes(oracle, path), outcomes(subject, path));
        for ((what, want), (_, got)) in theirs.into_iter().zip(ours) {
            let what = || format!("{}: {what}", caller.name);
            self.tally.same(what, &want, got);
            *self.outcomes.entry(want).or_default() += 1;
        }
    }
}

/// Every caller, every kind of process, all that can be opened of it.
fn everywhere_as_procfs() -> Result<()> {
    needs_the_patch()?;
    let scene = Scene::new()?;
    let mut told = Told::default();
    for caller in caller::everyone() {
        let mount = |pidns: Option<&OwnedFd>| {
            let options: Vec<Opt<'_>> = pidns
                .map(|file| Opt::Fd("pidns", file))
                .into_iter()
                .collect();
            Ok((
                Instance::with("proc", &options)?,
                Instance::with(&fstype(), &options)?,
            ))
        };
        let look = |(oracle, subject): &(Instance, Instance), targets: &[&Target]| {
            let (oracle, subject) = (oracle.root()?, subject.root()?);
            let mut told = Told::default();
            for path in GLOBAL {
                told.compare(&caller, oracle.as_fd(), subject.as_fd(), path);
            }
            for target in targets {
                let tid = last_thread(oracle.as_fd(), &target.path);
                for below in PATHS {
                    let path = format!("{}{}", target.path, below.replace("TID", &tid));
                    told.compare(&caller, oracle.as_fd(), subject.as_fd(), &path);
                }
            }
            Ok(told)
        };
        let seen = scene.look_as(&caller, mount, look);
        let seen = seen.with_context(|| caller.name)?;
        told.tally.add(seen.tally);
        for (outcome, count) in seen.outcomes {
            *told.outcomes.entry(outcome).or_default() += count;
        }
    }
    println!("  procfs gave {:?}", told.outcomes);
    told.tally.verdict(40_000)?;
    for wanted in ["0", "EBADF", "EINVAL", "EPERM", "EFAULT"] {
        let count = told.outcomes.get(wanted).copied().unwrap_or_default();
        ensure!(count > 20, "procfs gave {wanted} {count} times");
    }
    Ok(())
}

fn last_thread(root: BorrowedFd<'_>, process: &str) -> String {
    let path = &format!("{process}/task");
    let list = At { root, path }.open(OFlags::RDONLY | OFlags::DIRECTORY);
    let names = list.and_then(|fd| dirent::names(fd.as_fd()));
    names.unwrap_or_default().pop().unwrap_or("0".into())
}

fn directory(instance: &Instance, pid: i32) -> Result<OwnedFd> {
    let (root, path) = (instance.root()?, &pid.to_string());
    let root = root.as_fd();
    let opened = At { root, path }.open(OFlags::RDONLY | OFlags::DIRECTORY);
    opened.with_context(|| format!("opening {pid}"))
}

/// What ended a process.
fn ended_by(process: &Sleeper) -> Result<Option<i32>> {
    let (_, status) = waitpid(Some(process.pid), WaitOptions::empty())?.context("no child")?;
    Ok(status.terminating_signal())
}

/// A signal that is sent reaches whom it is for, and nobody else.
fn signals_arrive() -> Result<()> {
    needs_the_patch()?;
    for fstype in ["proc".to_owned(), fstype()] {
        let instance = Instance::new(&fstype, "")?;
        for (flags, signal) in [(0, libc::SIGTERM), (1, libc::SIGUSR1), (2, libc::SIGKILL)] {
            let (victim, bystander) = (target_kinds::threads()?, target_kinds::threads()?);
            let sent =
                call("", signal, flags, Info::None).on(directory(&instance, victim.id())?.as_fd());
            ensure!(
                sent == "0",
                "{fstype}: signal {signal} with flags {flags} gave {sent}"
            );
            let ended = ended_by(&victim)?;
            ensure!(
                ended == Some(signal),
                "{fstype}: the victim was ended by {ended:?}"
            );
            let there = ASK.on(directory(&instance, bystander.id())?.as_fd());
            ensure!(there == "0", "{fstype}: a bystander is {there}");
        }
        let first = Sleeper::new(|| Ok(setpgid(None, None)?))?;
        let second = Sleeper::new(|| Ok(setpgid(None, Some(first.pid))?))?;
        let sent =
            call("", libc::SIGHUP, 4, Info::None).on(directory(&instance, first.id())?.as_fd());
        ensure!(
            sent == "0",
            "{fstype}: a signal to a process group gave {sent}"
        );
        for member in [&first, &second] {
            let ended = ended_by(member)?;
            ensure!(
                ended == Some(libc::SIGHUP),
                "{fstype}: a member of the group was ended by {ended:?}"
            );
        }
    }
    Ok(())
}

/// The signal says who sent it, and what the sender says.
fn what_arrives() -> Result<()> {
    needs_the_patch()?;
    let arrived = |fstype: &str, info: Info| {
        let instance = Instance::new(fstype, "")?;
        in_child(|| {
            ORDINARY.become_it()?;
            let own = directory(&instance, std::process::id() as i32)?;
            // SAFETY: the set is filled before it is used; the signal is blocked until it is taken.
            unsafe {
                let mut set: libc::sigset_t = zeroed();
                libc::sigaddset(&raw mut set, libc::SIGUSR1);
                libc::sigprocmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
                let sent = call("", libc::SIGUSR1, 0, info).on(own.as_fd());
                ensure!(sent == "0", "sending gave {sent}");
                let mut got: libc::siginfo_t = zeroed();
                let patience = libc::timespec {
                    tv_sec: 60,
                    tv_nsec: 0,
                };
                let signal = libc::sigtimedwait(&raw const set, &raw mut got, &raw const patience);
                let by_this = got.si_pid() == std::process::id() as i32;
                Ok((signal, got.si_code, by_this, got.si_uid()))
            }
        })
    };
    for (info, code, by_this, uid) in [
        (Info::None, libc::SI_USER, true, USER),
        (
            info(libc::SIGUSR1, libc::SI_QUEUE),
            libc::SI_QUEUE,
            false,
            0,
        ),
    ] {
        for fstype in ["proc", &fstype()] {
            let got = arrived(fstype, info)?;
            let want = (libc::SIGUSR1, code, by_this, uid);
            ensure!(got == want, "{fstype}: {got:?} arrived, not {want:?}");
        }
    }
    Ok(())
}

/// What hidepid keeps from a caller to find, it may still signal by a descriptor that it was given:
/// whether it may is a matter of the signal's own check.
fn hidden_but_held() -> Result<()> {
    needs_the_patch()?;
    let mut tally = Tally::default();
    // The user may signal the second, and not trace it.
    let targets = [
        (target_kinds::plain(OTHER)?, "EPERM"),
        (target_kinds::undumpable()?, "0"),
    ];
    for mode in ["off", "noaccess", "invisible", "ptraceable"] {
        let options = format!("hidepid={mode},gid={EXEMPT}");
        for caller in [&ORDINARY, &caller::MEMBER, &caller::WEAK_ROOT, &ROOT] {
            for (target, wanted) in &targets {
                let (oracle, subject) = (
                    Instance::new("proc", &options)?,
                    Instance::new(&fstype(), &options)?,
                );
                let path = target.id().to_string();
                let (their_root, our_root) = (oracle.root()?, subject.root()?);
                let what = |act: &str| format!("[{options}] {}: {act}", caller.name);
                // Nobody has looked at it in these trees.
                let (theirs, ours) = in_child(|| {
                    caller.become_it()?;
                    Ok((
                        outcomes(their_root.as_fd(), &path),
                        outcomes(our_root.as_fd(), &path),
                    ))
                })?;
                for ((act, want), (_, got)) in theirs.into_iter().zip(ours) {
                    tally.same(|| what(&act), want, got);
                }
                let held = (
                    directory(&oracle, target.id())?,
                    directory(&subject, target.id())?,
                );
                let (theirs, ours) = in_child(|| {
                    caller.become_it()?;
                    let all = |held: &OwnedFd| -> Vec<String> {
                        CALLS.iter().map(|call| call.on(held.as_fd())).collect()
                    };
                    Ok((all(&held.0), all(&held.1)))
                })?;
                let first = theirs.first().map(String::as_str);
                let wanted = if caller.uid == 0 { "0" } else { wanted };
                ensure!(first == Some(wanted), "{}: {first:?}", what("procfs"));
                for ((call, want), got) in CALLS.iter().zip(&theirs).zip(&ours) {
                    tally.same(|| what(&format!("held, {}", call.name)), want, got);
                }
            }
        }
    }
    tally.verdict(4 * 4 * 2 * CALLS.len() as u64)
}

/// A zombie is there, what has been reaped is not, and the next process with its number is another.
fn after_the_end() -> Result<()> {
    needs_the_patch()?;
    in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
        // Processes are watched by the numbers that they have in here.
        mount::attach(&mount::detached("proc", &[])?, "/proc".as_ref())?;
        for fstype in ["proc".to_owned(), fstype()] {
            let instance = Instance::new(&fstype, "")?;
            let mut process = target_kinds::plain(USER)?;
            let number = process.id();
            let held = directory(&instance, number)?;
            let check = |when: &str, signal: i32, wanted: &str| {
                let got = call("", signal, 0, Info::None).on(held.as_fd());
                ensure!(
                    got == wanted,
                    "{fstype}: {when}, signal {signal}: {got}, not {wanted}"
                );
                Ok(())
            };
            check("alive", 0, "0")?;
            kill_process(process.pid, Signal::KILL)?;
            target_kinds::wait_state(number, 'Z')?;
            check("a zombie", 0, "0")?;
            check("a zombie", libc::SIGKILL, "0")?;
            process.end();
            check("reaped", 0, "ESRCH")?;
            std::fs::write("/proc/sys/kernel/ns_last_pid", (number - 1).to_string())?;
            let stranger = target_kinds::plain(USER)?;
            ensure!(stranger.id() == number, "the stranger is {}", stranger.id());
            check("with its number taken", libc::SIGKILL, "ESRCH")?;
            let there = ASK.on(directory(&instance, number)?.as_fd());
            ensure!(there == "0", "{fstype}: the stranger is {there}");
        }
        Ok(())
    })
}
