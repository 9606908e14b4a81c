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
    target_decorated as decorated, target_exec as exec, target_files as files,
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

    /// A target that needs no process of the test's; `pid` is its number in the caller's pid namespace. A young namespace may have no
    /// such process yet: there it is a name alone.
    pub fn numbered(name: &'static str, path: &str, pid: i32) -> Self {
        Self {
            identity: identity(pid).ok(),
            ..Self::named(name, path)
        }
    }

    /// A target below the directory of a process that `keep` holds; `pid` is its number in the caller's pid namespace.
    pub fn held(name: &'static str, path: String, pid: i32, keep: impl Any) -> Result<Self> {
        Ok(Self {
            name,
            path,
            identity: Some(identity(pid)?),
            _process: Some(Box::new(keep)),
        })
    }
}

/// The number that pidfs gives the process that is `pid` in the caller's pid namespace: whatever it is called where, it is the same.
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

/// As [`own`], in a user namespace that nobody has been mapped into and with a time namespace for its
/// children. It still has this program's memory.
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

/// Makes one of every kind.
pub fn all() -> Result<Vec<Target>> {
    let mut targets = vec![
        Target::named("self", "self"),
        Target::named("thread-self", "thread-self"),
        Target::numbered("kernel thread", "2", 2),
        Target::numbered("init", "1", 1),
        Target::of("root's", kinds::plain(0)?)?,
        Target::of("the user's", kinds::plain(crate::caller::USER)?)?,
        Target::of("another user's", kinds::plain(crate::caller::OTHER)?)?,
        Target::of("undumpable", kinds::undumpable()?)?,
        Target::of("threads", kinds::threads()?)?,
        Target::of("many threads", kinds::many_threads()?)?,
        Target::of("dead leader", kinds::dead_leader()?)?,
        Target::of("zombie", kinds::zombie()?)?,
        Target::of("stopped", kinds::stopped()?)?,
        Target::of("traced", kinds::traced()?)?,
        Target::of("inner pid namespace", kinds::inner_pid_namespace()?)?,
        Target::of("set-user-id", decorated::set_user_id()?)?,
        Target::of("moved arguments", decorated::moved_arguments()?)?,
        Target::of("decorated", decorated::decorated()?)?,
        Target::of("open files", decorated::open_files()?)?,
        Target::of("terminal", decorated::terminal()?)?,
        Target::of("elsewhere", decorated::elsewhere()?)?,
        Target::of("own namespaces", decorated::own_namespaces()?)?,
        Target::of("long command line", names::long_command_line()?)?,
        Target::of("vfork parent", exec::vfork_parent()?)?,
        Target::of("executing", exec::executing()?)?,
        Target::of("exec stop", exec::exec_stop()?)?,
        Target::of("shared memory", exec::shared_memory()?)?,
        Target::of("many files", files::many_files()?)?,
        Target::of("mappings", memory::mappings()?)?,
        Target::of("timers", timers::timers()?)?,
        Target::of("filtered", seccomp::filtered()?)?,
        Target::of("strict seccomp", seccomp::strict()?)?,
        Target::of("all namespaces", namespaces::all()?)?,
        Target::of("nested control groups", namespaces::nested_groups()?)?,
        namespaces::nested_pid_namespaces()?,
    ];
    for (name, title) in names::TITLES {
        targets.push(Target::of(name, names::rewritten(title)?)?);
    }
    for (name, comm) in names::COMMS {
        targets.push(Target::of(name, names::named(comm)?)?);
    }
    Ok(targets)
}
