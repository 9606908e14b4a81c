// SPDX-License-Identifier: GPL-2.0

//! Reads that find no memory: the reader gets an error, now or at the next read, and afterwards goes
//! on where it was. Nothing is lost, nothing comes twice, and no text is put together of two.

use std::fs;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::child::{in_child_with, Sleeper};
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::storm::fault::Faults;
use proc2_e2e::{errno, fstype, snapshot, target_kinds};
use reader::Reader;
use rustix::io::{read, Errno};
use rustix::mount::MountFlags;
use rustix::thread::set_name;

use super::Test;

mod reader;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["no_memory": a_text_is_of_one_moment]
}

/// Those of `.proc2/tasks`.
pub(super) fn tests_of_the_module() -> Vec<Test> {
    super::tests!["no_memory": a_path_in_a_row, a_long_row, each_allocation_fails]
}

/// The name of who runs out of memory. What the kernel says about that is no fault of its own: the
/// reader of its log (scripts/dev/src/kernel_log.rs) knows the name.
const NAME: &std::ffi::CStr = c"proc2-full";

/// How many quiet processes stand before the one whose row needs memory, and behind it.
const BEFORE: usize = 40;
const BEHIND: usize = 20;

/// Control groups below a mount of their own: one to run out of memory in, and one whose path is
/// longer than any other.
struct Groups {
    tree: PathBuf,
    deep: PathBuf,
}

impl Groups {
    fn new() -> Result<Self> {
        let tree = mount::cgroups()?;
        fs::write(tree.join("cgroup.subtree_control"), "+memory")
            .context("this kernel has no memory controller")?;
        // Its escaped form has room in one page: for more than that, the kernel looks elsewhere too.
        let part = "proc2-deep-".to_owned() + &"d".repeat(190);
        let deep = (0..4).fold(tree.clone(), |path, _| path.join(&part));
        fs::create_dir_all(&deep)?;
        let groups = Self { tree, deep };
        fs::create_dir(groups.full())?;
        Ok(groups)
    }

    fn full(&self) -> PathBuf {
        self.tree.join("proc2-full")
    }

    /// Nothing more, or as much as there is.
    fn limit(&self, memory: &str) -> Result<()> {
        fs::write(self.full().join("memory.max"), memory).context("memory.max")
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        let below = |path: &&Path| path.starts_with(&self.tree) && *path != self.tree;
        for path in self.deep.ancestors().take_while(below) {
            let _ = fs::remove_dir(path);
        }
        let _ = fs::remove_dir(self.full());
        let _ = fs::write(self.tree.join("cgroup.subtree_control"), "-memory");
    }
}

/// Runs `test` as the first process of a pid namespace.
fn in_namespace(test: impl FnOnce(&Instance) -> Result<()>) -> Result<()> {
    in_child_with(libc::CLONE_NEWPID | libc::CLONE_NEWNS, || {
        set_name(NAME)?;
        rustix::mount::mount("proc", "/proc", "proc", MountFlags::empty(), c"")?;
        test(&Instance::new(&fstype(), "")?)
    })
}

/// Quiet processes, in the order of their numbers, the one that `special` makes among them.
fn with_others(special: impl FnOnce() -> Result<Sleeper>) -> Result<Vec<Sleeper>> {
    let plain = |_| target_kinds::plain(0);
    let mut all: Vec<_> = (0..BEFORE).map(plain).collect::<Result<_>>()?;
    all.push(special()?);
    for process in (0..BEHIND).map(plain) {
        all.push(process?);
    }
    Ok(all)
}

/// A text must have a row of each process and the reader, in order, and no other.
fn check_complete(text: &[u8], processes: &[Sleeper], reader: i32) -> Result<()> {
    let seen: Vec<i32> = snapshot::parse(text)?
        .iter()
        .map(|row| row.task.pid)
        .collect();
    let ids = processes.iter().map(Sleeper::id);
    let wanted: Vec<i32> = std::iter::once(1).chain(ids).chain([reader]).collect();
    let missing: Vec<_> = wanted.iter().filter(|pid| !seen.contains(pid)).collect();
    ensure!(
        missing.is_empty(),
        "without a row: {missing:?}, of {} processes",
        wanted.len()
    );
    ensure!(
        seen.is_sorted_by(|one, next| one < next),
        "not in order: {seen:?}"
    );
    ensure!(seen == wanted, "{seen:?}, not {wanted:?}");
    Ok(())
}

/// A reader in the control group that can be full. It has read once, so that all memory is there
/// that each read needs.
fn reader(groups: &Groups, path: &Path) -> Result<Reader> {
    let mut reader = Reader::new(path)?;
    fs::write(format!("/proc/{}/oom_score_adj", reader.id()), "-1000")?;
    let procs = groups.full().join("cgroup.procs");
    fs::write(procs, reader.id().to_string())?;
    reader.read(1)?;
    reader.rewind();
    Ok(reader)
}

/// What a file has from where the reader is.
fn to_the_end(reader: &mut Reader) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    loop {
        match reader.read(reader::ROOM)? {
            part if part.is_empty() => return Ok(text),
            part => text.extend(part),
        }
    }
}

/// The limits of a process change while they are read.
fn a_text_is_of_one_moment() -> Result<()> {
    in_namespace(|instance| {
        let groups = Groups::new()?;
        let process = target_kinds::plain(0)?;
        let set = |value: u64| -> Result<()> {
            let limit = libc::rlimit64 {
                rlim_cur: value,
                rlim_max: value,
            };
            for which in [libc::RLIMIT_FSIZE, libc::RLIMIT_RTTIME] {
                // SAFETY: the limit lives through the call.
                let set =
                    unsafe { libc::prlimit64(process.id(), which, &limit, std::ptr::null_mut()) };
                ensure!(set == 0, "prlimit: {}", errno::last());
            }
            Ok(())
        };
        let mut reader = reader(&groups, &instance.join(format!("{}/limits", process.id())))?;
        for round in 0..2 {
            let (old, new) = (1_000_001 + 2 * round, 1_000_002 + 2 * round);
            set(old)?;
            reader.rewind();
            groups.limit("0")?;
            let first = reader.read(600);
            set(new)?;
            let rest = match &first {
                Ok(_) => to_the_end(&mut reader),
                Err(_) => Ok(Vec::new()),
            };
            groups.limit("max")?;
            let text = match (first, rest) {
                (Ok(first), Ok(rest)) => [first, rest].concat(),
                (Err(Errno::NOMEM), _) | (_, Err(Errno::NOMEM)) => {
                    reader.rewind();
                    to_the_end(&mut reader)?
                }
                other => bail!("{other:?}"),
            };
            let text = String::from_utf8_lossy(&text);
            let count = |value: u64| text.matches(&value.to_string()).count();
            ensure!(
                [count(old), count(new)] == [4, 0] || [count(old), count(new)] == [0, 4],
                "round {round}: two texts in one:\n{text}"
            );
        }
        Ok(())
    })
}

/// A reader whose control group is full from the second row on, until it has been told so.
fn full_group(special: impl FnOnce(&Groups) -> Result<Sleeper>) -> Result<()> {
    in_namespace(|instance| {
        let groups = Groups::new()?;
        let processes = with_others(|| special(&groups))?;
        let header = {
            let fd = snapshot::open(instance.root()?.as_fd())?;
            let text = snapshot::read_on(fd.as_fd(), 1 << 20)?;
            let mut lines = text.split_inclusive(|byte| *byte == b'\n');
            lines.by_ref().take(2).map(<[u8]>::len).sum::<usize>()
        };
        // Behind the others: its row is the last one.
        let mut reader = reader(&groups, &instance.join(snapshot::PATH))?;
        // The first row's own memory is there then.
        let mut text = reader.read(1)?;
        text.extend(reader.read(header)?);
        ensure!(text.len() == header + 1, "{} bytes", text.len());

        groups.limit("0")?;
        let mut rows = 0;
        let refused = loop {
            match reader.read(reader::ROOM) {
                Ok(part) if part.is_empty() => break Err("it came to the end"),
                Ok(part) => {
                    rows += part.iter().filter(|byte| **byte == b'\n').count();
                    text.extend(part);
                }
                Err(error) => break Ok(error),
            }
        };
        // It stays so, and costs nothing.
        let again = reader.read(reader::ROOM);
        groups.limit("max")?;
        match (refused, again) {
            (Ok(Errno::NOMEM), Err(Errno::NOMEM)) => {}
            other => bail!("without memory: {other:?}, after {rows} rows"),
        }
        text.extend(to_the_end(&mut reader)?);
        let id = reader.id();
        drop(reader);
        check_complete(&text, &processes, id)?;
        ensure!(rows == BEFORE + 1, "{rows} rows came before the error");
        Ok(())
    })
}

/// The path of a cgroup needs memory, with rows in the buffer that the reader has not got yet.
fn a_path_in_a_row() -> Result<()> {
    full_group(|groups| {
        let procs = groups.deep.join("cgroup.procs");
        Sleeper::new(|| fs::write(procs, "0").context("moving to a cgroup"))
    })
}

/// A row is longer than the buffer.
fn a_long_row() -> Result<()> {
    full_group(|_| {
        Sleeper::new(|| {
            // Each byte becomes four, and a page of them no longer fits in the buffer: the program
            // is called by a short name, for that is where the page begins.
            let words = "\u{1}".repeat(snapshot::COMMAND_LINE);
            let program = std::env::current_exe()?;
            Err(Command::new(program)
                .arg0("p")
                .args(["--sleep", &words])
                .exec()
                .into())
        })
    })
}

/// Each allocation and each copy of a read fails once. A debug kernel can let them.
fn each_allocation_fails() -> Result<()> {
    in_namespace(|instance| {
        let Some(faults) = Faults::new()? else {
            println!("  skipped: this kernel cannot let allocations fail");
            return Ok(());
        };
        let groups = Groups::new()?;
        let procs = groups.deep.join("cgroup.procs");
        let processes = with_others(|| Sleeper::new(|| Ok(fs::write(procs, "0")?)))?;
        let path = instance.root()?;
        let mut buffer = vec![0; 1 << 20];
        let (mut refused, mut failures) = (0, 0);
        for n in 1.. {
            let fd = snapshot::open(path.as_fd())?;
            let length = read(&fd, &mut buffer[..1000])?;
            let mut text = buffer[..length].to_vec();
            let (first, failed) = faults.with(n, || read(&fd, &mut buffer))?;
            if !failed {
                break;
            }
            failures += 1;
            match first {
                Ok(length) => text.extend_from_slice(&buffer[..length]),
                Err(_) => refused += 1,
            }
            match snapshot::read_on(fd.as_fd(), 5000) {
                Ok(rest) => text.extend(rest),
                // A fault in the middle of a copy: the next read says that rows are gone.
                Err(Errno::INVAL) => continue,
                Err(error) => bail!("failure {n}, then {}", errno::name(error.raw_os_error())),
            }
            // Its own row is the first one.
            let text = String::from_utf8_lossy(&text).into_owned();
            let rows: Vec<_> = text.lines().skip(2).collect();
            ensure!(
                rows.len() == 1 + processes.len(),
                "failure {n}: {first:?}, {} rows of {}",
                rows.len(),
                1 + processes.len()
            );
            snapshot::parse(text.as_bytes()).with_context(|| format!("failure {n}"))?;
        }
        println!("  {failures} failures, {refused} of them refused");
        ensure!(refused > 0, "no failure was noticed");
        Ok(())
    })
}
