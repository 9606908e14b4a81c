// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_number))]
mod tests {
    use crate::pure_tests::writes;

    #[test]
    fn decimal_at_each_number_of_digits() {
        assert!(writes("0", |text| text.dec(0)));
        assert!(writes("9", |text| text.dec(9)));
        assert!(writes("10", |text| text.dec(10)));
        assert!(writes("99", |text| text.dec(99)));
        assert!(writes("100", |text| text.dec(100)));
        assert!(writes("12345", |text| text.dec(12345)));
        assert!(writes("999999", |text| text.dec(999_999)));
        assert!(writes("1000000", |text| text.dec(1_000_000)));
        assert!(writes("4294967295", |text| text.dec(u32::MAX.into())));
        assert!(writes("10000000000000000000", |text| text
            .dec(10_000_000_000_000_000_000)));
        assert!(writes("18446744073709551615", |text| text.dec(u64::MAX)));
    }

    #[test]
    fn signed_decimal() {
        assert!(writes("0", |text| text.dec_signed(0)));
        assert!(writes("-1", |text| text.dec_signed(-1)));
        assert!(writes("-20", |text| text.dec_signed(-20)));
        assert!(writes("9223372036854775807", |text| text.dec_signed(i64::MAX)));
        assert!(writes("-9223372036854775808", |text| text.dec_signed(i64::MIN)));
    }

    #[test]
    fn decimal_with_a_width() {
        assert!(writes("       0", |text| text.dec_width(0, 8)));
        assert!(writes("    1234", |text| text.dec_width(1234, 8)));
        assert!(writes("12345678", |text| text.dec_width(12_345_678, 8)));
        assert!(writes("123456789", |text| text.dec_width(123_456_789, 8)));
        assert!(writes("7", |text| text.dec_width(7, 0)));
        assert!(writes("1234    ", |text| text.dec_left(1234, 8)));
        assert!(writes("123456789", |text| text.dec_left(123_456_789, 8)));
    }

    #[test]
    fn fields() {
        assert!(writes("\nPid:\t1", |text| text.field(b"\nPid:\t", 1)));
        assert!(writes("18446744073709551615", |text| text.field(b"", u64::MAX)));
        assert!(writes(" -1", |text| text.field_signed(b" ", -1)));
    }

    #[test]
    fn numbers_in_a_row() {
        assert!(writes("", |text| text.spaced(&[])));
        assert!(writes(" 0 9 10 9999999 10000000 99999999", |text| text
            .spaced(&[0, 9, 10, 9_999_999, 10_000_000, 99_999_999])));
        assert!(writes(
            " 99 100 999 1000 10001 99999 100000 999999",
            |text| text.spaced(&[99, 100, 999, 1_000, 10_001, 99_999, 100_000, 999_999])
        ));
        assert!(writes(
            " 1000000 10020030 100000000 999999999 1000000000",
            |text| text.spaced(&[
                1_000_000,
                10_020_030,
                100_000_000,
                999_999_999,
                1_000_000_000
            ])
        ));
        // One that begins like the one before, and one that does not.
        assert!(writes(
            " 94000000000001 94000000000002 140000000000003 100000000",
            |text| text.spaced(&[
                94_000_000_000_001,
                94_000_000_000_002,
                140_000_000_000_003,
                100_000_000,
            ])
        ));
        assert!(writes(
            " 999999999999999 1000000000000000 18446744073709551615",
            |text| text.spaced(&[999_999_999_999_999, 1_000_000_000_000_000, u64::MAX])
        ));
        assert!(writes(
            " -1 0 -20 9223372036854775807 -9223372036854775808",
            |text| text.spaced_signed(&[-1, 0, -20, i64::MAX, i64::MIN])
        ));
    }

    #[test]
    fn hexadecimal() {
        assert!(writes("0", |text| text.hex(0)));
        assert!(writes("f", |text| text.hex(15)));
        assert!(writes("10", |text| text.hex(16)));
        assert!(writes("deadbeef", |text| text.hex(0xdead_beef)));
        assert!(writes("ffffffffffffffff", |text| text.hex(u64::MAX)));
        assert!(writes("0000000000000000", |text| text.hex_width(0, 16)));
        assert!(writes("000001ffffffffff", |text| text
            .hex_width(0x1ff_ffff_ffff, 16)));
        assert!(writes("00400000", |text| text.hex_width(0x40_0000, 8)));
        assert!(writes("123456789", |text| text.hex_width(0x1_2345_6789, 8)));
        assert!(writes("7f0123456789", |text| text.hex_width(0x7f01_2345_6789, 8)));
        assert!(writes("0123456789", |text| text.hex_width(0x1_2345_6789, 10)));
        assert!(writes("00000000000000000f", |text| text.hex_width(15, 18)));
    }

    #[test]
    fn hexadecimal_in_a_row() {
        assert!(writes(" 0x0 0x9 0xa 0x10 0xdeadbeef", |text| text
            .spaced_hex(&[0, 9, 10, 16, 0xdead_beef])));
        assert!(writes(
            " 0x100000000 0x7ffe12345678 0xffffffff81a0b8f0 0xffffffffffffffff",
            |text| text.spaced_hex(&[
                0x1_0000_0000,
                0x7ffe_1234_5678,
                0xffff_ffff_81a0_b8f0,
                u64::MAX
            ])
        ));
    }

    #[test]
    fn devices() {
        assert!(writes(" 00:00 ", |text| text.device(0, 0)));
        assert!(writes(" fe:01 ", |text| text.device(0xfe, 1)));
        assert!(writes(" 08:ff ", |text| text.device(8, 0xff)));
        assert!(writes(" 100:00 ", |text| text.device(0x100, 0)));
        assert!(writes(" 01:fffff ", |text| text.device(1, 0xf_ffff)));
    }

    #[test]
    fn right_aligned_with_a_sign() {
        assert!(writes("     0", |text| text.dec_width_signed(0, 6)));
        assert!(writes("    -1", |text| text.dec_width_signed(-1, 6)));
        assert!(writes("-12345", |text| text.dec_width_signed(-12_345, 6)));
        assert!(writes("-1234567", |text| text.dec_width_signed(-1_234_567, 6)));
        assert!(writes("-9223372036854775808", |text| text
            .dec_width_signed(i64::MIN, 6)));
    }

    #[test]
    fn octal() {
        assert!(writes("0", |text| text.oct(0)));
        assert!(writes("7", |text| text.oct(7)));
        assert!(writes("10", |text| text.oct(8)));
        assert!(writes("2100000", |text| text.oct(0o2_100_000)));
        assert!(writes("1777777777777777777777", |text| text.oct(u64::MAX)));
        assert!(writes("022", |text| text.oct_width(0o22, 3)));
        assert!(writes("000", |text| text.oct_width(0, 3)));
        assert!(writes("1777", |text| text.oct_width(0o1777, 3)));
    }
}
