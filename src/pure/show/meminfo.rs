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

/// What a line of the template shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// Nothing that is known of a cgroup.
    Zero,
    /// A number of the kernel's own, by its place in [`Template::kept`].
    Kept(u8),
    /// A figure, by its place in [`NAMES`].
    Figure(u8),
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

/// A line of the template.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Where its name, with the colon, begins in [`Template::names`], and how long it is.
    name: (u16, u8),
    item: Item,
    /// Whether it is of kilobytes, which is said, or a number.
    kilobytes: bool,
}

/// The column in which the kernel's numbers end, if they are not longer.
const END: usize = 24;
/// The width of its shortest names.
const NAME: usize = 16;
/// Lines of a template: half as many more than the kernel has.
const LINES: usize = 96;
/// Bytes of their names.
const NAME_BYTES: usize = 1536;

/// The kernel's own lines.
pub(crate) struct Template {
    names: [u8; NAME_BYTES],
    used: usize,
    lines: [Line; LINES],
    count: usize,
    kept: [u64; LINES],
}

impl Template {
    /// Takes the kernel's text apart. A line that is none is left out.
    pub(crate) fn new(text: &[u8]) -> Self {
        let line = Line {
            name: (0, 0),
            item: Item::Zero,
            kilobytes: false,
        };
        let mut template = Self {
            names: [0; NAME_BYTES],
            used: 0,
            lines: [line; LINES],
            count: 0,
            kept: [0; LINES],
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
        let index = u8::try_from(self.count).ok()?;
        let kept = Item::Kept(index);
        let item = match known.and_then(|known| u8::try_from(known).ok()) {
            Some(known) => Item::Figure(known),
            None if KEPT.contains(&name) => kept,
            None => mutant!("view: what is not known is 0", Item::Zero => kept),
        };
        let len = name.len().checked_add(1)?;
        let end = self.used.checked_add(len)?;
        let place = self.names.get_mut(self.used..end)?;
        place.copy_from_slice(line.get(..len)?);
        *self.kept.get_mut(self.count)? = number;
        *self.lines.get_mut(self.count)? = Line {
            name: (u16::try_from(self.used).ok()?, u8::try_from(len).ok()?),
            item,
            kilobytes,
        };
        self.used = end;
        self.count = self.count.checked_add(1)?;
        Some(())
    }

    /// Writes the whole file.
    pub(crate) fn show(&self, memory: &Memory, page_size: u64, out: &mut Text<'_>) {
        let totals = memory.totals(page_size);
        for line in self.lines.get(..self.count).unwrap_or_default() {
            let number = match line.item {
                Item::Zero => 0,
                Item::Kept(index) => self.kept.get(usize::from(index)).copied().unwrap_or(0),
                Item::Figure(index) => {
                    let figure = NAMES.get(usize::from(index));
                    figure.map_or(0, |(_, figure)| figure(&totals, &memory.figures) >> 10)
                }
            };
            let (start, len) = (usize::from(line.name.0), usize::from(line.name.1));
            let name = self.names.get(start..start.saturating_add(len));
            let name = name.unwrap_or_default();
            let width = NAME.max(name.len());
            out.left(name, width);
            out.dec_width(number, END.saturating_sub(width));
            out.bytes(if line.kilobytes { b" kB\n" } else { b"\n" });
        }
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
