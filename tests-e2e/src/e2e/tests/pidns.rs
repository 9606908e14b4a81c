// SPDX-License-Identifier: GPL-2.0

//! Instances of other pid namespaces: `pidns=`, mounts made inside one, and one that has died.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::{in_child, in_child_with, Sleeper};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::probe::{self, At};
use proc2_e2e::sweep::Sweep;
use proc2_e2e::{dirent, errno, fstype, target_decorated, target_kinds};
use rustix::fs::{openat, Mode, OFlags};

use super::{normal, Test};

pub(super) fn tests() -> Vec<Test> {
    super::tests!["pidns": by_path, by_descriptor, from_inside, reader_from_outside, after_its_init,
        may_not_look_up, needs_admin_there, joined_for_children]
}

/// Paths below a task's directory that tell its ids.
const TELLING: [&str; 5] = ["status", "stat", "task/1/stat", "task/1/status", "fdinfo/0"];

/// Whether two instances of a small namespace agree: names, and what tells ids.
fn agree(tally: &mut Tally, title: &str, oracle: &OwnedFd, subject: &OwnedFd) -> Result<()> {
    let names = |root: &OwnedFd| -> Result<Vec<String>> {
        let fd = openat(root, ".", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?;
        let all = dirent::names(fd.as_fd())?;
        Ok(all
            .into_iter()
            .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
            .collect())
    };
    let (want, got) = (names(oracle)?, names(subject)?);
    tally.same(
        || format!("{title}: tasks"),
        format!("{want:?}"),
        format!("{got:?}"),
    );
    ensure!(want.len() < 50, "{title}: not a small namespace");
    for path in ["self", "thread-self", "net", "mounts"]
        .map(String::from)
        .into_iter()
        .chain(
            want.iter()
                .flat_map(|pid| TELLING.map(|path| format!("{pid}/{path}"))),
        )
    {
        let text = |root: &OwnedFd| -> Vec<u8> {
            let at = At {
                root: root.as_fd(),
                path: &path,
            };
            let named = ["readlink", "whole", "stat"];
            let probes = probe::suited(at.kind().ok()).filter(|probe| named.contains(&probe.name));
            probes
                .flat_map(|probe| [(probe.run)(at), b"\n".to_vec()].concat())
                .collect()
        };
        tally.compare(
            || format!("{title}: {path}"),
            || text(oracle),
            || text(subject),
            |bytes| normal::without_counters("status", false, bytes),
        );
    }
    Ok(())
}

/// The init of a pid namespace with two children, one of which has threads.
fn small_namespace() -> Result<Sleeper> {
    Sleeper::with_flags(libc::CLONE_NEWPID, || {
        for make in [target_kinds::threads, target_decorated::open_files] {
            // Ends with its namespace.
            std::mem::forget(make_quietly(make)?);
        }
        Ok(())
    })
}

/// Makes a process where `/proc` is of another pid namespace, so that it cannot be watched.
fn make_quietly(make: fn() -> Result<Sleeper>) -> Result<Sleeper> {
    let _ = make;
    Sleeper::new_unwatched(|| rustix::thread::set_name(c"inner").context("name"))
}

fn by_path() -> Result<()> {
    let init = small_namespace()?;
    let path = format!("/proc/{}/ns/pid", init.id());
    both("by path", &[Opt::Text("pidns", &path)])
}

fn by_descriptor() -> Result<()> {
    let init = small_namespace()?;
    let file = OwnedFd::from(fs::File::open(format!("/proc/{}/ns/pid", init.id()))?);
    both("by descriptor", &[Opt::Fd("pidns", &file)])?;
    both(
        "with other options",
        &[
            Opt::Fd("pidns", &file),
            Opt::Text("subset", "pid"),
            Opt::Text("hidepid", "2"),
        ],
    )
}

fn both(title: &str, options: &[Opt<'_>]) -> Result<()> {
    let (oracle, subject) = (
        Instance::with("proc", options)?,
        Instance::with(&fstype(), options)?,
    );
    let listed = dirent::names(subject.root()?.as_fd())?;
    let tasks = listed
        .iter()
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .count();
    ensure!(
        tasks == 3,
        "the namespace has three tasks, the instance lists {listed:?}"
    );
    let mut tally = Tally::default();
    agree(&mut tally, title, &oracle.root()?, &subject.root()?)?;
    ensure!(
        !subject.shown()?.contains("pidns"),
        "pidns= is shown: {}",
        subject.shown()?
    );
    tally.verdict(15)
}

/// Mounts made in a child pid namespace, looked at from in there.
fn from_inside() -> Result<()> {
    in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
        let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
        rustix::mount::mount_bind(&oracle.path, "/proc")?;
        let leads = fs::read_link(subject.join("self"))?;
        ensure!(
            leads.as_os_str() == "1",
            "self leads to {leads:?} in the namespace's init"
        );
        let _inner = [
            target_kinds::threads()?,
            target_kinds::inner_pid_namespace()?,
            target_kinds::zombie()?,
        ];
        let mut tally = Tally::default();
        agree(&mut tally, "from inside", &oracle.root()?, &subject.root()?)?;
        let (theirs, ours) = (oracle.root()?, subject.root()?);
        let sweep = Sweep {
            oracle: theirs.as_fd(),
            subject: ours.as_fd(),
            title: "from inside",
            skip: &|_| false,
            normalise: &|path, bytes| normal::global(path, bytes),
        };
        sweep.walk(&mut tally, "locks");
        sweep.walk(&mut tally, "sys/kernel");
        tally.verdict(100)
    })
}

/// A reader who is not in the instance's namespace has no self there.
fn reader_from_outside() -> Result<()> {
    let init = small_namespace()?;
    let file = OwnedFd::from(fs::File::open(format!("/proc/{}/ns/pid", init.id()))?);
    let options = [Opt::Fd("pidns", &file)];
    let (oracle, subject) = (
        Instance::with("proc", &options)?,
        Instance::with(&fstype(), &options)?,
    );
    for instance in [&oracle, &subject] {
        for name in ["self", "thread-self", "self/status", "net/dev", "mounts"] {
            let gone = fs::read(instance.join(name))
                .err()
                .and_then(|error| error.raw_os_error());
            ensure!(
                gone == Some(libc::ENOENT),
                "{name} in {} gave {gone:?}",
                instance.path.display()
            );
        }
        // What is this process's id in here is another process or none in there.
        let own = instance.join(std::process::id().to_string());
        ensure!(!own.exists(), "{} exists", own.display());
    }
    // The other way round: an inner reader of the outer instance.
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let (oracle, subject) = (oracle.into_root()?, subject.into_root()?);
    in_child_with(libc::CLONE_NEWPID, || {
        let leads = |root: &OwnedFd| {
            let link = rustix::fs::readlinkat(root, "self", Vec::new());
            errno::show(link, |to| format!("{to:?}"))
        };
        let (want, got) = (leads(&oracle), leads(&subject));
        ensure!(
            want == got && want != "\"1\"",
            "self leads to {want} in procfs, {got} here"
        );
        Ok(())
    })
}

/// The namespace's init has died while its instance is mounted.
fn after_its_init() -> Result<()> {
    let mut init = small_namespace()?;
    let path = format!("/proc/{}/ns/pid", init.id());
    let options = [Opt::Text("pidns", path.as_str())];
    let (oracle, subject) = (
        Instance::with("proc", &options)?,
        Instance::with(&fstype(), &options)?,
    );
    let file = OwnedFd::from(fs::File::open(&path)?);
    init.end();
    let mut tally = Tally::default();
    agree(
        &mut tally,
        "after its init's end",
        &oracle.root()?,
        &subject.root()?,
    )?;
    for name in [
        "1",
        "1/status",
        "2",
        "self",
        "self/status",
        "thread-self",
        "meminfo",
        "sys/kernel/ostype",
    ] {
        let text = |instance: &Instance| match fs::read(instance.join(name)) {
            Ok(bytes) => format!("ok {}", bytes.is_empty()),
            Err(error) => errno::name(error.raw_os_error().unwrap_or(0)),
        };
        tally.same(|| name.into(), text(&oracle), text(&subject));
    }
    // A new instance of the dead namespace.
    let options = [Opt::Fd("pidns", &file)];
    let made = |fstype: &str| {
        mount::detached(fstype, &options)
            .map(drop)
            .map_err(|e| e.errno)
    };
    tally.same(
        || "mounting the dead namespace".into(),
        format!("{:?}", made("proc")),
        format!("{:?}", made(&fstype())),
    );
    tally.verdict(10)
}

/// A namespace that is no descendant is refused.
fn may_not_look_up() -> Result<()> {
    let outer = OwnedFd::from(fs::File::open("/proc/self/ns/pid")?);
    let sibling = small_namespace()?;
    let sibling = OwnedFd::from(fs::File::open(format!("/proc/{}/ns/pid", sibling.id()))?);
    in_child_with(libc::CLONE_NEWPID, || {
        for fstype in ["proc", &fstype()] {
            for (whose, file) in [("the parent's", &outer), ("a sibling's", &sibling)] {
                let Err(refusal) = mount::detached(fstype, &[Opt::Fd("pidns", file)]) else {
                    bail!("{fstype} took {whose} namespace")
                };
                ensure!(
                    refusal.errno == libc::EINVAL,
                    "{fstype}, {whose}: {refusal}"
                );
                let told = refusal.log.iter().any(|line| line.contains("pidns"));
                ensure!(
                    told,
                    "{fstype}, {whose}: the log does not name pidns: {refusal}"
                );
            }
        }
        Ok(())
    })
}

/// Root of a user namespace may not choose a pid namespace that another one owns.
fn needs_admin_there() -> Result<()> {
    let init = small_namespace()?;
    let file = OwnedFd::from(fs::File::open(format!("/proc/{}/ns/pid", init.id()))?);
    in_child_with(libc::CLONE_NEWUSER | libc::CLONE_NEWNS, || {
        for fstype in ["proc", &fstype()] {
            let Err(refusal) = mount::detached(fstype, &[Opt::Fd("pidns", &file)]) else {
                bail!("{fstype} took a namespace that another user namespace owns")
            };
            ensure!(refusal.errno == libc::EPERM, "{fstype}: {refusal}");
            let told = refusal.log.iter().any(|line| line.contains("pidns"));
            ensure!(told, "{fstype}: the log does not name pidns: {refusal}");
        }
        Ok(())
    })
}

/// unshare(CLONE_NEWPID) without a child yet: the mount is of the present namespace.
fn joined_for_children() -> Result<()> {
    in_child(|| {
        // SAFETY: a child process with one thread; namespaces are no memory.
        unsafe { rustix::thread::unshare_unsafe(rustix::thread::UnshareFlags::NEWPID)? };
        let leads = |fstype: &str| -> Result<_> {
            Ok(fs::read_link(Instance::new(fstype, "")?.join("self"))?)
        };
        let (want, got) = (leads("proc")?, leads(&fstype())?);
        ensure!(
            want == got,
            "self leads to {want:?} in procfs, to {got:?} here"
        );
        Ok(())
    })
}
