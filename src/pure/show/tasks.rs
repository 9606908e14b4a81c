// SPDX-License-Identifier: GPL-2.0

//! `.proc2/tasks`: all tasks, a row each (procfs has no such file).
//!
//! The text is plain ASCII. Its first line names the format and its version, its second one the
//! columns, each row has a value for each of them, and a tab stands between two. No value is empty
//! and none holds a blank, so that `read` and `awk` take rows apart as they are, whatever a task
//! calls itself: a byte of a string that is no printable ASCII character, and the backslash, is
//! written as a backslash and three octal digits, an empty string as `-`, and a string that is `-`
//! as `\055`.

use super::state::State;
use crate::pure::text::{
    backwards::{
        backwards,
        Backwards,
        LONGEST, //
    },
    Text, //
};

/// The first line.
const FORMAT: &[u8] = b"#proc2-tasks 1\n";

/// The entries of a task whose fields the columns are: who may not have one of them may not have
/// the file.
pub(crate) const SOURCES: [&str; 4] = ["stat", "status", "cmdline", "cgroup"];

/// Makes [`Row`], the line that names the columns and the writer of rows, all from one list: first
/// the columns that are written backwards, then those that are not. A new column goes to the end of
/// the second part: programs may count columns from the left.
macro_rules! columns {
    (
        numbers { $($(#[$number_doc:meta])* $number:ident: $number_type:ty,)* }
        strings { $($(#[$string_doc:meta])* $string:ident: $string_type:ty,)* }
    ) => {
        /// A process: the values in the order of the columns. Sizes are in kB, times in clock
        /// ticks.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Row<'a> {
            $($(#[$number_doc])* pub(crate) $number: $number_type,)*
            $($(#[$string_doc])* pub(crate) $string: $string_type,)*
        }

        /// The names of the columns.
        pub(crate) const COLUMNS: &[&str] = &[$(stringify!($number),)* $(stringify!($string),)*];

        /// The room that [`Row::show`] needs for numbers, each with the tab behind it.
        pub(crate) const ROOM: usize = (LONGEST + 1) * [$(stringify!($number)),*].len();

        impl Row<'_> {
            fn show_numbers(&self, out: &mut Backwards<'_>) {
                columns!(@last_first self out; $($number)*);
            }

            fn show_strings(&self, out: &mut Text<'_>) {
                let mut left = [$(stringify!($string)),*].len();
                $(
                    self.$string.show(out);
                    left -= 1;
                    out.byte(if left > 0 { b'\t' } else { b'\n' });
                )*
            }
        }
    };
    (@last_first $row:ident $out:ident;) => {};
    (@last_first $row:ident $out:ident; $first:ident $($others:ident)*) => {
        columns!(@last_first $row $out; $($others)*);
        $out.byte(b'\t');
        $row.$first.show($out);
    };
}

columns! {
    numbers {
        /// The process, in the instance's pid namespace, as all numbers of tasks here.
        pid: u64,
        /// The identity that no other process has until the next boot.
        ino: u64,
        /// The parent.
        ppid: i64,
        /// The process group.
        pgrp: i64,
        /// The session.
        session: i64,
        /// The terminal's device number, 0 without one.
        tty: i64,
        /// The terminal's foreground process group; -1 without a terminal.
        tpgid: i64,
        /// Who traces it, or 0.
        tracer: i64,
        /// The state.
        state: State,
        /// The kernel's flags (PF_*).
        flags: u64,
        /// The priority, as task_prio() gives it.
        priority: i64,
        /// The nice value.
        nice: i64,
        /// The scheduling policy.
        policy: u64,
        /// The realtime priority.
        rt_priority: u64,
        /// The CPU where it ran last.
        cpu: u64,
        /// The number of threads.
        threads: u64,
        /// When it started, since boot, in the reader's time namespace.
        start_time: u64,
        /// Time in user mode.
        utime: u64,
        /// Time in the kernel.
        stime: u64,
        /// Time of children in user mode.
        cutime: u64,
        /// Time of children in the kernel.
        cstime: u64,
        /// Time it ran a guest.
        guest_time: u64,
        /// The same, of children.
        cguest_time: u64,
        /// Time it waited for block I/O.
        blkio_ticks: u64,
        /// Faults without I/O.
        min_flt: u64,
        /// The same, of children that were waited for.
        cmin_flt: u64,
        /// Faults with I/O.
        maj_flt: u64,
        /// The same, of children.
        cmaj_flt: u64,
        /// How often it gave up a CPU.
        voluntary_switches: u64,
        /// How often a CPU was taken from it.
        involuntary_switches: u64,
        /// The real user id.
        uid: u64,
        /// The effective user id.
        euid: u64,
        /// The saved user id.
        suid: u64,
        /// The user id for the file system.
        fsuid: u64,
        /// The real group id.
        gid: u64,
        /// The effective group id.
        egid: u64,
        /// The saved group id.
        sgid: u64,
        /// The group id for the file system.
        fsgid: u64,
        /// The address space.
        vm_size: u64,
        /// The largest that it has been.
        vm_peak: u64,
        /// What of it is locked.
        vm_lck: u64,
        /// Private writable mappings.
        vm_data: u64,
        /// The stack.
        vm_stk: u64,
        /// Page tables.
        vm_pte: u64,
        /// Swapped out.
        vm_swap: u64,
        /// Resident memory.
        vm_rss: u64,
        /// The most that it has been.
        vm_hwm: u64,
        /// Resident memory without a file.
        rss_anon: u64,
        /// Resident memory of files.
        rss_file: u64,
        /// Resident shared memory.
        rss_shmem: u64,
    }
    strings {
        /// The name.
        comm: Bytes<'a>,
        /// The cgroup in the default hierarchy, as the reader's cgroup namespace names it.
        cgroup: Written<'a>,
        /// The beginning of the command line, each argument with its NUL.
        cmdline: Beginning<'a>,
    }
}

/// Writes the lines in front of the rows.
pub(crate) fn show_header(out: &mut Text<'_>) {
    out.bytes(FORMAT);
    let mut before = b'#';
    for name in COLUMNS {
        out.byte(before);
        out.bytes(name.as_bytes());
        before = b'\t';
    }
    out.byte(b'\n');
}

impl Row<'_> {
    /// Writes the row. `room` is [`ROOM`] bytes long.
    pub(crate) fn show(&self, room: &mut [u8], out: &mut Text<'_>) {
        out.bytes(backwards(room, |out| self.show_numbers(out)));
        self.show_strings(out);
    }
}

/// What stands in a column that is written backwards.
trait Number {
    /// Puts it in front.
    fn show(&self, out: &mut Backwards<'_>);
}

impl Number for u64 {
    #[inline]
    fn show(&self, out: &mut Backwards<'_>) {
        out.dec(*self);
    }
}

impl Number for i64 {
    #[inline]
    fn show(&self, out: &mut Backwards<'_>) {
        out.dec_signed(*self);
    }
}

impl Number for State {
    #[inline]
    fn show(&self, out: &mut Backwards<'_>) {
        out.byte(self.letter());
    }
}

/// A string of a task's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    /// Writes it, also for [`Written`].
    pub(crate) fn show(self, out: &mut Text<'_>) {
        match self.0 {
            b"" => out.byte(b'-'),
            b"-" => out.bytes(b"\\055"),
            text => escaped(text, out),
        }
    }
}

/// A string that [`Bytes::show`] has written before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a>(pub(crate) &'a [u8]);

impl Written<'_> {
    /// Writes it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        out.bytes(self.0);
    }
}

/// The beginning of a string; where that is not all of it, a backslash and a plus sign stand
/// behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning<'a> {
    /// What there is of it.
    pub(crate) text: &'a [u8],
    /// Whether that is all.
    pub(crate) whole: bool,
}

impl Beginning<'_> {
    /// Writes it.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        if self.whole {
            Bytes(self.text).show(out);
        } else {
            escaped(self.text, out);
            out.bytes(b"\\+");
        }
    }
}

/// Whether a byte of a string stands for itself.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'\\'
}

/// How many bytes are looked at together.
const AT_ONCE: usize = 8;

/// Whether each of the bytes is plain, as far as one sum over all of them can tell: never wrongly.
fn all_plain(bytes: [u8; AT_ONCE]) -> bool {
    const LOW: u64 = u64::MAX / 0xff;
    const HIGH: u64 = LOW << 7;
    let word = u64::from_ne_bytes(bytes);
    // In the highest bit of each byte, and sometimes of the one above one that is found.
    let high_or_blank = word | word.wrapping_sub(LOW * 0x21) | word.wrapping_add(LOW);
    let slashes = word ^ (LOW * u64::from(b'\\'));
    (high_or_blank | slashes.wrapping_sub(LOW)) & HIGH == 0
}

/// How many plain bytes a string begins with.
fn plain_beginning(text: &[u8]) -> usize {
    let chunks = text
        .chunks_exact(AT_ONCE)
        .map_while(|chunk| chunk.try_into().ok());
    let sure = AT_ONCE * chunks.take_while(|chunk| all_plain(*chunk)).count();
    let rest = text.get(sure..).unwrap_or_default();
    sure + rest.iter().take_while(|byte| is_plain(**byte)).count()
}

/// Writes a string in which each byte that is not plain is a backslash and three octal digits.
fn escaped(text: &[u8], out: &mut Text<'_>) {
    let mut rest = text;
    while !rest.is_empty() {
        let (run, more) = rest
            .split_at_checked(plain_beginning(rest))
            .unwrap_or((rest, &[]));
        out.bytes(run);
        rest = match more {
            [byte, more @ ..] => {
                let digit = |shift: u32| b'0' + ((byte >> shift) & 7);
                out.bytes(&[b'\\', digit(6), digit(3), digit(0)]);
                more
            }
            [] => more,
        };
    }
}
