// SPDX-License-Identifier: GPL-2.0

//! The one place that asks "may this caller".
//!
//! Two questions: may it know of a task at all ([`hidepid`]), and may it see or change what an
//! entry shows: the entry's gate, which its row in the table names. [`pass`] finds the task, asks
//! the gate, and hands the answer, a [`Permitted`], to what stands behind it. Nothing else gives an
//! entry its task, and an entry says behind which gate it stands, so that one which forgot to ask
//! does not compile. What the kernel decides is asked of the kernel, with the calls, in the order
//! and with the errno of [`fs/proc/base.c`](srctree/fs/proc/base.c).
//!
//! Locks: those that a gate's `Held` stands for, while a token lives.

use crate::rust_bindings::{
    credentials::opener::Opener,
    tasks::pid::FindTask,
    vfs::inode::Inode, //
};
use kernel::{
    prelude::*,
    sync::rcu,
    task::Task, //
};

pub(crate) mod change;
pub(crate) mod directory;
pub(crate) mod hidepid;
pub(crate) mod memory;
pub(crate) mod ptrace;

/// A check that entries stand behind.
pub(crate) trait Gate: 'static {
    /// What is held while the answer is used: the lock that keeps it true.
    type Held<'a>;

    /// Asks. `opener` is whoever opened the file; links have none.
    ///
    /// # Errors
    ///
    /// Those of the check.
    fn ask<'a>(task: &'a Task, opener: Option<Opener<'_>>) -> Result<Self::Held<'a>>;
}

/// A gate that can be asked under RCU, where nothing may sleep.
pub(crate) trait AtomicGate: Gate {}

/// A gate that can be asked without waiting for what it holds.
pub(crate) trait TryGate: Gate {
    /// As [`Gate::ask`], without sleeping; `None` where that would wait.
    ///
    /// # Errors
    ///
    /// As [`Gate::ask`].
    fn try_ask<'a>(
        task: &'a Task,
        opener: Option<Opener<'_>>,
        rcu: &rcu::Guard,
    ) -> Option<Result<Self::Held<'a>>>;
}

/// A gate in front of writes.
pub(crate) trait WriteGate: Gate {
    /// Whether it is asked before what is written is looked at, and not after.
    const BEFORE_PARSING: bool = false;
    /// What a caller gets once the task is reaped.
    const GONE: Error = ESRCH;

    /// Asks what is asked first of all, whatever the task is.
    ///
    /// # Errors
    ///
    /// Those of the check.
    #[inline(always)]
    fn before_all(_opener: Opener<'_>) -> Result {
        Ok(())
    }
}

/// The proof that the caller may have what stands behind the gate `G`, as long as it lives.
pub(crate) struct Permitted<'a, G: Gate> {
    task: &'a Task,
    held: G::Held<'a>,
}

impl<'a, G: Gate> Permitted<'a, G> {
    /// Asks the gate about a task that the caller knows of.
    ///
    /// # Errors
    ///
    /// Those of the gate.
    #[inline(always)]
    pub(crate) fn ask(task: &'a Task, opener: Option<Opener<'_>>) -> Result<Self> {
        let held = G::ask(task, opener)?;
        Ok(Self { task, held })
    }

    /// As [`Permitted::ask`], under RCU; `None` where the gate would have to wait.
    ///
    /// # Errors
    ///
    /// Those of the gate.
    #[inline(always)]
    pub(crate) fn try_ask(
        task: &'a Task,
        opener: Option<Opener<'_>>,
        rcu: &rcu::Guard,
    ) -> Option<Result<Self>>
    where
        G: TryGate,
    {
        let asked = G::try_ask(task, opener, rcu)?;
        Some(asked.map(|held| Self { task, held }))
    }

    /// The task. Not for longer than the token, whose lock keeps the answer true.
    #[inline(always)]
    pub(crate) fn task(&self) -> &Task {
        self.task
    }
}

/// Asks the gate `G` of the task that `inode` belongs to, and hands the token to `with`.
///
/// # Errors
///
/// `gone` once the task is reaped; those of the gate, and those of `with`.
#[inline(always)] // Every read comes here, each from a place of its own.
pub(crate) fn pass<G: Gate, R>(
    inode: &Inode,
    opener: Option<Opener<'_>>,
    gone: Error,
    with: impl FnOnce(&Permitted<'_, G>) -> Result<R>,
) -> Result<R> {
    let task = inode.get_task().ok_or(gone)?;
    let permitted = Permitted::ask(&task, opener)?;
    with(&permitted)
}

/// As [`pass`], under RCU and without a count of the task: `with` must not sleep.
///
/// # Errors
///
/// As [`pass`].
#[inline(always)]
pub(crate) fn pass_under_rcu<G: AtomicGate, R>(
    inode: &Inode,
    opener: Option<Opener<'_>>,
    gone: Error,
    with: impl FnOnce(&Permitted<'_, G>) -> Result<R>,
) -> Result<R> {
    let rcu = rcu::read_lock();
    let task = inode.task(&rcu).ok_or(gone)?;
    let permitted = Permitted::ask(task, opener)?;
    with(&permitted)
}

/// Everyone for whom mode and owner of the file are enough.
pub(crate) enum Anyone {}

impl Gate for Anyone {
    type Held<'a> = ();

    #[inline(always)]
    fn ask<'a>(_task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        Ok(())
    }
}

impl AtomicGate for Anyone {}
impl WriteGate for Anyone {}

/// Callers that the kernel's own function lets in, which asks by itself.
pub(crate) enum Kernel {}

impl Gate for Kernel {
    type Held<'a> = ();

    #[inline(always)]
    fn ask<'a>(_task: &'a Task, _opener: Option<Opener<'_>>) -> Result<Self::Held<'a>> {
        Ok(())
    }
}
