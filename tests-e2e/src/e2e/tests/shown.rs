// SPDX-License-Identifier: GPL-2.0

//! What is said about options: in the log of a refusal, in mountinfo and by statmount(2).

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::statmount::{self, field, want, Told};
use proc2_e2e::{errno, fstype, is_procfs};
use rustix::mount::MountFlags;

use super::options::VALUES;
use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["shown": refusals_say_why, shown_options_mount_again, statmount_shows_the_same,
        read_only]
}

/// A refusal comes with one sentence in the context's log, which names the option and the value.
fn refusals_say_why() -> Result<()> {
    let (mut failures, mut refused) = (Vec::new(), 0);
    for (key, values) in VALUES {
        for value in *values {
            let Err(refusal) = mount::detached(&fstype(), &[Opt::Text(key, value)]) else {
                continue;
            };
            refused += 1;
            let shown = value
                .trim()
                .split(',')
                .find(|word| !word.is_empty() && *word != "pid");
            // procfs leaves the value out of some sentences, as the kernel does where it knows no
            // such option.
            let value_named = |line: &String| {
                is_procfs() || *key == "unknown" || line.contains(shown.unwrap_or(""))
            };
            let named = |line: &String| {
                line.starts_with("e ") && (line.contains(key) || is_procfs()) && value_named(line)
            };
            let known = !is_procfs() || *key != "source";
            if refusal.log.len() != 1 && known || !refusal.log.iter().all(named) {
                failures.push(format!("{key}={value:?}: {refusal}"));
            }
        }
    }
    ensure!(refused > 30, "only {refused} values were refused");
    ensure!(
        failures.is_empty(),
        "{} of {refused}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    Ok(())
}

/// Mounting with what is shown gives an instance that shows the same.
fn shown_options_mount_again() -> Result<()> {
    for list in [
        "",
        "hidepid=1",
        "hidepid=2,gid=5",
        "hidepid=4,subset=pid",
        "gid=4294967294,subset=pid",
    ] {
        let first = Instance::new(&fstype(), list)?;
        let shown = first.shown()?;
        let options = shown
            .strip_prefix("rw")
            .context("not rw")?
            .trim_start_matches(',');
        let again = Instance::new(&fstype(), options)?;
        ensure!(
            again.shown()? == shown,
            "{list}: {shown} became {}",
            again.shown()?
        );
        for word in list
            .split(',')
            .filter(|word| word.starts_with("gid") || word.starts_with("subset"))
        {
            ensure!(shown.contains(word), "{list} is shown as {shown}");
        }
    }
    Ok(())
}

/// statmount(2), which has no file to show options through.
fn statmount_shows_the_same() -> Result<()> {
    let mut tally = Tally::default();
    for list in ["", "hidepid=1", "hidepid=2,gid=5", "hidepid=4,subset=pid"] {
        let text = |fstype: &str| -> Result<String> { statmount(&Instance::new(fstype, list)?) };
        tally.same(
            || format!("statmount with {list}"),
            text("proc")?,
            text(&fstype())?,
        );
    }
    tally.verdict(4)
}

/// What statmount(2) says of an instance: its magic, flags and options.
fn statmount(instance: &Instance) -> Result<String> {
    let root = std::fs::File::open(&instance.path)?;
    let told = Told::of(statmount::id(&root)?, want::SUPERBLOCK | want::OPTIONS)?;
    Ok(format!(
        "magic {:x} flags {:x} options {}",
        told.long(field::SB_MAGIC),
        told.word(field::SB_FLAGS),
        String::from_utf8_lossy(told.text(field::MNT_OPTS)?)
    ))
}

/// A read-only instance refuses writes, and can be made writable.
fn read_only() -> Result<()> {
    let write = |instance: &Instance| {
        let result = std::fs::write(instance.join("self/comm"), "e2e-ro");
        result.map_err(|error| errno::name(error.raw_os_error().unwrap_or(0)))
    };
    let read_only = Instance::with(&fstype(), &[Opt::Flag("ro")])?;
    ensure!(
        read_only.shown()?.starts_with("ro"),
        "shown as {}",
        read_only.shown()?
    );
    ensure!(
        write(&read_only) == Err("EROFS".into()),
        "write gave {:?}",
        write(&read_only)
    );
    let flags = MountFlags::empty();
    rustix::mount::mount_remount(&read_only.path, flags, c"").context("remount rw")?;
    ensure!(
        write(&read_only).is_ok(),
        "write after remount gave {:?}",
        write(&read_only)
    );
    Ok(())
}
