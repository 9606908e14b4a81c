// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/stat` and `/<pid>/task/<tid>/stat` (do_task_stat() in fs/proc/array.c).

use super::state::State;
use crate::pure::text::Text;

/// `stat` shows signal sets in decimal and without the highest bits, as Linux 2.0 did.
const OLD_SIGNALS: u64 = 0x7fff_ffff;

/// A task, or a process with all its threads.
///
/// Times are in clock ticks (USER_HZ).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stat<'a> {
    /// Whether the reader may trace the task. If not, addresses and the like are not shown;
    /// [`Stat::show`] sees to it.
    pub(crate) permitted: bool,
    /// The pid or, for a thread, its thread id.
    pub(crate) pid: u64,
    /// The name, as it is.
    pub(crate) name: &'a [u8],
    /// The state.
    pub(crate) state: State,
    /// The parent.
    pub(crate) ppid: i64,
    /// The process group; -1 for a task that has gone.
    pub(crate) pgrp: i64,
    /// The session; -1 for a task that has gone.
    pub(crate) session: i64,
    /// The terminal's device number, in user space's encoding.
    pub(crate) tty_nr: i64,
    /// The terminal's foreground process group; -1 without a terminal.
    pub(crate) tty_pgrp: i64,
    /// The kernel's flags (PF_*).
    pub(crate) flags: u64,
    /// Faults without I/O.
    pub(crate) min_flt: u64,
    /// The same, of children that were waited for.
    pub(crate) child_min_flt: u64,
    /// Faults with I/O.
    pub(crate) maj_flt: u64,
    /// The same, of children.
    pub(crate) child_maj_flt: u64,
    /// Time in user mode.
    pub(crate) utime: u64,
    /// Time in the kernel.
    pub(crate) stime: u64,
    /// Time of children in user mode.
    pub(crate) child_utime: i64,
    /// Time of children in the kernel.
    pub(crate) child_stime: i64,
    /// The priority, as task_prio() gives it.
    pub(crate) priority: i64,
    /// The nice value.
    pub(crate) nice: i64,
    /// The number of threads.
    pub(crate) num_threads: i64,
    /// When it started, since boot, in the reader's time namespace.
    pub(crate) start_time: u64,
    /// The soft limit of resident memory, in bytes.
    pub(crate) rss_limit: u64,
    /// Its memory.
    pub(crate) memory: Option<Memory>,
    /// The stack pointer, where the task is dying; else 0.
    pub(crate) stack_pointer: u64,
    /// The instruction pointer, where the task is dying; else 0.
    pub(crate) instruction_pointer: u64,
    /// Pending signals.
    pub(crate) pending: u64,
    /// Blocked signals.
    pub(crate) blocked: u64,
    /// Ignored signals.
    pub(crate) ignored: u64,
    /// Signals with a handler.
    pub(crate) caught: u64,
    /// Whether it waits somewhere that `wchan` can name.
    pub(crate) waiting: bool,
    /// The signal that its parent gets when it dies.
    pub(crate) exit_signal: i64,
    /// The CPU where it ran last.
    pub(crate) cpu: i64,
    /// The realtime priority.
    pub(crate) rt_priority: u64,
    /// The scheduling policy.
    pub(crate) policy: u64,
    /// Time it waited for block I/O.
    pub(crate) blkio_ticks: u64,
    /// Time it ran a guest.
    pub(crate) guest_time: u64,
    /// The same, of children.
    pub(crate) child_guest_time: i64,
    /// The status as wait() would report it.
    pub(crate) exit_code: i64,
}

/// The memory of a task that has its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// The address space in bytes.
    pub(crate) vsize: u64,
    /// Resident pages.
    pub(crate) rss: u64,
    /// The first address of the program's code.
    pub(crate) start_code: u64,
    /// The address after the program's code.
    pub(crate) end_code: u64,
    /// The bottom of the stack.
    pub(crate) start_stack: u64,
    /// Where data, heap, arguments and environment lie.
    pub(crate) areas: Areas,
}

/// Addresses of parts of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Areas {
    /// The first address of initialized data.
    pub(crate) start_data: u64,
    /// The address after initialized data.
    pub(crate) end_data: u64,
    /// Where the heap starts.
    pub(crate) start_brk: u64,
    /// The first address of the arguments.
    pub(crate) arg_start: u64,
    /// The address after the arguments.
    pub(crate) arg_end: u64,
    /// The first address of the environment.
    pub(crate) env_start: u64,
    /// The address after the environment.
    pub(crate) env_end: u64,
}

impl Stat<'_> {
    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.dec(self.pid);
        out.bytes(b" (");
        out.bytes(self.name);
        out.bytes(b") ");
        out.byte(self.state.letter());
        out.spaced_signed(&[
            self.ppid,
            self.pgrp,
            self.session,
            self.tty_nr,
            self.tty_pgrp,
        ]);
        out.spaced(&[
            self.flags,
            self.min_flt,
            self.child_min_flt,
            self.maj_flt,
            self.child_maj_flt,
            self.utime,
            self.stime,
        ]);
        out.spaced_signed(&[
            self.child_utime,
            self.child_stime,
            self.priority,
            self.nice,
            self.num_threads,
        ]);
        // The interval timer's next tick, 0 since Linux 2.6.17.
        out.field(b" 0 ", self.start_time);
        self.show_memory(out);
        self.show_signals(out);
        // Pages swapped, of the task and of children, were never maintained.
        out.bytes(b" 0 0");
        out.spaced_signed(&[self.exit_signal, self.cpu]);
        out.spaced(&[
            self.rt_priority,
            self.policy,
            self.blkio_ticks,
            self.guest_time,
        ]);
        out.field_signed(b" ", self.child_guest_time);
        self.show_areas(out);
        out.field_signed(b" ", if self.permitted { self.exit_code } else { 0 });
        out.byte(b'\n');
    }

    /// A number that only those who may trace the task get to see; others see 0.
    fn secret(&self, number: u64) -> u64 {
        if self.permitted {
            number
        } else {
            0
        }
    }

    fn show_memory(&self, out: &mut Text<'_>) {
        let secret = |number| self.secret(number);
        // 1 stands for "somewhere": it still tells a program from a kernel thread.
        let code = |address| if self.permitted { address } else { 1 };
        let [vsize, rss, start_code, end_code, start_stack] = match &self.memory {
            Some(memory) => [
                memory.vsize,
                memory.rss,
                code(memory.start_code),
                code(memory.end_code),
                secret(memory.start_stack),
            ],
            None => [0; 5],
        };
        out.spaced(&[
            vsize,
            rss,
            self.rss_limit,
            start_code,
            end_code,
            start_stack,
            secret(self.stack_pointer),
            secret(self.instruction_pointer),
        ]);
    }

    fn show_signals(&self, out: &mut Text<'_>) {
        out.spaced(&[
            self.pending & OLD_SIGNALS,
            self.blocked & OLD_SIGNALS,
            self.ignored & OLD_SIGNALS,
            self.caught & OLD_SIGNALS,
            self.secret(self.waiting.into()),
        ]);
    }

    fn show_areas(&self, out: &mut Text<'_>) {
        match &self.memory {
            Some(Memory { areas, .. }) if self.permitted => out.spaced(&[
                areas.start_data,
                areas.end_data,
                areas.start_brk,
                areas.arg_start,
                areas.arg_end,
                areas.env_start,
                areas.env_end,
            ]),
            _ => out.bytes(b" 0 0 0 0 0 0 0"),
        }
    }
}
