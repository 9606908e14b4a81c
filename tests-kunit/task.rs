// SPDX-License-Identifier: GPL-2.0

use crate::common::instance;
use crate::testing::mount::Mount;
use crate::testing::open::{
    Entry,
    READ, //
};
use crate::testing::thread::Thread;
use kernel::prelude::*;

/// What stands in `/<pid>`, written down a second time, in procfs's order.
const PROCESS: &[&str] = &[
    ".",
    "..",
    "task",
    "fd",
    "fdinfo",
    "ns",
    #[cfg(CONFIG_NET)]
    "net",
    "environ",
    "auxv",
    "status",
    "personality",
    "limits",
    "comm",
    "cmdline",
    "stat",
    "statm",
    "cwd",
    "root",
    "exe",
    "mounts",
    "mountinfo",
    #[cfg(CONFIG_KALLSYMS)]
    "wchan",
    #[cfg(CONFIG_CGROUPS)]
    "cgroup",
    "oom_score",
    #[cfg(CONFIG_TASK_IO_ACCOUNTING)]
    "io",
];

/// What a thread does not have of it.
const PROCESS_ALONE: &[&str] = &["task"];

fn names(entries: &[Entry]) -> impl Iterator<Item = &[u8]> {
    entries.iter().map(|entry| &*entry.name)
}

fn same_names(entries: &[Entry], expected: impl Iterator<Item = &'static str>) -> bool {
    names(entries).eq(expected.map(str::as_bytes))
}

#[kernel::prelude::kunit_tests(proc2_task)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_these_entries() {
        let entries = || -> Result<_> {
            let mount = instance(c"")?;
            let thread = Thread::start()?;
            mount.open(fmt!("{}", thread.pid()), READ)?.list()
        };
        assert!(entries().is_ok_and(|entries| same_names(&entries, PROCESS.iter().copied())));
    }

    #[test]
    fn a_thread_has_these_entries() {
        let entries = || -> Result<_> {
            let mount = instance(c"")?;
            let thread = Thread::start()?;
            let pid = thread.pid();
            mount.open(fmt!("{pid}/task/{pid}"), READ)?.list()
        };
        let expected = PROCESS
            .iter()
            .copied()
            .filter(|name| !PROCESS_ALONE.contains(name));
        assert!(entries().is_ok_and(|entries| same_names(&entries, expected)));
    }

    #[test]
    fn all_of_it_is_in_procfs_and_in_its_order() {
        let listed = || -> Result<_> {
            let (proc2, procfs) = (instance(c"")?, Mount::new(c"proc", c"")?);
            let thread = Thread::start()?;
            let list = |mount: &Mount| mount.open(fmt!("{}", thread.pid()), READ)?.list();
            Ok((list(&proc2)?, list(&procfs)?))
        };
        assert!(listed().is_ok_and(|(ours, theirs)| {
            let mut theirs = names(&theirs);
            names(&ours).all(|name| theirs.any(|other| other == name))
        }));
    }
}
