// SPDX-License-Identifier: GPL-2.0

//! `meminfo` of a view (meminfo_proc_show() in fs/proc/meminfo.c): the kernel's own lines, with a
//! cgroup's figures.
//!
//! Which lines there are, and in which order, is for the kernel: its own text is the template. What
//! is not known of a cgroup is 0, never the machine's.

use crate::pure::{
    show::swaps::Swap,
    text::Text, //
};

/// What a cgroup has of memory, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// The least limit on the path to the root.
    pub(crate) limit: u64,
    /// The least that is left of a limit on that path.
    pub(crate) free: u64,
    /// The same of limits beyond which tasks are slowed down.
    pub(crate) unthrottled: u64,
    /// Swap space.
    pub(crate) swap: Swap,
    /// The rest.
    pub(crate) figures: Figures,
}

/// What `memory.stat` tells, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// Page cache, shared memory with it, without what is swapped.
    pub(crate) file: u64,
    /// What is in memory and in swap.
    pub(crate) swap_cached: u64,
    /// Pages of programs that were used of late.
    pub(crate) active_anon: u64,
    /// Those that were not.
    pub(crate) inactive_anon: u64,
    /// Pages of files that were used of late.
    pub(crate) active_file: u64,
    /// Those that were not.
    pub(crate) inactive_file: u64,
    /// Pages that stay.
    pub(crate) unevictable: u64,
    /// Pages of files that are to be written.
    pub(crate) dirty: u64,
    /// Pages that are being written.
    pub(crate) writeback: u64,
    /// Pages of programs that are mapped.
    pub(crate) anon: u64,
    /// Pages of files that are mapped.
    pub(crate) mapped: u64,
    /// Shared memory.
    pub(crate) shmem: u64,
    /// Objects of the kernel that can be given back.
    pub(crate) slab_reclaimable: u64,
    /// Those that cannot.
    pub(crate) slab_unreclaimable: u64,
    /// Stacks of tasks in the kernel.
    pub(crate) kernel_stack: u64,
    /// Page tables.
    pub(crate) page_tables: u64,
    /// Those of devices and guests.
    pub(crate) secondary_page_tables: u64,
    /// Memory of vmalloc().
    pub(crate) vmalloc: u64,
    /// Memory for each CPU.
    pub(crate) percpu: u64,
    /// Huge pages of programs.
    pub(crate) anon_huge: u64,
    /// Those of shared memory.
    pub(crate) shmem_huge: u64,
    /// Those of files.
    pub(crate) file_huge: u64,
    /// Compressed pages, as they are.
    pub(crate) zswap: u64,
    /// The same before they were.
    pub(crate) zswapped: u64,
    /// Pages of hugetlbfs.
    pub(crate) hugetlb: u64,
}

/// Figures that go together: what is free and what can be had is no more than there is.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    total: u64,
    free: u64,
    available: u64,
    cached: u64,
    reclaimable: u64,
    swap: Swap,
}

impl Memory {
    fn totals(&self, page_size: u64) -> Totals {
        let figures = &self.figures;
        // Programs divide by it.
        let total = mutant!("view: MemTotal", self.limit.max(page_size) => self.limit);
        let free = mutant!("view: MemFree", self.free.min(total) => self.free);
        let given_back = figures
            .active_file
            .saturating_add(figures.inactive_file)
            .saturating_add(figures.slab_reclaimable);
        let available = self.unthrottled.saturating_add(given_back);
        let used = total.saturating_sub(free);
        let cached = mutant!("view: Cached", figures.file.min(used) => figures.file);
        let rest = used.saturating_sub(cached);
        Totals {
            total,
            free,
            available: mutant!("view: MemAvailable", available.min(total) => available),
            cached,
            reclaimable: mutant!(
                "view: SReclaimable",
                figures.slab_reclaimable.min(rest) => figures.slab_reclaimable
            ),
            swap: Swap {
                total: self.swap.total,
                free: mutant!(
                    "view: SwapFree",
                    self.swap.free.min(self.swap.total) => self.swap.free
                ),
            },
        }
    }
}

/// A figure of a line.
type Figure = fn(&Totals, &Figures) -> u64;

/// The lines that are known, each with its figure in bytes.
const NAMES: &[(&[u8], Figure)] = &[
    (b"MemTotal", |totals, _| totals.total),
    (b"MemFree", |totals, _| totals.free),
    (b"MemAvailable", |totals, _| totals.available),
    (b"Cached", |totals, _| totals.cached),
    (b"SwapCached", |_, figures| figures.swap_cached),
    (b"Active", |_, f| {
        f.active_anon.saturating_add(f.active_file)
    }),
    (b"Inactive", |_, f| {
        f.inactive_anon.saturating_add(f.inactive_file)
    }),
    (b"Active(anon)", |_, figures| figures.active_anon),
    (b"Inactive(anon)", |_, figures| figures.inactive_anon),
    (b"Active(file)", |_, figures| figures.active_file),
    (b"Inactive(file)", |_, figures| figures.inactive_file),
    (b"Unevictable", |_, figures| figures.unevictable),
    (b"SwapTotal", |totals, _| totals.swap.total),
    (b"SwapFree", |totals, _| totals.swap.free),
    (b"Zswap", |_, figures| figures.zswap),
    (b"Zswapped", |_, figures| figures.zswapped),
    (b"Dirty", |_, figures| figures.dirty),
    (b"Writeback", |_, figures| figures.writeback),
    (b"AnonPages", |_, figures| figures.anon),
    (b"Mapped", |_, figures| figures.mapped),
    (b"Shmem", |_, figures| figures.shmem),
    (b"KReclaimable", |totals, _| totals.reclaimable),
    (b"Slab", |t, f| {
        t.reclaimable.saturating_add(f.slab_unreclaimable)
    }),
    (b"SReclaimable", |totals, _| totals.reclaimable),
    (b"SUnreclaim", |_, figures| figures.slab_unreclaimable),
    (b"KernelStack", |_, figures| figures.kernel_stack),
    (b"PageTables", |_, figures| figures.page_tables),
    (b"SecPageTables", |_, figures| figures.secondary_page_tables),
    (b"CommitLimit", |t, _| t.total.saturating_add(t.swap.total)),
    (b"VmallocUsed", |_, figures| figures.vmalloc),
    (b"Percpu", |_, figures| figures.percpu),
    (b"AnonHugePages", |_, figures| figures.anon_huge),
    (b"ShmemHugePages", |_, figures| figures.shmem_huge),
    (b"FileHugePages", |_, figures| figures.file_huge),
    (b"Hugetlb", |_, figures| figures.hugetlb),
];

/// Lines that say the same of every cgroup.
const KEPT: [&[u8]; 2] = [b"VmallocTotal", b"Hugepagesize"];

/// The column in which the kernel's numbers end, if they are not longer.
const END: usize = 24;
/// The width of its shortest names.
const NAME: usize = 16;
/// Figures of a template: as many as are known, and more.
const FIGURES: usize = 64;
const _: () = assert!(NAMES.len() <= FIGURES);
/// Bytes of its text: half as many more than the kernel has.
const BYTES: usize = 2560;

/// The kernel's own lines, each with a number that is the same for all cgroups, or with one that is
/// written over.
pub(crate) struct Template {
    text: [u8; BYTES],
    len: usize,
    /// Where lines begin whose number is a figure, and its place in [`NAMES`].
    figures: [(u16, u8); FIGURES],
    count: usize,
    /// Whether all of them have the usual place.
    in_place: bool,
}

/// A line: its name with the colon, its number, and a unit or none.
fn show_line(name: &[u8], number: u64, kilobytes: bool, out: &mut Text<'_>) {
    let width = NAME.max(name.len());
    out.left(name, width);
    out.dec_width(number, END.saturating_sub(width));
    out.bytes(if kilobytes { b" kB\n" } else { b"\n" });
}

impl Template {
    /// Takes the kernel's text apart. A line that is none is left out.
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut template = Self {
            text: [0; BYTES],
            len: 0,
            figures: [(0, 0); FIGURES],
            count: 0,
            in_place: true,
        };
        for line in text.split(|byte| *byte == b'\n') {
            // What has no room is left out too.
            let _ = template.add(line);
        }
        template
    }

    /// Adds a line: a name, a colon, blanks, a number, and a unit or none.
    fn add(&mut self, line: &[u8]) -> Option<()> {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, rest) = line.split_at_checked(colon)?;
        let rest = rest.get(1..)?.trim_ascii_start();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, unit) = rest.split_at_checked(digits)?;
        let kilobytes = match unit {
            b" kB" => true,
            b"" => false,
            _ => return None,
        };
        if name.is_empty() || number.is_empty() || name.contains(&b' ') {
            return None;
        }
        let number = number.iter().fold(0u64, |number, digit| {
            let digit = u64::from(digit.wrapping_sub(b'0'));
            number.saturating_mul(10).saturating_add(digit)
        });
        let known = NAMES.iter().position(|(known, _)| *known == name);
        let number = if KEPT.contains(&name) {
            number
        } else {
            mutant!("view: what is not known is 0", 0 => number)
        };
        let name = line.get(..colon.checked_add(1)?)?;
        let mut out = Text::new(self.text.get_mut(self.len..)?);
        show_line(name, number, kilobytes, &mut out);
        if out.overflowed() {
            return None;
        }
        let len = out.len();
        if let Some(known) = known {
            let figure = (u16::try_from(self.len).ok()?, u8::try_from(known).ok()?);
            *self.figures.get_mut(self.count)? = figure;
            self.count = self.count.checked_add(1)?;
            self.in_place &= name.len() <= NAME;
        }
        self.len = self.len.checked_add(len)?;
        Some(())
    }

    /// Writes the whole file.
    pub(crate) fn show(&self, memory: &Memory, page_size: u64, out: &mut Text<'_>) {
        let totals = memory.totals(page_size);
        let figures = self.figures.get(..self.count).unwrap_or_default();
        let mut numbers = [0; FIGURES];
        let mut most = 0;
        for (number, (_, index)) in numbers.iter_mut().zip(figures) {
            let figure = NAMES.get(usize::from(*index));
            *number = figure.map_or(0, |(_, figure)| figure(&totals, &memory.figures) >> 10);
            most = most.max(*number);
        }
        let text = self.text.get(..self.len).unwrap_or_default();
        // Figures of 95 GB and more, and those of long names, are wider than their place.
        if most >= 100_000_000 || !self.in_place {
            return show_anew(text, figures, &numbers, out);
        }
        let start = out.len();
        out.bytes(text);
        for ((at, _), number) in figures.iter().zip(numbers) {
            out.overwrite_width(start.saturating_add(usize::from(*at) + NAME), number);
        }
    }
}

/// As [`Template::show`], line by line.
#[cold]
fn show_anew(text: &[u8], figures: &[(u16, u8)], numbers: &[u64], out: &mut Text<'_>) {
    let mut figures = figures.iter().zip(numbers).peekable();
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match figures.next_if(|((start, _), _)| usize::from(*start) == at) {
            Some((_, number)) => {
                let name = line.iter().position(|byte| *byte == b':').unwrap_or(0);
                let name = line.get(..name + 1).unwrap_or_default();
                show_line(name, *number, line.ends_with(b" kB\n"), out);
            }
            None => out.bytes(line),
        }
        at += line.len();
    }
}

/// Writes the kernel's own text with the swap space of a cgroup in it.
pub(crate) fn with_swap(text: &[u8], swap: Swap, out: &mut Text<'_>) {
    let free = swap.free.min(swap.total);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let number = match line {
            [b'S', b'w', b'a', b'p', b'T', b'o', b't', b'a', b'l', b':', ..] => swap.total,
            [b'S', b'w', b'a', b'p', b'F', b'r', b'e', b'e', b':', ..] => free,
            _ => {
                out.bytes(line);
                continue;
            }
        };
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        out.bytes(name);
        out.byte(b':');
        out.repeat(b' ', NAME.saturating_sub(name.len().saturating_add(1)));
        out.dec_width(number >> 10, END.saturating_sub(NAME));
        out.bytes(b" kB\n");
    }
}
