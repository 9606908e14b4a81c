// SPDX-License-Identifier: GPL-2.0

//! Whose figures an instance shows in the machine's files: `cgroup=` and `cpus=`.
//!
//! Locks: RCU and `task_lock` while a task's cgroup is looked at; then a count of it.

use crate::{
    pure::{
        load::Load,
        options::{
            self,
            BadOption,
            Cpus,
            Options, //
        },
        view::{
            Choice,
            NamespaceRoot,
            Place, //
        }, //
    },
    rust_bindings::{
        cgroups::{
            cgroup::Cgroup,
            cpus,
            tasks, //
        },
        procfs::view_file::ViewOps,
        tasks::{
            pid::{
                self,
                FindTask, //
            },
            repeat::{
                self,
                Repeat,
                Repeated,
                Round, //
            },
            task::with_current, //
        }, //
    }, //
};
use core::sync::atomic::{
    AtomicU64,
    Ordering, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::{
        aref::ARef,
        rcu,
        Arc, //
    },
    task::Task, //
};

/// Finds what takes the place of the kernel's own file of this name, in the root or in a directory
/// of it.
pub(crate) type FindOps = fn(Option<&[u8]>, &[u8]) -> Option<&'static ViewOps>;

/// A view of an instance.
pub(crate) struct View {
    subject: Arc<Subject>,
    cpus: Cpus,
    find: FindOps,
    /// What was shown of the idle time of each CPU: clocks that are read one after the other would
    /// take some of it back, and so would a burst of several CPUs that is spread over fewer. Empty
    /// where the figures are of whoever reads.
    idle: KVec<AtomicU64>,
    /// The cgroup whose that is.
    idle_of: AtomicU64,
    load: Option<Repeat<Subject>>,
}

/// Whose figures are shown.
enum Of {
    /// Those of process 1.
    Init(ARef<PidNamespace>),
    /// Those of whoever reads.
    Reader,
    /// Those of a cgroup.
    Cgroup(ARef<Cgroup>),
}

struct Subject {
    of: Of,
    load: [AtomicU64; 3],
    sampled: AtomicU64,
}

/// Whose figures a reader gets.
pub(crate) enum Target {
    /// The machine's: the cgroup is the hierarchy's root.
    Machine,
    /// Those of a cgroup.
    Of(ARef<Cgroup>),
    /// Nobody's: the cgroup was removed, or there is no process 1.
    Gone,
}

impl Target {
    /// The cgroup of a reader who did not get the machine's file.
    ///
    /// # Errors
    ///
    /// `ENODEV` where it is gone, `ESTALE` where it is the hierarchy's root by now.
    pub(crate) fn cgroup(self) -> Result<ARef<Cgroup>> {
        match self {
            Self::Of(cgroup) => Ok(cgroup),
            Self::Gone => Err(ENODEV),
            Self::Machine => Err(ESTALE),
        }
    }
}

impl From<ARef<Cgroup>> for Target {
    fn from(cgroup: ARef<Cgroup>) -> Self {
        if cgroup.parent().is_none() {
            Self::Machine
        } else if mutant!("view: the cgroup is there", cgroup.is_dead() => false) {
            Self::Gone
        } else {
            Self::Of(cgroup)
        }
    }
}

/// The cgroup whose figures are shown for a task; `None` if it is on its way out. Takes
/// `task_lock`.
fn of_task(task: &Task) -> Option<ARef<Cgroup>> {
    let root = Cgroup::namespace_root(task);
    let own = Cgroup::get_of(task)?;
    let place = Place {
        in_root: own.parent().is_none(),
        in_init_scope: own.is_called(c"init.scope"),
        namespace: root.as_ref().map(|root| NamespaceRoot {
            is_root: root.parent().is_none(),
            is_online: !root.is_dead(),
            has_task: own.is_in(root),
        }),
    };
    match place.choose() {
        Choice::Namespace => root,
        Choice::Own => Some(own),
        Choice::Parent => own.parent().map(ARef::from),
    }
}

impl Subject {
    fn target(&self) -> Target {
        let found = match &self.of {
            Of::Init(ns) => {
                let rcu = rcu::read_lock();
                let init = pid::find(1, ns, &rcu);
                init.and_then(|pid| of_task(pid.task(&rcu)?))
            }
            Of::Reader => with_current(of_task),
            Of::Cgroup(cgroup) => Some(cgroup.clone()),
        };
        found.map_or(Target::Gone, Target::from)
    }

    fn load(&self) -> Load {
        let [one, five, fifteen] = &self.load;
        Load([one, five, fifteen].map(|load| load.load(Ordering::Relaxed)))
    }
}

impl Repeated for Subject {
    /// Makes the load averages.
    fn again(&self, round: &mut Round) {
        let moment = round.moment();
        // One at a time: the work is one.
        let before = self.sampled.swap(moment, Ordering::Relaxed);
        let active = match self.target() {
            // Of a cgroup that many instances show, tasks are counted once.
            Target::Of(cgroup) => round.once(cgroup.id(), || tasks::activity(&cgroup).active),
            Target::Machine | Target::Gone => 0,
        };
        let load = self.load().after(active, moment.saturating_sub(before));
        for (place, load) in self.load.iter().zip(load.0) {
            place.store(load, Ordering::Relaxed);
        }
    }
}

impl View {
    /// The view that these options ask for, of an instance of `ns`, if they ask for any. `find` is
    /// the table of its files.
    ///
    /// # Errors
    ///
    /// A number that is no cgroup's of the current task's cgroup namespace; `None` without memory.
    pub(crate) fn new(
        options: &Options,
        ns: &ARef<PidNamespace>,
        find: FindOps,
    ) -> Result<Option<Self>, Option<BadOption<'static>>> {
        let of = match options.cgroup() {
            options::Cgroup::Off => return Ok(None),
            options::Cgroup::Init => Of::Init(ns.clone()),
            options::Cgroup::Reader => Of::Reader,
            options::Cgroup::Number(number) => match Cgroup::from_id(number) {
                Ok(cgroup) => Of::Cgroup(cgroup),
                Err(_) => return Err(Some(Options::no_such_cgroup())),
            },
        };
        Self::with(of, options.cpus(), find)
            .map(Some)
            .map_err(|_| None)
    }

    #[expect(clippy::disallowed_methods, reason = "one for each CPU of the machine")]
    fn with(of: Of, cpus: Cpus, find: FindOps) -> Result<Self> {
        let samples = !matches!(of, Of::Reader);
        let subject = Subject {
            of,
            load: [const { AtomicU64::new(0) }; 3],
            sampled: AtomicU64::new(repeat::moment()),
        };
        let subject = Arc::new(subject, GFP_KERNEL_ACCOUNT)?;
        let mut idle = KVec::new();
        if samples {
            for _ in 0..cpus::nr_cpu_ids() {
                idle.push(AtomicU64::new(0), GFP_KERNEL_ACCOUNT)?;
            }
        }
        let load = samples.then(|| Repeat::new(subject.clone()));
        Ok(Self {
            subject,
            cpus,
            find,
            idle,
            idle_of: AtomicU64::new(0),
            load,
        })
    }

    /// Begins what goes on by itself: the load averages.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn start(&self) -> Result {
        self.load.iter().try_for_each(Repeat::start)
    }

    /// Ends it. Sleeps.
    pub(crate) fn end(&self) {
        self.load.iter().for_each(Repeat::stop);
    }

    /// Whose figures the current task gets.
    pub(crate) fn target(&self) -> Target {
        self.subject.target()
    }

    /// How many CPUs are shown.
    pub(crate) fn cpus(&self) -> Cpus {
        self.cpus
    }

    /// The load averages; 0 where the figures are of whoever reads, of whom nothing is kept.
    pub(crate) fn load(&self) -> Load {
        self.subject.load()
    }

    /// Forgets what was shown of idle times, if it was another cgroup's.
    pub(crate) fn hold_idle_of(&self, cgroup: &Cgroup) {
        if self.idle_of.swap(cgroup.id(), Ordering::Relaxed) != cgroup.id() {
            let idle = self.idle.iter();
            idle.for_each(|shown| shown.store(0, Ordering::Relaxed));
        }
    }

    /// What is shown of the idle time of a CPU, in ticks: no less than before.
    pub(crate) fn idle(&self, cpu: u32, ticks: u64) -> u64 {
        match self.idle.get(cpu as usize) {
            Some(shown) => {
                let before = shown.fetch_max(ticks, Ordering::Relaxed);
                mutant!("view::counters: idle time is held", before.max(ticks) => ticks)
            }
            None => ticks,
        }
    }

    /// What takes the place of the kernel's own file.
    pub(crate) fn ops(&self, dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
        (self.find)(dir, name)
    }
}
