// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_schedstat))]
mod tests {
    use crate::pure::show::schedstat::SchedStat;
    use crate::pure_tests::writes;

    #[test]
    fn three_numbers() {
        let stat = SchedStat {
            run_time: 1_234_567_890,
            run_delay: 42,
            switches: 7,
        };
        assert!(writes("1234567890 42 7\n", |out| stat.show(out)));
    }

    #[test]
    fn a_scheduler_that_does_not_count() {
        assert!(writes("0 0 0\n", |out| SchedStat::default().show(out)));
    }
}
