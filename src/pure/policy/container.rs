// SPDX-License-Identifier: GPL-2.0

//! The container list: what `subset=container` shows beside tasks, and what it leaves out, each
//! with its reason. The only such list.
//!
//! Where it shows a file of the machine's that a view replaces, its reason speaks of the view, for
//! `subset=container` has one unless `cgroup=off` is said.
//!
//! A name is in it if its facts come from an unprivileged system call or are those of the reader's
//! own namespaces, or if it is a counter or a limit of the machine without names, addresses or
//! tenants, which no container runtime masks and which ordinary programs fail without. A directory
//! stands for all below it; nothing else gets in by itself. A new name needs a row.

/// A name of the registry, and why it is shown or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Its path from the root.
    pub(crate) path: &'static str,
    /// The reason.
    #[cfg_attr(not(test), allow(dead_code))] // For tests and tools.
    pub(crate) why: &'static str,
}

const fn row(path: &'static str, why: &'static str) -> Row {
    Row { path, why }
}

const UNAME: &str = "uname(2), in the reader's UTS namespace";
const IPC: &str = "the reader's IPC namespace, as msgctl(2), semctl(2) and shmctl(2) tell it";
const LIMIT: &str = "a limit that any program can run into, and that programs read";
const CONSTANT: &str = "a constant, which a system call tells too";

/// What is shown.
pub(crate) const SHOWN: &[Row] = &[
    row(
        "cgroups",
        "names of controllers and counts; Java up to 21 sizes its heap by it",
    ),
    row(
        "cpuinfo",
        "CPUID, and the CPUs that sched_getaffinity(2) tells; ps, node and Java read it",
    ),
    row("filesystems", "fsopen(2) answers for each name"),
    row("loadavg", "the load of the container's cgroup"),
    row(
        "meminfo",
        "limits and counts of the container's cgroup, of the machine as sysinfo(2) where it has no limit; ps and free need it",
    ),
    row("mounts", "a link to the reader's own"),
    row("net", "a link to the reader's own network namespace"),
    row(
        "stat",
        "times of the container's cgroup; ps and node need it",
    ),
    row("sys/crypto/fips_enabled", CONSTANT),
    row("sys/fs/aio-max-nr", LIMIT),
    row("sys/fs/file-max", LIMIT),
    row("sys/fs/inotify", LIMIT),
    row("sys/fs/mqueue", IPC),
    row("sys/fs/nr_open", LIMIT),
    row("sys/fs/pipe-max-size", LIMIT),
    row("sys/kernel/arch", UNAME),
    row("sys/kernel/cap_last_cap", "prctl(2)"),
    row("sys/kernel/domainname", UNAME),
    row("sys/kernel/hostname", UNAME),
    row("sys/kernel/msgmax", IPC),
    row("sys/kernel/msgmnb", IPC),
    row("sys/kernel/msgmni", IPC),
    row("sys/kernel/ngroups_max", "sysconf(3)"),
    row("sys/kernel/osrelease", UNAME),
    row("sys/kernel/ostype", UNAME),
    row("sys/kernel/overflowgid", CONSTANT),
    row("sys/kernel/overflowuid", CONSTANT),
    row("sys/kernel/pid_max", "the reader's pid namespace"),
    row(
        "sys/kernel/random",
        "random numbers and the id of this boot",
    ),
    row("sys/kernel/seccomp", "seccomp(2)"),
    row("sys/kernel/sem", IPC),
    row("sys/kernel/shm_rmid_forced", IPC),
    row("sys/kernel/shmall", IPC),
    row("sys/kernel/shmmax", IPC),
    row("sys/kernel/shmmni", IPC),
    row("sys/kernel/threads-max", LIMIT),
    row("sys/kernel/version", UNAME),
    row("sys/net", "the reader's network namespace"),
    row("sys/user", "the reader's user namespace"),
    row("sys/vm/max_map_count", LIMIT),
    row("sys/vm/mmap_min_addr", LIMIT),
    row("sys/vm/overcommit_kbytes", LIMIT),
    row("sys/vm/overcommit_memory", LIMIT),
    row("sys/vm/overcommit_ratio", LIMIT),
    row("sysvipc", IPC),
    row(
        "uptime",
        "clock_gettime(2), and idle time of the container's cgroup",
    ),
    row("version", UNAME),
];

const HOST: &str = "the state of the whole machine, which no program was found to fail without";
const HARDWARE: &str = "the machine's hardware and drivers";
const ADDRESSES: &str = "addresses or memory of the kernel";
const LOG: &str = "the kernel's log, or keys and names of others";
const CONTROL: &str = "controls the machine, or tells how it is controlled";
const STORAGE: &str = "filesystems and storage of others";
const DEBUG: &str = "for debugging the kernel";
const POLICY: &str = "the host's policy, or what it controls";

/// What is left out: every name that Linux 7.3 can register in the root or in `sys`. A directory
/// stands for all below it that has no row above.
#[cfg_attr(not(test), allow(dead_code))] // For tests and tools.
pub(crate) const LEFT_OUT: &[Row] = &[
    row("acpi", CONTROL),
    row("allocinfo", ADDRESSES),
    row("asound", HARDWARE),
    row("bootconfig", "boot arguments hold secrets"),
    row("buddyinfo", HOST),
    row("bus", CONTROL),
    row("cmdline", "boot arguments hold secrets"),
    row("config.gz", HOST),
    row("consoles", HARDWARE),
    row("crypto", HOST),
    row("device-tree", HARDWARE),
    row("devices", HARDWARE),
    row("diskstats", STORAGE),
    row("dma", HARDWARE),
    row("driver", HARDWARE),
    row("dynamic_debug", CONTROL),
    row("execdomains", HOST),
    row("fb", HARDWARE),
    row("fs", STORAGE),
    row(
        "interrupts",
        "how warm and how busy which part is: a side channel (GHSA-6fw5-f8r9-fgfm)",
    ),
    row("iomem", ADDRESSES),
    row("ioports", ADDRESSES),
    row("irq", CONTROL),
    row("kallsyms", ADDRESSES),
    row("kcore", ADDRESSES),
    row("key-users", LOG),
    row("keys", LOG),
    row("kmsg", LOG),
    row("kpagecgroup", ADDRESSES),
    row("kpagecount", ADDRESSES),
    row("kpageflags", ADDRESSES),
    row("latency_stats", ADDRESSES),
    row("lock_stat", DEBUG),
    row("lockdep", DEBUG),
    row("lockdep_chains", DEBUG),
    row("lockdep_stats", DEBUG),
    row(
        "locks",
        "locks of all tasks of the machine, with their files",
    ),
    row("mdstat", STORAGE),
    row("misc", HARDWARE),
    row("modules", ADDRESSES),
    row("mtd", STORAGE),
    row("mtrr", CONTROL),
    row("pagetypeinfo", HOST),
    row("partitions", STORAGE),
    row(
        "pressure",
        "how busy the whole machine is, to everybody for writing",
    ),
    row("profile", ADDRESSES),
    row("schedstat", HOST),
    row("scsi", CONTROL),
    row("slabinfo", HOST),
    row("softirqs", HOST),
    row("swaps", STORAGE),
    row("sys/abi", POLICY),
    row("sys/crypto", POLICY),
    row("sys/debug", DEBUG),
    row("sys/dev", HARDWARE),
    row("sys/fs", POLICY),
    row("sys/kernel", POLICY),
    row("sys/sunrpc", STORAGE),
    row("sys/vm", POLICY),
    row("sys/xen", CONTROL),
    row("sysrq-trigger", CONTROL),
    row("timer_list", ADDRESSES),
    row("tty", HARDWARE),
    row("vmallocinfo", ADDRESSES),
    row("vmcore", ADDRESSES),
    row("vmcoredd", ADDRESSES),
    row(
        "vmstat",
        "counters of the whole machine; vmstat(8) alone was found to need them",
    ),
    row("zoneinfo", HOST),
];
