// SPDX-License-Identifier: GPL-2.0

use crate::pure::show::status::memory::Memory;

/// The memory of the shell in proc(5)'s example, in pages of 4 kB.
pub(super) const SHELL: Memory = Memory {
    page_shift: 12,
    hiwater_vm: 0,
    total_vm: 32792,
    locked_vm: 0,
    pinned_vm: 0,
    hiwater_rss: 0,
    anon: 2566,
    file: 805,
    shmem: 0,
    data_vm: 2583,
    stack_vm: 34,
    // 992 kB of its own code, 2104 kB of libraries.
    exec_vm: 248 + 526,
    start_code: 0x5600_0000_0000,
    end_code: 0x5600_000f_7f01,
    page_tables: 76 << 10,
    swap: 0,
    hugetlb: Some(0),
    core_dumping: false,
    thp_enabled: true,
    untag_mask: u64::MAX,
};

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_status_memory))]
mod tests {
    use super::SHELL;
    use crate::pure::show::status::memory::Memory;
    use crate::pure_tests::writes;

    #[test]
    fn every_line_has_its_own_number() {
        let memory = Memory {
            hiwater_vm: 101,
            total_vm: 100,
            locked_vm: 3,
            pinned_vm: 4,
            hiwater_rss: 70,
            anon: 10,
            file: 20,
            shmem: 30,
            data_vm: 11,
            stack_vm: 12,
            exec_vm: 20,
            start_code: 0x40_0000,
            end_code: 0x40_5000,
            page_tables: 17 * 1024 + 1023,
            swap: 14,
            hugetlb: Some(512),
            core_dumping: true,
            thp_enabled: false,
            untag_mask: 0x7fff_ffff,
            ..SHELL
        };
        let expected = "\
VmPeak:\t     404 kB\nVmSize:\t     400 kB\nVmLck:\t      12 kB\nVmPin:\t      16 kB\n\
VmHWM:\t     280 kB\nVmRSS:\t     240 kB\nRssAnon:\t      40 kB\nRssFile:\t      80 kB\n\
RssShmem:\t     120 kB\nVmData:\t      44 kB\nVmStk:\t      48 kB\nVmExe:\t      20 kB\n\
VmLib:\t      60 kB\nVmPTE:\t      17 kB\nVmSwap:\t      56 kB\nHugetlbPages:\t    2048 kB\n\
CoreDumping:\t1\nTHP_enabled:\t0\nuntag_mask:\t0x7fffffff\n";
        assert!(writes(expected, |out| memory.show(out)));
    }

    #[test]
    fn marks_below_the_present_and_more_text_than_executable() {
        let memory = Memory {
            hiwater_vm: 99,
            total_vm: 100,
            hiwater_rss: 59,
            anon: 60,
            file: 0,
            exec_vm: 2,
            hugetlb: None,
            // Half of it no longer mapped.
            end_code: SHELL.start_code + 0x4000,
            page_tables: 0,
            data_vm: 0,
            stack_vm: 0,
            ..SHELL
        };
        let expected = "\
VmPeak:\t     400 kB\nVmSize:\t     400 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\n\
VmHWM:\t     240 kB\nVmRSS:\t     240 kB\nRssAnon:\t     240 kB\nRssFile:\t       0 kB\n\
RssShmem:\t       0 kB\nVmData:\t       0 kB\nVmStk:\t       0 kB\nVmExe:\t       8 kB\n\
VmLib:\t       0 kB\nVmPTE:\t       0 kB\nVmSwap:\t       0 kB\n\
CoreDumping:\t0\nTHP_enabled:\t1\nuntag_mask:\t0xffffffffffffffff\n";
        assert!(writes(expected, |out| memory.show(out)));
    }

    #[test]
    fn large_pages_and_numbers_wider_than_their_column() {
        let memory = Memory {
            page_shift: 16,
            total_vm: 1 << 31,
            exec_vm: 0,
            ..SHELL
        };
        let expected = "\
VmPeak:\t137438953472 kB\nVmSize:\t137438953472 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\n\
VmHWM:\t  215744 kB\nVmRSS:\t  215744 kB\nRssAnon:\t  164224 kB\nRssFile:\t   51520 kB\n\
RssShmem:\t       0 kB\nVmData:\t  165312 kB\nVmStk:\t    2176 kB\nVmExe:\t       0 kB\n\
VmLib:\t       0 kB\nVmPTE:\t      76 kB\nVmSwap:\t       0 kB\nHugetlbPages:\t       0 kB\n\
CoreDumping:\t0\nTHP_enabled:\t1\nuntag_mask:\t0xffffffffffffffff\n";
        assert!(writes(expected, |out| memory.show(out)));
    }
}
