// SPDX-License-Identifier: GPL-2.0

//! The processes that callers look at. All are at rest, so that their records do not change.

use std::any::Any;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context as _, Result};
use rustix::process::{pidfd_open, Pid, PidfdFlags};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use crate::caller::Place;
use crate::child::{wait_asleep, Sleeper};
use crate::{
    kernel, target_decorated as decorated, target_exec as exec, target_files as files,
    target_kinds as kinds, target_memory as memory, target_names as names,
    target_namespaces as namespaces, target_seccomp as seccomp, target_timers as timers,
};

/// A process, or a name such as `self`, below the root of an instance.
pub struct Target {
    /// What reports call it.
    pub name: &'static str,
    /// The directory of the process below the root.
    pub path: String,
    /// The number that pidfs gives the process; none of a name such as `self`.
    pub identity: Option<u64>,
    // Dropped with the target: ends the process.
    _process: Option<Box<dyn Any>>,
}

impl Target {
    /// A target that some process of the test's is.
    pub fn of(name: &'static str, process: Sleeper) -> Result<Self> {
        let (pid, path) = (process.id(), process.id().to_string());
        Self::held(name, path, pid, process)
    }

    /// A target that is a name such as `self`.
    pub fn named(name: &'static str, path: &str) -> Self {
        Self {
            name,
            path: path.into(),
            identity: None,
            _process: None,
        }
    }

    /// A target that needs no process of the test's; `pid` is its number in the caller's pid
    /// namespace. A young namespace may have no such process yet: there it is a name alone.
    pub fn numbered(name: &'static str, path: &str, pid: i32) -> Self {
        Self {
            identity: identity(pid).ok(),
            ..Self::named(name, path)
        }
    }

    /// A target below the directory of a process that `keep` holds; `pid` is its number in the
    /// caller's pid namespace.
    pub fn held(name: &'static str, path: String, pid: i32, keep: impl Any) -> Result<Self> {
        Ok(Self {
            name,
            path,
            identity: Some(identity(pid)?),
            _process: Some(Box::new(keep)),
        })
    }
}

/// The number that pidfs gives the process that is `pid` in the caller's pid namespace: whatever it
/// is called where, it is the same.
pub fn identity(pid: i32) -> Result<u64> {
    let known = Pid::from_raw(pid).context("0 is no process")?;
    let fd = pidfd_open(known, PidfdFlags::empty()).with_context(|| format!("pidfd of {pid}"))?;
    Ok(rustix::fs::fstat(&fd)?.st_ino)
}

/// The name of the target that is its caller's own.
pub const OWN: &str = "the caller's own";

/// A child of a caller that stands at `place`, with its credentials and in its namespaces, named by
/// its number in the trees'. It executes this program anew, so that it holds few files.
pub fn own(place: Place) -> Result<Target> {
    let child = Sleeper::new_unwatched(|| {
        // By the link, as a caller may not be allowed to walk to the program.
        let mut program = Command::new("/proc/self/exe");
        Err(program.arg("--sleep").env_clear().exec().into())
    })?;
    names::wait_executed(namespaces::last_child()?)?;
    Target::held(OWN, number(place, &child)?, child.id(), child)
}

/// As [`own`], in a user namespace that nobody has been mapped into and with a time namespace for
/// its children. It still has this program's memory.
pub fn unshared(place: Place) -> Result<Target> {
    let child = Sleeper::new_unwatched(|| {
        let flags = UnshareFlags::NEWUSER | UnshareFlags::NEWTIME;
        // SAFETY: a process with one thread; namespaces are no memory.
        unsafe { unshare_unsafe(flags) }.context("unshare of users and time")
    })?;
    wait_asleep(namespaces::last_child()?)?;
    let number = number(place, &child)?;
    Target::held("in a new user namespace", number, child.id(), child)
}

/// The number that the caller's last child has in the trees of a caller that stands at `place`.
fn number(place: Place, child: &Sleeper) -> Result<String> {
    Ok(match place {
        Place::Inside => child.id(),
        _ => namespaces::last_child()?,
    }
    .to_string())
}

/// A kind of target.
struct Kind {
    name: &'static str,
    /// The options without which there is none.
    needs: &'static [&'static str],
    make: fn() -> Result<Sleeper>,
}

/// The kinds that are processes of the test's own.
#[rustfmt::skip] // A row for each.
const KINDS: &[Kind] = &[
    kind("root's", &[], || kinds::plain(0)),
    kind("the user's", &[], || kinds::plain(crate::caller::USER)),
    kind("another user's", &[], || kinds::plain(crate::caller::OTHER)),
    kind("undumpable", &[], kinds::undumpable),
    kind("threads", &[], kinds::threads),
    kind("many threads", &[], kinds::many_threads),
    kind("dead leader", &[], kinds::dead_leader),
    kind("zombie", &[], kinds::zombie),
    kind("stopped", &[], kinds::stopped),
    kind("traced", &[], kinds::traced),
    kind("inner pid namespace", &["CONFIG_PID_NS"], kinds::inner_pid_namespace),
    kind("set-user-id", &["CONFIG_TMPFS"], decorated::set_user_id),
    kind("moved arguments", &[], decorated::moved_arguments),
    kind("decorated", &["CONFIG_SECCOMP_FILTER"], decorated::decorated),
    kind("open files", &["CONFIG_EPOLL", "CONFIG_EVENTFD", "CONFIG_INOTIFY_USER", "CONFIG_TIMERFD"],
        decorated::open_files),
    kind("terminal", &["CONFIG_UNIX98_PTYS"], decorated::terminal),
    kind("elsewhere", &[], decorated::elsewhere),
    kind("own namespaces", &["CONFIG_NET_NS", "CONFIG_IPC_NS", "CONFIG_UTS_NS", "CONFIG_CGROUPS", "CONFIG_TMPFS"],
        decorated::own_namespaces),
    kind("long command line", &[], names::long_command_line),
    kind("vfork parent", &[], exec::vfork_parent),
    kind("executing", &["CONFIG_USERFAULTFD", "CONFIG_KALLSYMS"], exec::executing),
    kind("exec stop", &[], exec::exec_stop),
    kind("shared memory", &[], exec::shared_memory),
    kind("many files", &["CONFIG_EPOLL", "CONFIG_EVENTFD", "CONFIG_SIGNALFD", "CONFIG_TIMERFD"], files::many_files),
    kind("mappings", &[], memory::mappings),
    kind("timers", &["CONFIG_POSIX_TIMERS"], timers::timers),
    kind("filtered", &["CONFIG_SECCOMP_FILTER"], seccomp::filtered),
    kind("strict seccomp", &["CONFIG_SECCOMP"], seccomp::strict),
    kind("all namespaces", &["CONFIG_USER_NS", "CONFIG_TIME_NS", "CONFIG_NET_NS", "CONFIG_IPC_NS", "CONFIG_UTS_NS",
        "CONFIG_CGROUPS"], namespaces::all),
    kind("nested control groups", &["CONFIG_CGROUPS"], namespaces::nested_groups),
];

const fn kind(
    name: &'static str,
    needs: &'static [&'static str],
    make: fn() -> Result<Sleeper>,
) -> Kind {
    Kind { name, needs, make }
}

/// Makes one of every kind that the kernel can have.
pub fn all() -> Result<Vec<Target>> {
    let mut targets = vec![
        Target::named("self", "self"),
        Target::named("thread-self", "thread-self"),
        Target::numbered("kernel thread", "2", 2),
        Target::numbered("init", "1", 1),
    ];
    for Kind { name, needs, make } in KINDS {
        if has_all(needs, name)? {
            targets.push(made(name, make())?);
        }
    }
    let nested = "two pid namespaces down";
    if has_all(&["CONFIG_PID_NS", "CONFIG_PROC_CHILDREN"], nested)? {
        let process = namespaces::nested_pid_namespaces();
        targets.push(process.with_context(|| format!("the target {nested:?}"))?);
    }
    for (name, title) in names::TITLES {
        targets.push(made(name, names::rewritten(title))?);
    }
    for (name, comm) in names::COMMS {
        targets.push(made(name, names::named(comm))?);
    }
    Ok(targets)
}

fn has_all(options: &[&str], target: &str) -> Result<bool> {
    for option in options {
        if !kernel::has(option, &format!("the target {target:?}"))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn made(name: &'static str, process: Result<Sleeper>) -> Result<Target> {
    process
        .and_then(|process| Target::of(name, process))
        .with_context(|| format!("the target {name:?}"))
}
