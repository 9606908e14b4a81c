// SPDX-License-Identifier: GPL-2.0

//! `diskstats`: what the group has moved to and from disks, as its `io.stat` has it.

use std::collections::BTreeMap;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroups::{Group, Tree};
use proc2_e2e::child::Sleeper;
use proc2_e2e::kernel;
use proc2_e2e::patience::limit;

use super::super::Test;
use super::memory::{viewed, Viewed};
use super::read;
use super::swap::Disk;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::disks": moved]
}

/// What was moved: reads, sectors that were read, the same written, the same discarded.
type Moved = [u64; 6];

/// What `io.stat` says, by the numbers of the disk.
fn by_group(group: &Group) -> Result<BTreeMap<String, Moved>> {
    let text = group.read("io.stat")?;
    let line = |line: &str| -> Result<(String, Moved)> {
        let (disk, rest) = line.split_once(' ').with_context(|| line.to_owned())?;
        let words = rest
            .split_whitespace()
            .filter_map(|word| word.split_once('='));
        let words: BTreeMap<&str, &str> = words.collect();
        let of = |name: &str| -> Result<u64> {
            Ok(words.get(name).with_context(|| line.to_owned())?.parse()?)
        };
        let moved = [
            of("rios")?,
            of("rbytes")? / 512,
            of("wios")?,
            of("wbytes")? / 512,
            of("dios")?,
            of("dbytes")? / 512,
        ];
        Ok((disk.to_owned(), moved))
    };
    text.lines().map(line).collect()
}

/// What the view says, by the numbers of the disk. What no cgroup counts is 0.
fn by_view(viewed: &Viewed) -> Result<BTreeMap<String, Moved>> {
    let text = read(&viewed.instance, "diskstats")?;
    let line = |line: &str| -> Result<(String, Moved)> {
        let words: Vec<&str> = line.split_whitespace().collect();
        ensure!(words.len() == 20, "{line}");
        let figures = words[3..].iter().map(|word| Ok(word.parse()?));
        let figures = figures.collect::<Result<Vec<u64>>>()?;
        let [reads, merged, read, time, writes, write_merged, written, write_time, now, busy, weighted, discards, discard_merged, discarded, rest @ ..] =
            &figures[..]
        else {
            anyhow::bail!("{line}");
        };
        let none = [
            merged,
            time,
            write_merged,
            write_time,
            now,
            busy,
            weighted,
            discard_merged,
        ];
        ensure!(
            none.into_iter().chain(rest).all(|figure| *figure == 0),
            "{line}"
        );
        let moved = [*reads, *read, *writes, *written, *discards, *discarded];
        Ok((format!("{}:{}", words[0], words[1]), moved))
    };
    text.lines().map(line).collect()
}

fn moved() -> Result<()> {
    kernel::need(&["CONFIG_BLK_CGROUP"], "disks of a group")?;
    let tree = Tree::new()?;
    let (viewed, other) = (viewed(tree.group("a")?, &[])?, tree.group("b")?);
    let disk = Disk::new(16)?;
    ensure!(by_view(&viewed)?.is_empty(), "figures of nothing");
    let _reader = Sleeper::new(|| {
        viewed.group.enter()?;
        drop(disk.read(3 << 20)?);
        disk.write(5 << 20)
    })?;
    // What others move is none of the group's.
    let _other = Sleeper::new(|| {
        other.enter()?;
        disk.write(9 << 20)
    })?;
    let numbers = disk.numbers()?;
    for _ in 0..limit(200) {
        let before = by_group(&viewed.group)?;
        let ours = by_view(&viewed)?;
        if by_group(&viewed.group)? != before {
            continue;
        }
        let theirs: BTreeMap<_, _> = before
            .into_iter()
            .filter(|(_, moved)| *moved != Moved::default())
            .collect();
        ensure!(ours == theirs, "{ours:?}, but the group has {theirs:?}");
        let moved = ours.get(&numbers).context("the disk is not there")?;
        ensure!(
            moved[1] >= 3 << 11 && (5 << 11..9 << 11).contains(&moved[3]),
            "{moved:?} of 3 MB that were read and 5 MB that were written"
        );
        return Ok(());
    }
    anyhow::bail!("io.stat does not rest")
}
