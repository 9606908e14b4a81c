// SPDX-License-Identifier: GPL-2.0

//! Which code of the module a call runs through, from a kernel with KCOV
//! (Documentation/dev-tools/kcov).

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{ensure, Context as _, Result};
use rustix::mm::{mmap, MapFlags, ProtFlags};

use crate::module;

/// Words of the area: a count, and then an address for each block run through.
const WORDS: usize = 1 << 17;

const INIT_TRACE: libc::c_ulong = 0x8008_6301;
const ENABLE: libc::c_ulong = 0x6364;
const DISABLE: libc::c_ulong = 0x6365;
const TRACE_PC: libc::c_ulong = 0;

/// What of the module has been run through.
pub struct Coverage {
    file: File,
    area: &'static [AtomicU64],
    text: std::ops::Range<u64>,
    /// The blocks so far.
    pub seen: HashSet<u64>,
}

impl Coverage {
    /// Nothing yet; nothing at all where the kernel cannot tell.
    pub fn new() -> Result<Option<Self>> {
        let path = "/sys/kernel/debug/kcov";
        let Ok(file) = OpenOptions::new().read(true).write(true).open(path) else {
            return Ok(None);
        };
        // SAFETY: the request takes a number.
        let done = unsafe { libc::ioctl(file.as_raw_fd(), INIT_TRACE, WORDS) };
        ensure!(done == 0, "KCOV_INIT_TRACE: {}", crate::errno::last());
        let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        // SAFETY: a new mapping at an address that the kernel chooses.
        let area = unsafe { mmap(std::ptr::null_mut(), WORDS * 8, protection, flags, &file, 0) };
        let area = area.context("mapping kcov's area")?;
        // SAFETY: the mapping has this many words and is never unmapped; the kernel and this
        // program change them word by word.
        let area = unsafe { std::slice::from_raw_parts(area.cast::<AtomicU64>(), WORDS) };
        Ok(Some(Self {
            file,
            area,
            text: text()?,
            seen: HashSet::new(),
        }))
    }

    /// Runs `work`, and gives how many blocks of the module it was the first to run through.
    pub fn of<T>(&mut self, work: impl FnOnce() -> T) -> Result<(T, usize)> {
        self.area[0].store(0, Ordering::Relaxed);
        // SAFETY: the request takes a number.
        let enabled = unsafe { libc::ioctl(self.file.as_raw_fd(), ENABLE, TRACE_PC) };
        let done = work();
        // SAFETY: the request takes a number.
        let disabled = unsafe { libc::ioctl(self.file.as_raw_fd(), DISABLE, 0) };
        ensure!(enabled == 0 && disabled == 0, "kcov cannot be switched");
        let count = self.area[0].load(Ordering::Relaxed) as usize;
        let before = self.seen.len();
        let blocks = self.area[1..].iter().take(count);
        let blocks = blocks.map(|word| word.load(Ordering::Relaxed));
        self.seen
            .extend(blocks.filter(|address| self.text.contains(address)));
        Ok((done, self.seen.len() - before))
    }
}

/// Where the module is, from its line in `/proc/modules`: name, size, and the address at the end.
fn text() -> Result<std::ops::Range<u64>> {
    let modules = fs::read_to_string("/proc/modules")?;
    let line = modules
        .lines()
        .find(|line| line.split(' ').next() == Some(module::NAME));
    let words: Vec<&str> = line.context("no module")?.split(' ').collect();
    let size: u64 = words.get(1).context("no size")?.parse()?;
    let address = words.iter().find_map(|word| word.strip_prefix("0x"));
    let start = u64::from_str_radix(address.context("no address")?, 16)?;
    Ok(start..start + size)
}
