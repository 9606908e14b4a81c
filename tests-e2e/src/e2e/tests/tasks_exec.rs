// SPDX-License-Identifier: GPL-2.0

//! Readers of `.proc2/tasks`, and a process in the middle of execve(2), where it can stay for as long as it likes: it waits
//! there, with `exec_update_lock` held, for the `mmap_lock` of the memory that it leaves. Another process of that memory has
//! that lock, as it reads through `/proc/self/mem` what comes from a file, and who serves that file has not answered yet.
//! Until then nobody can tell what the process is. (In procfs its `stat` waits, and no list does.)

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{Caller, ORDINARY, OTHER, ROOT};
use proc2_e2e::child::{fork_with, in_child, in_child_with};
use proc2_e2e::kernel;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::patience::limit;
use proc2_e2e::{fstype, snapshot};
use rustix::io::Errno;
use rustix::pipe::{pipe_with, PipeFlags};
use rustix::process::{
    kill_process, set_parent_process_death_signal, waitpid, Pid, Signal, WaitOptions,
};

use super::tasks_meanwhile::interrupt_on;
use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_exec": nobody_waits_in_vain, a_signal_ends_the_wait]
}

/// What is asked of who serves the file, by its number (include/uapi/linux/fuse.h).
const GETATTR: u32 = 3;
const OPEN: u32 = 14;
const READ: u32 = 15;
const FLUSH: u32 = 25;
const INIT: u32 = 26;

/// The bytes of the file.
const SIZE: usize = 4096;

/// A file that this process serves.
struct Served(File);

impl Served {
    /// Mounts it on a file.
    fn mount(on: &Path) -> Result<Self> {
        let mut file = OpenOptions::new();
        let device = file.read(true).write(true).open("/dev/fuse");
        let device = device.context("/dev/fuse")?;
        let data = format!(
            "fd={},rootmode=100644,user_id=0,group_id=0",
            device.as_raw_fd()
        );
        let data = CString::new(data)?;
        let flags = rustix::mount::MountFlags::empty();
        rustix::mount::mount("none", on, "fuse", flags, &*data).context("mounting fuse")?;
        Ok(Self(device))
    }

    fn answer(&self, request: u64, with: &[u8]) -> Result<()> {
        self.reply(request, 0, with)
    }

    fn reply(&self, request: u64, error: i32, with: &[u8]) -> Result<()> {
        let mut answer = Vec::new();
        answer.extend((16 + with.len() as u32).to_ne_bytes());
        answer.extend((-error).to_ne_bytes());
        answer.extend(request.to_ne_bytes());
        answer.extend(with);
        (&self.0).write_all(&answer).context("answering")
    }

    /// Answers until the file is read, and returns the number of that request.
    fn until_read(&self) -> Result<u64> {
        let mut buf = vec![0; 1 << 16];
        loop {
            let len = (&self.0).read(&mut buf).context("reading a request")?;
            ensure!(len >= 40, "a request of {len} bytes");
            let number = u64::from_ne_bytes(buf[8..16].try_into()?);
            match u32::from_ne_bytes(buf[4..8].try_into()?) {
                // Version 7.31, and writes of a page.
                INIT => {
                    let mut words = [0_u32; 16];
                    (words[0], words[1], words[5]) = (7, 31, SIZE as u32);
                    self.answer(number, &words.map(u32::to_ne_bytes).concat())?;
                }
                // For a second, a file of that size that everybody may read.
                GETATTR => {
                    let mut words = [0_u32; 26];
                    (words[0], words[4], words[6]) = (1, 1, SIZE as u32);
                    (words[19], words[20]) = (0o100_644, 1);
                    self.answer(number, &words.map(u32::to_ne_bytes).concat())?;
                }
                OPEN => self.answer(number, &[0; 16])?,
                FLUSH => self.answer(number, &[])?,
                READ => return Ok(number),
                // What is newer, and done without.
                _ => self.reply(number, libc::ENOSYS, &[])?,
            }
        }
    }
}

/// A process that reads from the file through its memory, has another thread wait to change that memory, and makes a process
/// with the same memory execute a program: each when it is told so.
fn holder(on: &Path, change: &OwnedFd, execute: &OwnedFd) -> Result<i32> {
    let memory = File::open("/proc/self/mem")?;
    // Where the mapping is, if there is one.
    let map = |flags, fd| {
        let (null, flags) = (std::ptr::null_mut(), libc::MAP_PRIVATE | flags);
        // SAFETY: a place of the kernel's choice, which nothing here reads.
        let mapped = unsafe { libc::mmap(null, SIZE, libc::PROT_READ, flags, fd, 0) };
        (mapped != libc::MAP_FAILED).then_some(mapped as u64)
    };
    let file = File::open(on)?;
    // Behind the end that it is thought to have, nobody is asked for a page.
    ensure!(file.metadata()?.len() == SIZE as u64, "its size");
    let mapped = map(0, file.as_raw_fd()).context("mmap of the file")?;
    drop(file);
    let mut stack = vec![0_u8; 1 << 16];
    let ready = Barrier::new(2);
    let wait = |told: &OwnedFd| rustix::io::read(told, &mut [0; 1]).is_ok();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            ready.wait();
            wait(change) && map(libc::MAP_ANONYMOUS, -1).is_some()
        });
        scope.spawn(|| {
            ready.wait();
            memory.read_at(&mut [0; 1], mapped)
        });
        wait(execute);
        // No function of the standard library's: each would make room for a stack.
        let top = stack.as_mut_ptr_range().end.cast();
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        // SAFETY: the stack is there until the child has executed a program, which is waited for.
        unsafe { libc::clone(sleep, top, flags, std::ptr::null_mut()) };
    });
    proc2_e2e::child::sleep_forever()
}

/// Executes a program that sleeps.
extern "C" fn sleep(_: *mut libc::c_void) -> i32 {
    let arguments = [c"sleep".as_ptr(), c"1000".as_ptr(), std::ptr::null()];
    // SAFETY: strings, and pointers to them up to a null pointer.
    unsafe { libc::execve(c"/bin/sleep".as_ptr(), arguments.as_ptr(), std::ptr::null()) }
}

/// A process of root's in the middle of execve(2).
struct Executing {
    /// The number of that process.
    number: String,
    holder: Pid,
    served: Served,
    read: u64,
}

impl Executing {
    fn new() -> Result<Self> {
        let on = mount::new_directory()?.join("served");
        fs::write(&on, b"")?;
        let served = Served::mount(&on)?;
        let change = pipe_with(PipeFlags::CLOEXEC)?;
        let execute = pipe_with(PipeFlags::CLOEXEC)?;
        let holder = fork_with(0, || {
            let _ = set_parent_process_death_signal(Some(Signal::KILL));
            // Whoever waits for an answer is released when the last descriptor goes.
            // SAFETY: nothing uses this copy of it any more.
            unsafe { libc::close(served.0.as_raw_fd()) };
            match holder(&on, &change.0, &execute.0) {
                Ok(status) => status,
                Err(error) => {
                    eprintln!("{error:#}");
                    1
                }
            }
        })?;
        let mut executing = Self {
            number: String::new(),
            holder,
            read: served.until_read()?,
            served,
        };
        let own = format!("/proc/{}/task", holder.as_raw_nonzero());
        rustix::io::write(&change.1, b"x")?;
        until("a thread waits for the lock", || {
            for thread in fs::read_dir(&own)? {
                if state(&thread?.path())? == 'D' {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })?;
        rustix::io::write(&execute.1, b"x")?;
        let children = format!("{own}/{}/children", holder.as_raw_nonzero());
        executing.number = until("it is in the middle of execve()", || {
            let child = fs::read_to_string(&children)?.trim().to_owned();
            let there = !child.is_empty() && state(Path::new(&format!("/proc/{child}")))? == 'D';
            Ok(there.then_some(child))
        })?;
        Ok(executing)
    }

    /// Lets it go on.
    fn go_on(&self) -> Result<()> {
        self.served.answer(self.read, &[0; SIZE])
    }
}

impl Drop for Executing {
    fn drop(&mut self) {
        let _ = self.go_on();
        let executing = self.number.parse().ok().and_then(Pid::from_raw);
        for pid in executing.into_iter().chain([self.holder]) {
            let _ = kill_process(pid, Signal::KILL);
        }
        let _ = waitpid(Some(self.holder), WaitOptions::empty());
    }
}

/// The state of a process or thread, from its `status`: its `stat`, which `child::state_of()` reads, waits here too.
fn state(directory: &Path) -> Result<char> {
    let status = fs::read_to_string(directory.join("status"))?;
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    let state = state.and_then(|state| state.trim().chars().next());
    state.with_context(|| format!("no state in {status:?}"))
}

/// Waits until something is there.
fn until<T>(what: &str, mut there: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + Duration::from_secs(limit(20).into());
    loop {
        if let Some(there) = there()? {
            return Ok(there);
        }
        ensure!(Instant::now() < end, "{what}: not in time");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a caller reads at once, and whether that is known to be all there is. Ends by a signal where it has to wait.
fn first_read(instance: &Instance, caller: &Caller, name: &str) -> Result<(String, bool)> {
    in_child(|| {
        // SAFETY: alarm(2) has no memory effects.
        unsafe { libc::alarm(limit(20)) };
        caller.become_it()?;
        let file = snapshot::open_named(instance.root()?.as_fd(), name)?;
        let mut buf = vec![0; 1 << 20];
        let len = rustix::io::read(&file, &mut buf[..])?;
        buf.truncate(len);
        // For a command line nobody waits in vain that could not be killed.
        let ended = name != "tasks" && wait_for_more(&file)? == Ok(0);
        Ok((String::from_utf8(buf)?, ended))
    })
}

/// Reads on, for a moment.
fn wait_for_more(file: &OwnedFd) -> Result<rustix::io::Result<usize>> {
    interrupt_on(Signal::ALARM)?;
    // SAFETY: alarm(2) has no memory effects.
    let alarm = |seconds| unsafe { libc::alarm(seconds) };
    alarm(2);
    let read = rustix::io::read(file, &mut [0; 4096]);
    alarm(0);
    Ok(read)
}

/// Neither a reader who may not know of the process, nor one who has asked for others; and who has asked for it gets what
/// is there.
fn nobody_waits_in_vain() -> Result<()> {
    kernel::need(&["CONFIG_FUSE_FS"], "a file that is served")?;
    in_child_with(libc::CLONE_NEWNS, || {
        let plain = Instance::new(&fstype(), "")?;
        let hiding = Instance::new(&fstype(), "hidepid=invisible")?;
        let executing = Executing::new()?;
        let number = &executing.number;
        let others = format!("tasks@uid={OTHER}");
        let columns = "tasks:pid,comm";
        for (what, instance, caller, name, whole) in [
            ("it is hidden", &hiding, &ORDINARY, "tasks", false),
            ("it is hidden", &hiding, &ORDINARY, columns, true),
            ("others are asked for", &plain, &ROOT, &others, true),
            ("others are asked for", &plain, &ORDINARY, &others, true),
            ("it is asked for", &plain, &ROOT, "tasks", false),
            ("it is asked for", &plain, &ORDINARY, columns, false),
        ] {
            let read = first_read(instance, caller, name);
            let (text, end) = read.with_context(|| format!("{what}: {name}"))?;
            let rows: Vec<_> = text.lines().filter(|row| !row.starts_with('#')).collect();
            let is_of = |row: &&&str| row.split('\t').next() == Some(number);
            let same = rows.iter().filter(is_of).count();
            ensure!(same == 0, "{what}: {name} has a row of it: {rows:?}");
            ensure!(
                !rows.is_empty() || name == others,
                "{what}: {name} has {} rows",
                rows.len()
            );
            ensure!(end == whole, "{what}: {name} is all there is: {end}");
        }
        executing.go_on()?;
        until("its row is there", || {
            let table = snapshot::table(plain.root()?.as_fd(), columns)?;
            let mut rows = table.rows.into_iter();
            Ok(rows.find(|row| *row == [number.as_str(), "sleep"]))
        })?;
        Ok(())
    })
}

/// A reader that the process is shown to waits for it, but no longer than it likes.
fn a_signal_ends_the_wait() -> Result<()> {
    kernel::need(&["CONFIG_FUSE_FS"], "a file that is served")?;
    in_child_with(libc::CLONE_NEWNS, || {
        let plain = Instance::new(&fstype(), "")?;
        let executing = Executing::new()?;
        let number = &executing.number;
        for name in [
            format!("tasks@pid={number}"),
            format!("threads@pid={number}"),
        ] {
            let file = snapshot::open_named(plain.root()?.as_fd(), &name)?;
            let mut header = [0; 8];
            rustix::io::read(&file, &mut header[..])?;
            // The rest of the header comes first.
            let reads = (0..2).map(|_| wait_for_more(&file));
            let reads = reads.collect::<Result<Vec<_>>>()?;
            let ended = reads.into_iter().find_map(Result::err);
            ensure!(
                ended == Some(Errno::INTR),
                "{name}: the wait ended with {ended:?}"
            );
        }
        Ok(())
    })
}
