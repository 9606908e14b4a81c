// SPDX-License-Identifier: GPL-2.0

use crate::common::instance;
use crate::testing::mount::Mount;
use crate::testing::open::{
    FIND,
    NOFOLLOW,
    READ, //
};
use crate::testing::thread::Thread;
use kernel::{
    fmt,
    prelude::*, //
};

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

#[kernel::prelude::kunit_tests(proc2_root_dir)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_number_and_type_are_those_of_the_inode() {
        let count = || -> Result<_> {
            let mount = instance(c"")?;
            let thread = Thread::start()?;
            let task = differing(&mount, fmt!("{}", thread.pid()))?;
            let own = differing(&mount, fmt!(".proc2"))?;
            Ok((differing(&mount, fmt!("."))?, own, task))
        };
        assert!(count() == Ok((0, 0, 0)));
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
