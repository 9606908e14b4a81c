// SPDX-License-Identifier: GPL-2.0

//! Mutants that no test can notice, each with the proof. One that a test does notice must go from here.

use super::marks::Mutant;
use anyhow::{bail, Result};

/// This file, for messages.
pub(super) const FILE: &str = "scripts/dev/src/mutate/equivalent.rs";

/// Titles, and why leaving out the check changes nothing.
const EQUIVALENT: &[(&str, &str)] = &[
    (
        "hiding: mode of /<pid>",
        "a task's directory is immutable, so that inode_permission() refuses to write with EPERM before it asks the file \
         system, and its mode, which chmod cannot change, gives the rest to everyone (555)",
    ),
    (
        "SeeSlack: the modules",
        "no security module that the kernel is built with has this hook (of those in the source, SELinux and Smack)",
    ),
    (
        "SetSlack: the modules",
        "of the security modules that the kernel is built with only that of the capabilities has this hook, and \
         cap_safe_nice() asks for CAP_SYS_NICE in the task's user namespace, which the gate has just found",
    ),
    (
        "global::hidden_by_subset: own rows obey",
        "no row of proc2's own speaks of anything but tasks yet (RootEntry::OfTheMachine), and those are always found",
    ),
    (
        "global::hidden_by_subset: own wins",
        "the kernel gives no entry of its registry the name of an own row, which today is .proc2 alone",
    ),
    (
        "view: MemFree",
        "MemoryState::limits() makes size and what is free of it from one look at the limits, and no less is left of the \
         least of them than of nothing",
    ),
    (
        "view: SwapFree",
        "as for MemFree: both come from one look at memory.swap.max",
    ),
    (
        "view: the namespace's root is there",
        "a cgroup that was removed has no task in it or below it, so that \"the task is below it\" says no as well",
    ),
];

/// Why nobody could notice the mutant of this title, if so.
pub(super) fn reason(title: &str) -> Option<&'static str> {
    let found = EQUIVALENT.iter().find(|(known, _)| *known == title);
    found.map(|(_, reason)| *reason)
}

/// Fails if a title is no mutant's any more.
pub(super) fn check(mutants: &[Mutant]) -> Result<()> {
    for (title, _) in EQUIVALENT {
        if !mutants.iter().any(|mutant| mutant.title == *title) {
            bail!("{FILE} speaks of {title:?}, and there is no such mutant");
        }
    }
    Ok(())
}
