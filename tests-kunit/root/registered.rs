// SPDX-License-Identifier: GPL-2.0

//! Entries of the root that a module registers and removes while instances are mounted: what a
//! policy says of a name holds for whatever gets that name later.

use crate::common::{
    instance,
    lists, //
};
use crate::testing::mount::Mount;
use crate::testing::open::{
    OpenFile,
    FIND,
    READ, //
};
use crate::testing::registry::Registered;
use kernel::prelude::*;

/// Whether a directory lists a name, and a lookup finds it; an error if these disagree.
fn has(directory: &OpenFile, name: &str) -> Result<bool> {
    let found = match directory.open(fmt!("{name}"), FIND) {
        Ok(_) => true,
        Err(ENOENT) => false,
        Err(err) => return Err(err),
    };
    match (found, lists(directory, name)?) {
        (true, 1) => Ok(true),
        (false, 0) => Ok(false),
        _ => Err(EIO),
    }
}

fn root(mount: &Mount) -> Result<OpenFile> {
    mount.open(fmt!("."), READ)
}

#[kernel::prelude::kunit_tests(proc2_root_registered)]
mod tests {
    use super::*;

    const OPEN: &str = "proc2_kunit_open";
    const COVERT: &str = "proc2_kunit_covert";

    /// What an instance has of the two.
    fn both(root: &OpenFile) -> Result<(bool, bool)> {
        Ok((has(root, OPEN)?, has(root, COVERT)?))
    }

    #[test]
    fn what_comes_later_is_shown_or_hidden_as_its_name() {
        let seen = || -> Result<_> {
            let mounts = [
                Mount::new(c"proc", c"")?,
                instance(c"")?,
                instance(c"hide=proc2_kunit_covert")?,
                instance(c"subset=container,show=proc2_kunit_open")?,
                instance(c"subset=pid,show=proc2_kunit_open:proc2_kunit_covert")?,
                instance(c"subset=container")?,
            ];
            // Held all the time, and looked up in before.
            let roots = mounts.each_ref().map(root);
            let mut rounds = [[(false, false); 6]; 4];
            for (round, registered) in rounds.iter_mut().zip([false, true, false, true]) {
                let _entries = match registered {
                    true => Some((
                        Registered::file(c"proc2_kunit_open")?,
                        Registered::directory(c"proc2_kunit_covert")?,
                    )),
                    false => None,
                };
                for (seen, root) in round.iter_mut().zip(&roots) {
                    *seen = both(root.as_ref().map_err(|err| *err)?)?;
                }
            }
            Ok(rounds)
        };
        let (none, open, all) = ((false, false), (true, false), (true, true));
        let registered = [all, all, open, open, all, none];
        let expected = [[none; 6], registered, [none; 6], registered];
        assert!(seen() == Ok(expected));
    }

    #[test]
    fn what_only_leads_is_a_directory_with_what_it_leads_to() {
        let seen = || -> Result<_> {
            let mount = instance(c"subset=pid,show=proc2_kunit_lead/open")?;
            let root = root(&mount)?;
            let before = has(&root, "proc2_kunit_lead")?;
            let as_file = {
                let _file = Registered::file(c"proc2_kunit_lead")?;
                has(&root, "proc2_kunit_lead")?
            };
            let directory = Registered::directory(c"proc2_kunit_lead")?
                .with(c"open")?
                .with(c"covert")?;
            let held = mount.open(fmt!("proc2_kunit_lead"), READ)?;
            let names = [has(&held, "open")?, has(&held, "covert")?];
            drop(directory);
            Ok((before, as_file, names, has(&root, "proc2_kunit_lead")?))
        };
        assert!(seen() == Ok((false, false, [true, false], false)));
    }

    #[test]
    fn a_directory_that_is_removed_while_held_is_as_in_procfs() {
        let seen = || -> Result<_> {
            let mounts = [
                Mount::new(c"proc", c"")?,
                instance(c"hide=proc2_kunit_held/covert")?,
                instance(c"subset=container,show=proc2_kunit_held/open")?,
            ];
            let register = || {
                Registered::directory(c"proc2_kunit_held")?
                    .with(c"open")?
                    .with(c"covert")
            };
            let registered = register()?;
            let held = mounts
                .each_ref()
                .map(|mount| mount.open(fmt!("proc2_kunit_held"), READ));
            drop(registered);
            // Another one of its name is no business of who holds the first.
            let _second = register()?;
            let mut after = [(Ok(0), None, None); 3];
            for (after, held) in after.iter_mut().zip(&held) {
                let held = held.as_ref().map_err(|err| *err)?;
                *after = (
                    held.list().map(|entries| entries.len()),
                    held.open(fmt!("open"), FIND).err(),
                    held.open(fmt!("covert"), FIND).err(),
                );
            }
            Ok(after)
        };
        let after = seen();
        assert!(after.is_ok());
        let Ok([procfs, others @ ..]) = after else {
            return;
        };
        assert!(procfs.1 == Some(ENOENT));
        assert!(others.iter().all(|other| *other == procfs));
    }
}
