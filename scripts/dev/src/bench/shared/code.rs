// SPDX-License-Identifier: GPL-2.0

//! The kernel's code and the module's, as they stand in a VM's memory: patched for its processors, other than in their files.

use crate::bench::profile::trace::Symbols;
use crate::bench::profile::watch::Watch;
use crate::module::Modules;
use anyhow::{Context, Result};
use object::{Object, ObjectSymbol};
use std::fs;
use std::path::Path;

/// Both.
pub(super) struct Code([(u64, Vec<u8>); 2]);

impl Code {
    pub(super) fn of(watch: &Watch, symbols: &Symbols, modules: &Modules) -> Result<Self> {
        let (start, end) = (symbols.address("_stext")?, symbols.address("_etext")?);
        let (first, last) = symbols.of_proc2().context("the module is not loaded")?;
        let part = |start: u64, end: u64| -> Result<_> {
            Ok((start, watch.memory(start, end.wrapping_sub(start))?))
        };
        let behind = last.wrapping_add(size_of_function(&modules.proc2(), symbols.name(last))?);
        Ok(Self([part(start, end)?, part(first, behind)?]))
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

/// Bytes of a function of the module's file, by its name in [`Symbols`].
fn size_of_function(module: &Path, wanted: &str) -> Result<u64> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| module.display().to_string())?;
    let named = |symbol: &object::Symbol<'_, '_>| {
        let name = symbol.name().unwrap_or_default();
        wanted.trim_end_matches(" [proc2]") == format!("{:#}", rustc_demangle::demangle(name))
    };
    let sizes = file.symbols().filter(named).map(|symbol| symbol.size());
    let size = sizes.max().filter(|size| *size > 0);
    size.with_context(|| format!("{} does not say how long {wanted} is", module.display()))
}
