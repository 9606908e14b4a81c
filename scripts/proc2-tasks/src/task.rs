// SPDX-License-Identifier: GPL-2.0

//! A task as a row shows it. Fields are called as the columns are.

use std::time::Duration;

use serde::de::{Deserializer, Error as _};
use serde::Deserialize;

use crate::escape::{unescape, Unescaped};

/// Times are counted in ticks, of which there are so many in a second, in every kernel.
const TICKS: u64 = 100;

/// A process, with the numbers that the instance's pid namespace gives it.
///
/// Times are in ticks ([`Task::time`] makes a [`Duration`] of them), sizes in kB.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Task {
    /// The process.
    pub pid: i32,
    /// The identity that no other process has until the next boot; what fstat(2) of a pidfd shows as inode number.
    pub ino: u64,
    /// The parent.
    pub ppid: i32,
    /// The process group.
    pub pgrp: i32,
    /// The session.
    pub session: i32,
    /// The terminal's device number, 0 without one.
    pub tty: i32,
    /// The terminal's foreground process group; -1 without a terminal.
    pub tpgid: i32,
    /// Who traces it, or 0.
    pub tracer: i32,
    /// The state.
    pub state: State,
    /// The kernel's flags (PF_*).
    pub flags: u32,
    /// The priority.
    pub priority: i32,
    /// The nice value.
    pub nice: i32,
    /// The scheduling policy (SCHED_*).
    pub policy: u32,
    /// The realtime priority.
    pub rt_priority: u32,
    /// The CPU where it ran last.
    pub cpu: u32,
    /// The number of threads.
    pub threads: u32,
    /// When it started, since boot.
    pub start_time: u64,
    /// Time in user mode.
    pub utime: u64,
    /// Time in the kernel.
    pub stime: u64,
    /// Time of children that were waited for in user mode.
    pub cutime: u64,
    /// Time of such children in the kernel.
    pub cstime: u64,
    /// Time it ran a guest.
    pub guest_time: u64,
    /// The same, of such children.
    pub cguest_time: u64,
    /// Time it waited for block I/O.
    pub blkio_ticks: u64,
    /// Faults without I/O.
    pub min_flt: u64,
    /// The same, of such children.
    pub cmin_flt: u64,
    /// Faults with I/O.
    pub maj_flt: u64,
    /// The same, of such children.
    pub cmaj_flt: u64,
    /// How often it gave up a CPU.
    pub voluntary_switches: u64,
    /// How often a CPU was taken from it.
    pub involuntary_switches: u64,
    /// The real user id.
    pub uid: u32,
    /// The effective user id.
    pub euid: u32,
    /// The saved user id.
    pub suid: u32,
    /// The user id for the file system.
    pub fsuid: u32,
    /// The real group id.
    pub gid: u32,
    /// The effective group id.
    pub egid: u32,
    /// The saved group id.
    pub sgid: u32,
    /// The group id for the file system.
    pub fsgid: u32,
    /// The address space.
    pub vm_size: u64,
    /// The largest that it has been.
    pub vm_peak: u64,
    /// What of it is locked.
    pub vm_lck: u64,
    /// Private writable mappings.
    pub vm_data: u64,
    /// The stack.
    pub vm_stk: u64,
    /// Page tables.
    pub vm_pte: u64,
    /// Swapped out.
    pub vm_swap: u64,
    /// Resident memory.
    pub vm_rss: u64,
    /// The most that it has been.
    pub vm_hwm: u64,
    /// Resident memory without a file.
    pub rss_anon: u64,
    /// Resident memory of files.
    pub rss_file: u64,
    /// Resident shared memory.
    pub rss_shmem: u64,
    /// The name.
    #[serde(deserialize_with = "bytes")]
    pub comm: Vec<u8>,
    /// The cgroup in the default hierarchy, as the reader's cgroup namespace names it; empty where it has no name.
    #[serde(deserialize_with = "bytes")]
    pub cgroup: Vec<u8>,
    /// The command line.
    pub cmdline: CommandLine,
}

/// `PF_KTHREAD`.
const KERNEL_THREAD: u32 = 0x0020_0000;

impl Task {
    /// Whether it is a kernel thread.
    pub fn is_kernel_thread(&self) -> bool {
        self.flags & KERNEL_THREAD != 0
    }

    /// A number of ticks as a time.
    pub fn time(ticks: u64) -> Duration {
        Duration::from_millis(ticks.saturating_mul(1000 / TICKS))
    }
}

/// The state of a task, by its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "char")]
#[non_exhaustive]
pub enum State {
    /// R: it runs or could.
    Running,
    /// S: it waits, and a signal would wake it.
    Sleeping,
    /// D: it waits, and no signal wakes it.
    DiskSleep,
    /// T: stopped by a signal.
    Stopped,
    /// t: stopped by its tracer.
    TracingStop,
    /// Z: dead, and not waited for.
    Zombie,
    /// X: about to vanish.
    Dead,
    /// P: a parked kernel thread.
    Parked,
    /// I: an idle kernel thread.
    Idle,
    /// One that this crate does not know.
    Other(char),
}

/// The states with their letters.
const STATES: [(State, char); 9] = [
    (State::Running, 'R'),
    (State::Sleeping, 'S'),
    (State::DiskSleep, 'D'),
    (State::Stopped, 'T'),
    (State::TracingStop, 't'),
    (State::Zombie, 'Z'),
    (State::Dead, 'X'),
    (State::Parked, 'P'),
    (State::Idle, 'I'),
];

impl From<char> for State {
    fn from(letter: char) -> Self {
        let known = STATES.iter().find(|(_, known)| *known == letter);
        known.map_or(Self::Other(letter), |(state, _)| *state)
    }
}

impl State {
    /// Its letter.
    pub fn letter(self) -> char {
        if let Self::Other(letter) = self {
            return letter;
        }
        let known = STATES.iter().find(|(state, _)| *state == self);
        known.map_or('?', |(_, letter)| *letter)
    }
}

/// A command line, or the title that a program has written over it: the beginning of what `cmdline` holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// The bytes, with a NUL behind each argument.
    pub bytes: Vec<u8>,
    /// Whether they are all there is.
    pub whole: bool,
}

impl CommandLine {
    /// The arguments, or the title as a single one.
    pub fn arguments(&self) -> impl Iterator<Item = &[u8]> {
        let ended = self.bytes.strip_suffix(b"\0").unwrap_or(&self.bytes);
        let some = (!self.bytes.is_empty()).then_some(ended);
        some.into_iter()
            .flat_map(|text| text.split(|byte| *byte == 0))
    }
}

fn string<'de, D: Deserializer<'de>>(field: D) -> Result<Unescaped, D::Error> {
    unescape(<&[u8]>::deserialize(field)?).map_err(D::Error::custom)
}

fn bytes<'de, D: Deserializer<'de>>(field: D) -> Result<Vec<u8>, D::Error> {
    let Unescaped { text, whole } = string(field)?;
    if whole {
        Ok(text)
    } else {
        Err(D::Error::custom(
            "the beginning of a string where it has to be whole",
        ))
    }
}

impl<'de> Deserialize<'de> for CommandLine {
    fn deserialize<D: Deserializer<'de>>(field: D) -> Result<Self, D::Error> {
        let Unescaped { text, whole } = string(field)?;
        Ok(Self { bytes: text, whole })
    }
}

/// A name or a path, for rows of other types than [`Task`]. A program may call itself anything: it is shown with nothing that could
/// move a terminal's cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(pub Vec<u8>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(field: D) -> Result<Self, D::Error> {
        bytes(field).map(Self)
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in String::from_utf8_lossy(&self.0).chars() {
            let shown = match c.is_control() {
                true => char::REPLACEMENT_CHARACTER,
                false => c,
            };
            write!(f, "{shown}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_keeps_its_letter() {
        for letter in ['R', 'S', 'D', 'T', 't', 'Z', 'X', 'P', 'I', '?', 'Q'] {
            assert_eq!(State::from(letter).letter(), letter);
        }
        assert_eq!(State::from('t'), State::TracingStop);
        assert_eq!(State::from('Q'), State::Other('Q'));
    }

    #[test]
    fn arguments_end_with_a_nul() {
        let arguments = |bytes: &[u8]| -> Vec<Vec<u8>> {
            let line = CommandLine {
                bytes: bytes.to_vec(),
                whole: true,
            };
            line.arguments().map(<[u8]>::to_vec).collect()
        };
        assert_eq!(
            arguments(b"sleep\x001\0"),
            [b"sleep".to_vec(), b"1".to_vec()]
        );
        assert_eq!(arguments(b"sh\0\0"), [b"sh".to_vec(), b"".to_vec()]);
        assert_eq!(arguments(b"a title"), [b"a title".to_vec()]);
        assert_eq!(arguments(b"\0"), [b"".to_vec()]);
        assert!(arguments(b"").is_empty());
    }

    #[test]
    fn a_tick_is_a_hundredth_of_a_second() {
        assert_eq!(Task::time(150), Duration::from_millis(1500));
    }
}
