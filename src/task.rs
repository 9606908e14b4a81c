// SPDX-License-Identifier: GPL-2.0

//! A task's entries: the master table, which lookup, readdir, link counts and the README's table of
//! entries all come from.
//!
//! Mirrors `tgid_base_stuff` and `tid_base_stuff` of [`fs/proc/base.c`](srctree/fs/proc/base.c),
//! whose order it keeps. Where both have an entry there is one row. A row says what kind of entry
//! it is, the gates in front of it (of reading, and of writing where there are two), who writes it,
//! and its name, mode and scope.

#[cfg(CONFIG_AUDIT)]
use self::threads::Threads;
#[cfg(CONFIG_USER_NS)]
use crate::gate::change::Administer;
#[cfg(CONFIG_FAULT_INJECTION)]
use crate::gate::change::InjectFaults;
#[cfg(CONFIG_STACKTRACE)]
use crate::gate::ptrace::AdminAttach;
#[cfg(CONFIG_KALLSYMS)]
use crate::gate::ptrace::Filtered;
#[cfg(any(CONFIG_SECCOMP_CACHE_DEBUG, CONFIG_USER_NS))]
use crate::gate::Kernel;
use crate::{
    fs::task_dir::{
        Rows,
        TaskDir, //
    },
    gate::{
        change::Current,
        directory::{
            OwnerOrSelf,
            ReadNow, //
        },
        hidepid::MayEnter,
        memory::{
            OpenAttach,
            OpenRead, //
        }, //
    }, //
};
use crate::{
    fs::{
        node::Node,
        row::*, //
    },
    gate::{
        change::{
            OomScore,
            SameProcess,
            SeeSlack,
            SetSlack, //
        },
        ptrace::{
            Attach,
            FilteredQuietly,
            Read, //
        },
        Anyone, //
    },
    pure::entry::{
        RowSet,
        Scope::*,
        Table, //
    },
    rust_bindings::procfs::kernel_files, //
};

/// Declares the modules of entries and makes their rows' table. What configures a module configures
/// its rows; rows that need no module stand in braces alone.
macro_rules! entries {
    (@ [$($modules:tt)*] [$($groups:tt)*]) => {
        $($modules)*

        /// The rows, as they stand together.
        const GROUPS: &[&[Row]] = &[$($groups)*];
    };
    (
        @ [$($modules:tt)*] [$($groups:tt)*]
        $(#[$config:meta])* $visible:vis mod $module:ident { $($row:expr),+ $(,)? } $($rest:tt)*
    ) => {
        entries! {
            @ [$($modules)* $(#[$config])* $visible mod $module;]
            [$($groups)* $(#[$config])* &[$($row),+],]
            $($rest)*
        }
    };
    (
        @ [$($modules:tt)*] [$($groups:tt)*]
        $(#[$config:meta])* { $($row:expr),+ $(,)? } $($rest:tt)*
    ) => {
        entries! { @ [$($modules)*] [$($groups)* $(#[$config])* &[$($row),+],] $($rest)* }
    };
    ($first:tt $($rest:tt)*) => {
        entries! { @ [] [] $first $($rest)* }
    };
}

// The entries of `/<pid>` and `/<pid>/task/<tid>`. One row, one line, as in the C tables.
entries! {
    mod threads { dir::<MayEnter, Threads<TaskRows>>("task", 0o555, ThreadGroup) }
    mod fd { dir::<OwnerOrSelf, fd::FdDir>("fd", 0o500, Both) }
    mod map_files { dir::<OwnerOrSelf, map_files::MapFiles>("map_files", 0o500, ThreadGroup) }
    mod fdinfo { dir::<ReadNow, fdinfo::FdInfoDir>("fdinfo", 0o555, Both) }
    mod ns { dir::<Anyone, ns::NsDir>("ns", 0o511, Both) }
    #[cfg(CONFIG_NET)]
    { kernel_dir("net", 0o555, Both, kernel_files::net_inode, kernel_files::net_dir) }
    mod environ { memory::<OpenRead, environ::Environ>("environ", 0o400, Both) }
    mod auxv { memory::<OpenRead, auxv::Auxv>("auxv", 0o400, Both) }
    mod status { text::<Anyone, status::Status>("status", 0o444, Both) }
    mod personality { text::<Attach, personality::Personality>("personality", 0o400, Both) }
    mod limits { text::<Anyone, limits::Limits>("limits", 0o444, Both) }
    mod sched { formatter_rw::<Anyone, Anyone, sched::Sched>("sched", 0o644, Both) }
    #[cfg(CONFIG_SCHED_AUTOGROUP)]
    mod autogroup {
        formatter_rw::<Anyone, Anyone, autogroup::Autogroup>("autogroup", 0o644, ThreadGroup),
    }
    #[cfg(CONFIG_TIME_NS)]
    mod timens_offsets {
        text_rw::<Anyone, Anyone, timens_offsets::Offsets>("timens_offsets", 0o644, ThreadGroup),
    }
    mod comm {
        text_rw::<Anyone, SameProcess, comm::Comm>("comm", 0o644, ThreadGroup),
        text_rw::<Anyone, SameProcess, comm::Comm>("comm", 0o644, Thread).open_to::<SameProcess>(),
    }
    #[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
    mod syscall { text::<Attach, syscall::Syscall>("syscall", 0o400, Both) }
    pub(crate) mod cmdline { stream::<Anyone, cmdline::Cmdline>("cmdline", 0o444, Both) }
    mod stat { text::<FilteredQuietly, stat::Stat>("stat", 0o444, Both) }
    mod statm { text::<Anyone, statm::Statm>("statm", 0o444, Both) }
    mod maps { mappings::<OpenRead, maps::Maps>("maps", 0o444, Both) }
    #[cfg(CONFIG_PROC_CHILDREN)]
    mod children { records::<Anyone, children::Children>("children", 0o444, Thread) }
    #[cfg(CONFIG_NUMA)]
    { kernel_file("numa_maps", 0o444, Both, kernel_files::numa_maps) }
    mod mem { address::<OpenAttach, mem::Mem>("mem", 0o600, Both) }
    mod links {
        link::<Read, links::Cwd>("cwd", 0o777, Both),
        link::<Read, links::Root>("root", 0o777, Both),
        link::<Read, links::Exe>("exe", 0o777, Both),
    }
    mod mounts {
        mount_table("mounts", 0o444, Both, mounts::mounts),
        mount_table("mountinfo", 0o444, Both, mounts::mountinfo),
        mount_table("mountstats", 0o400, ThreadGroup, mounts::mountstats),
    }
    #[cfg(CONFIG_PROC_PAGE_MONITOR)]
    {
        kernel_file("clear_refs", 0o200, Both, kernel_files::clear_refs),
        kernel_file("smaps", 0o444, Both, kernel_files::smaps),
        kernel_file("smaps_rollup", 0o444, Both, kernel_files::smaps_rollup),
        kernel_file("pagemap", 0o400, Both, kernel_files::pagemap),
    }
    #[cfg(CONFIG_SECURITY)]
    mod attr { dir::<Anyone, attr::AttrDir>("attr", 0o555, Both) }
    #[cfg(CONFIG_KALLSYMS)]
    mod wchan { text::<Filtered, wchan::Wchan>("wchan", 0o444, Both) }
    #[cfg(CONFIG_STACKTRACE)]
    mod stack { text::<AdminAttach, stack::Stack>("stack", 0o400, Both) }
    #[cfg(CONFIG_SCHED_INFO)]
    mod schedstat { text::<Anyone, schedstat::SchedStat>("schedstat", 0o444, Both) }
    #[cfg(CONFIG_LATENCYTOP)]
    mod latency { text_rw::<Anyone, Anyone, latency::Latencies>("latency", 0o444, Both) }
    #[cfg(CONFIG_PROC_PID_CPUSET)]
    { formatter::<Anyone, kernel_files::Cpuset>("cpuset", 0o444, Both) }
    #[cfg(CONFIG_CGROUPS)]
    { formatter::<Anyone, kernel_files::Cgroup>("cgroup", 0o444, Both) }
    #[cfg(CONFIG_PROC_CPU_RESCTRL)]
    { formatter::<Anyone, kernel_files::CpuResctrlGroups>("cpu_resctrl_groups", 0o444, Both) }
    mod oom_score { text::<Anyone, oom_score::OomScore>("oom_score", 0o444, Both) }
    mod oom_adj {
        live_rw::<Anyone, OomScore, oom_adj::Adj>("oom_adj", 0o644, Both),
        live_rw::<Anyone, OomScore, oom_adj::ScoreAdj>("oom_score_adj", 0o644, Both),
    }
    #[cfg(CONFIG_AUDIT)]
    mod audit {
        live_rw::<Anyone, Current, audit::LoginUid>("loginuid", 0o644, Both),
        live::<Anyone, audit::SessionId>("sessionid", 0o444, Both),
    }
    #[cfg(CONFIG_FAULT_INJECTION)]
    mod fault {
        live_rw::<Anyone, InjectFaults, fault::MakeItFail>("make-it-fail", 0o644, Both),
        live_rw::<Anyone, Anyone, fault::FailNth>("fail-nth", 0o644, Both),
    }
    #[cfg(CONFIG_ELF_CORE)]
    mod coredump_filter {
        live_rw::<Anyone, Anyone, coredump_filter::Filter>("coredump_filter", 0o644, ThreadGroup),
    }
    #[cfg(CONFIG_TASK_IO_ACCOUNTING)]
    mod io { text::<Read, io::Io>("io", 0o400, Both) }
    #[cfg(CONFIG_USER_NS)]
    mod id_maps {
        id_map::<Anyone, Kernel, id_maps::UidMap>("uid_map", 0o644, Both),
        id_map::<Anyone, Kernel, id_maps::GidMap>("gid_map", 0o644, Both),
        id_map::<Anyone, Kernel, id_maps::ProjidMap>("projid_map", 0o644, Both),
        setgroups::<Anyone, Administer, id_maps::Setgroups>("setgroups", 0o644, Both),
    }
    #[cfg(all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS))]
    mod timers { records::<Anyone, timers::Timers>("timers", 0o444, ThreadGroup) }
    mod timerslack_ns {
        text_rw::<SeeSlack, SetSlack, timerslack_ns::Slack>("timerslack_ns", 0o666, ThreadGroup),
    }
    #[cfg(CONFIG_LIVEPATCH)]
    mod patch_state { text::<Anyone, patch_state::PatchState>("patch_state", 0o400, Both) }
    #[cfg(CONFIG_KSTACK_ERASE_METRICS)]
    mod stack_depth { text::<Anyone, stack_depth::StackDepth>("stack_depth", 0o444, ThreadGroup) }
    #[cfg(CONFIG_PROC_PID_ARCH_STATUS)]
    { formatter::<Anyone, kernel_files::ArchStatus>("arch_status", 0o444, Both) }
    #[cfg(CONFIG_SECCOMP_CACHE_DEBUG)]
    { formatter::<Kernel, kernel_files::SeccompCache>("seccomp_cache", 0o400, Both) }
    #[cfg(CONFIG_KSM)]
    mod ksm {
        text::<Anyone, ksm::MergingPages>("ksm_merging_pages", 0o400, Both),
        text::<Anyone, ksm::KsmStat>("ksm_stat", 0o400, Both),
    }
}

/// The number of rows.
const LEN: usize = {
    let (mut len, mut group) = (0, 0);
    while group < GROUPS.len() {
        len += GROUPS[group].len();
        group += 1;
    }
    len
};

/// All rows, one after the other.
static ROWS: [Row; LEN] = {
    let mut rows = [GROUPS[0][0]; LEN];
    let (mut len, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut row = 0;
        while row < GROUPS[group].len() {
            rows[len] = GROUPS[group][row];
            len += 1;
            row += 1;
        }
        group += 1;
    }
    rows
};

static TABLE: Table<Node> = Table::new(&ROWS);

/// The entries that a task's directory has.
pub(crate) struct TaskRows;

/// The rows whose names `is` says yes to.
pub(crate) fn rows_where(is: &dyn Fn(&[u8]) -> bool) -> RowSet {
    TABLE.rows_where(is)
}

impl Rows for TaskRows {
    fn table() -> &'static Table<Node> {
        &TABLE
    }
}

/// The directory of a task.
pub(crate) type Directory = TaskDir<TaskRows>;
