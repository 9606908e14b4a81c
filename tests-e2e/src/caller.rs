// SPDX-License-Identifier: GPL-2.0

//! Who looks: credentials that a test's child takes on before it looks at the trees.

use anyhow::{Context as _, Result};
use rustix::process::{set_dumpable_behavior, DumpableBehavior};
use rustix::thread::{
    capabilities, set_capabilities, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
    CapabilitySet, Gid, Uid,
};

/// The group that tests name in `gid=`.
pub const EXEMPT: u32 = 4321;
/// The ordinary user that looks.
pub const USER: u32 = 1000;
/// Another user, whose processes the first may not see.
pub const OTHER: u32 = 1001;

/// Credentials to take on.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// What reports call it.
    pub name: &'static str,
    /// All its user ids, and its group ids too.
    pub uid: u32,
    /// Its supplementary groups.
    pub groups: &'static [u32],
    /// Gives up CAP_SYS_PTRACE and CAP_PERFMON, which both open other users' memory.
    pub no_ptrace: bool,
}

/// Root as it comes.
pub const ROOT: Caller = Caller {
    name: "root",
    uid: 0,
    groups: &[0],
    no_ptrace: false,
};
/// An ordinary user: no group but its own. One who keeps group 0 would be exempt from hidepid.
pub const ORDINARY: Caller = Caller {
    name: "user",
    uid: USER,
    groups: &[],
    no_ptrace: false,
};
/// The same user as a member of the exempt group.
pub const MEMBER: Caller = Caller {
    name: "member",
    uid: USER,
    groups: &[EXEMPT],
    no_ptrace: false,
};
/// Root without the right to trace others.
pub const WEAK_ROOT: Caller = Caller {
    name: "root-without-ptrace",
    uid: 0,
    groups: &[0],
    no_ptrace: true,
};

/// All of them.
pub const ALL: &[Caller] = &[ORDINARY, MEMBER, WEAK_ROOT, ROOT];

impl Caller {
    /// Takes on the credentials, for good.
    pub fn become_it(&self) -> Result<()> {
        let groups: Vec<Gid> = self.groups.iter().map(|&gid| Gid::from_raw(gid)).collect();
        set_thread_groups(&groups).context("setgroups")?;
        let (uid, gid) = (Uid::from_raw(self.uid), Gid::from_raw(self.uid));
        set_thread_res_gid(gid, gid, gid).context("setresgid")?;
        set_thread_res_uid(uid, uid, uid).context("setresuid")?;
        // Changed credentials leave the process undumpable and its /proc/self root's.
        set_dumpable_behavior(DumpableBehavior::Dumpable).context("PR_SET_DUMPABLE")?;
        if self.no_ptrace {
            let mut sets = capabilities(None).context("capget")?;
            let lost =
                CapabilitySet::SYS_PTRACE | CapabilitySet::PERFMON | CapabilitySet::SYS_ADMIN;
            sets.effective -= lost;
            sets.permitted -= lost;
            set_capabilities(None, sets).context("capset")?;
        }
        Ok(())
    }
}

/// Takes on a user's and its own group's ids, dumpable as after a login.
pub fn become_user(uid: u32) -> Result<()> {
    Caller {
        name: "user",
        uid,
        groups: &[],
        no_ptrace: false,
    }
    .become_it()
}
