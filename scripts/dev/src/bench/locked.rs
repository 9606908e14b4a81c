// SPDX-License-Identifier: GPL-2.0

//! Instructions that lock their memory: where readers on many processors wait for each other, though each executes few.
//!
//! QEMU logs the addresses of what is executed, as for a profile; what stands there is read in the kernel's file and in the
//! module's. The kernel takes the prefix out again when it boots with one processor, as it does here; the files have it.

use super::profile::page::seen;
use crate::kernel::tree::Tree;
use crate::module::Modules;
use anyhow::{Context, Result};
use object::{Object, ObjectSection, ObjectSymbol};
use proc2_bench::{Group, Row, Target};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// What is done in proc2, and what of procfs it takes the place of.
pub(super) const THINGS: &[(&str, &str, &[&str])] = &[
    ("stat of /<pid>/stat", "stat:stat", &["stat:stat"]),
    ("open, read and close of stat", "read:stat", &["read:stat"]),
    ("of stat, with a policy", "policy:stat", &["read:stat"]),
    ("of status", "read:status", &["read:status"]),
    ("of cmdline", "read:cmdline", &["read:cmdline"]),
    ("of maps", "read:maps", &["read:maps"]),
    ("readlink of exe", "readlink:exe", &["readlink:exe"]),
    ("listing /<pid>", "dir:", &["dir:"]),
    ("listing the root", "root", &["root"]),
    (
        "mounting, and first lookups of ten tasks",
        "lookup",
        &["lookup"],
    ),
    (
        "a task's row in .proc2/tasks, beside its stat, status and cmdline",
        "row:tasks",
        &["read:stat", "read:status", "read:cmdline"],
    ),
];

/// The rows of a report.
pub(super) fn measure(tree: &Tree, modules: &Modules) -> Result<Vec<Row>> {
    let ours = THINGS.iter().map(|(_, thing, _)| (*thing, "proc2"));
    let theirs = THINGS.iter().flat_map(|(.., things)| *things);
    let mut pairs: Vec<(&str, &str)> = ours.chain(theirs.map(|thing| (*thing, "procfs"))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let (symbols, counts) = seen(tree, modules, &pairs)?;
    let kernel = Code::of_kernel(&tree.vmlinux(), symbols.address("_stext")?)?;
    let module = Code::of_module(&modules.proc2(), |name| symbols.in_proc2(name))?;
    let locked = |counts: &HashMap<u64, u64>| -> u64 {
        let of = |(address, count): (&u64, &u64)| {
            let code = kernel.at(*address).or_else(|| module.at(*address));
            if code.is_some_and(is_locked) {
                *count
            } else {
                0
            }
        };
        counts.iter().map(of).sum()
    };
    let found: HashMap<(&str, &str), u64> =
        pairs.into_iter().zip(counts.iter().map(locked)).collect();
    let rows = THINGS.iter().map(|(name, ours, theirs)| Row {
        group: Group::Locked,
        name: (*name).into(),
        proc2: found[&(*ours, "proc2")] as f64,
        procfs: theirs
            .iter()
            .map(|thing| found[&(*thing, "procfs")])
            .sum::<u64>() as f64,
        floor: None,
        target: Some(Target::Share(1.0)),
    });
    Ok(rows.collect())
}

/// The code of a file, where it is in the VM's memory.
struct Code(Vec<(u64, Vec<u8>)>);

impl Code {
    /// That of the kernel, whose `_stext` is at this address.
    fn of_kernel(vmlinux: &Path, stext: u64) -> Result<Self> {
        let bytes = read(vmlinux)?;
        let file = object::File::parse(&*bytes).context("vmlinux")?;
        let found = file
            .symbol_by_name("_stext")
            .context("vmlinux has no _stext")?;
        let moved = stext.wrapping_sub(found.address());
        let text = file
            .section_by_name(".text")
            .context("vmlinux has no .text")?;
        Ok(Self(vec![(
            text.address().wrapping_add(moved),
            text.data()?.to_vec(),
        )]))
    }

    /// That of a module, `symbol` being where the kernel has put its functions: each section by the first that it finds.
    fn of_module(path: &Path, symbol: impl Fn(&str) -> Option<u64>) -> Result<Self> {
        let bytes = read(path)?;
        let file = object::File::parse(&*bytes).with_context(|| path.display().to_string())?;
        let mut sections = HashMap::new();
        for found in file
            .symbols()
            .filter(|found| found.kind() == object::SymbolKind::Text)
        {
            let (Some(index), Ok(name)) = (found.section_index(), found.name()) else {
                continue;
            };
            if let Some(address) = symbol(name) {
                sections
                    .entry(index)
                    .or_insert(address.wrapping_sub(found.address()));
            }
        }
        let code = sections.into_iter().map(|(index, start)| {
            let section = file.section_by_index(index)?;
            Ok((start, section.data()?.to_vec()))
        });
        let code = code.collect::<Result<Vec<_>>>()?;
        anyhow::ensure!(
            !code.is_empty(),
            "no function of {} is loaded",
            path.display()
        );
        Ok(Self(code))
    }

    /// What stands at an address and behind it.
    fn at(&self, address: u64) -> Option<&[u8]> {
        self.0.iter().find_map(|(start, bytes)| {
            let offset = usize::try_from(address.checked_sub(*start)?).ok()?;
            bytes.get(offset..).filter(|bytes| !bytes.is_empty())
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Whether an instruction has the lock prefix, or is an exchange with memory, which has it unsaid.
fn is_locked(code: &[u8]) -> bool {
    let mut rest = code;
    while let [byte, more @ ..] = rest {
        match byte {
            0xf0 => return true,
            // Segments, sizes, repetitions, and more registers.
            0x26 | 0x2e | 0x36 | 0x3e | 0x64..=0x67 | 0xf2 | 0xf3 | 0x40..=0x4f => rest = more,
            0x86 | 0x87 => return more.first().is_some_and(|operands| *operands < 0xc0),
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_locked;

    #[test]
    fn what_locks() {
        // lock cmpxchg %ecx,(%rdi); lock incl %gs:0(%rax); xchg %eax,(%rdi); rex xchg %rax,(%rdi)
        for code in [
            &b"\xf0\x0f\xb1\x0f"[..],
            b"\x65\xf0\xff\x00",
            b"\x87\x07",
            b"\x48\x87\x07",
        ] {
            assert!(is_locked(code), "{code:x?}");
        }
        // cmpxchg %ecx,(%rdi); xchg %ax,%ax; xchg %eax,%ecx; mov %eax,(%rdi); nothing
        for code in [
            &b"\x0f\xb1\x0f"[..],
            b"\x66\x90",
            b"\x87\xc1",
            b"\x89\x07",
            b"",
        ] {
            assert!(!is_locked(code), "{code:x?}");
        }
    }
}
