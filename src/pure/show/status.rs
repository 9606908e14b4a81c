// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/status` (proc_pid_status() in fs/proc/array.c), which is the same for a process and for
//! a thread.

pub(crate) mod identity;
pub(crate) mod memory;
pub(crate) mod security;
pub(crate) mod signals;

use crate::pure::text::Text;

/// A task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Status<'a> {
    /// Who it is.
    pub(crate) identity: identity::Identity<'a>,
    /// Its memory; a kernel thread or a zombie has none.
    pub(crate) memory: Option<memory::Memory>,
    /// Its signals.
    pub(crate) signals: signals::Signals,
    /// What it may do.
    pub(crate) security: security::Security,
    /// The CPUs it may run on.
    pub(crate) cpus: Mask<'a>,
    /// The memory nodes it may use (CONFIG_CPUSETS).
    pub(crate) mems: Option<Mask<'a>>,
    /// How often it gave up a CPU.
    pub(crate) voluntary_switches: u64,
    /// How often a CPU was taken from it.
    pub(crate) nonvoluntary_switches: u64,
    /// Shadow stacks (CONFIG_X86_USER_SHADOW_STACK).
    pub(crate) thread_features: Option<ThreadFeatures>,
}

/// A set of CPUs or memory nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mask<'a> {
    /// The words of the mask, lowest first.
    pub(crate) words: &'a [u64],
    /// How many bits count.
    pub(crate) bits: usize,
}

/// Bits of arch_prctl(ARCH_SHSTK_*).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreadFeatures {
    /// What is on.
    pub(crate) enabled: u64,
    /// What can't be changed any more.
    pub(crate) locked: u64,
}

impl Status<'_> {
    /// Writes the whole file.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        self.identity.show(out);
        if let Some(memory) = &self.memory {
            memory.show(out);
        }
        self.signals.show(out);
        self.security.show(out);
        self.cpus.show(out, b"Cpus_allowed");
        if let Some(mems) = &self.mems {
            mems.show(out, b"Mems_allowed");
        }
        out.field(b"voluntary_ctxt_switches:\t", self.voluntary_switches);
        out.field(
            b"\nnonvoluntary_ctxt_switches:\t",
            self.nonvoluntary_switches,
        );
        out.byte(b'\n');
        if let Some(features) = &self.thread_features {
            features.show(out);
        }
    }
}

impl Mask<'_> {
    fn show(&self, out: &mut Text<'_>, label: &[u8]) {
        out.bytes(label);
        out.bytes(b":\t");
        out.bitmap_hex(self.words, self.bits);
        out.byte(b'\n');
        out.bytes(label);
        out.bytes(b"_list:\t");
        out.bitmap_list(self.words, self.bits);
        out.byte(b'\n');
    }
}

impl ThreadFeatures {
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        show_features(out, b"x86_Thread_features:\t", self.enabled);
        show_features(out, b"x86_Thread_features_locked:\t", self.locked);
    }
}

/// dump_x86_features() in arch/x86/kernel/cpu/proc.c.
fn show_features(out: &mut Text<'_>, label: &[u8], features: u64) {
    out.bytes(label);
    for (bit, name) in [(1, "shstk "), (2, "wrss ")] {
        if features & bit != 0 {
            out.bytes(name.as_bytes());
        }
    }
    out.byte(b'\n');
}
