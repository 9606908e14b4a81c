// SPDX-License-Identifier: GPL-2.0

//! The lines of `status` that a task with memory of its own has (task_mem() in
//! fs/proc/task_mmu.c and what follows it in proc_pid_status()).

use crate::pure::show::statm;
use crate::pure::text::Text;

/// Memory. Sizes are in pages unless something else is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// log2 of the page size.
    pub(crate) page_shift: u32,
    /// The largest address space, as far as the kernel has noted it.
    pub(crate) hiwater_vm: u64,
    /// The address space.
    pub(crate) total_vm: u64,
    /// Locked by mlock().
    pub(crate) locked_vm: u64,
    /// Pinned by drivers.
    pub(crate) pinned_vm: u64,
    /// The most resident pages, as far as the kernel has noted it.
    pub(crate) hiwater_rss: u64,
    /// Resident pages without a file.
    pub(crate) anon: u64,
    /// Resident pages of files.
    pub(crate) file: u64,
    /// Resident pages of shared memory.
    pub(crate) shmem: u64,
    /// Private writable mappings.
    pub(crate) data_vm: u64,
    /// The stack.
    pub(crate) stack_vm: u64,
    /// Executable mappings.
    pub(crate) exec_vm: u64,
    /// The first address of the program's code.
    pub(crate) start_code: u64,
    /// The address after the program's code.
    pub(crate) end_code: u64,
    /// Page tables, in bytes.
    pub(crate) page_tables: u64,
    /// Swapped out.
    pub(crate) swap: u64,
    /// Pages of normal size in huge pages (CONFIG_HUGETLB_PAGE).
    pub(crate) hugetlb: Option<u64>,
    /// Whether the task is being dumped.
    pub(crate) core_dumping: bool,
    /// Whether transparent huge pages are allowed.
    pub(crate) thp_enabled: bool,
    /// The bits of an address that are not a tag.
    pub(crate) untag_mask: u64,
}

impl Memory {
    /// Writes the lines.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        let rss = self.anon.wrapping_add(self.file).wrapping_add(self.shmem);
        // Executable mappings are the program's own code, and libraries.
        let executable = self.exec_vm.wrapping_shl(self.page_shift);
        let text = statm::text_bytes(self.start_code, self.end_code, self.page_shift);
        let text = text.min(executable);
        // The kernel raises the high-water marks only when it lowers what they are marks of.
        self.pages(out, b"VmPeak:\t", self.hiwater_vm.max(self.total_vm));
        self.pages(out, b"VmSize:\t", self.total_vm);
        self.pages(out, b"VmLck:\t", self.locked_vm);
        self.pages(out, b"VmPin:\t", self.pinned_vm);
        self.pages(out, b"VmHWM:\t", self.hiwater_rss.max(rss));
        self.pages(out, b"VmRSS:\t", rss);
        self.pages(out, b"RssAnon:\t", self.anon);
        self.pages(out, b"RssFile:\t", self.file);
        self.pages(out, b"RssShmem:\t", self.shmem);
        self.pages(out, b"VmData:\t", self.data_vm);
        self.pages(out, b"VmStk:\t", self.stack_vm);
        kilobytes(out, b"VmExe:\t", text >> 10);
        kilobytes(out, b"VmLib:\t", (executable - text) >> 10);
        kilobytes(out, b"VmPTE:\t", self.page_tables >> 10);
        self.pages(out, b"VmSwap:\t", self.swap);
        if let Some(hugetlb) = self.hugetlb {
            self.pages(out, b"HugetlbPages:\t", hugetlb);
        }
        out.field(b"CoreDumping:\t", self.core_dumping.into());
        out.field(b"\nTHP_enabled:\t", self.thp_enabled.into());
        out.bytes(b"\nuntag_mask:\t0x");
        out.hex(self.untag_mask);
        out.byte(b'\n');
    }

    #[inline]
    fn pages<const N: usize>(&self, out: &mut Text<'_>, label: &[u8; N], pages: u64) {
        let shift = self.page_shift.saturating_sub(10);
        kilobytes(out, label, pages.wrapping_shl(shift));
    }
}

/// For each length of a label a function of its own, which knows how much it copies.
#[inline(never)]
fn kilobytes<const N: usize>(out: &mut Text<'_>, label: &[u8; N], kilobytes: u64) {
    out.bytes(label);
    out.dec_width(kilobytes, 8);
    out.bytes(b" kB\n");
}
