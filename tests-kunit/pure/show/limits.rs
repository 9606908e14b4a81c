// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_limits))]
mod tests {
    use crate::pure::show::limits::{
        show,
        Limit,
        COUNT, //
    };
    use crate::pure_tests::writes;

    const fn limit(current: u64, maximum: u64) -> Limit {
        Limit { current, maximum }
    }

    const UNLIMITED: Limit = limit(u64::MAX, u64::MAX);

    // Every line with its spaces: 25 for the name, 20 for each value, 10 for the unit, and one after
    // each column but the last. Lines without a unit end in a space.
    #[test]
    fn a_whole_file() {
        let limits = [
            UNLIMITED,
            UNLIMITED,
            UNLIMITED,
            limit(8_388_608, u64::MAX),
            limit(0, u64::MAX),
            UNLIMITED,
            limit(7823, 7823),
            limit(1024, 1_048_576),
            limit(8_388_608, 8_388_608),
            UNLIMITED,
            UNLIMITED,
            limit(7823, 7823),
            limit(819_200, 819_200),
            limit(0, 0),
            limit(0, 0),
            UNLIMITED,
        ];
        let expected = "\
Limit                     Soft Limit           Hard Limit           Units     \n\
Max cpu time              unlimited            unlimited            seconds   \n\
Max file size             unlimited            unlimited            bytes     \n\
Max data size             unlimited            unlimited            bytes     \n\
Max stack size            8388608              unlimited            bytes     \n\
Max core file size        0                    unlimited            bytes     \n\
Max resident set          unlimited            unlimited            bytes     \n\
Max processes             7823                 7823                 processes \n\
Max open files            1024                 1048576              files     \n\
Max locked memory         8388608              8388608              bytes     \n\
Max address space         unlimited            unlimited            bytes     \n\
Max file locks            unlimited            unlimited            locks     \n\
Max pending signals       7823                 7823                 signals   \n\
Max msgqueue size         819200               819200               bytes     \n\
Max nice priority         0                    0                    \n\
Max realtime priority     0                    0                    \n\
Max realtime timeout      unlimited            unlimited            us        \n";
        assert!(writes(expected, |out| show(&limits, out)));
    }

    #[test]
    fn there_are_sixteen() {
        // RLIM_NLIMITS of include/uapi/asm-generic/resource.h.
        assert_eq!(COUNT, 16);
    }
}
