// SPDX-License-Identifier: GPL-2.0

//! The columns of `.proc2/tasks`: their names, how each is written, and what has to be asked of a
//! task for it. All from one list.

/// How the value of a column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number from 0 on.
    Unsigned,
    /// A number that can be negative.
    Signed,
    /// One letter.
    Letter,
    /// A string, which is written like [`Bytes`](super::Bytes).
    Text,
}

/// What is asked of a task together, for all columns that come from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Its numbers, which finding it has given.
    Number,
    /// The number of its parent.
    Parent,
    /// What its process, process group and session share, under their lock.
    Shared,
    /// The number of its tracer.
    Tracer,
    /// Its state.
    State,
    /// The scheduler's words about it.
    Figures,
    /// Its time on processors.
    Times,
    /// Faults and guest time, and what reaped children have used.
    Totals,
    /// How often it was switched.
    Switches,
    /// Its user ids.
    Uids,
    /// Its group ids.
    Gids,
    /// Sizes of its address space.
    Sizes,
    /// What of that is resident.
    Resident,
    /// What of that is swapped out.
    Swap,
    /// Its name.
    Name,
    /// Its cgroup.
    Cgroup,
    /// Its command line.
    Cmdline,
}

/// A set of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts(u32);

impl Parts {
    const fn of(parts: &[Part]) -> Self {
        let (mut mask, mut i) = (0, 0);
        while i < parts.len() {
            mask |= 1 << parts[i] as u32;
            i += 1;
        }
        Self(mask)
    }

    /// Whether any of `parts` is in the set.
    #[inline(always)]
    pub(crate) const fn any(self, parts: &[Part]) -> bool {
        self.0 & Self::of(parts).0 != 0
    }

    /// Whether nothing but `parts` is in the set.
    #[inline(always)]
    pub(crate) const fn only(self, parts: &[Part]) -> bool {
        self.0 & !Self::of(parts).0 == 0
    }

    /// Whether `part` is in the set.
    #[inline(always)]
    pub(crate) const fn has(self, part: Part) -> bool {
        self.any(&[part])
    }
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $kind:ident from $part:ident,)*) => {
        /// A column. Numbers come first, then strings. A new number goes to the end of the numbers
        /// or a new string to that of the strings, and programs find columns by their names.
        #[allow(non_camel_case_types)] // The names are the columns'.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Column {
            $($(#[$doc])* $name,)*
        }

        impl Column {
            /// How many columns there are.
            pub(crate) const COUNT: usize = Self::ALL.len();
            /// All of them, in their order.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];
            const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];
            pub(super) const KINDS: [Kind; Self::COUNT] = [$(Kind::$kind,)*];
            const PARTS: [Part; Self::COUNT] = [$(Part::$part,)*];
        }
    };
}

columns! {
    /// The thread, in the instance's pid namespace, as all numbers of tasks here. Only `threads`
    /// has the column.
    tid: Unsigned from Number,
    /// The process.
    pid: Unsigned from Number,
    /// The identity that no other task has until the next boot.
    ino: Unsigned from Number,
    /// The parent.
    ppid: Signed from Parent,
    /// The process group.
    pgrp: Signed from Shared,
    /// The session.
    session: Signed from Shared,
    /// The terminal's device number, 0 without one.
    tty: Signed from Shared,
    /// The terminal's foreground process group; -1 without a terminal.
    tpgid: Signed from Shared,
    /// Who traces it, or 0.
    tracer: Signed from Tracer,
    /// The state.
    state: Letter from State,
    /// The kernel's flags (PF_*).
    flags: Unsigned from Figures,
    /// The priority, as task_prio() gives it.
    priority: Signed from Figures,
    /// The nice value.
    nice: Signed from Figures,
    /// The scheduling policy.
    policy: Unsigned from Figures,
    /// The realtime priority.
    rt_priority: Unsigned from Figures,
    /// The CPU where it ran last.
    cpu: Unsigned from Figures,
    /// The number of threads.
    threads: Unsigned from Shared,
    /// When it started, since boot, in the reader's time namespace.
    start_time: Unsigned from Figures,
    /// Time in user mode.
    utime: Unsigned from Times,
    /// Time in the kernel.
    stime: Unsigned from Times,
    /// Time of children in user mode.
    cutime: Unsigned from Totals,
    /// Time of children in the kernel.
    cstime: Unsigned from Totals,
    /// Time it ran a guest.
    guest_time: Unsigned from Totals,
    /// The same, of children.
    cguest_time: Unsigned from Totals,
    /// Time it waited for block I/O.
    blkio_ticks: Unsigned from Figures,
    /// Faults without I/O.
    min_flt: Unsigned from Totals,
    /// The same, of children that were waited for.
    cmin_flt: Unsigned from Totals,
    /// Faults with I/O.
    maj_flt: Unsigned from Totals,
    /// The same, of children.
    cmaj_flt: Unsigned from Totals,
    /// How often it gave up a CPU.
    voluntary_switches: Unsigned from Switches,
    /// How often a CPU was taken from it.
    involuntary_switches: Unsigned from Switches,
    /// The real user id.
    uid: Unsigned from Uids,
    /// The effective user id.
    euid: Unsigned from Uids,
    /// The saved user id.
    suid: Unsigned from Uids,
    /// The user id for the file system.
    fsuid: Unsigned from Uids,
    /// The real group id.
    gid: Unsigned from Gids,
    /// The effective group id.
    egid: Unsigned from Gids,
    /// The saved group id.
    sgid: Unsigned from Gids,
    /// The group id for the file system.
    fsgid: Unsigned from Gids,
    /// The address space.
    vm_size: Unsigned from Sizes,
    /// The largest that it has been.
    vm_peak: Unsigned from Sizes,
    /// What of it is locked.
    vm_lck: Unsigned from Sizes,
    /// Private writable mappings.
    vm_data: Unsigned from Sizes,
    /// The stack.
    vm_stk: Unsigned from Sizes,
    /// Page tables.
    vm_pte: Unsigned from Sizes,
    /// Swapped out.
    vm_swap: Unsigned from Swap,
    /// Resident memory.
    vm_rss: Unsigned from Resident,
    /// The most that it has been.
    vm_hwm: Unsigned from Resident,
    /// Resident memory without a file.
    rss_anon: Unsigned from Resident,
    /// Resident memory of files.
    rss_file: Unsigned from Resident,
    /// Resident shared memory.
    rss_shmem: Unsigned from Resident,
    /// The name.
    comm: Text from Name,
    /// The cgroup in the default hierarchy, as the reader's cgroup namespace names it.
    cgroup: Text from Cgroup,
    /// The beginning of the command line, each argument with its NUL.
    cmdline: Text from Cmdline,
}

impl Column {
    /// So many places has what is kept by columns: that each is there need not be asked.
    pub(crate) const PLACES: usize = Self::COUNT.next_power_of_two();

    /// How many of the columns are no strings; those come first.
    pub(crate) const NUMBERS: usize = {
        let mut count = 0;
        while count < Self::COUNT && !matches!(Self::KINDS[count], Kind::Text) {
            count += 1;
        }
        let mut rest = count;
        while rest < Self::COUNT {
            assert!(matches!(Self::KINDS[rest], Kind::Text));
            rest += 1;
        }
        count
    };

    /// The columns of `tasks`: all but the first.
    pub(crate) const OF_TASKS: &'static [Self] = match Self::ALL {
        [Self::tid, rest @ ..] => rest,
        all => all,
    };

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.get(self as usize).copied().unwrap_or_default()
    }

    /// How it is written.
    #[inline]
    pub(crate) fn kind(self) -> Kind {
        let kind = Self::KINDS.get(self as usize);
        kind.copied().unwrap_or(Kind::Unsigned)
    }

    /// Whether it is no string.
    #[inline]
    pub(crate) fn is_number(self) -> bool {
        (self as usize) < Self::NUMBERS
    }

    fn part(self) -> Part {
        let part = Self::PARTS.get(self as usize);
        part.copied().unwrap_or(Part::Number)
    }
}

/// Some columns, each at most once, in the order in which they are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    list: [Column; Column::PLACES],
    len: usize,
    /// How many are numbers, up to the first string.
    numbers: usize,
    /// Whether those come one after the other, as in the list of all.
    in_order: bool,
    /// A bit for each of them.
    shown: u64,
    parts: Parts,
}

const _: () = assert!(Column::COUNT < Column::PLACES && Column::PLACES <= u64::BITS as usize);

impl Columns {
    /// None.
    pub(crate) const fn none() -> Self {
        Self {
            list: [Column::pid; Column::PLACES],
            len: 0,
            numbers: 0,
            in_order: true,
            shown: 0,
            parts: Parts(0),
        }
    }

    /// Those of a list without doubles.
    pub(crate) fn of(columns: &[Column]) -> Self {
        columns.iter().fold(Self::none(), |mut list, column| {
            list.push(*column);
            list
        })
    }

    /// One more; false, and nothing changes, if it is there already.
    pub(crate) fn push(&mut self, column: Column) -> bool {
        let bit = 1 << column as u32;
        if self.shown & bit != 0 {
            return false;
        }
        let last = self.as_slice().last().copied();
        let follows = last.is_none_or(|last| (last as u8).wrapping_add(1) == column as u8);
        match self.list.get_mut(self.len) {
            Some(place) => *place = column,
            None => return false,
        }
        if column.is_number() && self.numbers == self.len {
            self.in_order &= follows;
            self.numbers += 1;
        }
        self.len += 1;
        self.shown |= bit;
        self.parts.0 |= 1 << column.part() as u32;
        true
    }

    /// The list.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[Column] {
        self.list
            .get(..self.len % Column::PLACES)
            .unwrap_or_default()
    }

    /// The numbers up to the first string, and the rest.
    #[inline]
    pub(crate) fn split(&self) -> (&[Column], &[Column]) {
        let all = self.as_slice();
        let (numbers, rest) = (all.get(..self.numbers), all.get(self.numbers..));
        (numbers.unwrap_or(all), rest.unwrap_or_default())
    }

    /// Whether the numbers up to the first string come one after the other, as in the list of all.
    #[inline]
    pub(crate) fn is_in_order(&self) -> bool {
        self.in_order
    }

    /// What has to be asked of a task for them.
    #[inline]
    pub(crate) fn parts(&self) -> Parts {
        self.parts
    }
}
