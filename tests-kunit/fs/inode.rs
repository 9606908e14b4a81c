// SPDX-License-Identifier: GPL-2.0

#[kernel::prelude::kunit_tests(proc2_fs_inode)]
mod tests {
    use crate::common::instance;
    use crate::testing::cred::as_user;
    use crate::testing::mount::Mount;
    use crate::testing::open::FIND;
    use crate::testing::thread::{
        wait_until,
        Thread, //
    };
    use kernel::prelude::*;

    const THREADS: usize = 16;

    #[test]
    fn what_was_looked_up_goes_with_its_task() {
        let counts = || -> Result<_> {
            let mount = instance(c"")?;
            let before = mount.inodes();
            let mut threads = KVec::new();
            for _ in 0..THREADS {
                let thread = Thread::start()?;
                mount.open(fmt!("{}/status", thread.pid()), FIND)?;
                #[expect(clippy::disallowed_methods, reason = "as many as the test starts")]
                threads.push(thread, GFP_KERNEL)?;
            }
            let alive = mount.inodes();
            let first = threads[0].pid();
            let cached = mount.has_cached(fmt!("{first}"))?;
            drop(threads);
            // The pid is gone a moment before its inodes.
            let gone = wait_until(|| mount.inodes() == before);
            Ok((
                alive - before,
                cached,
                gone,
                mount.has_cached(fmt!("{first}"))?,
            ))
        };
        // A directory and a file for each.
        assert!(counts() == Ok((2 * THREADS, true, true, false)));
    }

    #[test]
    fn a_hidden_task_stays_cached_for_others() {
        let cached = || -> Result<_> {
            let mount = instance(c"hidepid=ptraceable")?;
            let thread = Thread::start()?;
            let pid = thread.pid();
            let held = mount.open(fmt!("{pid}"), FIND)?;
            let refused = as_user(1000, || mount.open(fmt!("{pid}"), FIND).err())?;
            let still_cached = mount.has_cached(fmt!("{pid}"))?;
            held.stat()?;
            Ok((refused, still_cached))
        };
        assert!(cached() == Ok((Some(ENOENT), true)));
    }

    #[test]
    fn an_inode_number_is_the_tasks_own_and_the_same_everywhere() {
        let numbers = || -> Result<_> {
            let (a, b) = (instance(c"")?, instance(c"")?);
            let threads = [Thread::start()?, Thread::start()?];
            let ino = |mount: &Mount, thread: &Thread, rest| -> Result<u64> {
                let file = mount.open(fmt!("{}{rest}", thread.pid()), FIND)?;
                Ok(file.stat()?.ino)
            };
            Ok([
                ino(&a, &threads[0], "")?,
                ino(&b, &threads[0], "")?,
                ino(&a, &threads[1], "")?,
                ino(&a, &threads[0], "/status")?,
                ino(&a, &threads[1], "/status")?,
            ])
        };
        assert!(
            numbers().is_ok_and(|[first, again, second, status, other_status]| {
                first == again
                    && first != second
                    && status != first
                    && status != other_status
                    && first > u32::MAX.into()
            })
        );
    }

    #[test]
    fn a_mount_that_goes_takes_what_was_looked_up() {
        let again = || -> Result<_> {
            let thread = Thread::start()?;
            for _ in 0..20 {
                let mount = instance(c"")?;
                mount.open(fmt!("{}/status", thread.pid()), FIND)?;
            }
            // The thread is still on pid->inodes of nobody: reaping it must find nothing.
            drop(thread);
            Ok(())
        };
        assert_eq!(again(), Ok(()));
    }
}
