// SPDX-License-Identifier: GPL-2.0

//! Divides tests among several VMs so that all end at about the same time: by how long each test
//! took the last time.

use crate::{paths, verdicts::Verdicts};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Milliseconds by test.
pub(crate) type Times = BTreeMap<String, u64>;

/// The indexes of the tests for each VM. A test that nobody has timed counts as the average.
pub(crate) fn divide(names: &[&str], times: &Times, count: usize) -> Vec<Vec<usize>> {
    let average = times.values().sum::<u64>() / (times.len() as u64).max(1);
    let time = |index: usize| times.get(names[index]).copied().unwrap_or(average).max(1);
    // The longest first, each to the one that has least so far.
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(time(*index)));
    let mut shards = vec![(0, Vec::new()); count];
    for index in order {
        if let Some((total, shard)) = shards.iter_mut().min_by_key(|(total, _)| *total) {
            *total += time(index);
            shard.push(index);
        }
    }
    shards.into_iter().map(|(_, shard)| shard).collect()
}

/// How long each test took: from the end of the one before it to its verdict.
pub(crate) fn times<'a>(lines: impl Iterator<Item = (Duration, &'a str)>) -> Times {
    let (mut times, mut start) = (Times::new(), None);
    let mut verdicts = Verdicts::default();
    for (at, line) in lines {
        let Some((name, _)) = verdicts.take(line) else {
            start = start.or_else(|| line.starts_with("running ").then_some(at));
            continue;
        };
        if let Some(start) = start {
            let took = u64::try_from(at.saturating_sub(start).as_millis());
            times.insert(name.to_owned(), took.unwrap_or(u64::MAX));
        }
        start = Some(at);
    }
    times
}

/// What [`keep`] kept of a kernel; nothing the first time.
pub(crate) fn known(kernel: &str) -> Result<Times> {
    let text = fs::read_to_string(file(kernel)?).unwrap_or_default();
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Keeps the times for the next run.
pub(crate) fn keep(kernel: &str, new: Times) -> Result<()> {
    let mut times = known(kernel)?;
    times.extend(new);
    let file = file(kernel)?;
    fs::write(&file, serde_json::to_vec_pretty(&times)?)
        .with_context(|| format!("cannot write {}", file.display()))
}

fn file(kernel: &str) -> Result<PathBuf> {
    Ok(paths::cache()?.join(format!("e2e-times-{kernel}.json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_is_in_one_shard_and_the_load_is_even() {
        let names = ["a", "b", "c", "d", "new"];
        let times = [("a", 90), ("b", 30), ("c", 30), ("d", 30)];
        let times = times.map(|(name, time)| (name.to_owned(), time)).into();
        // 45 for the unknown one: a + b = 120, new + c + d = 105.
        assert_eq!(divide(&names, &times, 2), [vec![0, 3], vec![4, 1, 2]]);
        assert_eq!(
            divide(&names, &Times::new(), 2),
            [vec![0, 2, 4], vec![1, 3]]
        );
    }

    #[test]
    fn a_test_takes_until_its_verdict() {
        let lines = [
            "type under test",
            "running 3 tests",
            "test a ... ok",
            "  noise is ok",
            "test b ... 3",
            "  4",
            "ok",
            "test c ... 5",
            "FAILED",
            "test result: FAILED",
        ];
        let lines = lines.into_iter().zip([1, 5, 8, 9, 20, 21, 30, 31, 37, 50]);
        let lines = lines.map(|(line, at)| (Duration::from_millis(at), line));
        let expected = [("a", 3), ("b", 22), ("c", 7)];
        let expected = expected.map(|(name, took)| (name.to_owned(), took));
        assert_eq!(times(lines), expected.into());
    }
}
