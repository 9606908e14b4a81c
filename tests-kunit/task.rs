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
    prelude::*,
    str::CString, //
};

/// Names in the order in which they are listed.
type Names = KVec<KVec<u8>>;

fn names(mount: &Mount, directory: fmt::Arguments<'_>) -> Result<Names> {
    let mut names = KVec::new();
    for entry in mount.open(directory, READ)?.list()? {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test lists its own directories"
        )]
        names.push(entry.name, GFP_KERNEL)?;
    }
    Ok(names)
}

/// How many names stand in one directory alone, or in another order.
fn differences(ours: &Names, theirs: &Names) -> usize {
    let (mut ours, mut theirs) = (ours.iter(), theirs.iter());
    let mut differences = 0;
    loop {
        let (our, their) = (ours.next(), theirs.next());
        if our.is_none() && their.is_none() {
            return differences;
        }
        if our != their {
            pr_err!("{:?} where procfs has {:?}\n", Shown(our), Shown(their));
            differences += 1;
        }
    }
}

/// A name for the log.
struct Shown<'a>(Option<&'a KVec<u8>>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.and_then(|name| core::str::from_utf8(name).ok());
        f.write_str(name.unwrap_or("nothing"))
    }
}

/// The same directory of an instance and of a procfs, compared by what is listed.
fn compare_names(level: impl Fn(&Mount, u32) -> Result<Names>) -> Result<(usize, usize)> {
    let (proc2, procfs) = (instance(c"")?, Mount::new(c"proc", c"")?);
    let thread = Thread::start()?;
    let ours = level(&proc2, thread.pid())?;
    let theirs = level(&procfs, thread.pid())?;
    Ok((differences(&ours, &theirs), ours.len()))
}

/// The same directory compared by mode, links and owner of it and of what stands in it.
fn compare_inodes(level: impl Fn(u32) -> Result<CString>) -> Result<usize> {
    let (proc2, procfs) = (instance(c"")?, Mount::new(c"proc", c"")?);
    let thread = Thread::start()?;
    let directory = level(thread.pid())?;
    let directory = directory.to_str().map_err(|_| EINVAL)?;
    let mut differences = 0;
    for name in names(&proc2, fmt!("{directory}"))? {
        let name = core::str::from_utf8(&name).map_err(|_| EINVAL)?;
        let stat = |mount: &Mount| -> Result<_> {
            let file = mount.open(fmt!("{directory}/{name}"), FIND | NOFOLLOW)?;
            let stat = file.stat()?;
            Ok((stat.mode, stat.uid, stat.nlink))
        };
        let (ours, theirs) = (stat(&proc2)?, stat(&procfs)?);
        if name != "." && name != ".." && ours != theirs {
            pr_err!("{directory}/{name}: {ours:?}, procfs {theirs:?}\n");
            differences += 1;
        }
    }
    Ok(differences)
}

#[kernel::prelude::kunit_tests(proc2_task)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_procfss_entries_in_its_order() {
        let found = compare_names(|mount, pid| names(mount, fmt!("{pid}")));
        assert!(found.is_ok_and(|(differences, count)| differences == 0 && count > 20));
    }

    #[test]
    fn a_thread_has_procfss_entries_in_its_order() {
        let found = compare_names(|mount, pid| names(mount, fmt!("{pid}/task/{pid}")));
        assert!(found.is_ok_and(|(differences, count)| differences == 0 && count > 20));
    }

    #[test]
    fn their_modes_owners_and_links_are_procfss() {
        let process = |pid| CString::try_from_fmt(fmt!("{pid}"));
        let thread = |pid| CString::try_from_fmt(fmt!("{pid}/task/{pid}"));
        assert_eq!(compare_inodes(process), Ok(0));
        assert_eq!(compare_inodes(thread), Ok(0));
    }
}
