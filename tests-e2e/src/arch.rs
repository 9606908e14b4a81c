// SPDX-License-Identifier: GPL-2.0

//! What of an architecture the tests have to know.

/// An architecture.
pub struct Arch {
    /// Those whose options (`scripts/kernel`) it has not.
    pub others: &'static [&'static str],
    /// Its number in ELF headers: `EM_*`.
    pub elf: u16,
    /// Its number in audit records and seccomp filters: `AUDIT_ARCH_*`.
    pub audit: u32,
    /// What it calls an interrupt of its own, in `interrupts`.
    pub interrupt: &'static str,
    /// What is left of an address of a process's stack without its last 40 bits.
    pub stack: u64,
    /// prctl(PR_SET_NAME, argv\[0\]), then sleep for ever: instructions from a program's entry on.
    pub sleeper: &'static [u8],
}

/// The one that this program is for.
#[cfg(target_arch = "x86_64")]
pub const HERE: Arch = Arch {
    others: &["arm64"],
    elf: 62,
    audit: 0xc000_003e,
    interrupt: "LOC",
    stack: 0x7f,
    sleeper: &[
        0x48, 0x8b, 0x74, 0x24, 0x08, // mov rsi, [rsp+8]
        0xbf, 0x0f, 0x00, 0x00, 0x00, // mov edi, 15
        0xb8, 0x9d, 0x00, 0x00, 0x00, // mov eax, 157
        0x0f, 0x05, // syscall
        0xb8, 0x22, 0x00, 0x00, 0x00, // mov eax, 34: pause(2)
        0x0f, 0x05, // syscall
        0xeb, 0xf7, // jmp to "mov eax, 34"
    ],
};

/// The one that this program is for.
#[cfg(target_arch = "aarch64")]
pub const HERE: Arch = Arch {
    others: &["x86"],
    elf: 183,
    audit: 0xc000_00b7,
    interrupt: "IPI0",
    stack: 0xff,
    sleeper: &[
        0xe0, 0x01, 0x80, 0xd2, // mov x0, 15
        0xe1, 0x07, 0x40, 0xf9, // ldr x1, [sp, 8]
        0xe8, 0x14, 0x80, 0xd2, // mov x8, 167
        0x01, 0x00, 0x00, 0xd4, // svc 0
        0x00, 0x00, 0x80, 0xd2, // mov x0, 0
        0x01, 0x00, 0x80, 0xd2, // mov x1, 0
        0x02, 0x00, 0x80, 0xd2, // mov x2, 0
        0x03, 0x00, 0x80, 0xd2, // mov x3, 0
        0x28, 0x09, 0x80, 0xd2, // mov x8, 73: ppoll(2)
        0x01, 0x00, 0x00, 0xd4, // svc 0
        0xfa, 0xff, 0xff, 0x17, // b to "mov x0, 0"
    ],
};
