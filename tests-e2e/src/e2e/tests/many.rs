// SPDX-License-Identifier: GPL-2.0

//! Entries of processes that have much of something: the same as procfs's, byte for byte, and no
//! text is read in the square of its length.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::{fork_with, sleep_forever, Sleeper};
use proc2_e2e::mount::Instance;
use proc2_e2e::{dirent, errno, fstype, is_procfs};
use rustix::event::{epoll, eventfd, EventfdFlags};
use rustix::mm::{mmap, MapFlags, ProtFlags};
use rustix::process::{setrlimit, Resource, Rlimit};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["many": registrations, timers, children, mapped_files]
}

/// No limit, for what a process may have of a thing.
pub(super) fn unlimited(resource: Resource, most: u64) -> Result<()> {
    let most = Some(most);
    setrlimit(
        resource,
        Rlimit {
            current: most,
            maximum: most,
        },
    )
    .context("setting a limit")
}

/// What a file has, read `size` bytes at a time, and how long that took.
fn read_by(path: &std::path::Path, size: usize) -> Result<(Vec<u8>, Duration)> {
    let begun = Instant::now();
    let mut file = File::open(path)?;
    let (mut text, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((text, begun.elapsed())),
            n => text.extend_from_slice(&buffer[..n]),
        }
    }
}

/// An entry must be procfs's with buffers of each size, and take no more than a few times as long.
/// (Three tries, as others use the machine. The bench counts closely; this is for what is a square.)
fn compare(process: &Sleeper, entry: &str, sizes: &[usize]) -> Result<()> {
    let (instance, oracle) = (Instance::new(&fstype(), "")?, Instance::new("proc", "")?);
    let path = |instance: &Instance| instance.join(format!("{}/{entry}", process.id()));
    for size in sizes {
        let mut longest = None;
        for _ in 0..3 {
            let (ours, time) = read_by(&path(&instance), *size)?;
            let (theirs, patience) = read_by(&path(&oracle), *size)?;
            ensure!(
                ours == theirs,
                "by {size} bytes: {} bytes, procfs {}",
                ours.len(),
                theirs.len()
            );
            println!(
                "  {entry} by {size}: {} bytes, {time:?}, procfs {patience:?}",
                ours.len()
            );
            longest = (time > 3 * patience + Duration::from_millis(20)).then_some((time, patience));
            if longest.is_none() {
                break;
            }
        }
        if let Some((time, patience)) = longest {
            bail!("{entry} by {size} bytes takes {time:?}, procfs {patience:?}");
        }
    }
    Ok(())
}

/// `fdinfo` of an epoll descriptor is one record, however long.
fn registrations() -> Result<()> {
    const NUMBER: u64 = 20_000;
    const SET: i32 = 49;
    let process = Sleeper::new(|| {
        unlimited(Resource::Nofile, NUMBER + 100)?;
        let set = epoll::create(epoll::CreateFlags::empty())?;
        // SAFETY: a new process has no more than a few descriptors, none of this number.
        ensure!(unsafe { libc::dup2(set.as_raw_fd(), SET) } == SET);
        let event = eventfd(0, EventfdFlags::empty())?;
        for number in 0..NUMBER {
            let registered = event.try_clone()?;
            epoll::add(
                &set,
                registered.as_fd(),
                epoll::EventData::new_u64(number),
                epoll::EventFlags::IN,
            )?;
            std::mem::forget(registered);
        }
        std::mem::forget((set, event));
        Ok(())
    })?;
    compare(&process, &format!("fdinfo/{SET}"), &[1 << 21, 65536, 5000])
}

/// A list without a place to go on from but a number of steps.
fn timers() -> Result<()> {
    const NUMBER: u64 = 8000;
    let process = Sleeper::new(|| {
        unlimited(Resource::Sigpending, NUMBER + 100)?;
        for _ in 0..NUMBER {
            // SAFETY: plain numbers, for which zero is good; they live through the call.
            let made = unsafe {
                let mut event: libc::sigevent = std::mem::zeroed();
                event.sigev_notify = libc::SIGEV_NONE;
                let mut id = 0;
                let clock = libc::CLOCK_MONOTONIC;
                libc::syscall(libc::SYS_timer_create, clock, &mut event, &mut id)
            };
            ensure!(made == 0, "timer_create: {}", errno::last());
        }
        Ok(())
    })?;
    compare(&process, "timers", &[1 << 20, 4096, 500])
}

/// The same.
fn children() -> Result<()> {
    const NUMBER: usize = 1000;
    let process = Sleeper::new(|| {
        for _ in 0..NUMBER {
            fork_with(0, || {
                let _ = rustix::process::set_parent_process_death_signal(Some(
                    rustix::process::Signal::KILL,
                ));
                sleep_forever()
            })?;
        }
        Ok(())
    })?;
    let entry = format!("task/{}/children", process.id());
    compare(&process, &entry, &[1 << 20, 4096, 100])
}

/// A directory that procfs counts through anew in each call: ours goes on where it was, so that a
/// small buffer costs calls, and no more. Seeking back, and to the middle, is as in procfs.
fn mapped_files() -> Result<()> {
    const NUMBER: usize = 12_000;
    const PAGE: usize = 4096;
    let process = Sleeper::new(|| {
        let file = File::open("/proc/self/exe")?;
        for _ in 0..NUMBER {
            // Each of the first page, so that neighbours do not become one mapping.
            // SAFETY: the mapping is new, and nothing reads it.
            unsafe {
                mmap(
                    std::ptr::null_mut(),
                    PAGE,
                    ProtFlags::READ,
                    MapFlags::PRIVATE,
                    &file,
                    0,
                )?
            };
        }
        Ok(())
    })?;
    let (instance, oracle) = (Instance::new(&fstype(), "")?, Instance::new("proc", "")?);
    let listed = |instance: &Instance, size: usize| -> Result<_> {
        let directory = File::open(instance.join(format!("{}/map_files", process.id())))?;
        let begun = Instant::now();
        let entries = dirent::read_with(directory.as_fd(), size)?;
        let time = begun.elapsed();
        let middle = entries.get(NUMBER / 2).context("too few")?;
        rustix::fs::seek(
            &directory,
            rustix::fs::SeekFrom::Start(u64::try_from(middle.next)?),
        )?;
        let rest = dirent::read_with(directory.as_fd(), 1 << 20)?;
        let names = |entries: &[dirent::Dirent]| -> Vec<(String, i64)> {
            entries.iter().map(|e| (e.name.clone(), e.next)).collect()
        };
        ensure!(names(&rest) == names(&entries[NUMBER / 2 + 1..]));
        Ok((names(&entries), time))
    };
    let (ours, whole) = listed(&instance, 1 << 21)?;
    let (small, by_pieces) = listed(&instance, 1000)?;
    let (theirs, _) = listed(&oracle, 1 << 21)?;
    let (_, patience) = listed(&oracle, 1000)?;
    println!("  map_files: {whole:?}, by 1000 bytes {by_pieces:?}, procfs {patience:?}");
    ensure!(ours.len() >= NUMBER && ours == theirs && ours == small);
    ensure!(
        is_procfs() || 2 * by_pieces < patience,
        "by 1000 bytes takes {by_pieces:?}, procfs {patience:?}"
    );
    Ok(())
}
