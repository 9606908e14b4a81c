// SPDX-License-Identifier: GPL-2.0

//! Mutants that no test can notice, each with the proof. One that a test does notice must go from here.

/// This file, for messages.
pub(super) const FILE: &str = "scripts/dev/src/mutate/equivalent.rs";

/// Titles, and why leaving out the check changes nothing.
pub(super) const EQUIVALENT: &[(&str, &str)] = &[
    (
        "base.rs, Base::permission: generic_permission()",
        "a task's directory is immutable, so that inode_permission() refuses to write with EPERM before it asks the file \
         system, and its mode, which chmod cannot change, gives the rest to everyone (555)",
    ),
    (
        "gate.rs, timer_slack: security_getscheduler()",
        "no security module that the kernel is built with has this hook (of those in the source, SELinux and Smack)",
    ),
    (
        "gate.rs, timer_slack: security_setscheduler()",
        "of the security modules that the kernel is built with only that of the capabilities has this hook, and \
         cap_safe_nice() asks for CAP_SYS_NICE in the task's user namespace, which the gate has just found",
    ),
];
