// SPDX-License-Identifier: GPL-2.0

//! A row of `.proc2/tasks`, and what the separate files of the same instance show of the process,
//! both as text to compare.

use std::collections::BTreeSet;
use std::os::fd::BorrowedFd;

use anyhow::{ensure, Result};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{snapshot, task_files};
use rustix::fs::OFlags;

/// What stands for a process that has no row or no files.
pub(super) const NO_ROW: &[u8] = b"no row";

/// What the files of a process say.
pub(super) fn from_files(root: BorrowedFd<'_>, pid: i32, identity: u64) -> Vec<u8> {
    match opens(root, pid) {
        true => text(task_files::expected(root, pid, identity).map(Some)),
        false => text(Ok(None)),
    }
}

/// What its row says.
pub(super) fn from_row(root: BorrowedFd<'_>, pid: i32) -> Vec<u8> {
    let row = |rows: Vec<snapshot::Row>| {
        rows.iter()
            .find(|row| row.task.pid == pid)
            .map(task_files::of_row)
    };
    text(snapshot::rows(root).map(row))
}

fn text(shown: Result<Option<task_files::Shown>>) -> Vec<u8> {
    match shown {
        Ok(Some(shown)) => shown
            .iter()
            .map(|(column, value)| format!("{column} {value}\n"))
            .collect::<Vec<_>>()
            .concat()
            .into(),
        Ok(None) => NO_ROW.into(),
        Err(error) => format!("{error:#}").into(),
    }
}

fn opens(root: BorrowedFd<'_>, pid: i32) -> bool {
    let path = format!("{pid}/stat");
    (At { root, path: &path }).open(OFlags::RDONLY).is_ok()
}

/// The processes that the root lists and whose `stat` can be opened.
pub(super) fn enterable(root: BorrowedFd<'_>) -> Result<BTreeSet<i32>> {
    let list = probe::listing(At { root, path: "." }).map_err(anyhow::Error::msg)?;
    let numbers = list.iter().filter_map(|(name, _)| name.parse().ok());
    Ok(numbers.filter(|pid| opens(root, *pid)).collect())
}

/// The processes that the file shows; their order is that of their numbers.
pub(super) fn pids(root: BorrowedFd<'_>) -> Result<BTreeSet<i32>> {
    let list: Vec<i32> = snapshot::rows(root)?
        .iter()
        .map(|row| row.task.pid)
        .collect();
    ensure!(
        list.is_sorted_by(|one, next| one < next),
        "not in order: {list:?}"
    );
    Ok(list.into_iter().collect())
}
