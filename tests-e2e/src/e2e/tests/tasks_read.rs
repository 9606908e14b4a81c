// SPDX-License-Identifier: GPL-2.0

//! How `.proc2/tasks` is read: positions, small buffers, and tasks that change meanwhile.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::{fork_with, in_child_with, Sleeper};
use proc2_e2e::errno::{self, show};
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::snapshot::{self, read_on};
use proc2_e2e::{caller, fstype, target_kinds};
use rustix::fs::{seek, SeekFrom};
use rustix::io::{pread, read};
use rustix::process::{waitpid, WaitOptions};

use super::Test;
use kept::what_was_read_is_not_kept;
use transfer::transfers_read_the_same;

mod kept;
mod transfer;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_read": small_buffers_read_the_same, positions, bad_memory, tasks_end_meanwhile, a_row_is_of_one_program,
        tasks_come_and_go, transfers_read_the_same, what_was_read_is_not_kept]
}

fn open(instance: &Instance) -> Result<OwnedFd> {
    snapshot::open(instance.root()?.as_fd()).context("opening .proc2/tasks")
}

fn whole(fd: &OwnedFd) -> Result<Vec<u8>> {
    read_on(fd.as_fd(), 1 << 20).context("reading")
}

/// The lines that are not the reader's own row, which never rests.
fn of_others(text: &[u8]) -> Vec<String> {
    let own = format!("{}\t", std::process::id());
    let text = String::from_utf8_lossy(text);
    text.lines()
        .filter(|line| !line.starts_with(&own))
        .map(String::from)
        .collect()
}

/// Runs `test` with an instance of a pid namespace in which the given number of processes rest.
pub(super) fn in_quiet_namespace(
    processes: usize,
    test: impl FnOnce(&Instance, &mut Vec<Sleeper>) -> Result<()>,
) -> Result<()> {
    in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
        // Sleepers are watched through /proc, which must be of this namespace.
        rustix::mount::mount(
            "proc",
            "/proc",
            "proc",
            rustix::mount::MountFlags::empty(),
            c"",
        )?;
        let mut processes = (0..processes)
            .map(|_| target_kinds::plain(0))
            .collect::<Result<_>>()?;
        test(&Instance::new(&fstype(), "")?, &mut processes)
    })
}

fn small_buffers_read_the_same() -> Result<()> {
    in_quiet_namespace(30, |instance, _| {
        let all = whole(&open(instance)?)?;
        ensure!(
            of_others(&all).len() == 32,
            "{} lines",
            of_others(&all).len()
        );
        ensure!(all.len() > 4096, "only {} bytes", all.len());
        for size in [1, 7, 100, 1000, 4096, 5000] {
            let read = read_on(open(instance)?.as_fd(), size)?;
            ensure!(
                of_others(&read) == of_others(&all),
                "by {size} bytes other rows are read"
            );
        }
        let mut buffer = vec![0; 1 << 20];
        let fd = open(instance)?;
        let once = read(&fd, &mut buffer)?;
        ensure!(
            of_others(&buffer[..once]) == of_others(&all),
            "one read gives {once} bytes"
        );
        ensure!(read(&fd, &mut buffer)? == 0, "more behind the end");
        Ok(())
    })
}

fn positions() -> Result<()> {
    in_quiet_namespace(5, |instance, _| {
        let fd = open(instance)?;
        let all = of_others(&whole(&fd)?);
        let at = |result: rustix::io::Result<u64>| show(result, |at| at.to_string());
        let end = seek(&fd, SeekFrom::Current(0))?;
        ensure!(
            at(seek(&fd, SeekFrom::Start(end))) == end.to_string(),
            "no seek to where it is"
        );
        for (to, name) in [
            (SeekFrom::Start(1), "forward"),
            (SeekFrom::Start(end + 1), "beyond the end"),
            (SeekFrom::Current(-1), "backward"),
            (SeekFrom::End(0), "to the end"),
        ] {
            ensure!(
                at(seek(&fd, to)) == "EINVAL",
                "a seek {name} gives {}",
                at(seek(&fd, to))
            );
        }
        ensure!(
            at(seek(&fd, SeekFrom::Start(0))) == "0",
            "no seek to the beginning"
        );
        ensure!(
            of_others(&whole(&fd)?) == all,
            "other rows after a seek to the beginning"
        );

        let mut buffer = [0; 512];
        let length = |result: rustix::io::Result<usize>| show(result, |n| n.to_string());
        ensure!(length(pread(&fd, &mut buffer, 0)) == "512", "pread at 0");
        let header = buffer;
        ensure!(
            header.starts_with(b"#proc2-tasks 1\n#pid\t"),
            "{}",
            header.escape_ascii()
        );
        for wrong in [1, 511, 513, 1 << 40] {
            let got = length(pread(&fd, &mut buffer, wrong));
            ensure!(got == "EINVAL", "pread at {wrong} gives {got}");
        }
        ensure!(
            length(pread(&fd, &mut buffer, 512)) == "512",
            "pread goes on"
        );
        ensure!(
            length(pread(&fd, &mut buffer, 0)) == "512" && buffer[..400] == header[..400],
            "pread begins anew"
        );
        ensure!(
            length(pread(&fd, &mut [0u8; 0], 512)) == "0",
            "a read of nothing"
        );
        Ok(())
    })
}

/// A read into memory that ends gives what there is room for. What was written for it is lost: it
/// must not be read later.
fn bad_memory() -> Result<()> {
    in_quiet_namespace(5, |instance, _| {
        let fd = open(instance)?;
        // SAFETY: new memory, of which nobody else knows; its second page can be taken away.
        let memory = unsafe {
            use rustix::mm::{mmap_anonymous, mprotect, MapFlags, MprotectFlags, ProtFlags};
            let memory = mmap_anonymous(
                std::ptr::null_mut(),
                8192,
                ProtFlags::WRITE,
                MapFlags::PRIVATE,
            )?;
            mprotect(memory.byte_add(4096), 4096, MprotectFlags::empty())?;
            memory
        };
        let read_at = |offset: usize, position: i64| {
            // SAFETY: the kernel checks the address and writes nothing beyond the first page.
            errno::show_raw(unsafe {
                libc::pread(
                    fd.as_raw_fd(),
                    memory.byte_add(offset).cast(),
                    4096,
                    position,
                ) as i64
            })
        };
        ensure!(
            read_at(4096, 0) == "EFAULT",
            "into bad memory: {}",
            read_at(4096, 0)
        );
        ensure!(
            read_at(4000, 0) == "96",
            "into the last 96 bytes: {}",
            read_at(4000, 0)
        );
        ensure!(
            read_at(0, 96) == "EINVAL",
            "and from there on: {}",
            read_at(0, 96)
        );
        let begins = read_at(0, 0);
        ensure!(
            begins.parse::<usize>().is_ok_and(|n| n > 1000),
            "from the beginning: {begins}"
        );
        Ok(())
    })
}

/// Rows of tasks that end while others are read are there or not, and never in part.
fn tasks_end_meanwhile() -> Result<()> {
    in_quiet_namespace(60, |instance, processes| {
        let ids: Vec<i32> = processes.iter().map(Sleeper::id).collect();
        let fd = open(instance)?;
        let (mut text, mut buffer, mut round) = (Vec::new(), [0; 100], 0);
        loop {
            match read(&fd, &mut buffer)? {
                0 => break,
                n => text.extend_from_slice(&buffer[..n]),
            }
            round += 1;
            // From both ends: some that were read, some that were not, and the one that is.
            if round % 3 == 0 && processes.len() > 20 {
                processes.remove(if round % 2 == 0 {
                    0
                } else {
                    processes.len() - 1
                });
            }
        }
        let rows = snapshot::parse(&text)?;
        let seen: Vec<i32> = rows.iter().map(|row| row.task.pid).collect();
        ensure!(
            seen.is_sorted_by(|one, next| one < next),
            "not in order: {seen:?}"
        );
        let alive: BTreeSet<i32> = processes.iter().map(Sleeper::id).collect();
        ensure!(alive.len() < 45, "only {} have ended", 60 - alive.len());
        let missing: Vec<_> = alive.iter().filter(|pid| !seen.contains(pid)).collect();
        ensure!(missing.is_empty(), "alive, but without a row: {missing:?}");
        let unknown: Vec<_> = seen
            .iter()
            .filter(|pid| **pid != 1 && !ids.contains(pid))
            .collect();
        ensure!(unknown.is_empty(), "rows of unknown tasks: {unknown:?}");
        ensure!(
            seen.len() < 61,
            "none of the tasks that ended is without a row"
        );
        Ok(())
    })
}

/// A process that executes one program after the other has a name and a command line that belong
/// together. (Read from two files, they often do not.)
fn a_row_is_of_one_program() -> Result<()> {
    let place = mount::new_directory()?;
    for name in ["alpha", "omega"] {
        symlink("/bin/sh", place.join(name))?;
    }
    let script = "case $1 in alpha) exec ./omega turn omega;; *) exec ./alpha turn alpha;; esac";
    fs::write(place.join("turn"), script)?;
    let mut turning = Command::new("./alpha")
        .args(["turn", "alpha"])
        .current_dir(&place)
        .spawn()?;
    let instance = Instance::new(&fstype(), "")?;
    let pid = turning.id() as i32;
    let look = || -> Result<[usize; 2]> {
        let mut seen = [0, 0];
        for _ in 0..300 {
            let rows = snapshot::rows(instance.root()?.as_fd())?;
            let row = rows
                .iter()
                .find(|row| row.task.pid == pid)
                .context("it has gone")?;
            let task = &row.task;
            let words: Vec<&[u8]> = task.cmdline.arguments().collect();
            match (&task.comm[..], &words[..]) {
                // Between the two: it has no arguments yet.
                (_, []) => {}
                (b"alpha", [b"./alpha", b"turn", b"alpha"]) => seen[0] += 1,
                (b"omega", [b"./omega", b"turn", b"omega"]) => seen[1] += 1,
                _ => bail!(
                    "{} with {}",
                    task.comm.escape_ascii(),
                    task.cmdline.bytes.escape_ascii()
                ),
            }
        }
        Ok(seen)
    };
    let seen = look();
    turning.kill()?;
    turning.wait()?;
    fs::remove_dir_all(&place)?;
    let seen = seen?;
    ensure!(
        seen.iter().all(|count| *count > 10),
        "only {seen:?} of each program"
    );
    Ok(())
}

/// Whole files, read while tasks are made, change their ids, execute programs, move between
/// cgroups, end and are reaped on another CPU. (Each may do so in the middle of its row; the VM's
/// kernel log says if the kernel minds.)
fn tasks_come_and_go() -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(6);
    let tree = mount::cgroups()?;
    let cgroups = [tree.join("proc2-storm-a"), tree.join("proc2-storm-b")];
    let makers = (0..3).map(|maker| fork_with(0, || make_tasks(maker, &cgroups, deadline)));
    let makers: Vec<_> = makers.collect::<Result<_>>()?;
    let instance = Instance::new(&fstype(), "")?;
    let (mut files, mut most) = (0, 0);
    let (fd, mut buffer) = (open(&instance)?, vec![0; 1 << 20]);
    while Instant::now() < deadline {
        let mut text = Vec::new();
        // Looking closely takes longer than reading, which is where the danger is.
        for _ in 0..40 {
            let length = pread(&fd, &mut buffer, 0)?;
            text = buffer[..length].to_vec();
            files += 1;
        }
        for size in [3000, 200] {
            check_order(&read_on(open(&instance)?.as_fd(), size)?)?;
        }
        most = most.max(check_order(&text)?);
    }
    for maker in makers {
        let ended = waitpid(Some(maker), WaitOptions::empty())?;
        let status = ended.and_then(|(_, status)| status.exit_status());
        ensure!(status == Some(0), "a maker of tasks ended with {status:?}");
    }
    for cgroup in cgroups.iter().filter(|cgroup| cgroup.exists()) {
        fs::remove_dir(cgroup)?;
    }
    println!("  {files} files, up to {most} rows");
    ensure!(files > 10, "only {files} files were read");
    Ok(())
}

/// Whether a text is a whole file, by rising pids; returns how many rows it has.
fn check_order(text: &[u8]) -> Result<usize> {
    let rows = snapshot::parse(text)?;
    let ordered = rows.is_sorted_by(|one, next| one.task.pid < next.task.pid);
    ensure!(ordered, "not in order: {}", String::from_utf8_lossy(text));
    Ok(rows.len())
}

/// Makes tasks, one after the other, and of them and of cgroups what can go wrong in the middle of
/// a row.
fn make_tasks(maker: usize, cgroups: &[PathBuf], deadline: Instant) -> i32 {
    let mut round = maker;
    while Instant::now() < deadline {
        round += 1;
        let cgroup = &cgroups[round % cgroups.len()];
        // Each of these fails where another maker was faster.
        let _ = fs::remove_dir(cgroup);
        let _ = fs::create_dir(cgroup);
        let made = fork_with(0, || {
            let _ = fs::write(cgroup.join("cgroup.procs"), "0");
            match round % 4 {
                0 => i32::from(caller::become_user(caller::USER).is_err()),
                1 => {
                    let error = Command::new("true").exec();
                    error.raw_os_error().unwrap_or(1)
                }
                2 => i32::from(target_kinds::start_thread("short").is_err()),
                _ => 0,
            }
        });
        // One in three waits as a zombie until the next is waited for.
        let which = match made {
            Ok(_) if round % 3 == 0 => continue,
            Ok(made) => Some(made),
            Err(_) => return 1,
        };
        if waitpid(which, WaitOptions::empty()).is_err() {
            return 2;
        }
        while matches!(waitpid(None, WaitOptions::NOHANG), Ok(Some(_))) {}
    }
    while waitpid(None, WaitOptions::empty()).is_ok() {}
    0
}
