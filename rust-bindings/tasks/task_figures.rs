// SPDX-License-Identifier: GPL-2.0

//! What [`TaskExt`](crate::rust_bindings::tasks::task::TaskExt) reads of a task at a time.
//!
//! C header: [`include/linux/sched.h`](srctree/include/linux/sched.h)

/// What a task is blocked in.
#[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
pub(crate) struct BlockedSyscall {
    /// The number of the system call; negative where it is blocked elsewhere.
    pub(crate) nr: i32,
    /// Its arguments.
    pub(crate) args: [u64; 6],
    /// The stack pointer of its program.
    pub(crate) stack_pointer: u64,
    /// The instruction pointer of its program.
    pub(crate) instruction_pointer: u64,
}

/// A task's own figures, each as it is at its moment.
pub(crate) struct TaskFigures {
    /// `PF_` flags.
    pub(crate) flags: u32,
    /// Priority as `stat` shows it.
    pub(crate) priority: i32,
    /// Nice value.
    pub(crate) nice: i32,
    /// When the task was started, in nanoseconds since boot as the reader's time namespace counts them.
    pub(crate) start_boottime: u64,
    /// The signal that its parent gets at its end.
    pub(crate) exit_signal: i32,
    /// Its exit code.
    pub(crate) exit_code: i32,
    /// The processor that it last ran on.
    pub(crate) cpu: u32,
    /// Realtime priority.
    pub(crate) rt_priority: u32,
    /// Scheduling policy.
    pub(crate) policy: u32,
    /// Clock ticks spent waiting for block I/O.
    pub(crate) blkio_ticks: u64,
}

/// Those of a task's own figures that `status` shows.
pub(crate) struct StatusFigures {
    /// Whether the task is a kernel thread.
    pub(crate) kthread: bool,
    /// NUMA group.
    pub(crate) numa_group: i32,
    /// Times it gave the processor up.
    pub(crate) voluntary_switches: u64,
    /// Times the processor was taken from it.
    pub(crate) involuntary_switches: u64,
}

/// What `status` shows of a task's security state.
pub(crate) struct TaskSecurity {
    /// Whether exec can give it privileges.
    pub(crate) no_new_privs: bool,
    /// Seccomp's mode.
    #[cfg(CONFIG_SECCOMP)]
    pub(crate) seccomp_mode: u32,
    /// How many seccomp filters it has.
    #[cfg(CONFIG_SECCOMP_FILTER)]
    pub(crate) seccomp_filters: u32,
    /// `PR_GET_SPECULATION_CTRL` for store bypass.
    pub(crate) store_bypass: i32,
    /// `PR_GET_SPECULATION_CTRL` for indirect branches.
    pub(crate) indirect_branch: i32,
    /// Thread features, enabled and locked.
    #[cfg(CONFIG_X86_USER_SHADOW_STACK)]
    pub(crate) thread_features: (u64, u64),
}
