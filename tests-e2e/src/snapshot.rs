// SPDX-License-Identifier: GPL-2.0

//! `.proc2/tasks`, read by system calls and taken apart twice: by the crate that programs use, and
//! by hand.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_tasks::{Task, Tasks};
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::probe::At;

/// The file below the root of an instance.
pub const PATH: &str = ".proc2/tasks";

/// How many bytes of a command line a row has at most.
pub const COMMAND_LINE: usize = 4096;

/// A row: its values by the names of their columns, as they stand there, and the task that the
/// crate makes of it.
pub struct Row {
    /// The values.
    pub values: BTreeMap<String, String>,
    /// The task.
    pub task: Task,
}

/// Opens the file below a root.
pub fn open(root: BorrowedFd<'_>) -> rustix::io::Result<OwnedFd> {
    At { root, path: PATH }.open(OFlags::RDONLY)
}

/// Opens the file with this name in `.proc2`, which may ask for columns and rows.
pub fn open_named(root: BorrowedFd<'_>, name: &str) -> rustix::io::Result<OwnedFd> {
    let path = format!(".proc2/{name}");
    At { root, path: &path }.open(OFlags::RDONLY)
}

/// Names of columns, and the values of each row in their order.
pub struct Table {
    /// The names.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The values of a column.
    pub fn column(&self, name: &str) -> Result<Vec<&str>> {
        let at = self.columns.iter().position(|column| column == name);
        let at = at.with_context(|| format!("no column {name}"))?;
        Ok(self.rows.iter().map(|row| row[at].as_str()).collect())
    }
}

/// What a file of that name has.
pub fn table(root: BorrowedFd<'_>, name: &str) -> Result<Table> {
    let fd = open_named(root, name).with_context(|| format!("opening {name}"))?;
    let text = read_on(fd.as_fd(), 1 << 20).with_context(|| format!("reading {name}"))?;
    let text = String::from_utf8(text)?;
    let file = name.split([':', '@']).next().unwrap_or_default();
    let mut lines = text.lines();
    let first = lines.next();
    ensure!(
        first == Some(&format!("#proc2-{file} 1")),
        "{name}: {first:?}"
    );
    let names = lines.next().and_then(|line| line.strip_prefix('#'));
    let columns: Vec<String> = names
        .context("no names of columns")?
        .split('\t')
        .map(String::from)
        .collect();
    let row = |line: &str| -> Result<Vec<String>> {
        let row: Vec<String> = line.split('\t').map(String::from).collect();
        ensure!(
            row.len() == columns.len() && row.iter().all(|value| !value.is_empty()),
            "{name}: {line}"
        );
        Ok(row)
    };
    let rows = lines.map(row).collect::<Result<_>>()?;
    Ok(Table { columns, rows })
}

/// What the file has from its position on, read `size` bytes at a time.
pub fn read_on(fd: BorrowedFd<'_>, size: usize) -> Result<Vec<u8>, Errno> {
    let (mut text, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        match rustix::io::read(fd, &mut buffer)? {
            0 => return Ok(text),
            n => text.extend_from_slice(&buffer[..n]),
        }
    }
}

/// The rows below a root.
pub fn rows(root: BorrowedFd<'_>) -> Result<Vec<Row>> {
    let fd = open(root).context("opening .proc2/tasks")?;
    parse(&read_on(fd.as_fd(), 1 << 20).context("reading .proc2/tasks")?)
}

/// The rows of a text.
pub fn parse(text: &[u8]) -> Result<Vec<Row>> {
    ensure!(text.is_ascii(), "not ASCII");
    let text = std::str::from_utf8(text)?;
    let tasks: Vec<Task> = Tasks::new(text.as_bytes())?.collect::<Result<_, _>>()?;
    let mut lines = text.lines();
    ensure!(lines.next() == Some("#proc2-tasks 1"), "another first line");
    let names = lines.next().and_then(|line| line.strip_prefix('#'));
    let names: Vec<&str> = names.context("no names of columns")?.split('\t').collect();
    let lines: Vec<&str> = lines.collect();
    ensure!(
        lines.len() == tasks.len(),
        "{} lines are {} tasks",
        lines.len(),
        tasks.len()
    );
    let row = |(line, task): (&str, Task)| {
        // As a shell does, which takes several blanks for one.
        let words: Vec<&str> = line.split_whitespace().collect();
        ensure!(words.len() == names.len(), "{} words: {line}", words.len());
        let values = names.iter().zip(words);
        let values = values
            .map(|(name, word)| (name.to_string(), word.to_string()))
            .collect();
        Ok(Row { values, task })
    };
    lines.into_iter().zip(tasks).map(row).collect()
}
