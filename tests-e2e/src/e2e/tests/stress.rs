// SPDX-License-Identifier: GPL-2.0

//! Everything at once on all processors: processes and threads that come and go, readers, mounts
//! and remounts. What it looks for is a warning in the kernel's log, which the runner reads; here,
//! that nothing hangs and that nobody reads another's record.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller;
use proc2_e2e::child::{fork_with, Sleeper};
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{dirent, fstype};
use rustix::fs::OFlags;
use rustix::process::{waitpid, WaitOptions};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["stress": comings_and_goings, one_descriptor_many_readers]
}

const TIME: Duration = Duration::from_secs(6);
/// And this many rounds at least.
const ROUNDS: u32 = 3;

/// Runs each job in a process of its own until time is up.
fn together(jobs: &[(&str, &dyn Fn() -> Result<()>)]) -> Result<()> {
    let until = Instant::now() + TIME;
    let mut running = Vec::new();
    for (name, job) in jobs {
        let pid = fork_with(0, || {
            // SAFETY: alarm(2) has no memory effects.
            unsafe { libc::alarm(180) };
            let mut rounds = 0;
            // A kernel that looks for mistakes takes its time for a round.
            while Instant::now() < until || rounds < ROUNDS {
                if let Err(error) = job() {
                    eprintln!("{name}: {error:#}");
                    return 1;
                }
                rounds += 1;
            }
            0
        })?;
        running.push((name, pid));
    }
    for (name, pid) in running {
        let (_, status) = waitpid(Some(pid), WaitOptions::empty())?.context("gone")?;
        ensure!(
            status.exit_status() == Some(0),
            "{name} ended with {status:?}"
        );
    }
    Ok(())
}

fn comings_and_goings() -> Result<()> {
    let shared = Instance::new(&fstype(), "hidepid=1")?;
    let read_all = |instance: &Instance| -> Result<()> {
        for name in dirent::names(instance.root()?.as_fd())? {
            if !name.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let directory = instance.join(&name);
            // Whatever is read is this process's, also when it ends meanwhile.
            if let Ok(status) = fs::read_to_string(directory.join("status")) {
                ensure!(
                    status.contains(&format!("\nPid:\t{name}\n")),
                    "{name} reads as\n{status}"
                );
            }
            for entry in [
                "stat",
                "cmdline",
                "mountinfo",
                "fdinfo/0",
                "task",
                "fd",
                "ns",
            ] {
                let path = directory.join(entry);
                let _ = fs::read(&path);
                let _ = fs::read_dir(&path).map(|entries| {
                    entries
                        .flatten()
                        .filter_map(|entry| fs::read_link(entry.path()).ok())
                        .count()
                });
            }
        }
        Ok(())
    };
    let children = || -> Result<()> {
        for uid in [0, caller::USER] {
            drop(Sleeper::new_unwatched(|| caller::become_user(uid))?);
        }
        Ok(())
    };
    let threads = || -> Result<()> {
        let threads: Vec<_> = (0..8).map(|n| std::thread::spawn(move || n)).collect();
        threads.into_iter().for_each(|thread| drop(thread.join()));
        Ok(())
    };
    let mounts = || -> Result<()> {
        let instance = Instance::new(&fstype(), "hidepid=2,subset=pid")?;
        let held = fs::File::open(instance.join("self/stat"))?;
        let _ = fs::read_dir(instance.join("1"))?.count();
        drop(instance);
        drop(held);
        Ok(())
    };
    let remounts = || -> Result<()> {
        for hidepid in ["off", "invisible", "ptraceable", "noaccess"] {
            shared.reconfigure(&format!("hidepid={hidepid}"))?;
        }
        Ok(())
    };
    let caches = || -> Result<()> {
        std::thread::sleep(Duration::from_millis(50));
        Ok(fs::write("/proc/sys/vm/drop_caches", "2")?)
    };
    together(&[
        ("a reader", &|| read_all(&shared)),
        ("another reader", &|| {
            read_all(&Instance::new(&fstype(), "")?)
        }),
        ("children", &children),
        ("threads", &threads),
        ("mounts", &mounts),
        ("remounts", &remounts),
        ("caches", &caches),
    ])
}

/// Several processes share one open file: each pread gives a whole record, at its offset.
fn one_descriptor_many_readers() -> Result<()> {
    let process = proc2_e2e::target_decorated::decorated()?;
    let instance = Instance::new(&fstype(), "")?;
    let root = instance.root()?;
    let path = format!("{}/status", process.id());
    let file = At {
        root: root.as_fd(),
        path: &path,
    }
    .open(OFlags::RDONLY)?;
    let whole = proc2_e2e::probe::read_all(At {
        root: root.as_fd(),
        path: &path,
    });
    let text = String::from_utf8_lossy(&whole);
    ensure!(whole.len() > 10_000, "the record is\n{text}");
    let check = |file: &OwnedFd, offset: usize, size: usize| -> Result<()> {
        let mut buffer = vec![0; size];
        let n = rustix::io::pread(file, &mut buffer, offset as u64)?;
        let want = &whole[offset..whole.len().min(offset + size)];
        ensure!(
            buffer[..n] == want[..n] && n > 0,
            "pread of {size} at {offset} gave {n} other bytes"
        );
        Ok(())
    };
    together(&[
        ("from the start", &|| check(&file, 0, whole.len() + 10)),
        ("in the middle", &|| check(&file, 5000, 100)),
        ("near the end", &|| check(&file, whole.len() - 20, 4096)),
        ("in steps", &|| {
            (0..whole.len())
                .step_by(997)
                .try_for_each(|at| check(&file, at, 300))
        }),
    ])
}
