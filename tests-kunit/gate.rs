// SPDX-License-Identifier: GPL-2.0

//! hidepid at work: what one user gets to see of another user's task, place by place.

use crate::common::{
    instance,
    lists_task, //
};
use crate::testing::cred::as_user;
use crate::testing::open::{
    FIND,
    READ, //
};
use crate::testing::thread::{
    current_pid,
    Thread, //
};
use kernel::{
    fmt,
    prelude::*, //
};

/// What became of each way to a task.
#[derive(PartialEq, Eq)]
struct Seen {
    /// Whether the root lists it.
    listed: bool,
    /// stat(2) of its directory.
    stat: Result,
    /// Opening its directory.
    open: Result,
    /// stat(2) of a file in it.
    inside: Result,
    /// stat(2) of its directory among its threads.
    thread: Result,
}

/// Nothing is kept back.
const ALL: Seen = Seen {
    listed: true,
    stat: Ok(()),
    open: Ok(()),
    inside: Ok(()),
    thread: Ok(()),
};

/// It is there, but closed.
const CLOSED: Seen = Seen {
    listed: true,
    stat: Ok(()),
    open: Err(EPERM),
    inside: Err(EPERM),
    thread: Err(EPERM),
};

/// It is not there.
const NOTHING: Seen = Seen {
    listed: false,
    stat: Err(ENOENT),
    open: Err(ENOENT),
    inside: Err(ENOENT),
    thread: Err(ENOENT),
};

/// Who looks.
#[derive(Clone, Copy)]
enum As {
    /// Root, with all capabilities.
    Root,
    /// A user who is in the group of that number alone.
    User(u32),
}

/// How a kernel thread, which is root's, looks in an instance with `options`. With `cached`, root
/// has been there before.
fn look(options: &CStr, who: As, cached: bool) -> Result<Seen> {
    let mount = instance(options)?;
    let thread = Thread::start()?;
    let pid = thread.pid();
    if cached {
        mount.open(fmt!("{pid}/status"), FIND)?;
    }
    let open = |path: fmt::Arguments<'_>, flags| {
        let file = mount.open(path, flags)?;
        file.stat().map(|_| ())
    };
    let seen = || -> Result<_> {
        Ok(Seen {
            listed: lists_task(&mount, pid)?,
            stat: open(fmt!("{pid}"), FIND),
            open: open(fmt!("{pid}"), READ),
            inside: open(fmt!("{pid}/status"), FIND),
            thread: open(fmt!("{pid}/task/{pid}"), FIND),
        })
    };
    match who {
        As::Root => seen(),
        As::User(id) => as_user(id, seen)?,
    }
}

/// What becomes of opening a file in the directory of a thread that root has opened before.
fn look_from_a_threads_directory(options: &CStr) -> Result<Result> {
    let mount = instance(options)?;
    let thread = Thread::start()?;
    let pid = thread.pid();
    let held = mount.open(fmt!("{pid}/task/{pid}"), READ)?;
    as_user(1000, || held.open(fmt!("status"), READ).map(|_| ()))
}

/// Whether a user sees the task that it is itself, everywhere.
fn sees_itself(options: &CStr) -> Result<bool> {
    let mount = instance(options)?;
    as_user(1000, || -> Result<_> {
        let pid = current_pid();
        mount.open(fmt!("{pid}/status"), FIND)?.stat()?;
        mount.open(fmt!("{pid}"), READ)?;
        lists_task(&mount, pid)
    })?
}

#[kernel::prelude::kunit_tests(proc2_gate)]
mod tests {
    use super::*;

    const USER: As = As::User(1000);

    #[test]
    fn off_keeps_nothing_back() {
        assert!(look(c"hidepid=off", USER, false) == Ok(ALL));
        assert!(look(c"", USER, false) == Ok(ALL));
    }

    #[test]
    fn noaccess_closes_what_it_lists() {
        assert!(look(c"hidepid=noaccess", USER, false) == Ok(CLOSED));
        assert!(look(c"hidepid=noaccess", USER, true) == Ok(CLOSED));
    }

    #[test]
    fn invisible_hides() {
        assert!(look(c"hidepid=invisible", USER, false) == Ok(NOTHING));
        assert!(look(c"hidepid=invisible", USER, true) == Ok(NOTHING));
    }

    #[test]
    fn ptraceable_hides_also_what_root_has_cached() {
        assert!(look(c"hidepid=ptraceable", USER, false) == Ok(NOTHING));
        assert!(look(c"hidepid=ptraceable", USER, true) == Ok(NOTHING));
    }

    #[test]
    fn the_group_is_exempt_from_noaccess_and_invisible() {
        assert!(look(c"hidepid=noaccess,gid=1000", USER, false) == Ok(ALL));
        assert!(look(c"hidepid=invisible,gid=1000", USER, false) == Ok(ALL));
        assert!(look(c"hidepid=ptraceable,gid=1000", USER, false) == Ok(NOTHING));
    }

    #[test]
    fn without_gid_group_0_is_exempt() {
        // A user in group 0 who is not root: what a test that only calls setuid() would be.
        assert!(look(c"hidepid=invisible,gid=1001", As::User(1002), false) == Ok(NOTHING));
        assert!(look(c"hidepid=invisible,gid=1002", As::User(1002), false) == Ok(ALL));
    }

    #[test]
    fn root_sees_everything() {
        for options in [
            c"hidepid=noaccess",
            c"hidepid=invisible",
            c"hidepid=ptraceable",
        ] {
            assert!(look(options, As::Root, false) == Ok(ALL));
        }
    }

    #[test]
    fn a_directory_that_was_opened_before_is_no_way_around() {
        // procfs lets this one through.
        assert!(look_from_a_threads_directory(c"hidepid=noaccess") == Ok(Err(EPERM)));
        assert!(look_from_a_threads_directory(c"hidepid=invisible") == Ok(Err(ENOENT)));
        assert!(look_from_a_threads_directory(c"hidepid=ptraceable") == Ok(Err(ENOENT)));
        assert!(look_from_a_threads_directory(c"hidepid=off") == Ok(Ok(())));
    }

    #[test]
    fn everybody_sees_itself() {
        for options in [
            c"hidepid=noaccess",
            c"hidepid=invisible",
            c"hidepid=ptraceable",
        ] {
            assert!(sees_itself(options) == Ok(true));
        }
    }
}
