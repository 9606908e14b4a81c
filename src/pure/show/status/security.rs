// SPDX-License-Identifier: GPL-2.0

//! The lines of `status` about what a task may do (task_cap() and task_seccomp() in
//! fs/proc/array.c).

use super::signals::set;
use crate::pure::text::Text;

/// Capabilities, seccomp, speculation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Security {
    /// Capabilities that a program with the right file capabilities would get.
    pub(crate) inheritable: u64,
    /// Capabilities that it may use.
    pub(crate) permitted: u64,
    /// Capabilities in use.
    pub(crate) effective: u64,
    /// Capabilities that it can ever get.
    pub(crate) bounding: u64,
    /// Capabilities kept by an ordinary program.
    pub(crate) ambient: u64,
    /// Whether an exec can't raise its rights.
    pub(crate) no_new_privs: bool,
    /// The seccomp mode (CONFIG_SECCOMP).
    pub(crate) seccomp: Option<u64>,
    /// The number of its seccomp filters (CONFIG_SECCOMP_FILTER).
    pub(crate) seccomp_filters: Option<u64>,
    /// arch_prctl_spec_ctrl_get(PR_SPEC_STORE_BYPASS), errors included.
    pub(crate) store_bypass: i32,
    /// arch_prctl_spec_ctrl_get(PR_SPEC_INDIRECT_BRANCH), errors included.
    pub(crate) indirect_branch: i32,
}

impl Security {
    /// Writes the lines.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        set(out, b"CapInh:\t", self.inheritable);
        set(out, b"CapPrm:\t", self.permitted);
        set(out, b"CapEff:\t", self.effective);
        set(out, b"CapBnd:\t", self.bounding);
        set(out, b"CapAmb:\t", self.ambient);
        out.field(b"NoNewPrivs:\t", self.no_new_privs.into());
        if let Some(mode) = self.seccomp {
            out.field(b"\nSeccomp:\t", mode);
        }
        if let Some(filters) = self.seccomp_filters {
            out.field(b"\nSeccomp_filters:\t", filters);
        }
        out.bytes(b"\nSpeculation_Store_Bypass:\t");
        out.bytes(store_bypass(self.store_bypass).as_bytes());
        out.bytes(b"\nSpeculationIndirectBranch:\t");
        out.bytes(indirect_branch(self.indirect_branch).as_bytes());
        out.byte(b'\n');
    }
}

/// The kernel has no such control.
const EINVAL: i32 = -22;

/// The values of prctl(PR_GET_SPECULATION_CTRL); PRCTL stands together with one of the others.
const NOT_AFFECTED: i32 = 0;
const ENABLE: i32 = 1 << 1;
const DISABLE: i32 = 1 << 2;
const PRCTL_ENABLE: i32 = 1 | ENABLE;
const PRCTL_DISABLE: i32 = 1 | DISABLE;
const PRCTL_FORCE_DISABLE: i32 = 1 | (1 << 3);

pub(crate) fn store_bypass(control: i32) -> &'static str {
    match control {
        EINVAL => "unknown",
        NOT_AFFECTED => "not vulnerable",
        PRCTL_FORCE_DISABLE => "thread force mitigated",
        PRCTL_DISABLE => "thread mitigated",
        PRCTL_ENABLE => "thread vulnerable",
        DISABLE => "globally mitigated",
        _ => "vulnerable",
    }
}

pub(crate) fn indirect_branch(control: i32) -> &'static str {
    match control {
        EINVAL => "unsupported",
        NOT_AFFECTED => "not affected",
        PRCTL_FORCE_DISABLE => "conditional force disabled",
        PRCTL_DISABLE => "conditional disabled",
        PRCTL_ENABLE => "conditional enabled",
        ENABLE => "always enabled",
        DISABLE => "always disabled",
        _ => "unknown",
    }
}
