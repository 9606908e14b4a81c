// SPDX-License-Identifier: GPL-2.0

//! `pressure/`: the group's own files, read and polled.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::time::Duration;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::kernel;
use proc2_e2e::patience::limit;
use rustix::event::{poll, PollFd, PollFlags, Timespec};

use super::super::Test;
use super::memory::{viewed, Viewed};
use super::read;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::pressure": texts, switched_off, triggers, one_trigger, bad_triggers, removed]
}

const FILES: [&str; 3] = ["cpu", "io", "memory"];

fn texts() -> Result<()> {
    kernel::need(&["CONFIG_PSI"], "pressure")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let _loops = viewed.group.loops(3)?;
    std::thread::sleep(Duration::from_millis(500));
    // The totals move: everything else must be the same.
    let words = |text: &str| -> Vec<String> {
        let words = text.split_whitespace();
        words
            .filter(|word| !word.starts_with("total="))
            .map(str::to_owned)
            .collect()
    };
    let total = |text: &str| -> u64 {
        let total = text
            .split("total=")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next());
        total.and_then(|word| word.parse().ok()).unwrap_or(0)
    };
    for name in FILES {
        let own = format!("{name}.pressure");
        let mut equal = false;
        for _ in 0..limit(50) {
            let before = viewed.group.read(&own)?;
            let ours = read(&viewed.instance, &format!("pressure/{name}"))?;
            let after = viewed.group.read(&own)?;
            if words(&before) != words(&after) {
                continue;
            }
            ensure!(
                words(&ours) == words(&before),
                "{ours}, but the group has {before}"
            );
            ensure!(
                (total(&before)..=total(&after)).contains(&total(&ours)),
                "{before}{ours}{after}"
            );
            equal = true;
            break;
        }
        ensure!(equal, "{name} is never at rest");
    }
    let some = total(&read(&viewed.instance, "pressure/cpu")?);
    ensure!(some > 0, "three loops on fewer CPUs wait for nothing");
    viewed.group.kill()
}

fn switched_off() -> Result<()> {
    kernel::need(&["CONFIG_PSI"], "pressure")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    read(&viewed.instance, "pressure/cpu")?;
    viewed.group.write("cgroup.pressure", "0")?;
    let error = std::fs::read(viewed.instance.join("pressure/cpu"));
    let error = error.map_err(|error| error.raw_os_error()).err();
    ensure!(error == Some(Some(libc::EOPNOTSUPP)), "{error:?}");
    // Nobody would ever be woken.
    let error = open(&viewed, "cpu")?.write(b"some 150000 2000000\n");
    let error = error.map_err(|error| error.raw_os_error()).err();
    ensure!(
        error == Some(Some(libc::EOPNOTSUPP)),
        "a trigger: {error:?}"
    );
    viewed.group.write("cgroup.pressure", "1")?;
    read(&viewed.instance, "pressure/cpu").map(drop)
}

fn open(viewed: &Viewed, name: &str) -> Result<File> {
    let path = viewed.instance.join(format!("pressure/{name}"));
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .with_context(|| path.display().to_string())
}

/// What poll(2) says within so many seconds.
fn polled(file: &File, seconds: i64) -> Result<PollFlags> {
    let mut list = [PollFd::from_borrowed_fd(file.as_fd(), PollFlags::PRI)];
    let timeout = Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    poll(&mut list, Some(&timeout))?;
    Ok(list[0].revents())
}

/// Pressure in the group wakes who waits for it, pressure elsewhere does not.
fn triggers() -> Result<()> {
    kernel::need(&["CONFIG_PSI"], "pressure")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let other = tree.group("b")?;
    let mut file = open(&viewed, "cpu")?;
    // Without a trigger, at once and with an error.
    let early = polled(&file, 1)?;
    ensure!(early.contains(PollFlags::ERR | PollFlags::PRI), "{early:?}");
    file.write_all(b"some 100000 1000000\n")?;
    let loops = other.loops(4)?;
    let quiet = polled(&file, 3)?;
    ensure!(quiet.is_empty(), "others' pressure: {quiet:?}");
    drop(loops);
    other.kill()?;
    let _loops = viewed.group.loops(4)?;
    let own = polled(&file, 20)?;
    ensure!(own == PollFlags::PRI, "{own:?}");
    viewed.group.kill()
}

fn one_trigger() -> Result<()> {
    kernel::need(&["CONFIG_PSI"], "pressure")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let mut file = open(&viewed, "memory")?;
    file.write_all(b"some 100000 1000000\n")?;
    let second = file
        .write(b"some 100000 1000000\n")
        .map_err(|error| error.raw_os_error());
    ensure!(second == Err(Some(libc::EBUSY)), "{second:?}");
    // Another descriptor has another one.
    open(&viewed, "memory")?.write_all(b"full 150000 2000000\n")?;
    Ok(())
}

/// As procfs refuses them.
fn bad_triggers() -> Result<()> {
    kernel::need(&["CONFIG_PSI"], "pressure")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let long = "some 100000 1000000 and much more than thirty-two bytes";
    for text in [
        "",
        "\n",
        "some",
        "none 1 2",
        "some 0 1000000",
        "some 2000000 1000000",
        "some 1 100000000",
        "some 100000 1000000\n",
        long,
    ] {
        let write = |file: &mut File| {
            file.write(text.as_bytes())
                .map_err(|error| error.raw_os_error())
        };
        let ours = write(&mut open(&viewed, "io")?);
        let mut theirs = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/proc/pressure/io")?;
        let theirs = write(&mut theirs);
        ensure!(ours == theirs, "{text:?}: {ours:?}, but procfs {theirs:?}");
    }
    Ok(())
}

/// The group goes while somebody waits.
fn removed() -> Result<()> {
    kernel::need(&["CONFIG_PSI"], "pressure")?;
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let mut file = open(&viewed, "cpu")?;
    file.write_all(b"some 100000 1000000\n")?;
    viewed.group.kill()?;
    std::fs::remove_dir(&viewed.group.path)?;
    let said = polled(&file, 2)?;
    ensure!(said.is_empty(), "{said:?}");
    drop(file);
    let error = std::fs::read(viewed.instance.join("pressure/cpu"));
    let error = error.map_err(|error| error.raw_os_error()).err();
    ensure!(error == Some(Some(libc::ENODEV)), "{error:?}");
    Ok(())
}
