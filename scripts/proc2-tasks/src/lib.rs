// SPDX-License-Identifier: GPL-2.0

//! Reads `.proc2/tasks` and `.proc2/threads`, the files in which an instance of proc2 shows all its tasks at once (proc2(5) has
//! the format). Who wants some of the columns, or of the tasks, asks for them with a [`Query`]: the kernel gathers no more.
//!
//! Columns are found by the names that the file itself gives them, so that a file with more of them, or with others between, is
//! read as well.
//!
//! ```no_run
//! for task in proc2_tasks::Tasks::open("/proc/.proc2/tasks")? {
//!     let task = task?;
//!     println!("{} {} kB {}", task.pid, task.vm_rss, String::from_utf8_lossy(&task.comm));
//! }
//! # Ok::<(), proc2_tasks::Error>(())
//! ```

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::marker::PhantomData;
use std::path::Path;

use csv::ByteRecord;
use serde::de::DeserializeOwned;

mod escape;
mod query;
mod task;

pub use query::Query;
pub use task::{CommandLine, State, Task, Text};

/// The version of the format that this crate reads.
pub const VERSION: u32 = 1;

/// What the first line has before the version, by the file.
const FORMATS: [&[u8]; 2] = [b"#proc2-tasks ", b"#proc2-threads "];

/// How much is read at a time: the rows of some thousand tasks.
const AT_ONCE: usize = 1 << 20;

/// Why tasks could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be opened or read. `PermissionDenied` from a read: it was opened with other credentials.
    #[error("cannot read tasks: {0}")]
    Io(#[from] std::io::Error),
    /// The file is not of this format.
    #[error("not a file of proc2's tasks: it begins with {0:?}")]
    OtherFormat(String),
    /// The format has a version that is not known here.
    #[error("version {0} of the tasks' format, where this program knows {VERSION}")]
    OtherVersion(u32),
    /// A row does not hold what its columns promise.
    #[error("a row of tasks is malformed: {0}")]
    Row(csv::Error),
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        if !error.is_io_error() {
            return Self::Row(error);
        }
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::Io(error),
            kind => Self::OtherFormat(format!("{kind:?}")),
        }
    }
}

/// The tasks of a file, one after the other; each as a `T`, whose fields are called as columns are.
pub struct Tasks<R, T = Task> {
    rows: csv::Reader<R>,
    columns: ByteRecord,
    row: ByteRecord,
    of: PhantomData<fn() -> T>,
}

impl Tasks<BufReader<File>> {
    /// Opens the file of an instance, such as `/proc/.proc2/tasks`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::new(BufReader::with_capacity(AT_ONCE, File::open(path)?))
    }
}

impl<R: BufRead> Tasks<R> {
    /// Reads what is before the first task.
    pub fn new(reader: R) -> Result<Self, Error> {
        Self::rows(reader)
    }
}

impl<R: BufRead, T: DeserializeOwned> Tasks<R, T> {
    /// As [`Tasks::new`], for rows of another type.
    pub fn rows(mut reader: R) -> Result<Self, Error> {
        let mut first = Vec::new();
        reader.read_until(b'\n', &mut first)?;
        match version(&first) {
            Some(VERSION) => {}
            Some(other) => return Err(Error::OtherVersion(other)),
            None => return Err(Error::OtherFormat(beginning(&first))),
        }
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(b'\t')
            .terminator(csv::Terminator::Any(b'\n'))
            .quoting(false)
            .has_headers(false)
            .buffer_capacity(AT_ONCE)
            .from_reader(reader);
        let mut names = ByteRecord::new();
        rows.read_byte_record(&mut names)?;
        let columns = names
            .iter()
            .enumerate()
            .map(|(at, name)| match (at, name) {
                (0, [b'#', name @ ..]) => name,
                (_, name) => name,
            })
            .collect();
        Ok(Self {
            rows,
            columns,
            row: ByteRecord::new(),
            of: PhantomData,
        })
    }

    fn read(&mut self) -> Result<Option<T>, Error> {
        if !self.rows.read_byte_record(&mut self.row)? {
            return Ok(None);
        }
        Ok(Some(self.row.deserialize(Some(&self.columns))?))
    }
}

impl<R: BufRead, T: DeserializeOwned> Iterator for Tasks<R, T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// The version that a first line names.
fn version(line: &[u8]) -> Option<u32> {
    let mut rests = FORMATS
        .iter()
        .filter_map(|format| line.strip_prefix(*format));
    let rest = rests.next()?.strip_suffix(b"\n")?;
    std::str::from_utf8(rest).ok()?.parse().ok()
}

/// What a message shows of a line.
fn beginning(line: &[u8]) -> String {
    String::from_utf8_lossy(line).chars().take(40).collect()
}
