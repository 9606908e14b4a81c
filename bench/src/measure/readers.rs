// SPDX-License-Identifier: GPL-2.0

//! How much readers on several processors get done in a second, each on a processor of its own. Instruction counts do not see the
//! cache lines that processors take from each other; time does, where the processors are real.

use std::ffi::CString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use super::entries::read_once;
use super::fixture::{Fixture, Side};
use super::processes::{single, Sleepers};
use super::repeat::stat;
use anyhow::{ensure, Context as _, Result};
use rustix::thread::{sched_setaffinity, CpuSet};

/// What is done over and over, with room to read into.
type Doing = fn(&CString, &mut [u8]) -> Result<()>;

/// Each doing, by what it is done to: the same file for all readers, or one of a task of the reader's own.
const DOINGS: [(&str, Doing, bool); 3] = [
    ("stat of one task's stat", |path, _| stat(path), true),
    ("open, read and close of one task's stat", read, true),
    ("the same, each of a task of its own", read, false),
];

fn read(path: &CString, buffer: &mut [u8]) -> Result<()> {
    Ok(read_once(path, buffer).map(drop)?)
}

/// As many doings per second of a reader on each path, on processors from the first on.
fn throughput(doing: Doing, paths: &[CString], time: Duration) -> Result<f64> {
    let (start, stop) = (&Barrier::new(paths.len() + 1), &AtomicBool::new(false));
    let reader = |cpu: usize, path: &CString| -> Result<u64> {
        let mut here = CpuSet::new();
        here.set(cpu);
        let prepared = sched_setaffinity(None, &here);
        let (mut buffer, mut done) = ([0; 4096], 0);
        start.wait();
        prepared.with_context(|| format!("processor {cpu}"))?;
        while !stop.load(Ordering::Relaxed) {
            doing(path, &mut buffer)?;
            done += 1;
        }
        Ok(done)
    };
    thread::scope(|scope| {
        let readers: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(cpu, path)| scope.spawn(move || reader(cpu, path)))
            .collect();
        start.wait();
        let begun = Instant::now();
        thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        let mut done = 0;
        for reader in readers {
            done += reader.join().ok().context("a reader has panicked")??;
        }
        Ok(done as f64 / begun.elapsed().as_secs_f64())
    })
}

/// Measures with one reader, with two, four and so on, and with one on each processor; prints a table.
pub(crate) fn measure(time: Duration) -> Result<()> {
    let cpus = thread::available_parallelism()?.get();
    ensure!(cpus > 1, "with one processor nobody shares anything");
    let fixture = Fixture::new()?;
    let (one, mut each) = (single()?, Sleepers::default());
    each.grow(cpus)?;
    let mut counts: Vec<usize> = (0..)
        .map(|power| 1 << power)
        .take_while(|count| *count < cpus)
        .collect();
    counts.push(cpus);
    println!("| | readers | proc2, a second | procfs, a second | share |\n|---|--:|--:|--:|--:|");
    for (name, doing, shared) in DOINGS {
        for &readers in &counts {
            let of = |side| {
                let path = |id| fixture.mount(side).path(&format!("{id}/stat"));
                let ids = each.ids().into_iter().take(readers);
                let paths = ids.map(|id| path(if shared { one.id() } else { id }));
                throughput(doing, &paths.collect::<Result<Vec<_>>>()?, time)
            };
            let (proc2, procfs) = (of(Side::Proc2)?, of(Side::Procfs)?);
            println!(
                "| {name} | {readers} | {proc2:.0} | {procfs:.0} | {:.2} |",
                proc2 / procfs
            );
        }
    }
    Ok(())
}
