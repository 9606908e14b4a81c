// SPDX-License-Identifier: GPL-2.0

//! What QEMU has logged: the address of each instruction, and the function that it is of.

use anyhow::{bail, Context, Result};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Calls `with` for each instruction, until it fails.
pub(super) fn each_address(trace: &Path, mut with: impl FnMut(u64)) -> Result<()> {
    let (mut log, mut line) = (BufReader::new(File::open(trace)?), Vec::new());
    while log.read_until(b'\n', &mut line)? > 0 {
        if let Some(address) = address(&line) {
            with(address);
        }
        line.clear();
    }
    Ok(())
}

/// The kernel's functions by address, and what is no function of it.
pub(crate) struct Symbols(Vec<(u64, String)>);

impl Symbols {
    pub(super) fn read(kallsyms: &Path) -> Result<Self> {
        let text = fs::read_to_string(kallsyms).context("the VM wrote no symbols")?;
        let mut symbols = Vec::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (Some(address), Some(kind), Some(name)) =
                (words.next(), words.next(), words.next())
            else {
                bail!("no line of kallsyms: {line}");
            };
            if "tTwW".contains(kind) {
                let module = words.next().unwrap_or("");
                let name = format!("{:#} {module}", rustc_demangle::demangle(name));
                symbols.push((
                    u64::from_str_radix(address, 16)?,
                    name.trim_end().to_owned(),
                ));
            }
        }
        symbols.sort();
        Ok(Self(symbols))
    }

    pub(crate) fn name(&self, address: u64) -> &str {
        if address >> 63 == 0 {
            return "user space";
        }
        let after = self.0.partition_point(|(start, _)| *start <= address);
        match self.0.get(after.wrapping_sub(1)) {
            Some((_, name)) => name,
            None => "before every symbol",
        }
    }

    /// Counts by address as counts by function, the highest first.
    pub(crate) fn by_function(&self, counts: &HashMap<u64, u64>) -> Vec<(&str, u64)> {
        let mut functions = HashMap::<&str, u64>::new();
        for (address, count) in counts {
            *functions.entry(self.name(*address)).or_default() += count;
        }
        let mut functions: Vec<_> = functions.into_iter().collect();
        functions.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        functions
    }

    /// Where the module's first function begins, and its last.
    pub(crate) fn of_proc2(&self) -> Option<(u64, u64)> {
        let mut ours = self.0.iter().filter(|(_, name)| name.ends_with(" [proc2]"));
        let (first, _) = ours.next()?;
        Some((*first, ours.next_back().map_or(*first, |(last, _)| *last)))
    }

    /// Where a function of the module is, if no other one has its name.
    pub(crate) fn in_proc2(&self, name: &str) -> Option<u64> {
        let name = format!("{:#} [proc2]", rustc_demangle::demangle(name));
        let mut found = self.0.iter().filter(|(_, other)| *other == name);
        match (found.next(), found.next()) {
            (Some((address, _)), None) => Some(*address),
            _ => None,
        }
    }

    pub(crate) fn address(&self, wanted: &str) -> Result<u64> {
        let found = self.0.iter().find(|(_, name)| name == wanted);
        let (address, _) = found.with_context(|| format!("the kernel has no symbol {wanted}"))?;
        Ok(*address)
    }
}

/// The address in a line of QEMU's log: `Trace 0: HOST [CS_BASE/ADDRESS/FLAGS/CFLAGS] NAME`.
pub(super) fn address(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    let (_, inner) = line.strip_prefix("Trace ")?.split_once('[')?;
    u64::from_str_radix(inner.split('/').nth(1)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{address, Symbols};

    #[test]
    fn lines_of_old_and_new_qemu_are_read() {
        let line = b"Trace 0: 0x7f0d4c0 [0000000000000000/ffffffff81a0b8f0/0000c0b0/ff000001] ";
        assert_eq!(address(line), Some(0xffff_ffff_81a0_b8f0));
        assert_eq!(address(b"Stopped execution of TB chain"), None);
    }

    #[test]
    fn an_address_belongs_to_the_function_before_it() {
        let at = |address, name: &str| (address, name.to_owned());
        let symbols = Symbols(vec![at(1 << 63, "a"), at((1 << 63) + 16, "b")]);
        assert_eq!(symbols.name((1 << 63) + 15), "a");
        assert_eq!(symbols.name((1 << 63) + 16), "b");
        assert_eq!(symbols.name(4096), "user space");
    }
}
