// SPDX-License-Identifier: GPL-2.0

use crate::common::instance;
use crate::testing::mount::Mount;
use crate::testing::open::{
    FIND,
    READ, //
};
use kernel::prelude::*;

/// How often the directory at `path` lists `name`.
fn lists(mount: &Mount, path: &str, name: &str) -> Result<usize> {
    let entries = mount.open(fmt!("{path}"), READ)?.list()?;
    let named = entries
        .iter()
        .filter(|entry| &*entry.name == name.as_bytes());
    Ok(named.count())
}

#[kernel::prelude::kunit_tests(proc2_root_own)]
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
}
