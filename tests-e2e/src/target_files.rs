// SPDX-License-Identifier: GPL-2.0

//! A target with thousands of descriptors, of every kind that the kernel here has.

use std::ffi::c_int;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::fd::IntoRawFd;
use std::{mem, ptr};

use anyhow::{ensure, Context as _, Result};

use crate::caller::{become_user, USER};
use crate::child::Sleeper;
use crate::{errno, kernel};
use waiters::{waiters, watchers};

mod waiters;

/// How many there are: several buffers of a directory's, several pages of a table.
pub const MANY: u64 = 3000;

/// A process of the user's that holds them.
pub fn many_files() -> Result<Sleeper> {
    Sleeper::new(|| {
        let limit = libc::rlimit {
            rlim_cur: MANY + 1000,
            rlim_max: MANY + 1000,
        };
        // SAFETY: the limit lives through the call.
        let done = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) };
        ensure!(done == 0, "RLIMIT_NOFILE: {}", errno::last());
        let mut kinds = waiters()?;
        kinds.extend(sockets()?);
        kinds.extend(watchers()?);
        kinds.extend(of_tasks()?);
        if kernel::has("CONFIG_BPF_SYSCALL", "descriptors of BPF")? {
            kinds.extend(programs()?);
        }
        files()?;
        // Copies of them all, over and over.
        let copies = kinds.iter().cycle();
        for (number, original) in (100..MANY).zip(copies) {
            let command = match number % 2 {
                0 => libc::F_DUPFD,
                _ => libc::F_DUPFD_CLOEXEC,
            };
            // SAFETY: numbers only.
            let copy = unsafe { libc::fcntl(*original, command, number as c_int) };
            ensure!(copy >= 0, "F_DUPFD: {}", errno::last());
        }
        become_user(USER)
    })
}

/// A new descriptor, or what went wrong.
fn new(what: &str, fd: impl TryInto<c_int>) -> Result<c_int> {
    let fd = fd.try_into().unwrap_or(-1);
    ensure!(fd >= 0, "{what}: {}", errno::last());
    Ok(fd)
}

fn sockets() -> Result<Vec<c_int>> {
    let kinds = [
        ("CONFIG_UNIX", libc::AF_UNIX, libc::SOCK_STREAM, 0),
        ("CONFIG_UNIX", libc::AF_UNIX, libc::SOCK_DGRAM, 0),
        ("CONFIG_UNIX", libc::AF_UNIX, libc::SOCK_SEQPACKET, 0),
        ("CONFIG_INET", libc::AF_INET, libc::SOCK_STREAM, 0),
        ("CONFIG_INET", libc::AF_INET, libc::SOCK_DGRAM, 0),
        ("CONFIG_IPV6", libc::AF_INET6, libc::SOCK_STREAM, 0),
        (
            "CONFIG_NET",
            libc::AF_NETLINK,
            libc::SOCK_RAW,
            libc::NETLINK_ROUTE,
        ),
        ("CONFIG_PACKET", libc::AF_PACKET, libc::SOCK_RAW, 0),
    ];
    let mut all = Vec::new();
    for (option, family, kind, protocol) in kinds {
        if !kernel::has(option, &format!("sockets of family {family}"))? {
            continue;
        }
        // SAFETY: numbers only.
        all.push(new("socket", unsafe {
            libc::socket(family, kind, protocol)
        })?);
    }
    let mut pair = [0; 2];
    // SAFETY: the array holds two descriptors.
    let made = unsafe { libc::socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0, pair.as_mut_ptr()) };
    ensure!(made == 0, "socketpair: {}", errno::last());
    all.extend(pair);
    Ok(all)
}

/// Descriptors of tasks, of namespaces and of what the kernel has no file for.
fn of_tasks() -> Result<Vec<c_int>> {
    let mut all = Vec::new();
    // SAFETY: each call takes numbers and static strings.
    unsafe {
        let own = libc::syscall(libc::SYS_pidfd_open, libc::getpid(), 0);
        all.push(new("pidfd", own)?);
        let parent = libc::syscall(libc::SYS_pidfd_open, libc::getppid(), libc::O_NONBLOCK);
        all.push(new("pidfd", parent)?);
        // A process that has been waited for: its number is gone.
        let child = libc::fork();
        if child == 0 {
            libc::_exit(0);
        }
        let gone = libc::syscall(libc::SYS_pidfd_open, child, 0);
        all.push(new("pidfd", gone)?);
        libc::waitpid(child, ptr::null_mut(), 0);
        for path in [
            c"/proc/self/ns/net",
            c"/proc/self/ns/pid",
            c"/proc/self/status",
        ] {
            all.push(new(
                "a file of procfs",
                libc::open(path.as_ptr(), libc::O_RDONLY),
            )?);
        }
        let tree = libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, c"/dev".as_ptr(), 1);
        all.push(new("open_tree", tree)?);
        let context = libc::syscall(libc::SYS_fsopen, c"tmpfs".as_ptr(), 0);
        all.push(new("fsopen", context)?);
        for (path, flags) in [
            (c"/", libc::O_PATH),
            (c"/dev/null", libc::O_PATH | libc::O_CLOEXEC),
            (c"/proc/self/exe", libc::O_PATH | libc::O_NOFOLLOW),
            (c"/dev/ptmx", libc::O_RDWR | libc::O_NOCTTY),
            (c"/dev/zero", libc::O_RDWR | libc::O_SYNC),
        ] {
            all.push(new("open", libc::open(path.as_ptr(), flags))?);
        }
        let memory = libc::memfd_create(c"sealed".as_ptr(), libc::MFD_ALLOW_SEALING);
        let memory = new("memfd", memory)?;
        libc::fcntl(
            memory,
            libc::F_ADD_SEALS,
            libc::F_SEAL_GROW | libc::F_SEAL_WRITE,
        );
        all.push(memory);
        if kernel::has("CONFIG_POSIX_MQUEUE", "descriptors of message queues")? {
            let (name, flags) = (c"/proc2-e2e", libc::O_RDWR | libc::O_CREAT);
            let queue = libc::mq_open(name.as_ptr(), flags, 0o600, 0);
            all.push(new("mq_open", queue)?);
            libc::mq_unlink(name.as_ptr());
        }
        if kernel::has("CONFIG_SECURITY_LANDLOCK", "descriptors of Landlock")? {
            // Access to files: a right that a ruleset handles.
            let handled = 1u64;
            let ruleset = libc::syscall(libc::SYS_landlock_create_ruleset, &handled, 8, 0);
            all.push(new("landlock_create_ruleset", ruleset)?);
        }
    }
    Ok(all)
}

/// A map and a program of BPF.
fn programs() -> Result<Vec<c_int>> {
    const BPF_MAP_CREATE: c_int = 0;
    const BPF_PROG_LOAD: c_int = 5;
    let bpf = |command: c_int, attributes: &[u64; 16]| {
        // SAFETY: the attributes live through the call and have the size that the kernel is told.
        unsafe { libc::syscall(libc::SYS_bpf, command, attributes.as_ptr(), 128) }
    };
    // An array (2) of 4-byte keys, of 8 values of 16 bytes.
    let mut array = [0u64; 16];
    (array[0], array[1]) = (2 | (4 << 32), 16 | (8 << 32));
    let map = new("a map of BPF", bpf(BPF_MAP_CREATE, &array))?;
    // A socket filter (1) of two instructions: r0 = 0; exit.
    let (code, license) = ([0xb7u64, 0x95], c"GPL");
    let mut program = [0u64; 16];
    (program[0], program[1], program[2]) =
        (1 | (2 << 32), code.as_ptr() as u64, license.as_ptr() as u64);
    let program = new("a program of BPF", bpf(BPF_PROG_LOAD, &program))?;
    Ok(vec![map, program])
}

/// Files with locks of each kind and a lease, and one that is deleted.
fn files() -> Result<()> {
    let directory = tempfile::tempdir()?.keep();
    let open = |name: &str| {
        let mut options = File::options();
        let options = options.read(true).write(true).create(true).truncate(false);
        options.open(directory.join(name))
    };
    for (name, kind, command) in [
        ("posix", libc::F_WRLCK, libc::F_SETLK),
        ("posix shared", libc::F_RDLCK, libc::F_SETLK),
        ("of the description", libc::F_WRLCK, libc::F_OFD_SETLK),
    ] {
        let mut file = open(name).context("creating a file")?;
        file.write_all(b"some bytes").context("write")?;
        // SAFETY: the lock is plain numbers, and lives through the call.
        unsafe {
            let mut lock: libc::flock = mem::zeroed();
            (lock.l_type, lock.l_start, lock.l_len) = (kind as i16, 3, 5);
            let locked = libc::fcntl(file.into_raw_fd(), command, &lock);
            ensure!(locked == 0, "a lock {name}: {}", errno::last());
        }
    }
    let flocked = open("flock").context("creating a file")?;
    rustix::fs::flock(&flocked, rustix::fs::FlockOperation::LockShared).context("flock")?;
    // SAFETY: numbers only.
    let leased = unsafe {
        let file = File::open(directory.join("flock"))
            .context("reopening")?
            .into_raw_fd();
        libc::fcntl(file, libc::F_SETLEASE, libc::F_RDLCK)
    };
    // A file that is open for writing, as this one is, gives no lease for reading.
    ensure!(
        leased == 0 || errno::last() == "EAGAIN",
        "a lease: {}",
        errno::last()
    );
    let lonely = open("lonely").context("creating a file")?;
    let deleted = open("deleted \\ name\n").context("creating a file")?;
    fs::remove_file(directory.join("deleted \\ name\n")).context("unlink")?;
    drop(lonely);
    // SAFETY: numbers only.
    let leased = unsafe {
        let file = File::open(directory.join("lonely"))
            .context("reopening")?
            .into_raw_fd();
        libc::fcntl(file, libc::F_SETLEASE, libc::F_RDLCK)
    };
    ensure!(leased == 0, "a lease: {}", errno::last());
    let _ = (flocked.into_raw_fd(), deleted.into_raw_fd());
    Ok(())
}
