// SPDX-License-Identifier: GPL-2.0

//! `loadavg`: a container's own, sampled every five seconds.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::Sleeper;
use proc2_e2e::fstype;
use proc2_e2e::mount::Instance;

use super::super::Test;
use super::memory::viewed;
use super::read;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::load": own_tasks, decay, waiting_tasks, of_nested,
        of_a_reader]
}

/// The averages of a `loadavg`.
fn averages(text: &str) -> Result<[f64; 3]> {
    let mut words = text.split(' ');
    let mut next = || -> Result<f64> {
        let word = words.next().context("a loadavg that is too short")?;
        Ok(word.parse()?)
    };
    Ok([next()?, next()?, next()?])
}

/// The averages over a minute of as many active tasks after so many samples, by the formula of
/// Documentation/admin-guide/cpu-load.rst in floating point.
fn expected(active: f64, samples: i32) -> f64 {
    active * (1.0 - (-5.0f64 / 60.0).exp().powi(samples))
}

/// Loops in the group count, those outside do not.
fn own_tasks() -> Result<()> {
    let tree = Tree::new()?;
    let (busy, idle) = (
        viewed(tree.group("a")?, &[])?,
        viewed(tree.group("b")?, &[])?,
    );
    let _loops = busy.group.loops(3)?;
    let start = Instant::now();
    let mut most = 0.0f64;
    while start.elapsed() < Duration::from_secs(17) {
        std::thread::sleep(Duration::from_millis(500));
        let [minute, five, fifteen] = averages(&read(&busy.instance, "loadavg")?)?;
        ensure!(
            minute >= five && five >= fifteen,
            "{minute} {five} {fifteen}"
        );
        most = most.max(minute);
    }
    // Three or four samples, five seconds and a jiffy apart.
    let (low, high) = (expected(3.0, 2), expected(3.0, 4) + 0.02);
    ensure!(
        low <= most && most <= high,
        "{most} after 17 seconds of three loops, not {low:.2} to {high:.2}"
    );
    let quiet = averages(&read(&idle.instance, "loadavg")?)?;
    ensure!(quiet == [0.0; 3], "an idle group has a load of {quiet:?}");
    busy.group.kill()
}

/// When they end it goes down, from one sample to the next by what the formula says.
fn decay() -> Result<()> {
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    let instance = Instance::new(&fstype(), &format!("cgroup={}", group.id()?))?;
    let loops = group.loops(4)?;
    std::thread::sleep(Duration::from_secs(11));
    drop(loops);
    group.kill()?;
    let start = Instant::now();
    let mut samples = vec![averages(&read(&instance, "loadavg")?)?];
    // Three samples, five seconds and a jiffy apart.
    while samples.len() < 4 && start.elapsed() < Duration::from_secs(25) {
        std::thread::sleep(Duration::from_millis(200));
        let now = averages(&read(&instance, "loadavg")?)?;
        if samples.last() != Some(&now) {
            samples.push(now);
        }
    }
    println!("  {samples:?}");
    ensure!(samples.len() == 4, "{samples:?} in 25 seconds");
    ensure!(samples[0][0] > 0.3, "{samples:?} after four loops");
    for pair in samples.windows(2) {
        for (place, minutes) in [1.0, 5.0, 15.0f64].into_iter().enumerate() {
            let wanted = pair[0][place] * (-5.0 / (60.0 * minutes)).exp();
            // Two figures are rounded to hundredths.
            ensure!(
                (pair[1][place] - wanted).abs() < 0.012,
                "of {minutes} minutes: {} after {}, not {wanted:.3}",
                pair[1][place],
                pair[0][place]
            );
        }
    }
    Ok(())
}

/// Tasks that wait and cannot be interrupted count, as in the kernel's average.
fn waiting_tasks() -> Result<()> {
    waiting_tasks_for(60)
}

/// As [`waiting_tasks`], for so many seconds.
pub(super) fn waiting_tasks_for(seconds: u64) -> Result<()> {
    let tree = Tree::new()?;
    let viewed = viewed(tree.group("a")?, &[])?;
    let parents: Vec<Sleeper> = (0..3)
        .map(|_| {
            Sleeper::new_unwatched(|| {
                viewed.group.enter()?;
                // As a parent of vfork(2) does, it waits for the child's end.
                proc2_e2e::child::fork_with(0, || {
                    let sleep = || proc2_e2e::child::sleep_forever();
                    let _ = proc2_e2e::child::fork_with(libc::CLONE_VFORK, sleep);
                    0
                })?;
                Ok(())
            })
        })
        .collect::<Result<_>>()?;
    std::thread::sleep(Duration::from_secs(seconds));
    let [minute, ..] = averages(&read(&viewed.instance, "loadavg")?)?;
    // A sample every five seconds and a jiffy; two digits are shown.
    let samples = i32::try_from(seconds / 5)?;
    let (low, high) = (
        expected(3.0, samples - 1) - 0.02,
        expected(3.0, samples + 1) + 0.02,
    );
    ensure!(
        low <= minute && minute <= high,
        "{minute}, not {low:.2} to {high:.2}"
    );
    let stat = read(&viewed.instance, "stat")?;
    ensure!(super::stat_value(&stat, "procs_blocked ")? == 0, "{stat}");
    drop(parents);
    viewed.group.kill()
}

/// Of so many groups, each in the one before, that not all may be counted at one moment (that depends on the machine), each
/// has its turn.
fn of_nested() -> Result<()> {
    const DEEP: usize = 100;
    let tree = Tree::new()?;
    let mut groups = vec![tree.group("a")?];
    while groups.len() < DEEP {
        groups.push(groups[groups.len() - 1].plain("n")?);
    }
    let last = &groups[DEEP - 1];
    let _sleepers = (0..200)
        .map(|_| Sleeper::new_unwatched(|| last.enter()))
        .collect::<Result<Vec<_>>>()?;
    let _loop = last.loops(1)?;
    let instances = groups
        .iter()
        .map(|group| Instance::new(&fstype(), &format!("cgroup={}", group.id()?)))
        .collect::<Result<Vec<_>>>()?;
    let most = expected(1.0, 5) + 0.02;
    let start = Instant::now();
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let mut loads = instances
            .iter()
            .map(|instance| Ok(averages(&read(instance, "loadavg")?)?[0]))
            .collect::<Result<Vec<_>>>()?;
        loads.sort_by(f64::total_cmp);
        let (least, greatest) = (loads[0], loads[DEEP - 1]);
        ensure!(greatest <= most, "a load of {greatest}, not {most:.2}");
        if least > 0.0 {
            println!("  {least} to {greatest} after {:.1?}", start.elapsed());
            break;
        }
        let late = start.elapsed() > Duration::from_secs(24);
        ensure!(!late, "one of {DEEP} has no load: {loads:?}");
    }
    groups[0].kill()
}

/// Of a reader nothing is kept.
fn of_a_reader() -> Result<()> {
    let tree = Tree::new()?;
    let instance = Instance::new(&fstype(), "cgroup=reader")?;
    let group = tree.group("a")?;
    let text = proc2_e2e::child::in_child(|| {
        group.enter()?;
        Ok(fs::read_to_string(instance.join("loadavg"))?)
    })?;
    ensure!(averages(&text)? == [0.0; 3], "{text}");
    Ok(())
}
