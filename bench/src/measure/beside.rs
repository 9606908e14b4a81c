// SPDX-License-Identifier: GPL-2.0

//! Things that two readers do, each on a processor of its own, for whoever watches which memory both of them use.
//!
//! They take turns: one that does a thing while the other waits uses what it would use anyway, and the log of it can be read.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use super::repeat::{announce, mark, named, next, repeated_each, wait_for_go, Scene};
use anyhow::{Context as _, Result};
use proc2_bench::profile::REPETITIONS;
use proc2_e2e::child::fork_with;
use rustix::process::{set_parent_process_death_signal, Signal};
use rustix::thread::{sched_setaffinity, CpuSet};

/// A reader in a process of its own.
struct Reader(UnixStream);

impl Reader {
    /// Returns when it has done each thing of the list a few times.
    fn new(scene: &Scene, list: &str, cpu: usize) -> Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        fork_with(0, || match read(scene, list, cpu, theirs) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("bench: the reader on processor {cpu}: {error:#}");
                1
            }
        })?;
        let mut reader = Self(ours);
        reader.answers()?;
        Ok(reader)
    }

    fn answers(&mut self) -> Result<()> {
        let read = self.0.read_exact(&mut [0]);
        read.context("a reader has ended")
    }

    /// Lets it do the next thing.
    fn turn(&mut self) -> Result<()> {
        self.0.write_all(&[0])?;
        self.answers()
    }
}

/// What a reader does: a thing for each byte that comes.
fn read(scene: &Scene, list: &str, cpu: usize, mut socket: UnixStream) -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut here = CpuSet::new();
    here.set(cpu);
    sched_setaffinity(None, &here).with_context(|| format!("processor {cpu}"))?;
    let mut works = scene.works(list)?;
    socket.write_all(&[0])?;
    for (work, line) in works.iter_mut().zip(list.lines()) {
        let (name, side) = named(line)?;
        socket.read_exact(&mut [0])?;
        let mut begun = Vec::new();
        for _ in 0..REPETITIONS {
            // What was allocated last time is in use now, and other memory is next: what is the same each time is shared, and not
            // just free again.
            begun.extend(scene.begun(name, side)?);
            next();
            mark();
            work()?;
            mark();
        }
        socket.write_all(&[0])?;
    }
    Ok(())
}

/// Has two readers do each of the things in a file, `NAME SIDE` in each line, first the one and then the other.
pub(crate) fn each(file: &str) -> Result<()> {
    let list = fs::read_to_string(file)?;
    Scene::with(|scene| {
        let mut readers = [Reader::new(scene, &list, 0)?, Reader::new(scene, &list, 1)?];
        announce("each")?;
        wait_for_go()?;
        for _ in list.lines() {
            readers.iter_mut().try_for_each(Reader::turn)?;
        }
        repeated_each()
    })
}
