// SPDX-License-Identifier: GPL-2.0

//! What no list lets be written: EROFS, before owner, mode and capability are asked, as a read-only
//! superblock of procfs has it, which is what is compared with.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use io_uring::{opcode, types, IoUring};
use proc2_e2e::caller::{ORDINARY, ROOT, WEAK_ROOT};
use proc2_e2e::child::in_child;
use proc2_e2e::mount::{self, Opt};
use proc2_e2e::probe::At;
use proc2_e2e::{errno, fstype};
use rustix::fs::{accessat, openat, openat2, Access, AtFlags, Mode, OFlags, ResolveFlags, CWD};

use super::super::Test;
use super::who::{as_bare_root, give_up_all, show, there};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::writes": erofs_first, erofs_to_a_nested_root, reading_is_as_ever]
}

/// Files with each kind of mode, and directories; all in an instance with `writable=none`.
const FILES: &[&str] = &[
    "uptime",
    "version",
    "sysvipc/shm",
    "meminfo",
    "sys/kernel/hostname",
    "sys/kernel/osrelease",
    "sys/vm/overcommit_memory",
    "sys/vm/drop_caches",
    "sys/net/core/somaxconn",
    "sysrq-trigger",
    "kmsg",
    "kcore",
    "self/net/dev",
    "net/dev",
    "thread-self/net/dev",
];
const DIRECTORIES: &[&str] = &[
    "sys",
    "sys/kernel",
    "sys/net/ipv4",
    "sysvipc",
    "fs",
    "self/net",
];

/// Opens by io_uring, in which a thread of the kernel's may do it.
fn by_ring(root: &OwnedFd, path: &str, flags: i32) -> Result<String> {
    let path = CString::new(path)?;
    let mut ring = IoUring::new(2)?;
    let request = opcode::OpenAt::new(types::Fd(root.as_raw_fd()), path.as_ptr()).flags(flags);
    let request = request.build();
    for request in [
        request.clone(),
        request.flags(io_uring::squeue::Flags::ASYNC),
    ] {
        // SAFETY: the path lives until the request has completed, which is waited for.
        unsafe { ring.submission().push(&request) }.context("the queue is full")?;
        ring.submit_and_wait(1)?;
        let result = ring.completion().next().context("no completion")?.result();
        if result < 0 {
            return Ok(errno::name(-result));
        }
    }
    Ok("ok".into())
}

/// All ways to open a file for writing, or to have it changed.
fn ways(root: &OwnedFd, path: &str) -> Result<Vec<(String, String)>> {
    let at = At {
        root: root.as_fd(),
        path,
    };
    let mut all = Vec::new();
    for flags in [
        OFlags::WRONLY,
        OFlags::RDWR,
        OFlags::WRONLY | OFlags::TRUNC,
        OFlags::RDWR | OFlags::APPEND,
        OFlags::RDONLY | OFlags::TRUNC,
        OFlags::WRONLY | OFlags::CREATE,
    ] {
        all.push((format!("open {flags:?}"), show(at.open(flags))));
    }
    let how = openat2(
        root,
        path,
        OFlags::WRONLY,
        Mode::empty(),
        ResolveFlags::NO_XDEV,
    );
    all.push(("openat2".into(), show(how)));
    for (who, flags) in [("real", AtFlags::empty()), ("effective", AtFlags::EACCESS)] {
        for (mode, access) in [
            ("w", Access::WRITE_OK),
            ("rw", Access::READ_OK | Access::WRITE_OK),
        ] {
            let done = accessat(root, path, access, flags);
            all.push((format!("access {mode}, {who}"), show(done)));
        }
    }
    let named = at.open(OFlags::PATH)?;
    let number = named.as_raw_fd();
    let link = format!("/proc/self/fd/{number}");
    for flags in [OFlags::WRONLY, OFlags::RDWR] {
        let done = openat(CWD, link.as_str(), flags, Mode::empty());
        all.push((format!("again {flags:?} by its descriptor"), show(done)));
    }
    let text = CString::new(link)?;
    // SAFETY: the path lives through the call.
    let cut = unsafe { libc::truncate(text.as_ptr(), 0) };
    all.push(("truncate".into(), errno::show_raw(i64::from(cut))));
    all.push(("by a ring".into(), by_ring(root, path, libc::O_WRONLY)?));
    Ok(all)
}

/// The same of a directory, which nobody can open for writing anyway.
fn ways_of_directory(root: &OwnedFd, path: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (who, flags) in [("real", AtFlags::empty()), ("effective", AtFlags::EACCESS)] {
        for access in [Access::WRITE_OK, Access::WRITE_OK | Access::EXEC_OK] {
            let done = accessat(root, path, access, flags);
            all.push((format!("access {access:?}, {who}"), show(done)));
        }
    }
    all.push((
        "open".into(),
        show(openat(root, path, OFlags::WRONLY, Mode::empty())),
    ));
    all
}

/// A superblock of procfs's that is read-only, and instances in which nothing of the machine is
/// writable, or not what is looked at.
fn instances() -> Result<(OwnedFd, Vec<OwnedFd>)> {
    let lists = [
        "writable=none",
        "writable=sys/kernel/random:net/netlink:uptimes:sysvipc/msg",
        "subset=container",
        "subset=pid,show=sys:sysvipc:uptime:kcore",
    ];
    let subjects = lists.map(|list| mount::detached(&fstype(), &mount::options(list)));
    let subjects = subjects.into_iter().collect::<Result<_, _>>()?;
    let oracle = mount::detached("proc", &[Opt::Flag("ro")])?;
    Ok((oracle, subjects))
}

/// What the caller, `who`, gets in both; how many files and directories both have.
fn compare(who: &str, oracle: &OwnedFd, subject: &OwnedFd) -> Result<usize> {
    let mut met = 0;
    for path in FILES.iter().filter(|path| there(subject, path) == "there") {
        met += 1;
        let (want, got) = (ways(oracle, path)?, ways(subject, path)?);
        for ((way, want), (_, got)) in want.iter().zip(&got) {
            ensure!(
                want == "EROFS" && got == want,
                "{who}, {path}: {way} gives {got}, on a read-only procfs {want}"
            );
        }
    }
    for path in DIRECTORIES
        .iter()
        .filter(|path| there(subject, path) == "there")
    {
        met += 1;
        let (want, got) = (
            ways_of_directory(oracle, path),
            ways_of_directory(subject, path),
        );
        for ((way, want), (_, got)) in want.iter().zip(&got) {
            let telling = want == "EROFS" || way == "open";
            ensure!(
                telling && got == want,
                "{who}, {path}/: {way} gives {got}, on a read-only procfs {want}"
            );
        }
    }
    // What is open for reading is no way to write.
    let open = |path| {
        At {
            root: subject.as_fd(),
            path,
        }
        .open(OFlags::RDONLY)
    };
    let sent = rustix::fs::sendfile(open("sys/kernel/hostname")?, open("uptime")?, None, 10);
    ensure!(
        show(sent) == "EBADF",
        "{who}: sendfile(2) gives {}",
        show(sent)
    );
    Ok(met)
}

fn erofs_first() -> Result<()> {
    let (oracle, subjects) = instances()?;
    let each = |who: &str| {
        for (subject, least) in subjects.iter().zip([20, 20, 12, 12]) {
            let met = compare(who, &oracle, subject)?;
            ensure!(met >= least, "only {met} entries to compare");
        }
        Ok(())
    };
    for caller in [ROOT, ORDINARY, WEAK_ROOT] {
        in_child(|| {
            caller.become_it()?;
            each(caller.name)
        })?;
    }
    in_child(|| {
        give_up_all()?;
        each("uid 0 without capabilities")
    })
}

/// And to the machine's uid 0 in a user namespace, in an instance of its own.
fn erofs_to_a_nested_root() -> Result<()> {
    as_bare_root(|| {
        let own = mount::detached(&fstype(), &mount::options("subset=container"))?;
        for path in [
            "uptime",
            "sys/kernel/hostname",
            "sys/net/core/somaxconn",
            "sysvipc/shm",
        ] {
            let opened = [OFlags::WRONLY, OFlags::RDWR | OFlags::TRUNC].map(|flags| {
                show(
                    At {
                        root: own.as_fd(),
                        path,
                    }
                    .open(flags),
                )
            });
            let asked = show(accessat(&own, path, Access::WRITE_OK, AtFlags::empty()));
            ensure!(
                opened == ["EROFS", "EROFS"] && asked == "EROFS",
                "{path}: opened {opened:?}, asked {asked}"
            );
        }
        Ok(())
    })
}

/// Not to be written is no matter of reading.
fn reading_is_as_ever() -> Result<()> {
    let oracle = mount::detached("proc", &[])?;
    let subject = mount::detached(&fstype(), &mount::options("writable=none"))?;
    let look = |root: &OwnedFd| -> Vec<String> {
        let files = FILES.iter().chain(DIRECTORIES);
        files
            .map(|path| {
                let at = At {
                    root: root.as_fd(),
                    path,
                };
                let asked = accessat(root, *path, Access::READ_OK, AtFlags::empty());
                let entered = accessat(root, *path, Access::EXEC_OK, AtFlags::empty());
                // Messages of the kernel are not taken from whoever waits for them.
                let opened = match *path {
                    "kmsg" | "kcore" => "not tried".into(),
                    _ => show(at.open(OFlags::RDONLY)),
                };
                format!("{path}: {} {} {opened}", show(asked), show(entered))
            })
            .collect()
    };
    for caller in [ROOT, ORDINARY] {
        let (want, got) = in_child(|| {
            caller.become_it()?;
            Ok((look(&oracle), look(&subject)))
        })?;
        ensure!(
            want == got,
            "{}: {got:#?}, on procfs {want:#?}",
            caller.name
        );
    }
    Ok(())
}
