// SPDX-License-Identifier: GPL-2.0

//! Which of the kernel's memory instructions use.

use super::code::Code;
use super::Counts;
use crate::bench::profile::registers::Step;
use anyhow::{ensure, Context, Result};
use iced_x86::{Decoder, DecoderOptions, InstructionInfoFactory, OpAccess, Register, UsedMemory};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// Bytes of a cache line.
const LINE: u64 = 64;

/// What a reader used while it did something once.
#[derive(Default)]
pub(super) struct Uses {
    /// All that it executed.
    instructions: u64,
    /// Lines that were read or written.
    lines: HashSet<u64>,
    /// Each store: its instruction, and the line.
    stores: Vec<(u64, u64)>,
}

impl Uses {
    /// Adds an instruction's.
    pub(super) fn add(&mut self, step: &Step, known: &mut Known<'_>) -> Result<()> {
        self.instructions += 1;
        if !is_kernels(step.address) {
            return Ok(());
        }
        let Operands {
            used,
            size,
            repeated,
        } = known.operands(step.address)?;
        // QEMU executes one round at a time, and one more of none.
        if *repeated && step.register(COUNTER) == Some(0) {
            return Ok(());
        }
        for memory in used {
            let register = |register, _, _| value(step, register);
            let address = memory.virtual_address(0, register);
            let address = address.with_context(|| format!("an operand at {:#x}", step.address))?;
            if !is_kernels(address) {
                continue;
            }
            // That of a string's is not known by itself.
            let size = memory.memory_size().size().max(*size).max(1) as u64;
            for line in address / LINE..=address.wrapping_add(size - 1) / LINE {
                self.lines.insert(line);
                if writes(memory.access()) {
                    self.stores.push((step.address, line));
                }
            }
        }
        Ok(())
    }
}

/// What a reader used for the same thing, each time that it did it.
pub(super) struct Repeated<'a>(pub(super) &'a [Uses]);

impl Repeated<'_> {
    /// Whether it used a line each time. What was allocated and freed meanwhile is another one's the next time.
    fn always(&self, line: u64) -> bool {
        self.0.iter().all(|uses| uses.lines.contains(&line))
    }

    /// The stores to lines that both use each time, by their instructions: of the time that took neither most nor least.
    pub(super) fn stores_that_concern(&self, other: &Self) -> Counts {
        let mut times: Vec<&Uses> = self.0.iter().collect();
        times.sort_by_key(|uses| uses.instructions);
        let usual = times.get(times.len() / 2);
        let mut counts = Counts::new();
        for (address, line) in usual.iter().flat_map(|uses| &uses.stores) {
            if self.always(*line) && other.always(*line) {
                *counts.entry(*address).or_default() += 1;
            }
        }
        counts
    }
}

fn is_kernels(address: u64) -> bool {
    address >> 63 != 0
}

fn writes(access: OpAccess) -> bool {
    matches!(
        access,
        OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
    )
}

/// What a register holds; of a segment's, where that begins.
fn value(step: &Step, register: Register) -> Option<u64> {
    match register {
        Register::FS => step.segment(b"FS "),
        Register::GS => step.segment(b"GS "),
        _ if register.is_segment_register() => Some(0),
        _ if register.is_gpr64() => step.register(register.number()),
        _ if register.is_gpr32() => Some(step.register(register.number())? & 0xffff_ffff),
        _ => None,
    }
}

/// The memory that an instruction uses.
struct Operands {
    used: Vec<UsedMemory>,
    /// Bytes of its operand, where it has one alone.
    size: usize,
    /// Whether it is done as often as a register says.
    repeated: bool,
}

/// The number of that register, `%rcx`.
const COUNTER: usize = 1;

/// The instructions that were met.
pub(super) struct Known<'c> {
    code: &'c Code,
    operands: HashMap<u64, Operands>,
    factory: InstructionInfoFactory,
}

impl<'c> Known<'c> {
    pub(super) fn new(code: &'c Code) -> Self {
        Self {
            code,
            operands: HashMap::new(),
            factory: InstructionInfoFactory::new(),
        }
    }

    fn operands(&mut self, address: u64) -> Result<&Operands> {
        let new = match self.operands.entry(address) {
            Entry::Occupied(known) => return Ok(known.into_mut()),
            Entry::Vacant(new) => new,
        };
        let bytes = self.code.at(address);
        let bytes = bytes.with_context(|| format!("no code of the kernel's: {address:#x}"))?;
        let instruction = Decoder::with_ip(64, bytes, address, DecoderOptions::NONE).decode();
        ensure!(!instruction.is_invalid(), "no instruction: {address:#x}");
        // An address that is only computed is not used.
        let used = self.factory.info(&instruction).used_memory().iter();
        let used = used.filter(|memory| is_used(memory.access()));
        Ok(new.insert(Operands {
            used: used.copied().collect(),
            size: instruction.memory_size().size(),
            repeated: instruction.has_rep_prefix() || instruction.has_repne_prefix(),
        }))
    }
}

fn is_used(access: OpAccess) -> bool {
    access != OpAccess::None && access != OpAccess::NoMemAccess
}

#[cfg(test)]
mod tests {
    use super::{Known, Repeated, Uses};
    use crate::bench::profile::registers::{each_step, END};
    use crate::bench::shared::code::Code;

    const START: u64 = 0xffff_ffff_8100_0000;

    /// lock incl (%rdi); mov %rax,%gs:8; lea (%rdi),%rax; push %rax; movb $1,(%rbx); rep stosb, of none
    const CODE: [&[u8]; 6] = [
        b"\xf0\xff\x07",
        b"\x65\x48\x89\x04\x25\x08\x00\x00\x00",
        b"\x48\x8d\x07",
        b"\x50",
        b"\xc6\x03\x01",
        b"\xf3\xaa",
    ];

    /// What that uses with %rdi, %rsp and %gs, %rbx being a program's.
    fn uses(rdi: u64, rsp: u64, gs: u64) -> Uses {
        let code = Code::new([(START, CODE.concat()), (0, Vec::new())]);
        let (mut known, mut uses, mut address, mut log) =
            (Known::new(&code), Uses::default(), START, String::new());
        for instruction in CODE {
            log += &format!(
                "Trace 0: 0x7f [0/{address:x}/0/0]\nRSI=0000000000000000 RDI={rdi:016x} RSP={rsp:016x}\n\
                 RBX=0000000000400000 RCX=0000000000000000\nGS =0000 {gs:016x} 0 0\n"
            );
            address += instruction.len() as u64;
        }
        let log = [log.as_bytes(), END].concat();
        each_step(&log[..], |step| uses.add(step, &mut known)).expect("a log");
        uses
    }

    #[test]
    fn what_both_use_each_time_is_shared() {
        let (shared, own) = (0xffff_8880_0000_1000, 0xffff_8880_0000_2000);
        let first = uses(shared, own, own + 4096);
        assert_eq!((first.instructions, first.stores.len()), (6, 3));
        let one = [first, uses(shared, own, own + 4096)];
        // Another stack, other variables of the processor's own.
        let other = [
            uses(shared + 32, own + 8192, own + 12288),
            uses(shared, own + 8192, own + 12288),
        ];
        let found = Repeated(&one).stores_that_concern(&Repeated(&other));
        assert_eq!(found, [(START, 1)].into());
        // What one of them used once only is not.
        let moved = [uses(shared, 0, own), uses(shared + 64, 0, own)];
        assert!(Repeated(&one)
            .stores_that_concern(&Repeated(&moved))
            .is_empty());
    }
}
