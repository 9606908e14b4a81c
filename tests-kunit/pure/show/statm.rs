// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_statm))]
mod tests {
    use crate::pure::show::statm::{
        text_bytes,
        Statm, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn a_program() {
        let memory = Statm {
            page_shift: 12,
            total_vm: 1153,
            anon: 100,
            file: 300,
            shmem: 20,
            start_code: 0x55d0_0000_2000,
            end_code: 0x55d0_0000_5abc,
            data_vm: 90,
            stack_vm: 33,
        };
        // resident 100 + 300 + 20, shared 300 + 20, text 0x2000 to 0x6000, data 90 + 33.
        assert!(writes("1153 420 320 4 0 123 0\n", |out| Statm::show(
            Some(&memory),
            out
        )));
    }

    #[test]
    fn a_kernel_thread() {
        assert!(writes("0 0 0 0 0 0 0\n", |out| Statm::show(None, out)));
    }

    #[test]
    fn text_is_whole_pages() {
        assert_eq!(text_bytes(0x1000, 0x2000, 12), 0x1000);
        assert_eq!(text_bytes(0x1001, 0x1fff, 12), 0x1000);
        assert_eq!(text_bytes(0x1fff, 0x2001, 12), 0x2000);
        assert_eq!(text_bytes(0, 0, 12), 0);
        assert_eq!(text_bytes(0x1_0001, 0x1_0002, 16), 0x1_0000);
        // Nothing keeps a program from having them the wrong way round; C wraps.
        assert_eq!(text_bytes(0x2000, 0x1000, 12), 0xffff_ffff_ffff_f000);
    }
}
