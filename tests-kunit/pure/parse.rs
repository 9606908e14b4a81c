// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_parse))]
mod tests {
    use crate::pure::parse::name_to_int;

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
}
