// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_parse))]
mod tests {
    use crate::pure::parse::{
        kstrtouint,
        name_to_int, //
    };

    #[test]
    fn names_that_are_numbers() {
        assert_eq!(name_to_int(b"0"), Some(0));
        assert_eq!(name_to_int(b"1"), Some(1));
        assert_eq!(name_to_int(b"4194304"), Some(4_194_304));
    }

    #[test]
    fn a_number_has_one_name() {
        for name in [
            &b"00"[..],
            b"01",
            b"0x1",
            b"+1",
            b"-1",
            b" 1",
            b"1 ",
            b"1\n",
            b"1\0",
            b"1/",
        ] {
            assert_eq!(name_to_int(name), None);
        }
    }

    #[test]
    fn names_that_are_no_numbers() {
        for name in [
            &b""[..],
            b"self",
            b"1a",
            b"a1",
            b".",
            b"..",
            b"\xff",
            b"\xb1",
            b"/",
            b":",
        ] {
            assert_eq!(name_to_int(name), None);
        }
    }

    #[test]
    fn names_of_large_numbers() {
        // (u32::MAX - 9) / 10 is 429496728: what has reached it takes no more digits.
        assert_eq!(name_to_int(b"429496728"), Some(429_496_728));
        assert_eq!(name_to_int(b"4294967279"), Some(4_294_967_279));
        assert_eq!(name_to_int(b"4294967280"), None);
        assert_eq!(name_to_int(b"4294967295"), None);
        assert_eq!(name_to_int(b"4294967296"), None);
        assert_eq!(name_to_int(b"9999999999"), None);
        assert_eq!(name_to_int(&[b'9'; 255]), None);
        assert_eq!(name_to_int(&[b'0'; 255]), None);
    }

    #[test]
    fn values_by_base() {
        assert_eq!(kstrtouint(b"0"), Some(0));
        assert_eq!(kstrtouint(b"19"), Some(19));
        assert_eq!(kstrtouint(b"0x1F"), Some(31));
        assert_eq!(kstrtouint(b"0XfF"), Some(255));
        assert_eq!(kstrtouint(b"017"), Some(15));
        assert_eq!(kstrtouint(b"0000"), Some(0));
    }

    #[test]
    fn values_with_a_plus_and_a_newline() {
        assert_eq!(kstrtouint(b"+4"), Some(4));
        assert_eq!(kstrtouint(b"4\n"), Some(4));
        assert_eq!(kstrtouint(b"+0x4\n"), Some(4));
        assert_eq!(kstrtouint(b"++4"), None);
        assert_eq!(kstrtouint(b"4\n\n"), None);
        assert_eq!(kstrtouint(b"\n4"), None);
    }

    #[test]
    fn values_that_are_no_numbers() {
        let bad = [
            &b""[..],
            b"+",
            b"\n",
            b"+\n",
            b"-1",
            b" 1",
            b"1 ",
            b"0x",
            b"0x\n",
            b"0xg",
            b"08",
            b"1x",
            b"a",
            b"off",
            b"\xff",
        ];
        for value in bad {
            assert_eq!(kstrtouint(value), None);
        }
    }

    #[test]
    fn values_that_are_too_large() {
        assert_eq!(kstrtouint(b"4294967295"), Some(u32::MAX));
        assert_eq!(kstrtouint(b"4294967296"), None);
        assert_eq!(kstrtouint(b"0xffffffff"), Some(u32::MAX));
        assert_eq!(kstrtouint(b"0x100000000"), None);
        assert_eq!(kstrtouint(b"037777777777"), Some(u32::MAX));
        assert_eq!(kstrtouint(b"040000000000"), None);
        assert_eq!(kstrtouint(&[b'9'; 100]), None);
        assert_eq!(
            kstrtouint(b"00000000000000000000000000000000000001"),
            Some(1)
        );
    }
}
