// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_id_map))]
mod tests {
    use crate::pure::show::id_map::Extent;
    use crate::pure_tests::writes;

    #[test]
    fn every_column_is_ten_wide() {
        let extent = Extent {
            first: 0,
            lower: 100_000,
            count: u32::MAX,
        };
        let expected = "         0     100000 4294967295\n";
        assert_eq!(expected.len(), Extent::LEN);
        assert!(writes(expected, |out| extent.show(out)));
    }

    #[test]
    fn numbers_of_any_length_fill_a_line() {
        let extent = Extent {
            first: 99_999_999,
            lower: u32::MAX,
            count: 100_000_000,
        };
        let expected = "  99999999 4294967295  100000000\n";
        assert_eq!(expected.len(), Extent::LEN);
        assert!(writes(expected, |out| extent.show(out)));
    }
}
