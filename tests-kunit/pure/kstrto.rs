// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_kstrto))]
mod tests {
    use crate::pure::kstrto::{
        c_string,
        i32,
        strstrip,
        u32,
        u64,
        BadNumber::{
            self,
            Invalid,
            Range, //
        }, //
    };

    #[test]
    fn finds_the_base() {
        assert_eq!(u32(b"0", 0), Ok(0));
        assert_eq!(u32(b"19", 0), Ok(19));
        assert_eq!(u32(b"0x1F", 0), Ok(31));
        assert_eq!(u32(b"0XfF", 0), Ok(255));
        assert_eq!(u32(b"017", 0), Ok(15));
        assert_eq!(u32(b"0000", 0), Ok(0));
        assert_eq!(u32(b"08", 0), Err(Invalid));
    }

    #[test]
    fn takes_the_base_it_is_told() {
        assert_eq!(u32(b"017", 10), Ok(17));
        assert_eq!(u32(b"0x11", 10), Err(Invalid));
        assert_eq!(u32(b"11", 16), Ok(17));
        assert_eq!(u32(b"0x11", 16), Ok(17));
        assert_eq!(u32(b"x11", 16), Err(Invalid));
        assert_eq!(u32(b"18", 8), Err(Invalid));
        assert_eq!(u32(b"a", 10), Err(Invalid));
    }

    #[test]
    fn takes_a_plus_and_a_newline() {
        assert_eq!(u32(b"+4", 0), Ok(4));
        assert_eq!(u32(b"4\n", 0), Ok(4));
        assert_eq!(u32(b"+0x4\n", 0), Ok(4));
        for text in [&b"++4"[..], b"4\n\n", b"\n4", b"4\n ", b"+\n", b"+"] {
            assert_eq!(u32(text, 0), Err(Invalid));
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        let texts = [
            &b""[..],
            b"\n",
            b"-1",
            b" 1",
            b"1 ",
            b"0x",
            b"0x\n",
            b"0xg",
            b"1x",
            b"a",
            b"off",
            b"\xff",
            b"1\0",
        ];
        for text in texts {
            assert_eq!(u32(text, 0), Err(Invalid));
            assert_eq!(u64(text, 0), Err(Invalid));
        }
        assert_eq!(u32(b"0x", 16), Err(Invalid));
    }

    #[test]
    fn says_which_numbers_are_too_large() {
        assert_eq!(u32(b"4294967295", 0), Ok(u32::MAX));
        assert_eq!(u32(b"4294967296", 0), Err(Range));
        assert_eq!(u32(b"0xffffffff", 0), Ok(u32::MAX));
        assert_eq!(u32(b"0x100000000", 0), Err(Range));
        assert_eq!(u32(b"037777777777", 0), Ok(u32::MAX));
        assert_eq!(u32(b"040000000000", 0), Err(Range));
        assert_eq!(u64(b"18446744073709551615", 0), Ok(u64::MAX));
        assert_eq!(u64(b"18446744073709551616", 0), Err(Range));
        assert_eq!(u64(b"0x10000000000000000", 0), Err(Range));
        assert_eq!(u64(&[b'9'; 100], 0), Err(Range));
        assert_eq!(u32(b"00000000000000000000000000000000000001", 0), Ok(1));
    }

    #[test]
    fn sees_what_follows_only_when_the_number_fits() {
        // 2^64 and then no digit: _kstrtoull() looks at the overflow first.
        assert_eq!(u64(b"18446744073709551616x", 0), Err(Range));
        assert_eq!(u64(b"18446744073709551615x", 0), Err(Invalid));
        // 2^32 fits in 64 bits, so there what follows counts.
        assert_eq!(u32(b"4294967296x", 0), Err(Invalid));
    }

    #[test]
    fn signed_numbers() {
        assert_eq!(i32(b"0", 0), Ok(0));
        assert_eq!(i32(b"-0", 0), Ok(0));
        assert_eq!(i32(b"+7\n", 0), Ok(7));
        assert_eq!(i32(b"-1000\n", 0), Ok(-1000));
        assert_eq!(i32(b"-0x10", 0), Ok(-16));
        assert_eq!(i32(b"2147483647", 0), Ok(i32::MAX));
        assert_eq!(i32(b"-2147483648", 0), Ok(i32::MIN));
        for text in [
            &b"2147483648"[..],
            b"-2147483649",
            b"9223372036854775808",
            b"-9223372036854775809",
            b"18446744073709551615",
            b"18446744073709551616",
            b"-18446744073709551616",
        ] {
            assert_eq!(i32(text, 0), Err(Range));
        }
        for text in [&b""[..], b"-", b"--1", b"-+1", b"+-1", b"- 1", b"-\n"] {
            assert_eq!(i32(text, 0), Err::<i32, BadNumber>(Invalid));
        }
    }

    #[test]
    fn a_c_string_ends_at_its_first_zero() {
        assert_eq!(c_string(b"abc"), b"abc");
        assert_eq!(c_string(b"ab\0c\0"), b"ab");
        assert_eq!(c_string(b"\0abc"), b"");
        assert_eq!(c_string(b""), b"");
    }

    #[test]
    fn white_space_goes_from_both_ends() {
        assert_eq!(strstrip(b" \t\n\x0b\x0c\ra b\xa0 \n"), b"a b");
        assert_eq!(strstrip(b"a"), b"a");
        assert_eq!(strstrip(b" \n "), b"");
        assert_eq!(strstrip(b""), b"");
        // Neither of these is white space to the kernel.
        assert_eq!(strstrip(b"\x08a\x0e"), b"\x08a\x0e");
        assert_eq!(strstrip(b"\x00a\x85"), b"\x00a\x85");
    }
}
