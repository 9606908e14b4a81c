// SPDX-License-Identifier: GPL-2.0

//! From task to task, by number: the processes of an instance's pid namespace, or the threads.
//!
//! Threads of a single process are found by its list of threads, if those are not too many; they
//! are sorted by their numbers, as that list can begin anew behind any of them.
//!
//! Mirrors `next_tgid()` and `first_tid()` of [`fs/proc/base.c`](srctree/fs/proc/base.c). Locks:
//! RCU is held by the caller; the list of threads is RCU's.

use crate::{
    pure::show::tasks::query::{
        Of,
        Query, //
    },
    rust_bindings::tasks::{
        accounting::threads,
        pid::{
            self,
            FindTask,
            Pid, //
        },
        pid_walk::PidWalk,
        task::TaskExt, //
    }, //
};
use kernel::{
    pid_namespace::PidNamespace,
    sync::rcu,
    task::Task, //
};

/// So many threads are sorted at a time.
const SORTED: usize = 64;

/// A process with more threads has them found among all tasks: a look at its list takes as long as
/// the list is, and is taken again behind each row that sleeps.
const FEW: u32 = 128;

/// A number, and the task that has it if that is one to show.
pub(super) struct Next<'rcu> {
    pub(super) nr: u32,
    pub(super) pid_ino: u64,
    pub(super) task: Option<&'rcu Task>,
}

/// The tasks from a number on.
pub(super) enum Walk<'rcu> {
    Processes(PidWalk<'rcu>, &'rcu rcu::Guard),
    Threads(PidWalk<'rcu>, &'rcu rcu::Guard),
    Few(Few<'rcu>),
}

impl<'rcu> Walk<'rcu> {
    /// The tasks that `query` asks for, as far as their numbers say, from `from` on.
    pub(super) fn new(
        query: &Query,
        from: u32,
        ns: &'rcu PidNamespace,
        rcu: &'rcu rcu::Guard,
    ) -> Self {
        let all = || PidWalk::from(from, ns, rcu);
        match (query.of, query.pids) {
            (Of::Tasks, _) => Self::Processes(all(), rcu),
            (Of::Threads, (first, last)) if first == last => {
                let leader = i32::try_from(first).ok();
                let leader = leader.and_then(|nr| pid::find(nr, ns, rcu)?.group_leader(rcu));
                match leader {
                    Some(leader) if leader.nr_threads() > FEW => Self::Threads(all(), rcu),
                    leader => Self::Few(Few::new(leader, from, ns, rcu)),
                }
            }
            (Of::Threads, _) => Self::Threads(all(), rcu),
        }
    }
}

impl<'rcu> Iterator for Walk<'rcu> {
    type Item = Next<'rcu>;

    #[inline]
    fn next(&mut self) -> Option<Next<'rcu>> {
        let (nr, pid, task) = match self {
            Self::Processes(walk, rcu) => {
                let (nr, pid) = walk.next()?;
                (nr as u32, pid, pid.group_leader(*rcu))
            }
            Self::Threads(walk, rcu) => {
                let (nr, pid) = walk.next()?;
                (nr as u32, pid, pid.task(*rcu))
            }
            Self::Few(few) => {
                let (nr, pid) = few.next()?;
                (nr, pid, pid.task(few.rcu))
            }
        };
        Some(Next {
            nr,
            pid_ino: pid.ino(),
            task,
        })
    }
}

/// The threads of a process with the smallest numbers from one on.
pub(super) struct Few<'rcu> {
    /// Their numbers, and [`NONE`] where there are no more.
    threads: [u32; SORTED],
    next: usize,
    ns: &'rcu PidNamespace,
    rcu: &'rcu rcu::Guard,
}

/// Larger than any number of a task.
const NONE: u32 = u32::MAX;

impl<'rcu> Few<'rcu> {
    fn new(
        leader: Option<&Task>,
        from: u32,
        ns: &'rcu PidNamespace,
        rcu: &'rcu rcu::Guard,
    ) -> Self {
        let mut few = Self {
            threads: [NONE; SORTED],
            next: 0,
            ns,
            rcu,
        };
        for thread in leader.into_iter().flat_map(|leader| threads(leader, rcu)) {
            if let Some(pid) = thread.struct_pid(rcu) {
                let nr = pid.nr_ns(ns) as u32;
                if nr >= from {
                    few.insert(nr);
                }
            }
        }
        few
    }

    /// Inserts a thread where its number belongs; the last one falls out where all places are
    /// taken.
    fn insert(&mut self, nr: u32) {
        let at = self.threads.partition_point(|other| *other < nr);
        if let Some(rest) = self.threads.get_mut(at..) {
            // Where a thread executes a program, two have had the same number.
            if rest.first() == Some(&nr) {
                return;
            }
            rest.rotate_right(usize::from(!rest.is_empty()));
            if let Some(place) = rest.first_mut() {
                *place = nr;
            }
        }
    }

    /// The next one that has not ended by now.
    fn next(&mut self) -> Option<(u32, &'rcu Pid)> {
        loop {
            let nr = self
                .threads
                .get(self.next)
                .copied()
                .filter(|nr| *nr != NONE)?;
            self.next += 1;
            if let Some(pid) = pid::find(nr as i32, self.ns, self.rcu) {
                return Some((nr, pid));
            }
        }
    }

    /// Whether there may be more behind the last one.
    fn is_full(&self) -> bool {
        self.threads.last().is_some_and(|last| *last != NONE)
    }
}

impl Walk<'_> {
    /// Whether the last item may not be the last task.
    pub(super) fn goes_on(&self) -> bool {
        matches!(self, Self::Few(few) if few.is_full())
    }
}
