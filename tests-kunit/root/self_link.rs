// SPDX-License-Identifier: GPL-2.0

use crate::common::instance;
use crate::testing::cred::as_user;
use crate::testing::mount::Mount;
use crate::testing::open::{
    FIND,
    NOFOLLOW, //
};
use crate::testing::thread::current_pid;
use kernel::{
    fmt,
    prelude::*, //
};

/// The inode number of what stands at `path`, links followed.
fn ino(mount: &Mount, path: fmt::Arguments<'_>) -> Result<u64> {
    Ok(mount.open(path, FIND)?.stat()?.ino)
}

/// Whether both links lead to the task that follows them.
fn lead_to_the_caller(mount: &Mount) -> Result<bool> {
    let pid = current_pid();
    let process = ino(mount, fmt!("self"))? == ino(mount, fmt!("{pid}"))?;
    let thread = ino(mount, fmt!("thread-self"))? == ino(mount, fmt!("{pid}/task/{pid}"))?;
    Ok(process && thread)
}

#[kernel::prelude::kunit_tests(proc2_root_self_link)]
mod tests {
    use super::*;

    #[test]
    fn they_lead_to_who_follows_them() {
        assert!(instance(c"").and_then(|mount| lead_to_the_caller(&mount)) == Ok(true));
    }

    #[test]
    fn they_lead_there_also_where_nothing_else_is_seen() {
        let lead = || -> Result<_> {
            let mount = instance(c"hidepid=ptraceable,subset=pid")?;
            as_user(1000, || lead_to_the_caller(&mount))?
        };
        assert!(lead() == Ok(true));
    }

    #[test]
    fn they_are_links_that_everybody_may_follow() {
        let modes = || -> Result<_> {
            let mount = instance(c"")?;
            let mode = |name| -> Result<u16> {
                Ok(mount.open(fmt!("{name}"), FIND | NOFOLLOW)?.stat()?.mode)
            };
            Ok((mode("self")?, mode("thread-self")?))
        };
        // lrwxrwxrwx
        assert!(modes() == Ok((0o120777, 0o120777)));
    }
}
