// SPDX-License-Identifier: GPL-2.0

//! `mounts`, `mountinfo` and `mountstats` of processes whose mount namespaces have what mounts can
//! have: names that are escaped, roots that reach a part of them, propagation of each kind, each
//! flag, mapped owners, thousands of them.

use std::ffi::CString;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::chroot;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::Sleeper;
use proc2_e2e::compare::Tally;
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;
use rustix::event::{poll, PollFd, PollFlags, Timespec};
use rustix::mount::{
    mount, mount_bind, mount_change, unmount, MountFlags, MountPropagationFlags, UnmountFlags,
};

use super::Test;

mod by_statmount;
mod flags;
mod propagation;
mod renamed;

pub(super) fn tests() -> Vec<Test> {
    let own = super::tests!["mount_tables": names, roots, thousands, changes];
    [
        own,
        flags::tests(),
        propagation::tests(),
        by_statmount::tests(),
        renamed::tests(),
    ]
    .concat()
}

const TABLES: [&str; 3] = ["mounts", "mountinfo", "mountstats"];

/// A process with a mount namespace of its own, in which `prepare` has mounted something below a
/// directory that nobody else sees.
fn process(prepare: impl FnOnce(&Path) -> Result<()>) -> Result<Sleeper> {
    Sleeper::with_flags(libc::CLONE_NEWNS, || {
        mount_change(
            "/",
            MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
        )?;
        tmpfs("top", "/tmp".as_ref(), MountFlags::empty())?;
        prepare("/tmp".as_ref())
    })
}

fn tmpfs(source: &str, at: &Path, flags: MountFlags) -> Result<()> {
    mount(source, at, "tmpfs", flags, None).with_context(|| format!("a tmpfs at {at:?}"))
}

/// A directory that is there then.
fn dir(below: &Path, name: &str) -> Result<PathBuf> {
    let path = below.join(name);
    fs::create_dir_all(&path).with_context(|| format!("{path:?}"))?;
    Ok(path)
}

fn read_by(path: &Path, size: usize) -> Result<Vec<u8>> {
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    let (mut text, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(text),
            n => text.extend_from_slice(&buffer[..n]),
        }
    }
}

/// Compares the tables of the processes with procfs's, read in pieces of each size. `says` must
/// stand in the `mountinfo` of one of them, or the test is about nothing.
fn compare(processes: &[Sleeper], sizes: &[usize], says: &[&str]) -> Result<()> {
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let mut tally = Tally::default();
    let mut all = Vec::new();
    for process in processes {
        for table in TABLES {
            let entry = format!("{}/{table}", process.id());
            let expected = read_by(&oracle.join(&entry), 1 << 16)?;
            for size in sizes {
                let got = read_by(&subject.join(&entry), *size)?;
                tally.same(|| format!("by {size} of {entry}"), &expected, got);
            }
            if table == "mountinfo" {
                all.extend_from_slice(&expected);
            }
        }
    }
    let all = String::from_utf8_lossy(&all);
    for text in says {
        ensure!(all.contains(text), "{text:?} is in no table:\n{all}");
    }
    tally.verdict((processes.len() * sizes.len() * TABLES.len()) as u64)
}

/// What names can have in them.
const NAMES: [&str; 9] = [
    "plain",
    "a blank",
    "tab\tnewline\nbackslash\\hash#",
    " ",
    "#",
    "\\040",
    "12345678\t12345678",
    "\u{7f}\u{1b}\u{7}high\u{e9}\u{1f600}",
    "a-name-as-long-as-it-may-be-0123456789012345678901234567890123456789",
];

fn names() -> Result<()> {
    let with_names = process(|top| {
        for name in NAMES {
            let point = dir(top, name)?;
            tmpfs(name, &point, MountFlags::empty())?;
            // Bound from below its filesystem's root.
            let inner = dir(&point, name)?;
            let bound = dir(top, &format!("bound {name}"))?;
            mount_bind(inner, bound)?;
        }
        // Of each length around a word or two, letters of two bytes too.
        for length in 0..=17 {
            for letter in ["s", "\u{e9}", " "] {
                let at = dir(top, &format!("length {length}"))?;
                tmpfs(&letter.repeat(length), &at, MountFlags::empty())?;
            }
        }
        // Whose name is gone.
        let file = top.join("file");
        let on = top.join("on");
        for path in [&file, &on] {
            fs::write(path, "")?;
        }
        mount_bind(&file, &on)?;
        fs::remove_file(&file)?;
        // Something over something.
        for _ in 0..3 {
            tmpfs("over", &dir(top, "over")?, MountFlags::empty())?;
        }
        // A path that is longer than what a reader's first buffer has room for.
        let mut deep = dir(top, "deep")?;
        for _ in 0..14 {
            deep = dir(&deep, &" ".repeat(250))?;
        }
        tmpfs("deep", &deep, MountFlags::empty())?;
        // More names than are collected before they are written.
        let mut many = dir(top, "many")?;
        for number in 0..30 {
            many = dir(&many, &number.to_string())?;
            tmpfs(&format!("many-{number}"), &many, MountFlags::empty())?;
        }
        Ok(())
    })?;
    let with_subtype = process(|top| {
        let point = dir(top, "fuse")?;
        let device = File::options().read(true).write(true).open("/dev/fuse");
        let device = device.context("/dev/fuse")?;
        let fd = std::os::fd::AsRawFd::as_raw_fd(&device);
        let options = format!("fd={fd},rootmode=40000,user_id=0,group_id=0");
        let options = CString::new(options)?;
        mount(
            "a source",
            &point,
            "fuse.sub type",
            MountFlags::empty(),
            &*options,
        )
        .context("fuse")?;
        // As long as this is open the filesystem is.
        std::mem::forget(device);
        Ok(())
    });
    let mut processes = vec![with_names];
    let mut says = vec![
        "\\040",
        "\\011newline\\012backslash\\134hash\\043",
        "//deleted",
    ];
    match with_subtype {
        Ok(process) => {
            processes.push(process);
            says.push("fuse.sub\\040type a\\040source");
        }
        Err(error) => println!("  without a subtype: {error:#}"),
    }
    compare(&processes, &[1, 7, 1024, 4096, 1 << 16], &says)
}

/// Roots that reach all mounts, some of them, or none.
fn roots() -> Result<()> {
    let into = |path: &'static str| {
        process(move |top| {
            let (a, b) = (dir(top, "a")?, dir(top, "b")?);
            tmpfs("a", &a, MountFlags::empty())?;
            tmpfs("b", &b, MountFlags::empty())?;
            tmpfs("in-a", &dir(&a, "inner")?, MountFlags::empty())?;
            tmpfs("in-inner", &dir(&a, "inner/most")?, MountFlags::empty())?;
            dir(&a, "no-mount")?;
            chroot(path).with_context(|| path.to_owned())?;
            std::env::set_current_dir("/")?;
            Ok(())
        })
    };
    let paths = [
        "/",
        "/tmp",
        "/tmp/a",
        "/tmp/a/inner",
        "/tmp/a/no-mount",
        "/tmp/b",
    ];
    let processes = paths.map(into).into_iter().collect::<Result<Vec<_>>>()?;
    // Whose root is mounted nowhere any more.
    let lost = process(|top| {
        let point = dir(top, "lost")?;
        tmpfs("lost", &point, MountFlags::empty())?;
        chroot(&point)?;
        std::env::set_current_dir("/")?;
        unmount("/", UnmountFlags::DETACH).context("unmounting its own root")
    })?;
    let mut processes: Vec<Sleeper> = processes;
    processes.push(lost);
    let oracle = Instance::new("proc", "")?;
    let lines = |process: &Sleeper| -> Result<usize> {
        let text = read_by(&oracle.join(format!("{}/mountinfo", process.id())), 1 << 16)?;
        Ok(text.iter().filter(|byte| **byte == b'\n').count())
    };
    let lines = processes.iter().map(lines).collect::<Result<Vec<_>>>()?;
    ensure!(lines[2..] == [3, 2, 0, 1, 0], "{lines:?}");
    drop(oracle);
    compare(&processes, &[1, 1024, 1 << 16], &["in-inner"])
}

fn thousands() -> Result<()> {
    let process = process(|top| {
        for number in 0..3000 {
            tmpfs(
                &format!("t{number}"),
                &dir(top, &number.to_string())?,
                MountFlags::empty(),
            )?;
        }
        Ok(())
    })?;
    compare(&[process], &[100, 1024, 4096, 1 << 20], &["t2999"])
}

/// A reader who waits is told of each change.
fn changes() -> Result<()> {
    let trees = [Instance::new("proc", "")?, Instance::new(&fstype(), "")?];
    let point = Path::new("/run/proc2-changes");
    fs::create_dir_all(point)?;
    for table in ["mounts", "mountinfo"] {
        let open = |tree: &Instance| File::open(tree.join(format!("self/{table}")));
        let files = trees.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let told = || -> Result<Vec<PollFlags>> {
            let told = |file: &File| {
                let mut fds = [PollFd::new(file, PollFlags::PRI | PollFlags::IN)];
                poll(&mut fds, Some(&Timespec::default()))?;
                Ok(fds[0].revents())
            };
            files.iter().map(told).collect()
        };
        let quiet = told()?;
        ensure!(
            quiet[0] == quiet[1] && !quiet[0].contains(PollFlags::PRI),
            "{quiet:?}"
        );
        for step in 0..4 {
            match step % 2 {
                0 => tmpfs("changes", point, MountFlags::empty())?,
                _ => unmount(point, UnmountFlags::empty())?,
            }
            let [changed, quiet] = [told()?, told()?];
            ensure!(changed[0] == changed[1], "{table}: {changed:?}");
            ensure!(
                changed[0].contains(PollFlags::PRI | PollFlags::ERR),
                "{changed:?}"
            );
            ensure!(
                !quiet[0].contains(PollFlags::PRI) && quiet[0] == quiet[1],
                "{quiet:?}"
            );
        }
    }
    // `mountstats` can't be waited for.
    let stats = trees
        .iter()
        .map(|tree| File::open(tree.join("self/mountstats")));
    for file in stats {
        let file = file?;
        let mut fds = [PollFd::new(&file, PollFlags::PRI | PollFlags::IN)];
        poll(&mut fds, Some(&Timespec::default()))?;
        ensure!(fds[0].revents() == PollFlags::IN, "{:?}", fds[0].revents());
    }
    Ok(())
}
