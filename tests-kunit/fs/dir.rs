// SPDX-License-Identifier: GPL-2.0

use super::instance;
use crate::testing::mount::Mount;
use crate::testing::open::{
    Entry,
    FIND,
    NOFOLLOW,
    READ, //
};
use crate::testing::thread::Thread;
use kernel::{
    fmt,
    prelude::*, //
};

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

/// The entries that a lookup finds otherwise than the listing says, in number or type.
fn differing(mount: &Mount, directory: fmt::Arguments<'_>) -> Result<usize> {
    let mut differing = 0;
    for entry in mount.open(fmt!("{directory}"), READ)?.list()? {
        let name = core::str::from_utf8(&entry.name).map_err(|_| EINVAL)?;
        if name == ".." {
            continue;
        }
        let file = mount.open(fmt!("{directory}/{name}"), FIND | NOFOLLOW);
        match file.and_then(|file| file.stat()) {
            Ok(stat) if (stat.ino, stat.mode >> 12) == (entry.ino, entry.kind) => {}
            // A task that has gone meanwhile.
            Err(ENOENT) if name.bytes().all(|byte| byte.is_ascii_digit()) => {}
            _ => {
                pr_err!("{directory}/{name}: not as listed\n");
                differing += 1;
            }
        }
    }
    Ok(differing)
}

#[kernel::prelude::kunit_tests(proc2_fs_dir)]
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

    #[test]
    fn the_listed_number_and_type_are_those_of_the_inode() {
        let count = || -> Result<_> {
            let mount = instance(c"")?;
            let thread = Thread::start()?;
            let task = differing(&mount, fmt!("{}", thread.pid()))?;
            Ok((differing(&mount, fmt!("."))?, task))
        };
        assert!(count() == Ok((0, 0)));
    }

    #[test]
    fn listing_makes_no_inode() {
        let counts = || -> Result<_> {
            let mount = instance(c"subset=pid")?;
            let _threads = [Thread::start()?, Thread::start()?];
            let root = mount.open(fmt!("."), READ)?;
            let before = mount.inodes();
            let tasks = root.list()?.len();
            Ok((before, mount.inodes(), tasks))
        };
        assert!(counts().is_ok_and(|(before, after, tasks)| before == after && tasks > 4));
    }

    #[test]
    fn names_that_are_no_tasks_are_not_found() {
        let find = |name| {
            pr_info!("looking for \"{name}\"\n");
            instance(c"")?.open(fmt!("{name}"), FIND).map(|_| ())
        };
        for name in [
            "0",
            "01",
            "+1",
            "4294967295",
            "99999999999",
            "1x",
            "1/nothing",
        ] {
            assert_eq!(find(name), Err(ENOENT));
        }
    }
}
