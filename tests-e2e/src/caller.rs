// SPDX-License-Identifier: GPL-2.0

//! Who looks: credentials and namespaces that a test's child takes on before it looks at the trees.

use std::fs;

use anyhow::{Context as _, Result};
use rustix::process::{set_dumpable_behavior, DumpableBehavior};
use rustix::thread::{
    capabilities, remove_capability_from_bounding_set, set_capabilities, set_thread_groups,
    set_thread_res_gid, set_thread_res_uid, unshare_unsafe, CapabilitySet, Gid, Uid, UnshareFlags,
};

/// The group that tests name in `gid=`.
pub const EXEMPT: u32 = 4321;
/// The ordinary user that looks.
pub const USER: u32 = 1000;
/// Another user, whose processes the first may not see.
pub const OTHER: u32 = 1001;

/// Which namespaces a caller is in, relative to those of the trees that it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The same ones.
    Same,
    /// In a user namespace of its own, where it is root.
    UserNamespace,
    /// In a pid namespace below that of the trees.
    ChildPid,
    /// In a pid namespace above that of the trees, which `pidns=` names.
    Ancestor,
    /// In a pid namespace of its own that the trees are mounted in.
    Inside,
}

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
    /// Where it stands.
    pub place: Place,
}

/// Root as it comes.
pub const ROOT: Caller = Caller {
    name: "root",
    uid: 0,
    groups: &[0],
    no_ptrace: false,
    place: Place::Same,
};
/// An ordinary user: no group but its own. One who keeps group 0 would be exempt from hidepid.
pub const ORDINARY: Caller = Caller {
    name: "user",
    uid: USER,
    groups: &[],
    no_ptrace: false,
    place: Place::Same,
};
/// The same user as a member of the exempt group.
pub const MEMBER: Caller = Caller {
    name: "member",
    uid: USER,
    groups: &[EXEMPT],
    no_ptrace: false,
    place: Place::Same,
};
/// Root without the right to trace others.
pub const WEAK_ROOT: Caller = Caller {
    name: "root-without-ptrace",
    uid: 0,
    groups: &[0],
    no_ptrace: true,
    place: Place::Same,
};
/// All that stand where the trees do.
pub const ALL: &[Caller] = &[ORDINARY, MEMBER, WEAK_ROOT, ROOT];

/// The ordinary user as root of a user namespace of its own.
pub const NAMESPACE_ROOT: Caller = Caller {
    name: "root-of-user-namespace",
    place: Place::UserNamespace,
    ..ORDINARY
};
/// Root in a pid namespace below that of the trees.
pub const BELOW: Caller = Caller {
    name: "root-in-child-pid-namespace",
    place: Place::ChildPid,
    ..ROOT
};
/// Root in a pid namespace above that of the trees.
pub const ABOVE: Caller = Caller {
    name: "root-in-ancestor-pid-namespace",
    place: Place::Ancestor,
    ..ROOT
};
/// Root in a pid namespace with trees of that.
pub const INSIDE: Caller = Caller {
    name: "root-inside-pid-namespace",
    place: Place::Inside,
    ..ROOT
};
/// All that stand elsewhere.
pub const ELSEWHERE: &[Caller] = &[NAMESPACE_ROOT, BELOW, ABOVE, INSIDE];

/// All there are.
pub fn everyone() -> Vec<Caller> {
    [ALL, ELSEWHERE].concat()
}

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
            let lost =
                CapabilitySet::SYS_PTRACE | CapabilitySet::PERFMON | CapabilitySet::SYS_ADMIN;
            // Nor does a program that it executes get them back.
            for one in lost.iter() {
                remove_capability_from_bounding_set(one).context("PR_CAPBSET_DROP")?;
            }
            let mut sets = capabilities(None).context("capget")?;
            sets.effective -= lost;
            sets.permitted -= lost;
            set_capabilities(None, sets).context("capset")?;
        }
        if self.place == Place::UserNamespace {
            enter_user_namespace(self.uid)?;
        }
        Ok(())
    }
}

/// Makes the calling user root of a new user namespace where nobody else exists.
fn enter_user_namespace(uid: u32) -> Result<()> {
    // SAFETY: a process with one thread; a namespace is no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWUSER) }.context("unshare of users")?;
    let map = format!("0 {uid} 1");
    for (file, text) in [
        ("setgroups", "deny"),
        ("uid_map", &map),
        ("gid_map", &map),
        ("projid_map", &map),
    ] {
        let path = format!("/proc/self/{file}");
        fs::write(&path, text).context(path)?;
    }
    Ok(())
}

/// Takes on a user's and its own group's ids, dumpable as after a login.
pub fn become_user(uid: u32) -> Result<()> {
    Caller {
        name: "user",
        uid,
        groups: &[],
        no_ptrace: false,
        place: Place::Same,
    }
    .become_it()
}
