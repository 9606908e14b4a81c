// SPDX-License-Identifier: GPL-2.0

//! The kernel's code and the module's, as they stand in a VM's memory: patched for its processors, other than in their files.

use crate::bench::profile::trace::Symbols;
use crate::bench::profile::watch::Watch;
use anyhow::{Context, Result};

const PAGE: u64 = 4096;

/// Both.
pub(super) struct Code([(u64, Vec<u8>); 2]);

impl Code {
    pub(super) fn of(watch: &Watch, symbols: &Symbols) -> Result<Self> {
        let (start, end) = (symbols.address("_stext")?, symbols.address("_etext")?);
        let ours = symbols.of_proc2().context("the module is not loaded")?;
        // Behind the last function's beginning.
        let (first, last) = (ours.0 / PAGE * PAGE, (ours.1 / PAGE + 1) * PAGE);
        let part = |start: u64, end: u64| -> Result<_> {
            Ok((start, watch.memory(start, end.wrapping_sub(start))?))
        };
        Ok(Self([part(start, end)?, part(first, last)?]))
    }

    #[cfg(test)]
    pub(super) fn new(parts: [(u64, Vec<u8>); 2]) -> Self {
        Self(parts)
    }

    /// What stands at an address and behind it.
    pub(super) fn at(&self, address: u64) -> Option<&[u8]> {
        self.0.iter().find_map(|(start, bytes)| {
            let offset = usize::try_from(address.checked_sub(*start)?).ok()?;
            bytes.get(offset..).filter(|bytes| !bytes.is_empty())
        })
    }
}
