// SPDX-License-Identifier: GPL-2.0

//! What QEMU has logged with `exec,cpu`: each instruction, the processor that executes it, and what its registers hold before.

use super::trace::address;
use anyhow::{Context, Result};
use std::io::BufRead;

/// What is said of each instruction besides its address, for [`super::watch::Watch::log`].
pub(crate) const LOGGED: &str = ",cpu";

/// The line with which the log ends.
pub(crate) const END: &[u8] = b"proc2: the end\n";

/// The general registers as QEMU shows them, four in a line, by the numbers that instructions have for them.
const SHOWN: [&[u8]; 16] = [
    b"RAX", b"RCX", b"RDX", b"RBX", b"RSP", b"RBP", b"RSI", b"RDI", b"R8 ", b"R9 ", b"R10", b"R11",
    b"R12", b"R13", b"R14", b"R15",
];

/// An instruction that is about to be executed.
#[derive(Default)]
pub(crate) struct Step {
    pub(crate) cpu: usize,
    pub(crate) address: u64,
    /// The lines that tell of registers, not read yet: most instructions need few of them.
    lines: Vec<u8>,
}

impl Step {
    /// What a general register holds, by its number in instructions.
    pub(crate) fn register(&self, number: usize) -> Option<u64> {
        self.number(SHOWN.get(number)?, 4)
    }

    /// Where the segment begins that `%fs` or `%gs` is for.
    pub(crate) fn segment(&self, name: &[u8; 3]) -> Option<u64> {
        self.number(name, 9)
    }

    /// The sixteen digits that begin so far behind a name.
    fn number(&self, name: &[u8], offset: usize) -> Option<u64> {
        let at = self.lines.windows(4).position(|four| {
            let [word @ .., sign] = four else {
                return false;
            };
            word == name && *sign == b'='
        })?;
        let digits = self.lines.get(at + offset..at + offset + 16)?;
        u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    fn begin(&mut self, line: &[u8]) -> Option<()> {
        self.address = address(line)?;
        let text = std::str::from_utf8(line).ok()?;
        let (cpu, _) = text.strip_prefix("Trace ")?.split_once(':')?;
        self.cpu = cpu.parse().ok()?;
        self.lines.clear();
        Some(())
    }
}

/// Calls `with` for each instruction until the log's last line.
pub(crate) fn each_step(
    mut log: impl BufRead,
    mut with: impl FnMut(&Step) -> Result<()>,
) -> Result<()> {
    let (mut step, mut line, mut begun) = (Step::default(), Vec::new(), false);
    while log.read_until(b'\n', &mut line).context("QEMU's log")? > 0 {
        let is_end = line == END;
        if is_end || line.starts_with(b"Trace ") {
            if begun {
                with(&step)?;
            }
            if is_end {
                return Ok(());
            }
            begun = step.begin(&line).is_some();
        } else if line.starts_with(b"Stopped execution") {
            // It was not executed; it is logged again when it is.
            begun = false;
        } else if let [b'R', ..] | [b'F' | b'G', b'S', ..] = line[..] {
            step.lines.extend_from_slice(&line);
        }
        line.clear();
    }
    anyhow::bail!("QEMU's log breaks off")
}

#[cfg(test)]
mod tests {
    use super::{each_step, END};

    const LOG: &str = "\
Trace 1: 0x7f0d4c0 [0000000000000000/ffffffff81a0b8f0/0000c0b0/ff000001] vfs_read
RAX=0000000000000001 RBX=0000000000000002 RCX=0000000000000003 RDX=0000000000000004
RSI=0000000000000005 RDI=0000000000000006 RBP=0000000000000007 RSP=0000000000000008
R8 =0000000000000009 R9 =000000000000000a R10=000000000000000b R11=000000000000000c
R12=000000000000000d R13=000000000000000e R14=000000000000000f R15=ffff888000000010
RIP=ffffffff81a0b8f0 RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=0
ES =0000 0000000000000000 ffffffff 00c00000
FS =0000 00007f0000000011 00000000 00000000
GS =0000 ffff88803ec00012 00000000 00000000
Trace 0: 0x7f0d4c0 [0000000000000000/0000000000402000/0000c0b0/ff000001]
RAX=0000000000000001 RBX=0000000000000002 RCX=0000000000000003 RDX=0000000000000004
Stopped execution of TB chain before 0x7f0d4c0 [0000000000402000]
Trace 0: 0x7f0d4c0 [0000000000000000/0000000000401000/0000c0b0/ff000001]
";

    #[test]
    fn what_is_logged_is_read() {
        let log = [LOG.as_bytes(), END].concat();
        let mut seen = Vec::new();
        let read = each_step(&log[..], |step| {
            let numbers = (0..16).map(|number| step.register(number));
            let segments = [step.segment(b"FS "), step.segment(b"GS ")];
            seen.push((
                step.cpu,
                step.address,
                numbers.collect::<Vec<_>>(),
                segments,
            ));
            Ok(())
        });
        assert!(read.is_ok());
        let [first, second] = &seen[..] else {
            panic!("{seen:?}");
        };
        assert_eq!((first.0, first.1), (1, 0xffff_ffff_81a0_b8f0));
        let order = [
            1,
            3,
            4,
            2,
            8,
            7,
            5,
            6,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            0xffff_8880_0000_0010,
        ];
        assert_eq!(first.2, order.map(Some));
        assert_eq!(
            first.3,
            [Some(0x7f00_0000_0011), Some(0xffff_8880_3ec0_0012)]
        );
        assert_eq!((second.0, second.1, second.2[0]), (0, 0x40_1000, None));
    }

    #[test]
    fn a_log_without_an_end_is_an_error() {
        assert!(each_step(LOG.as_bytes(), |_| Ok(())).is_err());
    }
}
