// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_map_files))]
mod tests {
    use crate::pure::map_files::{
        key_of_range,
        name_of_range,
        range_of_name,
        NAME_LEN, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn names_that_readdir_writes() {
        for (name, range) in [
            ("400000-452000", (0x40_0000, 0x45_2000)),
            ("0-1000", (0, 0x1000)),
            (
                "7f0123abc000-7f0123abd000",
                (0x7f01_23ab_c000, 0x7f01_23ab_d000),
            ),
            (
                "fffffffffffff000-ffffffffffffffff",
                (0xffff_ffff_ffff_f000, u64::MAX),
            ),
        ] {
            assert!(name.len() <= NAME_LEN);
            assert_eq!(range_of_name(name.as_bytes()), Some(range));
            assert!(writes(name, |out| name_of_range(range.0, range.1, out)));
        }
    }

    #[test]
    fn names_that_the_kernel_takes_all_the_same() {
        // _parse_integer() takes letters of both cases, and no digits as 0.
        assert_eq!(
            range_of_name(b"ABC000-aBd000"),
            Some((0xab_c000, 0xab_d000))
        );
        assert_eq!(range_of_name(b"-1000"), Some((0, 0x1000)));
        assert_eq!(range_of_name(b"1000-"), Some((0x1000, 0)));
        assert_eq!(range_of_name(b"1000-0"), Some((0x1000, 0)));
        assert_eq!(range_of_name(b"-"), Some((0, 0)));
    }

    #[test]
    fn leading_zeros() {
        for name in [
            &b"01000-2000"[..],
            b"1000-02000",
            b"00-1000",
            b"0x1000-2000",
            b"1000-0x2000",
            b"0",
            b"0000",
            b"1000-00",
            b"1000-0 ",
        ] {
            assert_eq!(range_of_name(name), None);
        }
    }

    #[test]
    fn other_names() {
        for name in [
            &b""[..],
            b".",
            b"..",
            b"1000",
            b"1000_2000",
            b"1000-2000-",
            b"1000-2000-3000",
            b"1000--2000",
            b" 1000-2000",
            b"1000-2000 ",
            b"1000-2000\n",
            b"+1000-2000",
            b"1000-2000g",
            b"g000-2000",
            b"1000-\xff",
            b"\xb2-1000",
        ] {
            assert_eq!(range_of_name(name), None);
        }
    }

    #[test]
    fn numbers_that_do_not_fit() {
        assert_eq!(range_of_name(b"10000000000000000-1"), None);
        assert_eq!(range_of_name(b"1-10000000000000000"), None);
        assert_eq!(range_of_name(&[b'f'; 255]), None);
    }

    #[test]
    fn a_range_has_a_key_of_its_own() {
        let ranges = [
            (0x40_0000, 0x45_2000),
            (0x40_0000, 0x45_3000),
            (0x45_2000, 0x45_3000),
            (0x7f01_23ab_c000, 0x7f01_23ab_d000),
            (0x7f01_23ab_d000, 0x7f01_23ab_e000),
            (0x7f01_23ab_c000, 0x7f01_23ab_e000),
        ];
        for (i, one) in ranges.iter().enumerate() {
            for other in ranges.iter().skip(i + 1) {
                assert!(key_of_range(one.0, one.1) != key_of_range(other.0, other.1));
            }
        }
    }
}
