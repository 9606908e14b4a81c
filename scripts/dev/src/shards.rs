// SPDX-License-Identifier: GPL-2.0

//! Divides tests among several VMs so that all end at about the same time: by how long each test
//! took the last time.

use crate::paths;
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

/// How long each test took: its line ends when it does, and the next test begins.
pub(crate) fn times<'a>(lines: impl Iterator<Item = (Duration, &'a str)>) -> Times {
    let mut times = Times::new();
    let mut start = None;
    for (at, line) in lines {
        let test = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split(' ').next());
        match (test, start) {
            (Some("result:"), _) => break,
            (Some(name), Some(start)) => {
                let took = at.saturating_sub(start).as_millis();
                times.insert(name.to_owned(), u64::try_from(took).unwrap_or(u64::MAX));
            }
            (None, _) if !line.starts_with("running ") => continue,
            _ => {}
        }
        start = Some(at);
    }
    times
}

/// What [`keep`] kept; nothing the first time.
pub(crate) fn known() -> Result<Times> {
    let text = fs::read_to_string(file()?).unwrap_or_default();
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Keeps the times for the next run.
pub(crate) fn keep(new: Times) -> Result<()> {
    let mut times = known()?;
    times.extend(new);
    let file = file()?;
    fs::write(&file, serde_json::to_vec_pretty(&times)?)
        .with_context(|| format!("cannot write {}", file.display()))
}

fn file() -> Result<PathBuf> {
    Ok(paths::cache()?.join("e2e-times.json"))
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
    fn times_are_taken_between_the_ends_of_lines() {
        let lines = [
            "type under test",
            "running 2 tests",
            "test a ... ok",
            "  noise",
            "test b ... 3",
        ];
        let lines = lines.into_iter().zip([1, 5, 8, 9, 20]);
        let lines = lines.map(|(line, at)| (Duration::from_millis(at), line));
        assert_eq!(
            times(lines),
            [("a".to_owned(), 3), ("b".to_owned(), 12)].into()
        );
    }
}
