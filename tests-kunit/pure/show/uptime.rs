// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_uptime))]
mod tests {
    use crate::pure::show::uptime;
    use crate::pure_tests::writes;

    #[test]
    fn hundredths_are_cut() {
        let second = 1_000_000_000;
        let shows = |up, idle, text| writes(text, |out| uptime::show(up, idle, out));
        assert!(shows(0, 0, "0.00 0.00\n"));
        assert!(shows(second - 1, 501, "0.99 5.01\n"));
        assert!(shows(12 * second + 345_999_999, 10, "12.34 0.10\n"));
        assert!(shows(u64::MAX, 100, "18446744073.70 1.00\n"));
    }
}
