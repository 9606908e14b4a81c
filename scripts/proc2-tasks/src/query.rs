// SPDX-License-Identifier: GPL-2.0

//! What to ask for: columns and rows, as the name of a file.

use std::fs::File;
use std::io::BufReader;
use std::ops::{Bound, RangeBounds};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_aux::serde_introspection::serde_introspect;

use crate::{Error, Tasks, AT_ONCE};

/// What to read of an instance: the kernel gathers the columns that are asked for, of the tasks that are, and nothing else.
///
/// ```no_run
/// use proc2_tasks::{Query, Text};
///
/// #[derive(serde::Deserialize)]
/// struct Row {
///     pid: i32,
///     vm_rss: u64,
///     comm: Text,
/// }
///
/// for row in Query::tasks().uid(1000).open::<Row>("/proc")? {
///     let row = row?;
///     println!("{} {} kB {}", row.pid, row.vm_rss, row.comm);
/// }
/// # Ok::<(), proc2_tasks::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Query {
    file: &'static str,
    selections: Vec<String>,
}

impl Query {
    /// Processes.
    pub fn tasks() -> Self {
        Self::of("tasks")
    }

    /// Threads. `pid` is the number of their process, `tid` their own.
    pub fn threads() -> Self {
        Self::of("threads")
    }

    fn of(file: &'static str) -> Self {
        let selections = Vec::new();
        Self { file, selections }
    }

    fn select(mut self, selection: String) -> Self {
        self.selections.push(selection);
        self
    }

    /// Only processes with these numbers, or their threads.
    pub fn pids(self, pids: impl RangeBounds<u32>) -> Self {
        let first = match pids.start_bound() {
            Bound::Included(first) => first.to_string(),
            Bound::Excluded(before) => before.saturating_add(1).to_string(),
            Bound::Unbounded => "0".into(),
        };
        let last = match pids.end_bound() {
            Bound::Included(last) => last.to_string(),
            Bound::Excluded(behind) => behind.saturating_sub(1).to_string(),
            Bound::Unbounded => String::new(),
        };
        self.select(format!("@pid={first}-{last}"))
    }

    /// Only those of a real user id.
    pub fn uid(self, uid: u32) -> Self {
        self.select(format!("@uid={uid}"))
    }

    /// Only those of an effective user id.
    pub fn euid(self, euid: u32) -> Self {
        self.select(format!("@euid={euid}"))
    }

    /// Only those in a cgroup and below it; its number is the inode number of its directory.
    pub fn cgroup(self, number: u64) -> Self {
        self.select(format!("@cgroup={number}"))
    }

    /// Only those in the reader's own cgroup and below it.
    pub fn own_cgroup(self) -> Self {
        self.select("@cgroup=own".into())
    }

    /// The name of the file that has these columns.
    pub fn name(&self, columns: &[&str]) -> String {
        let columns = match columns {
            [] => String::new(),
            columns => format!(":{}", columns.join(",")),
        };
        format!("{}{columns}{}", self.file, self.selections.concat())
    }

    /// Opens the file in an instance, such as the one on `/proc`. The fields of `T` are the columns.
    ///
    /// # Errors
    ///
    /// `InvalidInput` where the kernel has no such column, `NotFound` where it has no such file or there is no such cgroup.
    pub fn open<T: DeserializeOwned>(
        &self,
        instance: impl AsRef<Path>,
    ) -> Result<Tasks<BufReader<File>, T>, Error> {
        let name = self.name(serde_introspect::<T>());
        let path = instance.as_ref().join(".proc2").join(name);
        Tasks::rows(BufReader::with_capacity(AT_ONCE, File::open(path)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommandLine, State, Text};

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only its fields' names count")]
    struct Row {
        state: State,
        pid: i32,
        comm: Text,
        cmdline: CommandLine,
    }

    #[test]
    fn fields_are_columns() {
        let columns = serde_introspect::<Row>();
        assert_eq!(columns, ["state", "pid", "comm", "cmdline"]);
        let name = Query::threads().uid(0).pids(7..=9).name(columns);
        assert_eq!(name, "threads:state,pid,comm,cmdline@uid=0@pid=7-9");
    }

    #[test]
    fn ranges_are_written_as_the_kernel_reads_them() {
        let name = |query: Query| query.name(&["pid"]);
        assert_eq!(name(Query::tasks().pids(5..=5)), "tasks:pid@pid=5-5");
        assert_eq!(name(Query::tasks().pids(5..8)), "tasks:pid@pid=5-7");
        assert_eq!(name(Query::tasks().pids(5..)), "tasks:pid@pid=5-");
        assert_eq!(name(Query::tasks().pids(..=8)), "tasks:pid@pid=0-8");
        assert_eq!(
            Query::tasks().euid(1).own_cgroup().name(&[]),
            "tasks@euid=1@cgroup=own"
        );
        assert_eq!(name(Query::tasks().cgroup(42)), "tasks:pid@cgroup=42");
    }
}
