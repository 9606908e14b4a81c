// SPDX-License-Identifier: GPL-2.0

use crate::common::{
    self,
    instance, //
};
use crate::testing::mount::Mount;
use crate::testing::open::FIND;
use crate::testing::registry::Registered;
use kernel::prelude::*;

/// How often the directory at `path` lists `name`.
fn lists(mount: &Mount, path: &str, name: &str) -> Result<usize> {
    common::lists(&mount.open(fmt!("{path}"), FIND)?, name)
}

#[kernel::prelude::kunit_tests(proc2_root_proc2_dir)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_listed_beside_the_registry_alone() {
        let listed = |options| -> Result<_> {
            let mount = instance(options)?;
            Ok((
                lists(&mount, ".", ".proc2")?,
                lists(&mount, ".proc2", "tasks")?,
            ))
        };
        assert!(listed(c"") == Ok((1, 1)));
        assert!(listed(c"subset=pid") == Ok((0, 1)));
    }

    #[test]
    fn modes_and_links() {
        let stats = || -> Result<_> {
            let mount = instance(c"subset=pid")?;
            let directory = mount.open(fmt!(".proc2"), FIND)?.stat()?;
            let tasks = mount.open(fmt!(".proc2/tasks"), FIND)?.stat()?;
            Ok([
                (directory.mode, directory.nlink, directory.uid),
                (tasks.mode, tasks.nlink, tasks.uid),
            ])
        };
        assert!(stats() == Ok([(0o040_555, 2, 0), (0o100_444, 1, 0)]));
    }

    #[test]
    fn nothing_else_is_in_it() {
        let find = |name: &str| instance(c"")?.open(fmt!(".proc2/{name}"), FIND).map(|_| ());
        for name in ["1", "self", "meminfo", ".proc2", "Tasks"] {
            assert!(find(name) == Err(ENOENT));
        }
    }

    #[test]
    fn names_that_ask_for_what_there_is_not() {
        let find = |name: &str| instance(c"")?.open(fmt!(".proc2/{name}"), FIND).map(|_| ());
        for name in [
            "tasks:pid",
            "tasks:comm,pid@uid=0",
            "threads@pid=1",
            "threads:tid",
        ] {
            assert!(find(name) == Ok(()));
        }
        for name in [
            "tasks:",
            "tasks:tid",
            "tasks:pid,pid",
            "tasks@",
            "threads:pid@",
            "tasks@tid=1",
        ] {
            assert!(find(name) == Err(EINVAL));
        }
        for name in ["task:pid", ":pid", "@uid=0", "self:pid"] {
            assert!(find(name) == Err(ENOENT));
        }
    }

    #[test]
    fn an_entry_of_its_name_in_the_registry_is_not_seen() {
        let seen = || -> Result<_> {
            let _registered = Registered::directory(c".proc2")?;
            let there = |fstype, options| -> Result<_> {
                let mount = Mount::new(fstype, options)?;
                let listed = lists(&mount, ".", ".proc2")?;
                let ours = mount.open(fmt!(".proc2/tasks"), FIND).is_ok();
                Ok((listed, ours))
            };
            Ok([
                there(c"proc", c"")?,
                there(c"proc2", c"")?,
                there(c"proc2", c"subset=pid")?,
            ])
        };
        assert!(seen() == Ok([(1, false), (1, true), (0, true)]));
    }
}
