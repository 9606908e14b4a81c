// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_timens_offsets))]
mod tests {
    use crate::pure::show::timens_offsets::Offsets;
    use crate::pure_tests::writes;

    #[test]
    fn the_clocks_of_the_first_namespace() {
        let offsets = Offsets {
            monotonic: (0, 0),
            boottime: (0, 0),
        };
        let expected = "monotonic           0         0\nboottime            0         0\n";
        assert!(writes(expected, |out| offsets.show(out)));
    }

    #[test]
    fn clocks_go_back_too_and_far() {
        let offsets = Offsets {
            monotonic: (-7, 999_999_999),
            boottime: (12_345_678_901, 5),
        };
        let expected = "monotonic          -7 999999999\nboottime   12345678901         5\n";
        assert!(writes(expected, |out| offsets.show(out)));
        let least = Offsets {
            monotonic: (i64::MIN, 0),
            ..offsets
        };
        let expected =
            "monotonic  -9223372036854775808         0\nboottime   12345678901         5\n";
        assert!(writes(expected, |out| least.show(out)));
    }
}
