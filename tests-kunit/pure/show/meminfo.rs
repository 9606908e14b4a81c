// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_meminfo))]
mod tests {
    use crate::pure::show::meminfo::{
        with_swap,
        Figures,
        Memory,
        Template, //
    };
    use crate::pure::show::swaps::Swap;
    use crate::pure_tests::writes;

    const KB: u64 = 1024;

    fn shows(template: &str, memory: &Memory, text: &str) -> bool {
        let template = Template::new(template.as_bytes());
        writes(text, |out| template.show(memory, 4 * KB, out))
    }

    fn memory(limit: u64, free: u64) -> Memory {
        Memory {
            limit: limit * KB,
            free: free * KB,
            unthrottled: free * KB,
            ..Memory::default()
        }
    }

    #[test]
    fn figures_stand_where_the_kernels_stood() {
        let template = "MemTotal:        2044932 kB\nMemFree:         1972256 kB\n\
                        MemAvailable:    1948080 kB\nCached:            25904 kB\n";
        let mut memory = memory(65_536, 41_932);
        memory.figures.file = 20_904 * KB;
        memory.figures.active_file = 100 * KB;
        let text = "MemTotal:          65536 kB\nMemFree:           41932 kB\n\
                    MemAvailable:      42032 kB\nCached:            20904 kB\n";
        assert!(shows(template, &memory, text));
    }

    #[test]
    fn what_is_not_known_is_0() {
        let template = "Buffers:            2204 kB\nMlocked:              12 kB\n\
                        HugePages_Total:       8\nHardwareCorrupted:     4 kB\n\
                        SomethingNew:        777 kB\n";
        let text = "Buffers:               0 kB\nMlocked:               0 kB\n\
                    HugePages_Total:       0\nHardwareCorrupted:     0 kB\n\
                    SomethingNew:          0 kB\n";
        assert!(shows(template, &memory(100, 100), text));
    }

    #[test]
    fn constants_stay() {
        let template = "VmallocTotal:   34359738367 kB\nHugepagesize:       2048 kB\n";
        assert!(shows(template, &memory(100, 100), template));
    }

    #[test]
    fn a_line_that_is_none_is_left_out() {
        let template = "MemTotal:           1000 kB\nno colon here\n: 5 kB\nA B: 5 kB\n\
                        C: kB\nD: 5 MB\nE: x kB\n\nMemFree:            1000 kB";
        let text = "MemTotal:            100 kB\nMemFree:              40 kB\n";
        assert!(shows(template, &memory(100, 40), text));
    }

    #[test]
    fn a_number_that_is_too_long_pushes_the_unit() {
        let template = "MemTotal:        2044932 kB\nHardwareCorrupted:     4 kB\n";
        let text = "MemTotal:       1073741824 kB\nHardwareCorrupted:     0 kB\n";
        assert!(shows(template, &memory(1 << 30, 0), text));
    }

    #[test]
    fn there_is_always_a_page() {
        let template = "MemTotal: 1 kB\nMemFree: 1 kB\nMemAvailable: 1 kB\n";
        let text = "MemTotal:              4 kB\nMemFree:               0 kB\n\
                    MemAvailable:          0 kB\n";
        assert!(shows(template, &memory(0, 0), text));
    }

    #[test]
    fn nothing_is_more_than_there_is() {
        let template = "MemTotal: 1 kB\nMemFree: 1 kB\nMemAvailable: 1 kB\nCached: 1 kB\n\
                        SReclaimable: 1 kB\nKReclaimable: 1 kB\nSlab: 1 kB\nSwapTotal: 1 kB\n\
                        SwapFree: 1 kB\n";
        let memory = Memory {
            limit: 1000 * KB,
            free: 700 * KB,
            unthrottled: 700 * KB,
            swap: Swap {
                total: 50 * KB,
                free: 60 * KB,
            },
            figures: Figures {
                file: 200 * KB,
                inactive_file: 400 * KB,
                slab_reclaimable: 150 * KB,
                slab_unreclaimable: 5 * KB,
                ..Figures::default()
            },
        };
        // 300 are used: 200 of them cached, and so 100 reclaimable.
        let text = "MemTotal:           1000 kB\nMemFree:             700 kB\n\
                    MemAvailable:       1000 kB\nCached:              200 kB\n\
                    SReclaimable:        100 kB\nKReclaimable:        100 kB\n\
                    Slab:                105 kB\nSwapTotal:            50 kB\n\
                    SwapFree:             50 kB\n";
        assert!(shows(template, &memory, text));
        let memory = Memory {
            free: 2000 * KB,
            ..memory
        };
        let text = "MemTotal:           1000 kB\nMemFree:            1000 kB\n\
                    MemAvailable:       1000 kB\nCached:                0 kB\n\
                    SReclaimable:          0 kB\nKReclaimable:          0 kB\n\
                    Slab:                  5 kB\nSwapTotal:            50 kB\n\
                    SwapFree:             50 kB\n";
        assert!(shows(template, &memory, text));
    }

    #[test]
    fn sums() {
        let template = "Active: 1 kB\nInactive: 1 kB\nActive(anon): 1 kB\n\
                        Inactive(file): 1 kB\nCommitLimit: 1 kB\n";
        let mut memory = memory(100, 100);
        memory.swap.total = 11 * KB;
        memory.figures = Figures {
            active_anon: KB,
            active_file: 2 * KB,
            inactive_anon: 4 * KB,
            inactive_file: 8 * KB,
            ..Figures::default()
        };
        let text = "Active:                3 kB\nInactive:             12 kB\n\
                    Active(anon):          1 kB\nInactive(file):        8 kB\n\
                    CommitLimit:         111 kB\n";
        assert!(shows(template, &memory, text));
    }

    #[test]
    fn swap_alone() {
        let text = "MemTotal:        2044932 kB\nSwapCached:            7 kB\n\
                    SwapTotal:        524284 kB\nSwapFree:         524284 kB\n";
        let expected = "MemTotal:        2044932 kB\nSwapCached:            7 kB\n\
                        SwapTotal:         16384 kB\nSwapFree:          12288 kB\n";
        let swap = Swap {
            total: 16_384 * KB,
            free: 12_288 * KB,
        };
        assert!(writes(expected, |out| with_swap(
            text.as_bytes(),
            swap,
            out
        )));
    }
}
