// SPDX-License-Identifier: GPL-2.0

//! What the kernel does again and again, by itself.
//!
//! All is done in one round, at the same moments, so that a machine that sleeps is woken once for
//! all of it. (It is woken: what is done at the end of a long sleep knows nothing of what was
//! before that.)
//!
//! No one's time is charged for it, and who may mount can mount often: so a round that has taken
//! [`LONGEST`] ends, and the next one begins where that has ended.
//!
//! Locks: a mutex around the list of what is done, never while it is done, in a thread of the
//! kernel's that is bound to no CPU and may sleep.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use crate::rust_bindings::raw;
use core::sync::atomic::{
    AtomicBool,
    AtomicUsize,
    Ordering, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    prelude::*,
    rbtree::RBTree,
    sync::{
        global_lock,
        Arc, //
    },
    time::{
        Delta,
        Instant,
        Monotonic, //
    },
    types::Opaque, //
};

/// What is done.
pub(crate) trait Repeated: Send + Sync + 'static {
    /// Called in each round, but for those that have passed it by or ended before it.
    fn again(&self, round: &mut Round);
}

/// One moment, and what was found out in it.
pub(crate) struct Round {
    moment: u64,
    known: RBTree<u64, u64>,
}

impl Round {
    /// The number of the moment.
    pub(crate) fn moment(&self) -> u64 {
        self.moment
    }

    /// What `find` finds out for `key`: asked once in a round, as long as there is memory to keep
    /// it in.
    pub(crate) fn once(&mut self, key: u64, find: impl FnOnce() -> u64) -> u64 {
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let found = find();
        let _ = self.known.try_create_and_insert(key, found, GFP_KERNEL);
        found
    }
}

/// How long a round takes, but for the last that is done in it: a fiftieth of the time between two.
const LONGEST: Delta = Delta::from_millis(100);

/// How many jiffies are between two moments: those of the load average (`LOAD_FREQ`).
fn period() -> usize {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_load_freq() }
}

/// The number of the last moment.
pub(crate) fn moment() -> u64 {
    // SAFETY: The function has no precondition.
    unsafe { raw::proc2_jiffies_64() / period().max(1) as u64 }
}

global_lock! {
    // SAFETY: `Clock::new()` initialises it; nobody locks it unless `READY` is set, which is
    // behind that.
    unsafe(uninit) static ALL: Mutex<KVec<Arc<dyn Repeated>>> = KVec::new();
}

/// The work that does it.
struct Work(Opaque<raw::delayed_work>);

// SAFETY: The kernel's functions lock it.
unsafe impl Sync for Work {}

static WORK: Work = Work(Opaque::uninit());
static BEGUN: AtomicBool = AtomicBool::new(false);
static READY: AtomicBool = AtomicBool::new(false);

/// Where in the list the next round begins.
static FIRST: AtomicUsize = AtomicUsize::new(0);

/// What has to be there for anything to be done; nothing is any more when it is dropped.
pub(crate) struct Clock(());

impl Clock {
    /// Makes what is needed, at the first time.
    pub(crate) fn new() -> Self {
        if !BEGUN.swap(true, Ordering::AcqRel) {
            // SAFETY: Both stay where they are, nobody uses them before `READY` is set, and this is
            // done once.
            unsafe {
                ALL.init();
                raw::proc2_init_delayed_work(WORK.0.get(), Some(run));
            }
            READY.store(true, Ordering::Release);
        }
        Self(())
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        if READY.load(Ordering::Acquire) {
            *ALL.lock() = KVec::new();
            // SAFETY: The work is initialised.
            unsafe { raw::cancel_delayed_work_sync(WORK.0.get()) };
        }
    }
}

/// Something that is done again and again from [`Repeat::start`] on until it is stopped or this is
/// dropped, any of which may sleep. (The drop of one that was never started, or is stopped, does
/// not.)
pub(crate) struct Repeat<T: Repeated> {
    what: Arc<T>,
    started: AtomicBool,
}

impl<T: Repeated> Repeat<T> {
    /// What is not done yet.
    pub(crate) fn new(what: Arc<T>) -> Self {
        Self {
            what,
            started: AtomicBool::new(false),
        }
    }

    /// Begins at the next moment.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn start(&self) -> Result {
        if !READY.load(Ordering::Acquire) || self.started.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let mut all = ALL.lock();
        #[expect(clippy::disallowed_methods, reason = "one for each superblock at most")]
        all.push(self.what.clone(), GFP_KERNEL_ACCOUNT)?;
        if all.len() == 1 {
            schedule();
        }
        Ok(())
    }

    /// Stops it; it may be under way.
    pub(crate) fn stop(&self) {
        if self.started.swap(false, Ordering::AcqRel) {
            let own: *const T = &*self.what;
            ALL.lock().retain(|one| {
                let one: *const dyn Repeated = &**one;
                !core::ptr::addr_eq(one, own)
            });
        }
    }
}

impl<T: Repeated> Drop for Repeat<T> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Lets the work be done at the next moment. For whoever knows it to be initialised.
fn schedule() {
    // SAFETY: The work is initialised, and cancelled before the module goes; the other functions
    // have no precondition.
    unsafe {
        let period = period().max(1);
        let passed = (raw::proc2_jiffies_64() % period as u64) as usize;
        raw::proc2_schedule_delayed_work(WORK.0.get(), period - passed);
    }
}

/// The work.
///
/// # Safety
///
/// `_work` must be [`WORK`].
unsafe extern "C" fn run(_work: *mut raw::work_struct) {
    let mut round = Round {
        moment: moment(),
        known: RBTree::new(),
    };
    let begun = Instant::<Monotonic>::now();
    let all = ALL.lock().len();
    let first = FIRST.load(Ordering::Relaxed).checked_rem(all).unwrap_or(0);
    for index in (first..).take(all) {
        // One that is stopped meanwhile lets another one slip past, until the next moment.
        let one = {
            let all = ALL.lock();
            let index = index.checked_rem(all.len()).unwrap_or(0);
            all.get(index).cloned()
        };
        let Some(one) = one else {
            break;
        };
        one.again(&mut round);
        if begun.elapsed() > LONGEST {
            FIRST.store(index.wrapping_add(1), Ordering::Relaxed);
            break;
        }
        kernel::task::might_sleep();
    }
    if !ALL.lock().is_empty() {
        // Nothing where it is being cancelled.
        schedule();
    }
}
