// SPDX-License-Identifier: GPL-2.0

//! How each kind of target is made.

use std::ffi::{CStr, CString};
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::{fs, ptr};

use anyhow::{bail, ensure, Context as _, Result};
use rustix::process::{kill_process, set_dumpable_behavior, DumpableBehavior, Signal};

use crate::caller::{become_user, USER};
use crate::child::{sleep_forever, state_of, Sleeper};

/// Names that are hard to print: a line feed, a backslash, brackets, bytes that are not UTF-8.
pub const COMMS: &[(&str, &CStr)] = &[
    ("comm: line feed and backslash", c"a\nb\\c\td\r"),
    ("comm: brackets", c"x) R 1 (y"),
    ("comm: not UTF-8", c"\xff\xfe\x01\x7f\x80\xc3"),
    ("comm: empty", c""),
    ("comm: longest", c"abcdefghijklmno"),
    ("comm: quotes and blanks", c" \"'#% "),
];

/// What a process writes over its arguments, as setproctitle(3) does: bytes, repeated up to a
/// length relative to that of the arguments.
pub const TITLES: &[(&str, Title)] = &[
    ("title: shorter", Title { text: b"short\0", grow: None }),
    ("title: no NUL at the end", Title { text: b"title ", grow: Some(0) }),
    ("title: into the environment", Title { text: b"long title ", grow: Some(40) }),
    ("title: NULs inside", Title { text: b"a\0\0b\0", grow: Some(0) }),
];

/// A title: `text` once, or again and again until `grow` bytes past the end of the arguments.
pub struct Title {
    text: &'static [u8],
    grow: Option<usize>,
}

/// A process of `uid` that only sleeps.
pub fn plain(uid: u32) -> Result<Sleeper> {
    Sleeper::new(|| become_user(uid))
}

/// A process of the user's that may not be dumped: it is root's to look at.
pub fn undumpable() -> Result<Sleeper> {
    Sleeper::new(|| {
        become_user(USER)?;
        set_dumpable_behavior(DumpableBehavior::NotDumpable).context("PR_SET_DUMPABLE")
    })
}

/// Three threads with names of their own.
pub fn threads() -> Result<Sleeper> {
    Sleeper::new(|| {
        become_user(USER)?;
        for name in ["one", "two"] {
            start_thread(name)?;
        }
        Ok(())
    })
}

/// Starts a thread that sleeps, under a name.
pub fn start_thread(name: &str) -> Result<()> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let builder = std::thread::Builder::new().name(name.into()).stack_size(64 << 10);
    builder.spawn(move || {
        let _ = sender.send(());
        sleep_forever()
    })?;
    receiver.recv()?;
    Ok(())
}

/// A thread group whose leader has exited while another thread lives on.
pub fn dead_leader() -> Result<Sleeper> {
    let sleeper = Sleeper::new(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::Builder::new().name("survivor".into()).stack_size(64 << 10).spawn(move || {
            let _ = sender.send(());
            sleep_forever()
        })?;
        receiver.recv()?;
        // The leader's last act comes when a signal interrupts its sleep.
        extern "C" fn exit_thread(_: i32) {
            // SAFETY: ends the calling thread alone.
            unsafe { libc::syscall(libc::SYS_exit, 0) };
        }
        // SAFETY: the handler makes one system call.
        unsafe { libc::signal(libc::SIGUSR1, exit_thread as *const () as libc::sighandler_t) };
        Ok(())
    })?;
    // SAFETY: tgkill(2) has no memory effects; the leader's thread id is the process's.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, sleeper.id(), sleeper.id(), libc::SIGUSR1) };
    ensure!(sent == 0, "tgkill failed");
    wait_state(sleeper.id(), 'Z')?;
    Ok(sleeper)
}

/// A process that nobody has waited for.
pub fn zombie() -> Result<Sleeper> {
    let sleeper = plain(USER)?;
    kill_process(sleeper.pid, Signal::KILL)?;
    wait_state(sleeper.id(), 'Z')?;
    Ok(sleeper)
}

/// A process stopped by a signal.
pub fn stopped() -> Result<Sleeper> {
    let sleeper = plain(USER)?;
    kill_process(sleeper.pid, Signal::STOP)?;
    wait_state(sleeper.id(), 'T')?;
    Ok(sleeper)
}

/// A process in a tracing stop; its tracer is the test.
pub fn traced() -> Result<Sleeper> {
    let sleeper = plain(USER)?;
    // SAFETY: PTRACE_SEIZE and PTRACE_INTERRUPT take no pointers.
    let seized = unsafe {
        libc::ptrace(libc::PTRACE_SEIZE, sleeper.id(), 0, 0) == 0
            && libc::ptrace(libc::PTRACE_INTERRUPT, sleeper.id(), 0, 0) == 0
    };
    ensure!(seized, "ptrace: {}", crate::errno::last());
    wait_state(sleeper.id(), 't')?;
    Ok(sleeper)
}

/// The init of a pid namespace of its own.
pub fn inner_pid_namespace() -> Result<Sleeper> {
    Sleeper::with_flags(libc::CLONE_NEWPID, || Ok(()))
}

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
            check(libc::sigprocmask(libc::SIG_BLOCK, &set, ptr::null_mut()), "sigprocmask")?;
            check(libc::raise(libc::SIGUSR1), "raise")?;
            check(libc::kill(libc::getpid(), libc::SIGTERM), "kill")?;
            libc::signal(libc::SIGHUP, libc::SIG_IGN);
            libc::signal(libc::SIGWINCH, sleep_forever as *const () as libc::sighandler_t);
            check(libc::nice(7), "nice")?;
            let parameter = libc::sched_param { sched_priority: 3 };
            check(libc::sched_setscheduler(0, libc::SCHED_RR, &parameter), "sched_setscheduler")?;
            let mut cpus = std::mem::zeroed();
            libc::CPU_SET(0, &mut cpus);
            check(libc::sched_setaffinity(0, size_of_val(&cpus), &cpus), "sched_setaffinity")?;
            libc::umask(0o137);
            libc::personality(0x0040_0000);
            let limit = libc::rlimit { rlim_cur: 12345, rlim_max: 23456 };
            check(libc::setrlimit(libc::RLIMIT_CORE, &limit), "setrlimit")?;
            let limit = libc::rlimit { rlim_cur: 0, rlim_max: libc::RLIM_INFINITY };
            check(libc::setrlimit(libc::RLIMIT_RTTIME, &limit), "setrlimit")?;
            check(libc::setsid(), "setsid")?;
            check(libc::prctl(libc::PR_SET_TIMERSLACK, 123_456), "PR_SET_TIMERSLACK")?;
            check(libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0), "PR_SET_THP_DISABLE")?;
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
        let groups: Vec<_> = (1..60).map(|n| rustix::thread::Gid::from_raw(n * 1111)).collect();
        rustix::thread::set_thread_groups(&groups).context("setgroups")?;
        let uid = rustix::thread::Uid::from_raw;
        // Four different ids, with some capabilities kept.
        rustix::thread::set_thread_res_uid(uid(11), uid(22), uid(33)).context("setresuid")?;
        let mut sets = rustix::thread::capabilities(None)?;
        sets.effective = rustix::thread::CapabilitySet::NET_RAW | rustix::thread::CapabilitySet::KILL;
        rustix::thread::set_capabilities(None, sets).context("capset")?;
        rustix::thread::set_no_new_privs(true)?;
        set_dumpable_behavior(DumpableBehavior::Dumpable)?;
        allow_all_seccomp()
    })
}

/// A seccomp filter that allows everything.
fn allow_all_seccomp() -> Result<()> {
    const ALLOW: u32 = 0x7fff_0000;
    let mut filter = libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: ALLOW };
    let program = libc::sock_fprog { len: 1, filter: &mut filter };
    // SAFETY: the program points to one instruction, and both live through the call.
    let done = unsafe { libc::prctl(libc::PR_SET_SECCOMP, 2, &program) };
    ensure!(done == 0, "PR_SET_SECCOMP: {}", crate::errno::last());
    Ok(())
}

/// Descriptors of many kinds, some at high numbers, some with locks.
pub fn open_files() -> Result<Sleeper> {
    Sleeper::new(|| {
        let directory = tempfile::tempdir()?.keep();
        let file = fs::File::create(directory.join("file"))?;
        file.set_len(100)?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
        rustix::fs::fcntl_lock(
            &fs::File::options().write(true).open(directory.join("file"))?,
            rustix::fs::FlockOperation::NonBlockingLockExclusive,
        )?;
        let gone = fs::File::create(directory.join("gone\nwith a line"))?;
        fs::remove_file(directory.join("gone\nwith a line"))?;
        let listener = std::os::unix::net::UnixListener::bind(directory.join("socket"))?;
        // SAFETY: each call takes numbers and static strings, and returns a new descriptor.
        unsafe {
            let numbers = [
                libc::open(c"/".as_ptr(), libc::O_PATH | libc::O_CLOEXEC),
                libc::open(c"/etc".as_ptr(), libc::O_DIRECTORY),
                libc::open(c"/dev/null".as_ptr(), libc::O_WRONLY | libc::O_APPEND),
                libc::memfd_create(c"memory".as_ptr(), libc::MFD_CLOEXEC),
                libc::eventfd(5, 0),
                libc::epoll_create1(libc::EPOLL_CLOEXEC),
                libc::inotify_init(),
                libc::timerfd_create(libc::CLOCK_MONOTONIC, 0),
                libc::syscall(libc::SYS_pidfd_open, libc::getpid(), 0) as i32,
                libc::dup2(gone.as_raw_fd(), 700),
            ];
            ensure!(numbers.iter().all(|&fd| fd >= 0), "a descriptor failed: {numbers:?}");
            libc::lseek(700, 77, libc::SEEK_SET);
        }
        // Kept open in the sleeping process, numbers only.
        let _ = (file.into_raw_fd(), gone.into_raw_fd(), listener.into_raw_fd());
        become_user(USER)
    })
}

/// A session leader on a terminal of its own.
pub fn terminal() -> Result<Sleeper> {
    Sleeper::new(|| {
        use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};
        let leader = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&leader)?;
        unlockpt(&leader)?;
        rustix::process::setsid()?;
        let name = ptsname(&leader, Vec::new())?;
        let follower = fs::File::options().read(true).write(true).open(name.to_str()?)?;
        rustix::process::ioctl_tiocsctty(&follower)?;
        let _ = (leader.into_raw_fd(), follower.into_raw_fd());
        Ok(())
    })
}

/// A process whose root is elsewhere and whose working directory is deleted.
pub fn elsewhere() -> Result<Sleeper> {
    Sleeper::new(|| {
        let directory = tempfile::tempdir()?.keep();
        fs::create_dir(directory.join("root"))?;
        fs::create_dir(directory.join("root/work"))?;
        let path = CString::new(directory.join("root").as_os_str().as_bytes())?;
        // SAFETY: the path lives through the calls.
        let done = unsafe { libc::chroot(path.as_ptr()) | libc::chdir(c"/work".as_ptr()) };
        ensure!(done == 0, "chroot: {}", crate::errno::last());
        fs::remove_dir("/work")?;
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
        fs::create_dir(&directory)?;
        let none = rustix::mount::MountFlags::empty();
        rustix::mount::mount("source #1", &directory, "tmpfs", none, c"size=64k")?;
        Ok(())
    })
}

/// A command line and an environment of many pages, by executing the test program.
pub fn long_command_line() -> Result<Sleeper> {
    let program = CString::new(std::env::current_exe()?.as_os_str().as_bytes())?;
    let mut strings = vec![program.clone(), CString::from(c"--sleep")];
    strings.extend((0..900).map(|n| CString::new(format!("argument {n} \u{e9}\n")).expect("no NUL")));
    let environment: Vec<_> = (0..700).map(|n| CString::new(format!("V{n}={n}\n")).expect("no NUL")).collect();
    let pointers = |strings: &[CString]| -> Vec<_> {
        strings.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect()
    };
    let (arguments, variables) = (pointers(&strings), pointers(&environment));
    let sleeper = Sleeper::new(|| {
        // SAFETY: both arrays end in null and point to strings that outlive the call.
        unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), variables.as_ptr()) };
        bail!("execve: {}", crate::errno::last())
    })?;
    wait_executed(sleeper.id())?;
    Ok(sleeper)
}

/// A process that wrote a title over its arguments.
pub fn rewritten(title: &Title) -> Result<Sleeper> {
    Sleeper::new(|| {
        let stat = fs::read_to_string("/proc/self/stat")?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        // The fields after the name begin with the third: arg_start is the 48th, arg_end the next.
        let number = |field: usize| -> Result<usize> { Ok(fields[field - 3].parse()?) };
        let (start, end, env_end) = (number(48)?, number(49)?, number(51)?);
        let length = match title.grow {
            None => title.text.len().min(end - start),
            Some(grow) => (end - start + grow).min(env_end - start),
        };
        let bytes = title.text.iter().cycle().take(length);
        for (index, byte) in bytes.enumerate() {
            // SAFETY: the kernel says that arguments and environment are mapped here, and nobody
            // in this process looks at them any more.
            unsafe { ptr::write_volatile((start + index) as *mut u8, *byte) };
        }
        Ok(())
    })
}

/// A process with a name of its own.
pub fn named(comm: &CStr) -> Result<Sleeper> {
    Sleeper::new(|| Ok(rustix::thread::set_name(comm)?))
}

/// Waits until a process is in a state.
pub fn wait_state(pid: i32, state: char) -> Result<()> {
    for _ in 0..5000 {
        if state_of(pid)? == state {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    bail!("process {pid} is in state {} and not in {state}", state_of(pid)?)
}

/// Waits until a process that executed this program has arrived in pause(2).
pub fn wait_executed(pid: i32) -> Result<()> {
    for _ in 0..5000 {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline"))?;
        if line.contains("--sleep") && state_of(pid)? == 'S' {
            let before = fs::read(format!("/proc/{pid}/stat"))?;
            std::thread::sleep(std::time::Duration::from_millis(20));
            if before == fs::read(format!("/proc/{pid}/stat"))? {
                return Ok(());
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    bail!("process {pid} did not come to rest")
}
