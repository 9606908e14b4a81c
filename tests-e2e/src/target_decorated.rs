// SPDX-License-Identifier: GPL-2.0

//! Targets that are unusual in what they hold: ids, limits, files, a terminal, namespaces.

use std::ffi::CString;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::{fs, ptr};

use anyhow::{bail, ensure, Context as _, Result};
use rustix::process::{set_dumpable_behavior, DumpableBehavior};

use crate::caller::{become_user, USER};
use crate::child::{sleep_forever, Sleeper};
use crate::{kernel, mount};

/// Everything that shows in `status` and `stat` set to something unusual.
pub fn decorated() -> Result<Sleeper> {
    Sleeper::new(|| {
        // SAFETY: each call takes numbers, or pointers to locals that outlive it.
        unsafe {
            let check = |result: i32, what: &str| match result {
                -1 => bail!("{what}: {}", crate::errno::last()),
                _ => Ok(()),
            };
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            for signal in [libc::SIGUSR1, libc::SIGTERM, libc::SIGRTMIN() + 3] {
                libc::sigaddset(&mut set, signal);
            }
            check(
                libc::sigprocmask(libc::SIG_BLOCK, &set, ptr::null_mut()),
                "sigprocmask",
            )?;
            check(libc::raise(libc::SIGUSR1), "raise")?;
            check(libc::kill(libc::getpid(), libc::SIGTERM), "kill")?;
            libc::signal(libc::SIGHUP, libc::SIG_IGN);
            libc::signal(
                libc::SIGWINCH,
                sleep_forever as *const () as libc::sighandler_t,
            );
            check(libc::nice(7), "nice")?;
            let parameter = libc::sched_param { sched_priority: 3 };
            check(
                libc::sched_setscheduler(0, libc::SCHED_RR, &parameter),
                "sched_setscheduler",
            )?;
            let mut cpus = std::mem::zeroed();
            libc::CPU_SET(0, &mut cpus);
            check(
                libc::sched_setaffinity(0, size_of_val(&cpus), &cpus),
                "sched_setaffinity",
            )?;
            libc::umask(0o137);
            libc::personality(0x0040_0000);
            let limit = libc::rlimit {
                rlim_cur: 12345,
                rlim_max: 23456,
            };
            check(libc::setrlimit(libc::RLIMIT_CORE, &limit), "setrlimit")?;
            let limit = libc::rlimit {
                rlim_cur: 60_000_000,
                rlim_max: libc::RLIM_INFINITY,
            };
            check(libc::setrlimit(libc::RLIMIT_RTTIME, &limit), "setrlimit")?;
            check(libc::setsid(), "setsid")?;
            check(
                libc::prctl(libc::PR_SET_TIMERSLACK, 123_456),
                "PR_SET_TIMERSLACK",
            )?;
            if kernel::has("CONFIG_TRANSPARENT_HUGEPAGE", "PR_SET_THP_DISABLE")? {
                let done = libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0);
                check(done, "PR_SET_THP_DISABLE")?;
            }
            check(libc::prctl(libc::PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS")?;
            // Locked and touched memory.
            let memory = libc::mmap(
                ptr::null_mut(),
                1 << 20,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            check(libc::mlock(memory, 300 << 10), "mlock")?;
        }
        fs::write("/proc/self/oom_score_adj", "321").context("oom_score_adj")?;
        // Their list takes several pages.
        let groups: Vec<_> = (1..3000)
            .map(|n| rustix::thread::Gid::from_raw(n * 1111))
            .collect();
        rustix::thread::set_thread_groups(&groups).context("setgroups")?;
        let uid = rustix::thread::Uid::from_raw;
        // Four different ids, with some capabilities kept.
        rustix::thread::set_thread_res_uid(uid(11), uid(22), uid(33)).context("setresuid")?;
        let mut sets = rustix::thread::capabilities(None).context("capget")?;
        sets.effective =
            rustix::thread::CapabilitySet::NET_RAW | rustix::thread::CapabilitySet::KILL;
        rustix::thread::set_capabilities(None, sets).context("capset")?;
        rustix::thread::set_no_new_privs(true).context("PR_SET_NO_NEW_PRIVS")?;
        set_dumpable_behavior(DumpableBehavior::Dumpable).context("PR_SET_DUMPABLE")?;
        allow_all_seccomp()
    })
}

/// A seccomp filter that allows everything.
fn allow_all_seccomp() -> Result<()> {
    const ALLOW: u32 = 0x7fff_0000;
    let mut filter = libc::sock_filter {
        code: 0x06,
        jt: 0,
        jf: 0,
        k: ALLOW,
    };
    let program = libc::sock_fprog {
        len: 1,
        filter: &mut filter,
    };
    // SAFETY: the program points to one instruction, and both live through the call.
    let done = unsafe { libc::prctl(libc::PR_SET_SECCOMP, 2, &program) };
    ensure!(done == 0, "PR_SET_SECCOMP: {}", crate::errno::last());
    Ok(())
}

/// Descriptors of many kinds, some at high numbers, some with locks.
pub fn open_files() -> Result<Sleeper> {
    Sleeper::new(|| {
        let directory = tempfile::tempdir()?.keep();
        let file = fs::File::create(directory.join("file")).context("creating a file")?;
        file.set_len(100).context("ftruncate")?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).context("flock")?;
        rustix::fs::fcntl_lock(
            &fs::File::options()
                .write(true)
                .open(directory.join("file"))
                .context("opening a file")?,
            rustix::fs::FlockOperation::NonBlockingLockExclusive,
        )
        .context("F_SETLK")?;
        let gone =
            fs::File::create(directory.join("gone\nwith a line")).context("creating a file")?;
        fs::remove_file(directory.join("gone\nwith a line")).context("unlink")?;
        let listener = std::os::unix::net::UnixListener::bind(directory.join("socket"))
            .context("binding a socket")?;
        // SAFETY: each call takes numbers and static strings, and returns a new descriptor.
        unsafe {
            let made = |call: &str, fd: i32| {
                ensure!(fd >= 0, "{call}: {}", crate::errno::last());
                Ok(())
            };
            let open =
                |path: &std::ffi::CStr, flags| made("open", libc::open(path.as_ptr(), flags));
            open(c"/", libc::O_PATH | libc::O_CLOEXEC)?;
            open(c"/etc", libc::O_DIRECTORY)?;
            open(c"/dev/null", libc::O_WRONLY | libc::O_APPEND)?;
            let memory = libc::memfd_create(c"memory".as_ptr(), libc::MFD_CLOEXEC);
            made("memfd_create", memory)?;
            made("eventfd", libc::eventfd(5, 0))?;
            made("epoll_create1", libc::epoll_create1(libc::EPOLL_CLOEXEC))?;
            made("inotify_init", libc::inotify_init())?;
            made(
                "timerfd_create",
                libc::timerfd_create(libc::CLOCK_MONOTONIC, 0),
            )?;
            let own = libc::syscall(libc::SYS_pidfd_open, libc::getpid(), 0);
            made("pidfd_open", own as i32)?;
            made("dup2", libc::dup2(gone.as_raw_fd(), 700))?;
            libc::lseek(700, 77, libc::SEEK_SET);
        }
        // Kept open in the sleeping process, numbers only.
        let _ = (
            file.into_raw_fd(),
            gone.into_raw_fd(),
            listener.into_raw_fd(),
        );
        become_user(USER)
    })
}

/// A session leader on a terminal of its own.
pub fn terminal() -> Result<Sleeper> {
    Sleeper::new(|| {
        use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};
        let leader = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("openpt")?;
        grantpt(&leader).context("grantpt")?;
        unlockpt(&leader).context("unlockpt")?;
        rustix::process::setsid().context("setsid")?;
        let name = ptsname(&leader, Vec::new()).context("ptsname")?;
        let follower = fs::File::options()
            .read(true)
            .write(true)
            .open(name.to_str()?)
            .context("opening a terminal")?;
        rustix::process::ioctl_tiocsctty(&follower).context("TIOCSCTTY")?;
        let _ = (leader.into_raw_fd(), follower.into_raw_fd());
        Ok(())
    })
}

/// A process whose root is elsewhere and whose working directory is deleted.
pub fn elsewhere() -> Result<Sleeper> {
    Sleeper::new(|| {
        let directory = tempfile::tempdir()?.keep();
        fs::create_dir(directory.join("root")).context("mkdir")?;
        fs::create_dir(directory.join("root/inside")).context("mkdir")?;
        let path = CString::new(directory.join("root").as_os_str().as_bytes())?;
        // SAFETY: the path lives through the calls.
        let done = unsafe { libc::chroot(path.as_ptr()) | libc::chdir(c"/inside".as_ptr()) };
        ensure!(done == 0, "chroot: {}", crate::errno::last());
        fs::remove_dir("/inside").context("rmdir")?;
        Ok(())
    })
}

/// A process in namespaces of its own, with a mount at a path that must be escaped.
pub fn own_namespaces() -> Result<Sleeper> {
    let flags = libc::CLONE_NEWNS
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP;
    Sleeper::with_flags(flags, || {
        let directory = tempfile::tempdir()?.keep().join("odd \\ name\nhere");
        fs::create_dir(&directory).context("mkdir")?;
        let none = rustix::mount::MountFlags::empty();
        rustix::mount::mount("source #1", &directory, "tmpfs", none, c"size=64k")
            .context("mounting tmpfs")?;
        Ok(())
    })
}

/// A program that runs with other ids than its caller's: it may not be dumped, nor looked into.
pub fn set_user_id() -> Result<Sleeper> {
    let place = mount::new_directory()?;
    // A file system that lets set-user-id bits count, gone with the test's mount namespace.
    rustix::mount::mount(
        "none",
        &place,
        "tmpfs",
        rustix::mount::MountFlags::empty(),
        c"",
    )
    .context("mounting tmpfs")?;
    let program = place.join("sleep");
    fs::copy("/bin/sleep", &program).context("copying sleep(1)")?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o4755)).context("chmod")?;
    let sleeper = Sleeper::new(|| {
        become_user(USER)?;
        Err(std::process::Command::new(&program)
            .arg("10000")
            .exec()
            .into())
    })?;
    crate::target_names::wait_at_rest(sleeper.id(), "10000")?;
    Ok(sleeper)
}

/// Arguments and environment that start and end elsewhere than execve(2) has put them.
pub fn moved_arguments() -> Result<Sleeper> {
    Sleeper::new(|| {
        let stat = fs::read_to_string("/proc/self/stat")?;
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .collect();
        // The fields after the name begin with the third: arg_start is the 48th.
        let number = |field: usize| -> Result<usize> { Ok(fields[field - 3].parse()?) };
        let changes = [
            (libc::PR_SET_MM_ARG_START, number(48)? + 1),
            (libc::PR_SET_MM_ARG_END, number(49)? + 7),
            (libc::PR_SET_MM_ENV_START, number(50)? + 3),
            (libc::PR_SET_MM_ENV_END, number(51)? - 5),
        ];
        for (what, address) in changes {
            // SAFETY: the numbers say what the records show; nobody writes there.
            let done = unsafe { libc::prctl(libc::PR_SET_MM, what, address, 0, 0) };
            // Where the machine lacks CAP_SYS_RESOURCE, they stay as they are.
            ensure!(
                done == 0 || crate::errno::last() == "EPERM",
                "PR_SET_MM: {}",
                crate::errno::last()
            );
        }
        Ok(())
    })
}
