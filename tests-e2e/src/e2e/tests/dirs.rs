// SPDX-License-Identifier: GPL-2.0

//! Reading directories: agreement with lookup, positions, small buffers, tasks that go meanwhile.

use std::fs;
use std::os::fd::AsFd;

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::{in_child_with, Sleeper};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::open_root;
use proc2_e2e::{dirent, errno, fstype, target_decorated, target_kinds};
use rustix::fs::{seek, statat, AtFlags, FileType, SeekFrom};

use super::Test;
use meanwhile::{files_close_meanwhile, tasks_end_meanwhile, threads_end_meanwhile};

mod meanwhile;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["dirs": readdir_agrees_with_lookup, positions, small_buffers, tasks_end_meanwhile,
        threads_end_meanwhile, files_close_meanwhile, pid_is_used_again, reaped_tasks_leave_nothing]
}

/// The directories of a process, its threads, and the root.
fn directories(instance: &Instance, pid: i32) -> Vec<std::path::PathBuf> {
    let below = ["", "/task", "/fd", "/fdinfo", "/ns", "/net"].map(|rest| format!("{pid}{rest}"));
    let thread = ["", "/fd", "/ns"].map(|rest| format!("{pid}/task/{pid}{rest}"));
    let root = [".".to_string(), "sys/kernel".into(), "sys".into()];
    root.iter()
        .chain(&below)
        .chain(&thread)
        .map(|path| instance.join(path))
        .collect()
}

/// Runs `test` with an instance of a quiet pid namespace of its own.
fn in_quiet_namespace(test: impl FnOnce(&Instance) -> Result<()>) -> Result<()> {
    in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
        // Sleepers are watched through /proc, which must be of this namespace.
        let none = rustix::mount::MountFlags::empty();
        rustix::mount::mount("proc", "/proc", "proc", none, c"")?;
        test(&Instance::new(&fstype(), "")?)
    })
}

fn readdir_agrees_with_lookup() -> Result<()> {
    let process = target_decorated::open_files()?;
    let instance = Instance::new(&fstype(), "")?;
    let mut entries = 0;
    for directory in directories(&instance, process.id()) {
        let fd = open_root(&directory)?;
        for entry in dirent::read(fd.as_fd())? {
            // Other processes may have gone.
            let Ok(stat) = statat(&fd, &entry.name, AtFlags::SYMLINK_NOFOLLOW) else {
                let task = entry.name.bytes().all(|byte| byte.is_ascii_digit());
                ensure!(
                    task,
                    "{} lists {}, which is not there",
                    directory.display(),
                    entry.name
                );
                continue;
            };
            // The parent of the root is what it is mounted on.
            if entry.name == ".." && directory == instance.path {
                continue;
            }
            let kind = FileType::from_raw_mode(stat.st_mode);
            let place = || format!("{}/{}", directory.display(), entry.name);
            ensure!(
                kind == entry.kind,
                "{}: d_type {:?}, mode {kind:?}",
                place(),
                entry.kind
            );
            let (listed, found) = (entry.ino, stat.st_ino);
            ensure!(
                listed == found,
                "{}: d_ino {listed}, st_ino {found}",
                place()
            );
            entries += 1;
        }
    }
    ensure!(entries > 150, "only {entries} entries were compared");
    Ok(())
}

/// From the position after each entry, the rest of the directory is read.
fn positions() -> Result<()> {
    in_quiet_namespace(|instance| {
        let processes: Vec<Sleeper> = (0..12)
            .map(|_| target_decorated::open_files())
            .collect::<Result<_>>()?;
        for directory in directories(instance, processes[3].id()) {
            let fd = open_root(&directory)?;
            let all = dirent::read(fd.as_fd())?;
            ensure!(
                dirent::read(fd.as_fd())?.is_empty(),
                "{}: entries at the end",
                directory.display()
            );
            for (index, entry) in all.iter().enumerate() {
                seek(&fd, SeekFrom::Start(entry.next as u64))?;
                let rest = dirent::read_with(fd.as_fd(), 300)?;
                let names = |list: &[dirent::Dirent]| -> Vec<String> {
                    list.iter().map(|entry| entry.name.clone()).collect()
                };
                ensure!(
                    names(&rest) == names(&all[index + 1..]),
                    "{} from position {} after {}: {:?}, expected {:?}",
                    directory.display(),
                    entry.next,
                    entry.name,
                    names(&rest),
                    names(&all[index + 1..])
                );
            }
            seek(&fd, SeekFrom::Start(0))?;
            ensure!(
                dirent::read(fd.as_fd())? == all,
                "{}: other entries after rewind",
                directory.display()
            );
        }
        Ok(())
    })
}

fn small_buffers() -> Result<()> {
    in_quiet_namespace(|instance| {
        let processes: Vec<Sleeper> = (0..5)
            .map(|_| target_decorated::open_files())
            .collect::<Result<_>>()?;
        for directory in directories(instance, processes[3].id()) {
            let all = dirent::read(open_root(&directory)?.as_fd())?;
            for size in [48, 80, 200, 1000] {
                let fd = open_root(&directory)?;
                match dirent::read_with(fd.as_fd(), size) {
                    Ok(read) => ensure!(read == all, "{} by {size}: {read:?}", directory.display()),
                    // The name of some entry is longer.
                    Err(error) => {
                        let longest = all.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
                        let name = errno::name(error.raw_os_error());
                        ensure!(
                            size < longest + 28 && name == "EINVAL",
                            "{} by {size}: {name}",
                            directory.display()
                        );
                    }
                }
            }
        }
        Ok(())
    })
}

/// Another process with the same id is another directory.
fn pid_is_used_again() -> Result<()> {
    in_quiet_namespace(|instance| {
        let make = || -> Result<Sleeper> {
            fs::write("/proc/sys/kernel/ns_last_pid", "299").context("ns_last_pid")?;
            target_kinds::plain(0)
        };
        let first = make()?;
        ensure!(
            first.id() == 300,
            "the process has id {} and not 300",
            first.id()
        );
        let path = instance.join("300");
        use std::os::unix::fs::MetadataExt;
        let number = || fs::metadata(&path).map(|stat| stat.ino());
        let (old, held) = (number()?, open_root(&path)?);
        drop(first);
        ensure!(!path.exists(), "the directory outlives its process");
        let second = make()?;
        ensure!(
            second.id() == 300,
            "the process has id {} and not 300",
            second.id()
        );
        let new = number()?;
        ensure!(
            old != new,
            "the new process has the old one's inode number {old}"
        );
        let stale = statat(&held, "status", AtFlags::empty());
        ensure!(
            stale.is_err(),
            "a held directory of the old process shows the new one"
        );
        ensure!(
            fs::read_to_string(path.join("status"))?.contains("Pid:\t300"),
            "no status"
        );
        Ok(())
    })
}

/// Dentries and inodes of reaped tasks are gone without memory pressure.
fn reaped_tasks_leave_nothing() -> Result<()> {
    const TASKS: usize = 500;
    let instance = Instance::new(&fstype(), "")?;
    let counters = || -> Result<(i64, i64)> {
        let first = |path: &str| -> Result<i64> {
            let text = fs::read_to_string(path)?;
            Ok(text.split_whitespace().next().context("empty")?.parse()?)
        };
        Ok((
            first("/proc/sys/fs/dentry-state")?,
            first("/proc/sys/fs/inode-nr")?,
        ))
    };
    // Another process may fill the caches meanwhile: then try again.
    let mut last = String::new();
    for _ in 0..3 {
        let before = counters()?;
        for _ in 0..TASKS / 100 {
            let processes: Vec<Sleeper> = (0..100)
                .map(|_| Sleeper::new_unwatched(|| Ok(())))
                .collect::<Result<_>>()?;
            for process in &processes {
                let directory = instance.join(process.id().to_string());
                fs::read(directory.join("comm"))?;
                fs::read(directory.join(format!("task/{}/stat", process.id())))?;
                fs::symlink_metadata(directory.join("fd/0"))?;
            }
            let alive = counters()?;
            ensure!(
                alive.0 - before.0 > 400,
                "looking made {} dentries only",
                alive.0 - before.0
            );
        }
        let after = counters()?;
        let left = (after.0 - before.0, after.1 - before.1);
        if left.0 < 150 && left.1 < 150 {
            return Ok(());
        }
        last = format!(
            "{TASKS} reaped tasks left {} dentries and {} inodes",
            left.0, left.1
        );
    }
    bail!(last)
}
