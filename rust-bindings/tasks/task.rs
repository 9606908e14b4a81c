// SPDX-License-Identifier: GPL-2.0

//! Tasks: who may look at one, whose it is, and its own figures.
//!
//! C headers: [`include/linux/sched.h`](srctree/include/linux/sched.h),
//! [`include/linux/ptrace.h`](srctree/include/linux/ptrace.h)

#[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
use crate::rust_bindings::tasks::task_figures::BlockedSyscall;
use crate::rust_bindings::{
    raw,
    tasks::{
        files::TaskLock,
        pid::{
            Pid,
            PidType, //
        },
        task_figures::{
            StatusFigures,
            TaskFigures,
            TaskSecurity, //
        }, //
    }, //
};
use core::{
    mem::offset_of,
    ptr::NonNull, //
};
use kernel::{
    error::to_result,
    pid_namespace::PidNamespace,
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    task::Task, //
};

/// Bytes of a task's kernel stack, which begins at a multiple of them.
#[cfg(CONFIG_KSTACK_ERASE_METRICS)]
pub(crate) const THREAD_SIZE: u64 = raw::proc2_THREAD_SIZE as u64;

/// The kind of access that [`TaskExt::ptrace_may_access`] is asked for, always with the caller's
/// file system ids.
#[derive(Clone, Copy)]
pub(crate) enum Ptrace {
    /// `PTRACE_MODE_READ_FSCREDS`.
    Read,
    /// `PTRACE_MODE_READ_FSCREDS | PTRACE_MODE_NOAUDIT`.
    ReadQuietly,
    /// `PTRACE_MODE_ATTACH_FSCREDS`.
    Attach,
}

impl Ptrace {
    pub(in crate::rust_bindings) fn as_raw(self) -> u32 {
        match self {
            Ptrace::Read => raw::proc2_PTRACE_MODE_READ_FSCREDS,
            Ptrace::ReadQuietly => {
                raw::proc2_PTRACE_MODE_READ_FSCREDS | raw::proc2_PTRACE_MODE_NOAUDIT
            }
            Ptrace::Attach => raw::proc2_PTRACE_MODE_ATTACH_FSCREDS,
        }
    }
}

/// The longest name that a task shows, its NUL included (kernel threads have long ones).
pub(crate) const NAME_LEN: usize = 64;

/// The most that a task's own name can hold, its NUL included.
pub(crate) const COMM_LEN: usize = raw::TASK_COMM_LEN as usize;

/// What the filesystem asks of a task.
pub(crate) trait TaskExt {
    /// Whether the current task may do what `mode` says. Does not sleep; may be called under RCU.
    fn ptrace_may_access(&self, mode: Ptrace) -> bool;
    /// The task's own identity, with a count; `None` once it is reaped.
    fn get_pid(&self) -> Option<ARef<Pid>>;
    /// The task's own identity; `None` once it is reaped.
    fn struct_pid<'rcu>(&self, rcu: &'rcu rcu::Guard) -> Option<&'rcu Pid>;
    /// The task that leads this one's thread group; `None` once it is reaped.
    fn leader<'rcu>(&self, rcu: &'rcu rcu::Guard) -> Option<&'rcu Task>;
    /// One of the task's numbers in `ns`; 0 if it has none there.
    fn nr_ns(&self, kind: PidType, ns: &PidNamespace) -> i32;
    /// The parent's process number in `ns`; 0 if it has none there.
    fn ppid_ns(&self, ns: &PidNamespace) -> i32;
    /// The tracer's number in `ns`; 0 if it has none there.
    fn tracer_ns(&self, ns: &PidNamespace) -> i32;
    /// Whether both are threads of one process.
    fn same_thread_group(&self, other: &Task) -> bool;
    /// The number of threads in the task's process.
    fn nr_threads(&self) -> u32;
    /// The thread after this one in its process, with a count; `None` at the end and once this one
    /// is reaped.
    fn next_thread(&self) -> Option<ARef<Task>>;
    /// The `n`th thread of the task's process, with a count.
    fn nth_thread(&self, n: u64) -> Option<ARef<Task>>;
    /// Writes the name that the task shows into `buf` and returns it. Sleeps: a worker's name is
    /// its work queue's to tell.
    fn name<'b>(&self, buf: &'b mut [u8; NAME_LEN]) -> &'b [u8];
    /// The name that the task shows, up to its first NUL, the first byte of a word the lowest;
    /// `None` if it may show another than its own, as kernel threads do.
    fn own_name(&self) -> Option<[u64; COMM_LEN / 8]>;
    /// As [`TaskExt::name`], but `None` where that would sleep.
    fn name_now<'b>(&self, buf: &'b mut [u8; NAME_LEN]) -> Option<&'b [u8]>;
    /// Sets the task's own name.
    fn set_comm(&self, comm: &[u8; COMM_LEN]);
    /// The task's own figures that `stat` shows.
    fn figures(&self) -> TaskFigures;
    /// The task's own figures that `status` shows.
    fn status_figures(&self) -> StatusFigures;
    /// The index of the task's state, as `task_state_index()` numbers them.
    fn state_index(&self) -> u32;
    /// Whether the task runs or waits for a processor.
    fn is_running(&self) -> bool;
    /// Whether this is a kernel thread.
    fn is_kthread(&self) -> bool;
    /// The execution domain.
    fn personality(&self) -> u32;
    /// Time on a processor, time waiting for one, and how often it got one; zeros while nobody
    /// counts.
    #[cfg(CONFIG_SCHED_INFO)]
    fn sched_info(&self) -> (u64, u64, u64);
    /// The state of its transition to a patched kernel.
    #[cfg(CONFIG_LIVEPATCH)]
    fn patch_state(&self) -> i32;
    /// The lowest addresses of its kernel stack that its system call before the last, and its last,
    /// have used.
    #[cfg(CONFIG_KSTACK_ERASE_METRICS)]
    fn lowest_stack(&self) -> (u64, u64);
    /// Whether injected faults hit the task.
    #[cfg(CONFIG_FAULT_INJECTION)]
    fn make_it_fail(&self) -> i32;
    /// Sets whether injected faults hit the task.
    #[cfg(CONFIG_FAULT_INJECTION)]
    fn set_make_it_fail(&self, fail: bool);
    /// How many more requests it is until one fails, 0 for none.
    #[cfg(CONFIG_FAULT_INJECTION)]
    fn fail_nth(&self) -> u32;
    /// Sets how many more requests it is until one fails.
    #[cfg(CONFIG_FAULT_INJECTION)]
    fn set_fail_nth(&self, nth: u32);
    /// Asks the security modules whether the current task may see how this one is scheduled.
    fn security_getscheduler(&self) -> Result;
    /// Asks the security modules whether the current task may set how this one is scheduled.
    fn security_setscheduler(&self) -> Result;
    /// How many nanoseconds late the task's timers may fire. Takes `task_lock()`.
    fn timer_slack(&self) -> u64;
    /// Sets how many nanoseconds late the task's timers may fire: 0 for its default; never for
    /// realtime tasks. Takes `task_lock()`.
    fn set_timer_slack(&self, slack: u64);
    /// What the task is blocked in; `None` while it runs.
    #[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
    fn blocked_syscall(&self) -> Option<BlockedSyscall>;
    /// Instruction and stack pointer of a task that is past running programs, for `stat`.
    fn final_registers(&self) -> Option<(u64, u64)>;
    /// Writes the name of the function that the task sleeps in into `buf` and returns it; `None` if
    /// it does not sleep. Not for callers with interrupts off.
    fn wchan<'b>(&self, buf: &'b mut [u8; SYMBOL_LEN]) -> Option<&'b [u8]>;
    /// How the out-of-memory killer rates the task among `total_pages`; the smallest number if it
    /// may not be killed.
    fn oom_badness(&self, total_pages: u64) -> i64;
    /// What `status` shows of the task's security state.
    fn security(&self) -> TaskSecurity;
    /// The processors that the task may run on: the words in use of their mask, copied into `buf`.
    fn cpus_allowed<'b>(&self, buf: &'b mut [u64; CPU_WORDS]) -> &'b [u64];
    /// The memory nodes that the task may use, as in [`TaskExt::cpus_allowed`].
    #[cfg(CONFIG_CPUSETS)]
    fn mems_allowed<'b>(&self, buf: &'b mut [u64; NODE_WORDS]) -> &'b [u64];
}

/// Room for the name of a kernel symbol.
pub(crate) const SYMBOL_LEN: usize = raw::KSYM_NAME_LEN as usize;

/// Where the NUL is, in a buffer of whole words.
#[inline]
fn name_len(buf: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    // In words: the lowest bit that is set is the first zero byte's highest.
    let words = buf.chunks_exact(8).enumerate();
    for (at, word) in words {
        let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return 8 * at + zeros.trailing_zeros() as usize / 8;
        }
    }
    buf.len()
}

impl TaskExt for Task {
    fn ptrace_may_access(&self, mode: Ptrace) -> bool {
        // SAFETY: The task is valid.
        unsafe { raw::ptrace_may_access(self.as_ptr(), mode.as_raw()) }
    }

    fn get_pid(&self) -> Option<ARef<Pid>> {
        // SAFETY: The task is valid; the function takes a count for the caller.
        let pid = unsafe { raw::get_task_pid(self.as_ptr(), raw::pid_type_PIDTYPE_PID) };
        // SAFETY: The count just taken is handed to the `ARef`.
        NonNull::new(pid.cast()).map(|pid| unsafe { ARef::from_raw(pid) })
    }

    fn struct_pid<'rcu>(&self, _rcu: &'rcu rcu::Guard) -> Option<&'rcu Pid> {
        // SAFETY: The task is valid. The field is one word, read as `rcu_dereference()` does, and
        // RCU keeps what it points to.
        unsafe {
            let pid = (&raw const (*self.as_ptr()).thread_pid).read_volatile();
            pid.cast::<Pid>().as_ref()
        }
    }

    #[inline]
    fn leader<'rcu>(&self, rcu: &'rcu rcu::Guard) -> Option<&'rcu Task> {
        self.struct_pid(rcu)?;
        // SAFETY: The task is valid. A moment ago, with the RCU read lock held, neither it nor its
        // leader was reaped (by exec the leader may go first): so the leader outlives that lock.
        unsafe {
            let leader = (&raw const (*self.as_ptr()).group_leader).read_volatile();
            leader.cast::<Task>().as_ref()
        }
    }

    fn nr_ns(&self, kind: PidType, ns: &PidNamespace) -> i32 {
        // SAFETY: Both are valid.
        unsafe { raw::__task_pid_nr_ns(self.as_ptr(), kind.as_raw(), ns.as_ptr()) }
    }

    fn ppid_ns(&self, ns: &PidNamespace) -> i32 {
        // SAFETY: Both are valid; the function holds the RCU read lock around the parent.
        unsafe { raw::proc2_task_ppid_nr_ns(self.as_ptr(), ns.as_ptr()) }
    }

    fn tracer_ns(&self, ns: &PidNamespace) -> i32 {
        let _rcu = rcu::read_lock();
        // SAFETY: The task is valid, and the RCU read lock keeps the tracer.
        unsafe {
            let tracer = raw::proc2_ptrace_parent(self.as_ptr());
            match tracer.cast::<Task>().as_ref() {
                Some(tracer) => tracer.nr_ns(PidType::Pid, ns),
                None => 0,
            }
        }
    }

    fn same_thread_group(&self, other: &Task) -> bool {
        // SAFETY: Both are valid.
        unsafe { raw::proc2_same_thread_group(self.as_ptr(), other.as_ptr()) }
    }

    fn nr_threads(&self) -> u32 {
        // SAFETY: The task is valid.
        unsafe { raw::proc2_get_nr_threads(self.as_ptr()) as u32 }
    }

    fn next_thread(&self) -> Option<ARef<Task>> {
        let _rcu = rcu::read_lock();
        // SAFETY: The task is valid; RCU keeps the list of a task that is on it, and the thread
        // until its count is taken.
        unsafe {
            if !raw::proc2_pid_alive(self.as_ptr()) {
                return None;
            }
            raw::proc2_next_thread(self.as_ptr())
                .cast::<Task>()
                .as_ref()
                .map(ARef::from)
        }
    }

    fn nth_thread(&self, n: u64) -> Option<ARef<Task>> {
        if n >= u64::from(self.nr_threads()) {
            return None;
        }
        let _rcu = rcu::read_lock();
        // SAFETY: The task is valid; RCU keeps the list and its threads until their count is taken.
        unsafe {
            let mut thread = raw::proc2_first_thread(self.as_ptr());
            for _ in 0..n {
                if thread.is_null() {
                    break;
                }
                thread = raw::proc2_next_thread(thread);
            }
            thread.cast::<Task>().as_ref().map(ARef::from)
        }
    }

    fn name<'b>(&self, buf: &'b mut [u8; NAME_LEN]) -> &'b [u8] {
        let len = match self.name_now(buf) {
            Some(name) => name.len(),
            None => {
                // SAFETY: The task is valid, and the function writes at most the length given, with
                // a NUL. It sleeps, which as for every function that says so must be allowed.
                unsafe { raw::wq_worker_comm(buf.as_mut_ptr().cast(), NAME_LEN, self.as_ptr()) };
                name_len(buf)
            }
        };
        buf.get(..len).unwrap_or(&[])
    }

    #[inline]
    fn own_name(&self) -> Option<[u64; COMM_LEN / 8]> {
        const { assert!(offset_of!(raw::task_struct, comm) % align_of::<u64>() == 0) };
        let task = self.as_ptr();
        // SAFETY: The task is valid. A task's own name always ends with a NUL; what a concurrent
        // rename mixes in is a name as well. It is read in words, not byte by byte.
        unsafe {
            let flags = (&raw const (*task).flags).read_volatile();
            // A worker is a kernel thread, too.
            if flags & raw::PF_KTHREAD != 0 {
                return None;
            }
            let words = (&raw const (*task).comm).cast::<[u64; COMM_LEN / 8]>();
            Some(words.read_volatile().map(u64::from_le))
        }
    }

    #[inline]
    fn name_now<'b>(&self, buf: &'b mut [u8; NAME_LEN]) -> Option<&'b [u8]> {
        if let Some(words) = self.own_name() {
            for (place, word) in buf.chunks_exact_mut(8).zip(words) {
                place.copy_from_slice(&word.to_le_bytes());
            }
        } else {
            let task = self.as_ptr();
            // SAFETY: The task is valid, and the function writes at most the length given, with a
            // NUL.
            unsafe {
                if (&raw const (*task).flags).read_volatile() & raw::PF_WQ_WORKER != 0 {
                    return None;
                }
                raw::get_kthread_comm(buf.as_mut_ptr().cast(), NAME_LEN, task);
            }
        }
        let len = name_len(buf);
        buf.get(..len)
    }

    fn set_comm(&self, comm: &[u8; COMM_LEN]) {
        // SAFETY: The task is valid; the function copies at most `TASK_COMM_LEN - 1` bytes up to a
        // NUL.
        unsafe {
            raw::__set_task_comm(self.as_ptr(), comm.as_ptr().cast(), false);
            raw::proc2_comm_connector(self.as_ptr());
        }
    }

    fn figures(&self) -> TaskFigures {
        let t = self.as_ptr();
        // SAFETY: The task is valid; the figures are words that the scheduler changes at any time.
        unsafe {
            TaskFigures {
                flags: (&raw const (*t).flags).read_volatile(),
                // `task_prio()`: realtime priorities below 0.
                priority: (&raw const (*t).prio).read_volatile() - raw::MAX_RT_PRIO as i32,
                nice: raw::proc2_task_nice(t),
                start_boottime: raw::proc2_timens_add_boottime_ns((*t).start_boottime),
                exit_signal: (&raw const (*t).exit_signal).read_volatile(),
                exit_code: (&raw const (*t).exit_code).read_volatile(),
                cpu: raw::proc2_task_cpu(t),
                rt_priority: (&raw const (*t).rt_priority).read_volatile(),
                policy: (&raw const (*t).policy).read_volatile(),
                blkio_ticks: raw::proc2_delayacct_blkio_ticks(t),
            }
        }
    }

    fn status_figures(&self) -> StatusFigures {
        let t = self.as_ptr();
        // SAFETY: The task is valid; the figures are words that the scheduler changes at any time.
        unsafe {
            StatusFigures {
                kthread: self.is_kthread(),
                numa_group: raw::proc2_task_numa_group_id(t),
                voluntary_switches: (&raw const (*t).nvcsw).read_volatile() as u64,
                involuntary_switches: (&raw const (*t).nivcsw).read_volatile() as u64,
            }
        }
    }

    fn state_index(&self) -> u32 {
        // SAFETY: The task is valid.
        unsafe { raw::proc2_task_state_index(self.as_ptr()) }
    }

    fn is_running(&self) -> bool {
        // SAFETY: The task is valid.
        unsafe { raw::proc2_task_is_running(self.as_ptr()) }
    }

    fn is_kthread(&self) -> bool {
        // SAFETY: The task is valid; one word.
        unsafe { (&raw const (*self.as_ptr()).flags).read_volatile() & raw::PF_KTHREAD != 0 }
    }

    fn personality(&self) -> u32 {
        // SAFETY: The task is valid; one word.
        unsafe { (&raw const (*self.as_ptr()).personality).read_volatile() }
    }

    #[cfg(CONFIG_SCHED_INFO)]
    fn sched_info(&self) -> (u64, u64, u64) {
        let t = self.as_ptr();
        // SAFETY: The task is valid; the figures are words that the scheduler changes at any time.
        unsafe {
            if !raw::proc2_sched_info_on() {
                return (0, 0, 0);
            }
            (
                (&raw const (*t).se.sum_exec_runtime).read_volatile(),
                (&raw const (*t).sched_info.run_delay).read_volatile(),
                (&raw const (*t).sched_info.pcount).read_volatile() as u64,
            )
        }
    }

    #[cfg(CONFIG_LIVEPATCH)]
    fn patch_state(&self) -> i32 {
        // SAFETY: The task is valid; one word.
        unsafe { (&raw const (*self.as_ptr()).patch_state).read_volatile() }
    }

    #[cfg(CONFIG_KSTACK_ERASE_METRICS)]
    fn lowest_stack(&self) -> (u64, u64) {
        let t = self.as_ptr();
        // SAFETY: The task is valid; two words, which it changes itself at the end of a system
        // call.
        unsafe {
            (
                (&raw const (*t).prev_lowest_stack).read_volatile() as u64,
                (&raw const (*t).lowest_stack).read_volatile() as u64,
            )
        }
    }

    #[cfg(CONFIG_FAULT_INJECTION)]
    fn make_it_fail(&self) -> i32 {
        // SAFETY: The task is valid; one word.
        unsafe { (&raw const (*self.as_ptr()).make_it_fail).read_volatile() }
    }

    #[cfg(CONFIG_FAULT_INJECTION)]
    fn set_make_it_fail(&self, fail: bool) {
        // SAFETY: The task is valid; one word, which procfs writes in the same way.
        unsafe { (&raw mut (*self.as_ptr()).make_it_fail).write_volatile(fail.into()) };
    }

    #[cfg(CONFIG_FAULT_INJECTION)]
    fn fail_nth(&self) -> u32 {
        // SAFETY: The task is valid; one word.
        unsafe { (&raw const (*self.as_ptr()).fail_nth).read_volatile() }
    }

    #[cfg(CONFIG_FAULT_INJECTION)]
    fn set_fail_nth(&self, nth: u32) {
        // SAFETY: The task is valid; one word, which procfs writes in the same way.
        unsafe { (&raw mut (*self.as_ptr()).fail_nth).write_volatile(nth) };
    }

    fn security_getscheduler(&self) -> Result {
        // SAFETY: The task is valid.
        to_result(unsafe { raw::security_task_getscheduler(self.as_ptr()) })
    }

    fn security_setscheduler(&self) -> Result {
        // SAFETY: The task is valid.
        to_result(unsafe { raw::security_task_setscheduler(self.as_ptr()) })
    }

    fn timer_slack(&self) -> u64 {
        let _lock = TaskLock::lock(self);
        // SAFETY: The task is valid, and the lock is held.
        unsafe { (*self.as_ptr()).timer_slack_ns }
    }

    fn set_timer_slack(&self, slack: u64) {
        let _lock = TaskLock::lock(self);
        let t = self.as_ptr();
        // SAFETY: The task is valid, and the lock is held.
        unsafe {
            (*t).timer_slack_ns = match slack {
                _ if raw::proc2_rt_or_dl_task_policy(t) => 0,
                0 => (*t).default_timer_slack_ns,
                slack => slack,
            };
        }
    }

    #[cfg(CONFIG_HAVE_ARCH_TRACEHOOK)]
    fn blocked_syscall(&self) -> Option<BlockedSyscall> {
        let mut info = core::mem::MaybeUninit::<raw::syscall_info>::zeroed();
        // SAFETY: The task is valid; the function fills `info` when it succeeds, and zeros are a
        // valid value too.
        let info = unsafe {
            if raw::task_current_syscall(self.as_ptr(), info.as_mut_ptr()) != 0 {
                return None;
            }
            info.assume_init()
        };
        Some(BlockedSyscall {
            nr: info.data.nr,
            args: info.data.args,
            stack_pointer: info.sp,
            instruction_pointer: info.data.instruction_pointer,
        })
    }

    fn final_registers(&self) -> Option<(u64, u64)> {
        let t = self.as_ptr();
        let past = raw::PF_EXITING | raw::PF_DUMPCORE | raw::PF_POSTCOREDUMP;
        // SAFETY: The task is valid; its stack is pinned while the registers that it saved there
        // are read.
        unsafe {
            if (&raw const (*t).flags).read_volatile() & past == 0
                || !raw::proc2_try_get_task_stack(t)
            {
                return None;
            }
            let registers = (raw::proc2_kstk_eip(t) as u64, raw::proc2_kstk_esp(t) as u64);
            raw::proc2_put_task_stack(t);
            Some(registers)
        }
    }

    fn wchan<'b>(&self, buf: &'b mut [u8; SYMBOL_LEN]) -> Option<&'b [u8]> {
        // SAFETY: The task is valid, and interrupts are on, which the first function turns off and
        // on: of the wrappers only `SighandLock` turns them off, and it is held around nothing of
        // this. The second writes at most `KSYM_NAME_LEN` bytes, with a NUL.
        unsafe {
            let address = raw::get_wchan(self.as_ptr());
            if address == 0 || raw::lookup_symbol_name(address, buf.as_mut_ptr().cast()) != 0 {
                return None;
            }
        }
        let len = name_len(buf);
        buf.get(..len)
    }

    fn oom_badness(&self, total_pages: u64) -> i64 {
        // SAFETY: The task is valid.
        unsafe { raw::oom_badness(self.as_ptr(), total_pages as usize) as i64 }
    }

    fn security(&self) -> TaskSecurity {
        let t = self.as_ptr();
        // SAFETY: The task is valid; the figures are words.
        unsafe {
            TaskSecurity {
                no_new_privs: raw::proc2_task_no_new_privs(t),
                #[cfg(CONFIG_SECCOMP)]
                seccomp_mode: (&raw const (*t).seccomp.mode).read_volatile() as u32,
                #[cfg(CONFIG_SECCOMP_FILTER)]
                seccomp_filters: (&raw const (*t).seccomp.filter_count.counter).read_volatile()
                    as u32,
                store_bypass: raw::arch_prctl_spec_ctrl_get(t, raw::PR_SPEC_STORE_BYPASS as usize),
                indirect_branch: raw::arch_prctl_spec_ctrl_get(
                    t,
                    raw::PR_SPEC_INDIRECT_BRANCH as usize,
                ),
                #[cfg(CONFIG_X86_USER_SHADOW_STACK)]
                thread_features: (
                    (&raw const (*t).thread.features).read_volatile() as u64,
                    (&raw const (*t).thread.features_locked).read_volatile() as u64,
                ),
            }
        }
    }

    fn cpus_allowed<'b>(&self, buf: &'b mut [u64; CPU_WORDS]) -> &'b [u64] {
        // SAFETY: The task is valid, and its mask has the words that the type has.
        unsafe {
            let mask = &raw const (*self.as_ptr()).cpus_mask.bits;
            copy_words(mask.cast(), buf, nr_cpu_bits())
        }
    }

    #[cfg(CONFIG_CPUSETS)]
    fn mems_allowed<'b>(&self, buf: &'b mut [u64; NODE_WORDS]) -> &'b [u64] {
        // SAFETY: As above.
        unsafe {
            let mask = &raw const (*self.as_ptr()).mems_allowed.bits;
            copy_words(mask.cast(), buf, nr_node_bits())
        }
    }
}

/// Copies the words of a mask that hold its first `bits` bits. A mask can have room for far more
/// than the machine has; a concurrent change mixes the words, as it does for procfs.
///
/// # Safety
///
/// `mask` must be valid for as many words as `buf` has.
unsafe fn copy_words(mask: *const u64, buf: &mut [u64], bits: usize) -> &[u64] {
    let used = bits.div_ceil(u64::BITS as usize).min(buf.len());
    let words = buf.get_mut(..used).unwrap_or_default();
    for (i, word) in words.iter_mut().enumerate() {
        // SAFETY: The caller promises it; `i` is below the length of `buf`.
        *word = unsafe { mask.add(i).read_volatile() };
    }
    words
}

/// The number of words in a mask of processors.
pub(crate) const CPU_WORDS: usize = size_of::<raw::cpumask>() / size_of::<u64>();

/// The number of words in a mask of memory nodes.
pub(crate) const NODE_WORDS: usize = size_of::<raw::nodemask_t>() / size_of::<u64>();

/// The number of processors that masks are printed for.
pub(crate) fn nr_cpu_bits() -> usize {
    // SAFETY: A number that is set once at boot.
    unsafe { raw::proc2_nr_cpumask_bits() as usize }
}

/// The number of memory nodes that masks are printed for.
pub(crate) fn nr_node_bits() -> usize {
    // SAFETY: A number that is set once at boot.
    unsafe { raw::proc2_nodemask_bits() as usize }
}

/// Pages of memory and swap that the out-of-memory killer reckons with.
pub(crate) fn total_pages() -> u64 {
    // SAFETY: The functions have no precondition.
    unsafe {
        (raw::proc2_totalram_pages() as u64).wrapping_add(raw::proc2_total_swap_pages() as u64)
    }
}

/// Runs `f` with the current task.
pub(crate) fn with_current<R>(f: impl FnOnce(&Task) -> R) -> R {
    f(kernel::current!())
}
