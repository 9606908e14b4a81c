// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_backwards))]
mod tests {
    use crate::pure::text::backwards::{
        backwards,
        Backwards,
        LONGEST, //
    };

    /// Whether `write` writes exactly `expected`, and of it the end into a buffer that is too small.
    #[inline(never)]
    fn writes(expected: &str, write: impl Fn(&mut Backwards<'_>)) -> bool {
        let mut buf = [0xa5; 64];
        let whole = backwards(&mut buf, &write) == expected.as_bytes();
        let untouched = buf
            .iter()
            .take(64 - expected.len())
            .all(|byte| *byte == 0xa5);
        let ends = (0..expected.len()).all(|room| {
            let mut small = [0; 64];
            let place = small.get_mut(..room).unwrap_or_default();
            backwards(place, &write) == &expected.as_bytes()[expected.len() - room..]
        });
        whole && untouched && ends
    }

    #[test]
    fn numbers() {
        for (n, text) in [
            (0, "0"),
            (9, "9"),
            (10, "10"),
            (99, "99"),
            (100, "100"),
            (101, "101"),
            (1000, "1000"),
            (1_234_567, "1234567"),
            (90_000_000_000, "90000000000"),
            (u64::MAX, "18446744073709551615"),
        ] {
            assert!(writes(text, |out| out.dec(n)));
        }
    }

    #[test]
    fn signed_numbers() {
        for (n, text) in [
            (0, "0"),
            (-1, "-1"),
            (-10, "-10"),
            (100, "100"),
            (i64::MAX, "9223372036854775807"),
            (i64::MIN, "-9223372036854775808"),
        ] {
            assert!(writes(text, |out| out.dec_signed(n)));
        }
    }

    #[test]
    fn no_number_is_longer() {
        let mut buf = [0; 64];
        assert_eq!(backwards(&mut buf, |out| out.dec(u64::MAX)).len(), LONGEST);
        let signed = backwards(&mut buf, |out| out.dec_signed(i64::MIN)).len();
        assert_eq!(signed, LONGEST);
    }

    #[test]
    fn what_comes_first_stands_last() {
        assert!(writes("7\t-12\n", |out| {
            out.byte(b'\n');
            out.dec_signed(-12);
            out.byte(b'\t');
            out.dec(7);
        }));
    }
}
