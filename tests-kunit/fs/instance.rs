// SPDX-License-Identifier: GPL-2.0

#[kernel::prelude::kunit_tests(proc2_fs_instance)]
mod tests {
    use crate::common::{
        instance,
        lists_task, //
    };
    use crate::testing::cred::as_user;
    use crate::testing::mount::Mount;
    use crate::testing::open::FIND;
    use crate::testing::thread::Thread;
    use kernel::prelude::*;

    const USER: u32 = 1000;

    /// Whether an instance can be mounted so. Leaves in the log with which options it was tried last.
    fn mounts(options: &CStr) -> Result {
        pr_info!("mounting with \"{options}\"\n");
        instance(options).map(|_| ())
    }

    #[test]
    fn every_mount_is_a_super_block_of_its_own() {
        let devices = || -> Result<_> {
            let (a, b) = (instance(c"")?, instance(c"")?);
            Ok((a.device(), b.device()))
        };
        assert!(devices().is_ok_and(|(a, b)| a != b));
    }

    #[test]
    fn the_root_is_what_programs_look_for() {
        let stat = || instance(c"")?.open(fmt!("."), FIND)?.stat();
        // PROC_ROOT_INO, dr-xr-xr-x, root.
        assert!(stat().is_ok_and(|root| (root.ino, root.mode, root.uid) == (1, 0o040555, 0)));
    }

    #[test]
    fn takes_good_options() {
        let good = [
            c"hidepid=0",
            c"hidepid=1",
            c"hidepid=2",
            c"hidepid=4",
            c"hidepid=off",
            c"hidepid=noaccess",
            c"hidepid=invisible",
            c"hidepid=ptraceable",
            c"gid=0",
            c"gid=1000",
            c"subset=pid",
            c"hidepid=invisible,gid=1000,subset=pid",
        ];
        for options in good {
            assert_eq!(mounts(options), Ok(()));
        }
    }

    #[test]
    fn refuses_bad_options() {
        let bad = [
            c"hidepid=3",
            c"hidepid=-1",
            c"hidepid=Off",
            c"hidepid=",
            c"hidepid",
            c"gid=x",
            c"gid=-1",
            // (gid_t)-1 is nobody's number.
            c"gid=4294967295",
            c"gid=4294967296",
            c"subset=",
            c"subset=net",
            c"subset=pid,net",
            c"nonsense",
            c"nonsense=1",
        ];
        for options in bad {
            assert_eq!(mounts(options), Err(EINVAL));
        }
    }

    #[test]
    fn a_subset_is_one_instances_own() {
        let find = || -> Result<_> {
            let (all, tasks) = (instance(c"")?, instance(c"subset=pid")?);
            let version = |mount: &Mount| mount.open(fmt!("version"), FIND).err();
            let task = |mount: &Mount| mount.open(fmt!("1/status"), FIND).err();
            Ok((version(&all), version(&tasks), task(&all), task(&tasks)))
        };
        assert!(find() == Ok((None, Some(ENOENT), None, None)));
    }

    #[test]
    fn hidepid_is_one_instances_own() {
        let listed = || -> Result<_> {
            let (open, closed) = (instance(c"")?, instance(c"hidepid=invisible")?);
            let thread = Thread::start()?;
            as_user(USER, || -> Result<_> {
                let pid = thread.pid();
                Ok((lists_task(&open, pid)?, lists_task(&closed, pid)?))
            })?
        };
        assert!(listed() == Ok((true, false)));
    }

    #[test]
    fn gid_is_one_instances_own() {
        let listed = || -> Result<_> {
            let ours = instance(c"hidepid=invisible,gid=1000")?;
            let theirs = instance(c"hidepid=invisible,gid=1001")?;
            let thread = Thread::start()?;
            as_user(USER, || -> Result<_> {
                let pid = thread.pid();
                Ok((lists_task(&ours, pid)?, lists_task(&theirs, pid)?))
            })?
        };
        assert!(listed() == Ok((true, false)));
    }
}
