// SPDX-License-Identifier: GPL-2.0

//! A task's entries: the master table, which lookup, readdir, link counts and the README's table of entries all come from.
//!
//! Answers to `tgid_base_stuff` and `tid_base_stuff` of [`fs/proc/base.c`](srctree/fs/proc/base.c), whose order it keeps. Where both
//! have an entry there is one row.

use self::threads::Threads;
use crate::{
    fs::{
        link,
        node::Node,
        task_dir::{
            Rows,
            TaskDir, //
        },
        text::Show, //
    },
    pure::entry::{
        Entry,
        Scope,
        Table, //
    },
    rust_bindings::{
        procfs::kernel_files::{
            self,
            Formatter, //
        },
        tasks::task::Ptrace,
        vfs::{
            file::FileOps,
            inode_ops::InodeOps, //
        }, //
    }, //
};

#[cfg(CONFIG_SECURITY)]
mod attr;
#[cfg(CONFIG_AUDIT)]
mod audit;
#[cfg(CONFIG_SCHED_AUTOGROUP)]
mod autogroup;
mod auxv;
#[cfg(CONFIG_PROC_CHILDREN)]
mod children;
pub(crate) mod cmdline;
mod comm;
#[cfg(CONFIG_ELF_CORE)]
mod coredump_filter;
mod environ;
#[cfg(CONFIG_FAULT_INJECTION)]
mod fault;
mod fd;
mod fdinfo;
mod few;
#[cfg(CONFIG_USER_NS)]
mod id_maps;
#[cfg(CONFIG_TASK_IO_ACCOUNTING)]
mod io;
#[cfg(CONFIG_KSM)]
mod ksm;
#[cfg(CONFIG_LATENCYTOP)]
mod latency;
mod limits;
mod links;
mod map_files;
mod maps;
mod mem;
mod ns;
mod oom_adj;
mod oom_score;
#[cfg(CONFIG_LIVEPATCH)]
mod patch_state;
mod personality;
mod sched;
#[cfg(CONFIG_SCHED_INFO)]
mod schedstat;
#[cfg(CONFIG_STACKTRACE)]
mod stack;
#[cfg(CONFIG_KSTACK_ERASE_METRICS)]
mod stack_depth;
mod stat;
mod statm;
mod status;
#[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
mod syscall;
mod threads;
#[cfg(CONFIG_TIME_NS)]
mod timens_offsets;
#[cfg(all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS))]
mod timers;
mod timerslack_ns;
#[cfg(CONFIG_KALLSYMS)]
mod wchan;

// Each constructor below says who serves the entry, which is what the README's table shows of it.

/// A directory of proc2's own.
const fn dir(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Entry<Node> {
    Entry {
        name,
        mode: 0o040_000 | mode,
        scope,
        kind,
    }
}

/// A file of proc2's own.
const fn file(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Entry<Node> {
    Entry {
        name,
        mode: 0o100_000 | mode,
        scope,
        kind,
    }
}

/// A text of proc2's own, at both levels.
const fn text(name: &'static str, mode: u16, show: Show) -> Entry<Node> {
    file(name, mode, Scope::Both, Node::Text(show))
}

/// A magic link of proc2's own, at both levels.
const fn link(name: &'static str, target: link::Target) -> Entry<Node> {
    Entry {
        name,
        mode: 0o120_777,
        scope: Scope::Both,
        kind: Node::Link(target),
    }
}

/// A file of proc2's own around the formatter of the subsystem that knows the content, at both levels.
const fn wrap(name: &'static str, mode: u16, formatter: Formatter) -> Entry<Node> {
    file(name, mode, Scope::Both, Node::Formatter(formatter))
}

/// As [`wrap`], for a file with operations of its own.
const fn wfil(name: &'static str, mode: u16, scope: Scope, kind: Node) -> Entry<Node> {
    file(name, mode, scope, kind)
}

/// A file that the kernel's own operations serve.
const fn kern(
    name: &'static str,
    mode: u16,
    scope: Scope,
    ops: fn() -> &'static FileOps,
) -> Entry<Node> {
    file(name, mode, scope, Node::KernelFile(ops))
}

/// A directory that the kernel's own operations serve.
const fn kdir(
    name: &'static str,
    mode: u16,
    scope: Scope,
    inode: fn() -> &'static InodeOps,
    file: fn() -> &'static FileOps,
) -> Entry<Node> {
    dir(name, mode, scope, Node::KernelDir { inode, file })
}

/// The entries of `/<pid>` and `/<pid>/task/<tid>`.
#[rustfmt::skip] // One row, one line, as in the C tables.
const ROWS: &[Entry<Node>] = &[
    dir ("task",        0o555, Scope::ThreadGroup, Threads::<TaskRows>::NODE),
    dir ("fd",          0o500, Scope::Both,        fd::NODE),
    dir ("map_files",   0o500, Scope::ThreadGroup, map_files::NODE),
    dir ("fdinfo",      0o555, Scope::Both,        fdinfo::NODE),
    dir ("ns",          0o511, Scope::Both,        ns::NODE),
    #[cfg(CONFIG_NET)]
    kdir("net",         0o555, Scope::Both,        kernel_files::net_inode, kernel_files::net_dir),
    file("environ",     0o400, Scope::Both,        environ::NODE),
    file("auxv",        0o400, Scope::Both,        auxv::NODE),
    text("status",      0o444, Show::Anyone(status::show)),
    text("personality", 0o400, Show::Attach(personality::show)),
    text("limits",      0o444, Show::Anyone(limits::show)),
    wfil("sched",       0o644, Scope::Both,        sched::NODE),
    #[cfg(CONFIG_SCHED_AUTOGROUP)]
    wfil("autogroup",   0o644, Scope::ThreadGroup, autogroup::NODE),
    #[cfg(CONFIG_TIME_NS)]
    file("timens_offsets", 0o644, Scope::ThreadGroup, timens_offsets::NODE),
    file("comm",        0o644, Scope::ThreadGroup, comm::NODE),
    file("comm",        0o644, Scope::Thread,      comm::THREAD_NODE),
    #[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
    text("syscall",     0o400, Show::Attach(syscall::show)),
    file("cmdline",     0o444, Scope::Both,        cmdline::NODE),
    text("stat",        0o444, Show::Asked(Ptrace::ReadQuietly, stat::show)),
    text("statm",       0o444, Show::Anyone(statm::show)),
    file("maps",        0o444, Scope::Both,        maps::NODE),
    #[cfg(CONFIG_PROC_CHILDREN)]
    file("children",    0o444, Scope::Thread,      children::NODE),
    #[cfg(CONFIG_NUMA)]
    kern("numa_maps",   0o444, Scope::Both,        kernel_files::numa_maps),
    file("mem",         0o600, Scope::Both,        mem::NODE),
    link("cwd",         links::cwd),
    link("root",        links::root),
    link("exe",         links::exe),
    kern("mounts",      0o444, Scope::Both,        kernel_files::mounts),
    kern("mountinfo",   0o444, Scope::Both,        kernel_files::mountinfo),
    kern("mountstats",  0o400, Scope::ThreadGroup, kernel_files::mountstats),
    #[cfg(CONFIG_PROC_PAGE_MONITOR)]
    kern("clear_refs",  0o200, Scope::Both,        kernel_files::clear_refs),
    #[cfg(CONFIG_PROC_PAGE_MONITOR)]
    kern("smaps",       0o444, Scope::Both,        kernel_files::smaps),
    #[cfg(CONFIG_PROC_PAGE_MONITOR)]
    kern("smaps_rollup", 0o444, Scope::Both,       kernel_files::smaps_rollup),
    #[cfg(CONFIG_PROC_PAGE_MONITOR)]
    kern("pagemap",     0o400, Scope::Both,        kernel_files::pagemap),
    #[cfg(CONFIG_SECURITY)]
    dir ("attr",        0o555, Scope::Both,        attr::NODE),
    #[cfg(CONFIG_KALLSYMS)]
    text("wchan",       0o444, Show::Asked(Ptrace::Read, wchan::show)),
    #[cfg(CONFIG_STACKTRACE)]
    text("stack",       0o400, Show::AdminAttach(stack::show)),
    #[cfg(CONFIG_SCHED_INFO)]
    text("schedstat",   0o444, Show::Anyone(schedstat::show)),
    #[cfg(CONFIG_LATENCYTOP)]
    file("latency",     0o444, Scope::Both,        latency::NODE),
    #[cfg(CONFIG_PROC_PID_CPUSET)]
    wrap("cpuset",      0o444, Formatter::CPUSET),
    #[cfg(CONFIG_CGROUPS)]
    wrap("cgroup",      0o444, Formatter::CGROUP),
    #[cfg(CONFIG_PROC_CPU_RESCTRL)]
    wrap("cpu_resctrl_groups", 0o444, Formatter::CPU_RESCTRL_GROUPS),
    text("oom_score",   0o444, Show::Anyone(oom_score::show)),
    file("oom_adj",     0o644, Scope::Both,        oom_adj::LEGACY_NODE),
    file("oom_score_adj", 0o644, Scope::Both,      oom_adj::SCORE_NODE),
    #[cfg(CONFIG_AUDIT)]
    file("loginuid",    0o644, Scope::Both,        audit::LOGIN_NODE),
    #[cfg(CONFIG_AUDIT)]
    file("sessionid",   0o444, Scope::Both,        audit::SESSION_NODE),
    #[cfg(CONFIG_FAULT_INJECTION)]
    file("make-it-fail", 0o644, Scope::Both,       fault::MAKE_IT_FAIL_NODE),
    #[cfg(CONFIG_FAULT_INJECTION)]
    file("fail-nth",    0o644, Scope::Both,        fault::FAIL_NTH_NODE),
    #[cfg(CONFIG_ELF_CORE)]
    file("coredump_filter", 0o644, Scope::ThreadGroup, coredump_filter::NODE),
    #[cfg(CONFIG_TASK_IO_ACCOUNTING)]
    text("io",          0o400, Show::Read(io::show)),
    #[cfg(CONFIG_USER_NS)]
    file("uid_map",     0o644, Scope::Both,        id_maps::UID_NODE),
    #[cfg(CONFIG_USER_NS)]
    file("gid_map",     0o644, Scope::Both,        id_maps::GID_NODE),
    #[cfg(CONFIG_USER_NS)]
    file("projid_map",  0o644, Scope::Both,        id_maps::PROJID_NODE),
    #[cfg(CONFIG_USER_NS)]
    file("setgroups",   0o644, Scope::Both,        id_maps::SETGROUPS_NODE),
    #[cfg(all(CONFIG_CHECKPOINT_RESTORE, CONFIG_POSIX_TIMERS))]
    file("timers",      0o444, Scope::ThreadGroup, timers::NODE),
    file("timerslack_ns", 0o666, Scope::ThreadGroup, timerslack_ns::NODE),
    #[cfg(CONFIG_LIVEPATCH)]
    text("patch_state", 0o400, Show::Anyone(patch_state::show)),
    #[cfg(CONFIG_KSTACK_ERASE_METRICS)]
    file("stack_depth", 0o444, Scope::ThreadGroup, Node::Text(Show::Anyone(stack_depth::show))),
    #[cfg(CONFIG_PROC_PID_ARCH_STATUS)]
    wrap("arch_status", 0o444, Formatter::ARCH_STATUS),
    #[cfg(CONFIG_SECCOMP_CACHE_DEBUG)]
    wrap("seccomp_cache", 0o400, Formatter::SECCOMP_CACHE),
    #[cfg(CONFIG_KSM)]
    text("ksm_merging_pages", 0o400, Show::Anyone(ksm::merging_pages)),
    #[cfg(CONFIG_KSM)]
    text("ksm_stat",    0o400, Show::Anyone(ksm::stat)),
];

pub(crate) static TABLE: Table<Node> = Table::new(ROWS);

/// The entries that a task's directory has.
pub(crate) struct TaskRows;

impl Rows for TaskRows {
    fn table() -> &'static Table<Node> {
        &TABLE
    }
}

/// The directory of a task.
pub(crate) type Directory = TaskDir<TaskRows>;
