// SPDX-License-Identifier: GPL-2.0

//! Whose figures an instance shows in the machine's files: `cgroup=` and `cpus=`.
//!
//! Locks: RCU and `task_lock` while a task's cgroup is looked at; then a count of it.

use self::idle::ShownIdle;
use crate::{
    pure::{
        load::Load,
        options::{
            self,
            BadOption,
            Cpus,
            Options, //
        },
        show::cpu_stat::Row,
        view::{
            Choice,
            NamespaceRoot,
            Place, //
        }, //
    },
    rust_bindings::{
        cgroups::{
            cgroup::Cgroup,
            tasks, //
        },
        errno,
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

mod idle;

/// Finds what takes the place of the kernel's own file of this name, in the root or in a directory
/// of it.
pub(crate) type FindOps = fn(Option<&[u8]>, &[u8]) -> Option<&'static ViewOps>;

/// A view of an instance.
pub(crate) struct View {
    subject: Arc<Subject>,
    cpus: Cpus,
    find: FindOps,
    /// Where the figures are of whoever reads, nothing is kept.
    idle: Option<Pin<KBox<ShownIdle>>>,
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
            Self::Machine => Err(errno::stale()),
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

    fn with(of: Of, cpus: Cpus, find: FindOps) -> Result<Self> {
        let samples = !matches!(of, Of::Reader);
        let subject = Subject {
            of,
            load: [const { AtomicU64::new(0) }; 3],
            sampled: AtomicU64::new(repeat::moment()),
        };
        let subject = Arc::new(subject, GFP_KERNEL_ACCOUNT)?;
        let idle = samples.then(ShownIdle::new).transpose()?;
        let load = samples.then(|| Repeat::new(subject.clone()));
        Ok(Self {
            subject,
            cpus,
            find,
            idle,
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

    /// Lets rows of `stat` show no less idle time of this cgroup than was shown before.
    pub(crate) fn hold_idle(&self, cgroup: &Cgroup, rows: &mut [Row]) {
        let is_shown = || matches!(self.target(), Target::Of(now) if now.id() == cgroup.id());
        if let Some(idle) = &self.idle {
            idle.hold(cgroup.id(), rows, is_shown);
        }
    }

    /// What takes the place of the kernel's own file.
    pub(crate) fn ops(&self, dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
        (self.find)(dir, name)
    }
}
