// SPDX-License-Identifier: GPL-2.0

//! Users, groups and user namespaces.
//!
//! C headers: [`include/linux/uidgid.h`](srctree/include/linux/uidgid.h),
//! [`include/linux/user_namespace.h`](srctree/include/linux/user_namespace.h),
//! [`include/linux/cred.h`](srctree/include/linux/cred.h)

use crate::rust_bindings::raw;
use core::ptr::NonNull;
use kernel::{
    cred::Credential,
    sync::{
        aref::{
            ARef,
            AlwaysRefCounted, //
        },
        rcu, //
    },
    task::Task,
    types::Opaque, //
};

/// A user id as the kernel holds it, independent of any user namespace.
#[derive(Clone, Copy)]
pub(crate) struct Kuid(pub(in crate::rust_bindings) raw::kuid_t);

/// A group id as the kernel holds it, independent of any user namespace.
#[derive(Clone, Copy)]
pub(crate) struct Kgid(pub(in crate::rust_bindings) raw::kgid_t);

impl Kuid {
    /// The initial user namespace's root.
    pub(crate) const GLOBAL_ROOT: Self = Self(raw::kuid_t { val: 0 });

    /// The user that `ns` numbers `uid`; `None` where `ns` has no such user.
    pub(crate) fn new(ns: &UserNamespace, uid: u32) -> Option<Self> {
        // SAFETY: `ns` is valid.
        let kuid = unsafe { raw::make_kuid(ns.as_ptr(), uid) };
        // An id without a mapping is `INVALID_UID`, all ones.
        (kuid.val != u32::MAX).then_some(Self(kuid))
    }

    /// The id as `ns` numbers it, or the overflow id where `ns` has no number for it.
    pub(crate) fn munged(self, ns: &UserNamespace) -> u32 {
        // SAFETY: `ns` is valid.
        unsafe { raw::from_kuid_munged(ns.as_ptr(), self.0) }
    }
}

impl Kgid {
    /// The initial user namespace's root group.
    pub(crate) const GLOBAL_ROOT: Self = Self(raw::kgid_t { val: 0 });

    /// The group that [`Kgid::global`] is the number of.
    pub(crate) const fn from_global(number: u32) -> Self {
        Self(raw::kgid_t { val: number })
    }

    /// The group's number for the kernel itself (`__kgid_val()`), which is also that in the initial
    /// user namespace.
    pub(crate) const fn global(self) -> u32 {
        self.0.val
    }

    /// The group that `ns` numbers `gid`; `None` where `ns` has no such group.
    pub(crate) fn new(ns: &UserNamespace, gid: u32) -> Option<Self> {
        // SAFETY: `ns` is valid.
        let kgid = unsafe { raw::make_kgid(ns.as_ptr(), gid) };
        // An id without a mapping is `INVALID_GID`, all ones.
        (kgid.val != u32::MAX).then_some(Self(kgid))
    }

    /// The id as `ns` numbers it, or the overflow id where `ns` has no number for it.
    pub(crate) fn munged(self, ns: &UserNamespace) -> u32 {
        // SAFETY: `ns` is valid.
        unsafe { raw::from_kgid_munged(ns.as_ptr(), self.0) }
    }

    /// Whether the current task is a member, by its fsgid or its supplementary groups. May be
    /// called under RCU.
    pub(crate) fn current_is_member(self) -> bool {
        // SAFETY: The function reads the current task's credentials and has no precondition.
        unsafe { raw::in_group_p(self.0) != 0 }
    }
}

impl PartialEq for Kuid {
    fn eq(&self, other: &Self) -> bool {
        self.0.val == other.0.val
    }
}

impl PartialEq for Kgid {
    fn eq(&self, other: &Self) -> bool {
        self.0.val == other.0.val
    }
}

/// The kernel's `struct user_namespace`.
#[repr(transparent)]
pub(crate) struct UserNamespace(Opaque<raw::user_namespace>);

// SAFETY: Any thread may give a count back, and what is shared of a namespace is the kernel's to
// lock.
unsafe impl Send for UserNamespace {}

// SAFETY: As above.
unsafe impl Sync for UserNamespace {}

// SAFETY: `struct user_namespace` is reference counted, and both functions may be called from any
// context.
unsafe impl AlwaysRefCounted for UserNamespace {
    fn inc_ref(&self) {
        // SAFETY: The existence of a shared reference means that the count is not zero.
        unsafe { raw::proc2_get_user_ns(self.as_ptr()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller hands over one count.
        unsafe { raw::proc2_put_user_ns(obj.as_ptr().cast()) };
    }
}

impl UserNamespace {
    pub(in crate::rust_bindings) fn as_ptr(&self) -> *mut raw::user_namespace {
        self.0.get()
    }

    /// # Safety
    ///
    /// `ptr` must be a valid `struct user_namespace` for the lifetime `'a`.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(
        ptr: *const raw::user_namespace,
    ) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        unsafe { &*ptr.cast() }
    }

    /// The initial user namespace.
    pub(crate) fn initial() -> &'static Self {
        // SAFETY: `init_user_ns` is a static of the kernel.
        unsafe { Self::from_raw(&raw const raw::init_user_ns) }
    }

    /// The current task's user namespace.
    pub(crate) fn of_current() -> ARef<Self> {
        // SAFETY: The current task's credentials pin their user namespace, so that a count can be
        // taken.
        ARef::from(unsafe { Self::from_raw(raw::proc2_current_user_ns()) })
    }
}

/// What `status` shows of a task's credentials, all read from one `struct cred`.
pub(crate) struct Identity {
    /// Real, effective, saved and file system user ids.
    pub(crate) uids: [Kuid; 4],
    /// Real, effective, saved and file system group ids.
    pub(crate) gids: [Kgid; 4],
    cred: ARef<Credential>,
}

/// The capability sets of a task.
pub(crate) struct Capabilities {
    /// Inheritable, permitted, effective, bounding and ambient set, in the order in which `status`
    /// shows them.
    pub(crate) sets: [u64; 5],
}

/// Real, effective, saved and file system ids.
///
/// # Safety
///
/// `cred` must be valid, and credentials that a task has committed: of those the count changes, and
/// no more.
unsafe fn ids(cred: *const raw::cred) -> ([Kuid; 4], [Kgid; 4]) {
    // SAFETY: The caller promises it.
    let (uids, gids) = unsafe {
        (
            [(*cred).uid, (*cred).euid, (*cred).suid, (*cred).fsuid],
            [(*cred).gid, (*cred).egid, (*cred).sgid, (*cred).fsgid],
        )
    };
    (uids.map(Kuid), gids.map(Kgid))
}

impl Identity {
    /// Reads the ids of `task` as others see them (`real_cred`).
    pub(crate) fn of(task: &Task) -> Self {
        // SAFETY: `task` is valid. The function takes a reference, which the `ARef` below owns.
        let raw = unsafe { raw::get_task_cred(task.as_ptr()) };
        // SAFETY: `get_task_cred()` never returns null; `Credential` is transparent over
        // `struct cred`.
        let cred =
            unsafe { ARef::from_raw(NonNull::new_unchecked(raw.cast_mut().cast::<Credential>())) };
        // SAFETY: `cred` keeps them.
        let (uids, gids) = unsafe { ids(raw) };
        Self { uids, gids, cred }
    }

    /// The user and the group ids of `task` alone, in the order of those of an identity.
    #[inline]
    pub(crate) fn ids(task: &Task, _rcu: &rcu::Guard) -> ([Kuid; 4], [Kgid; 4]) {
        // SAFETY: `task` is valid, and RCU keeps credentials, which are read as
        // `rcu_dereference()` does.
        unsafe { ids((&raw const (*task.as_ptr()).real_cred).read_volatile()) }
    }

    /// The supplementary groups.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Kgid> + '_ {
        // SAFETY: Committed credentials hold a reference to their group list, which does not
        // change; it has `ngroups` items.
        let groups = unsafe {
            let info = (*self.cred.as_ptr()).group_info;
            core::slice::from_raw_parts(
                (&raw const (*info).gid).cast::<raw::kgid_t>(),
                (*info).ngroups as usize,
            )
        };
        groups.iter().map(|gid| Kgid(*gid))
    }
}

impl Capabilities {
    /// Reads the sets of `task` as others see them (`real_cred`).
    ///
    /// Takes and drops the RCU read lock.
    pub(crate) fn of(task: &Task) -> Self {
        let _rcu = kernel::sync::rcu::read_lock();
        // SAFETY: `task` is valid, and the RCU read lock keeps its credentials. Of those that it
        // has committed the count changes, and no more.
        let sets = unsafe {
            let c = raw::proc2_task_cred(task.as_ptr());
            [
                (*c).cap_inheritable,
                (*c).cap_permitted,
                (*c).cap_effective,
                (*c).cap_bset,
                (*c).cap_ambient,
            ]
        };
        Self {
            sets: sets.map(|set| set.val),
        }
    }
}

/// A capability that entries ask for.
#[derive(Clone, Copy)]
pub(crate) enum Capability {
    /// `CAP_SYS_RESOURCE`.
    Resource,
    /// `CAP_SYS_ADMIN`.
    Admin,
    /// `CAP_SYS_NICE`.
    Nice,
    /// `CAP_CHECKPOINT_RESTORE`.
    CheckpointRestore,
}

impl Capability {
    pub(in crate::rust_bindings) fn as_raw(self) -> kernel::ffi::c_int {
        (match self {
            Capability::Resource => raw::CAP_SYS_RESOURCE,
            Capability::Admin => raw::CAP_SYS_ADMIN,
            Capability::Nice => raw::CAP_SYS_NICE,
            Capability::CheckpointRestore => raw::CAP_CHECKPOINT_RESTORE,
        }) as kernel::ffi::c_int
    }
}

/// Whether the current task has `capability` in the initial user namespace.
pub(crate) fn capable(capability: Capability) -> bool {
    // SAFETY: The function has no precondition.
    unsafe { raw::capable(capability.as_raw()) }
}

/// Whether `task` has `capability` in the initial user namespace, asked without an audit record.
pub(crate) fn has_capability_noaudit(task: &Task, capability: Capability) -> bool {
    // SAFETY: The task is valid.
    unsafe { raw::has_capability_noaudit(task.as_ptr(), capability.as_raw()) }
}

/// Whether `cred` is of the user namespace `ns` and has `CAP_SYS_ADMIN` there. Not what the kernel
/// would say of a task: no parent's power, no security module, no audit record.
pub(crate) fn is_admin(cred: &Credential, ns: &UserNamespace) -> bool {
    // SAFETY: The credentials are committed: of those the count changes, and no more.
    let (of, effective) = unsafe {
        let cred = cred.as_ptr();
        ((*cred).user_ns, (*cred).cap_effective.val)
    };
    core::ptr::eq(of, ns.as_ptr()) && effective & (1 << Capability::Admin.as_raw()) != 0
}

impl UserNamespace {
    /// Whether the current task has `capability` here.
    pub(crate) fn capable(&self, capability: Capability) -> bool {
        // SAFETY: `self` is valid.
        unsafe { raw::ns_capable(self.as_ptr(), capability.as_raw()) }
    }

    /// The user namespace that `task` is in.
    pub(crate) fn of_task(task: &Task) -> ARef<Self> {
        let _rcu = kernel::sync::rcu::read_lock();
        // SAFETY: The task is valid; RCU keeps its credentials, which pin the namespace until a
        // count is taken.
        ARef::from(unsafe { Self::from_raw((*raw::proc2_task_cred(task.as_ptr())).user_ns) })
    }
}
