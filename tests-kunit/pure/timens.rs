// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_timens))]
mod tests {
    use crate::pure::timens::{parse, Clock, Offset};

    const fn offset(clock: Clock, seconds: i64, nanoseconds: i64) -> Offset {
        Offset {
            clock,
            seconds,
            nanoseconds,
        }
    }

    #[test]
    fn one_line() {
        let parsed = parse(b"monotonic 172800 5\n");
        assert_eq!(
            parsed.map(|parsed| parsed.first),
            Some(offset(Clock::Monotonic, 172_800, 5))
        );
        assert_eq!(parsed.map(|parsed| parsed.taken), Some(19));
        assert!(parsed.is_some_and(|parsed| parsed.second.is_none()));
        // The newline is not needed, white space is free, and clocks have numbers.
        let numbered = parse(b" \t7   -3  999999999");
        assert_eq!(
            numbered.map(|parsed| parsed.first),
            Some(offset(Clock::Boottime, -3, 999_999_999))
        );
        assert_eq!(
            parse(b"1 0 0 and more").map(|parsed| parsed.first),
            Some(offset(Clock::Monotonic, 0, 0))
        );
    }

    #[test]
    fn two_lines_and_what_is_left() {
        let two = parse(b"boottime 1 2\nmonotonic 3 4\n");
        assert_eq!(
            two.and_then(|two| two.second),
            Some(offset(Clock::Monotonic, 3, 4))
        );
        assert_eq!(two.map(|two| two.taken), Some(27));
        // The third line is for another write.
        let three = parse(b"boottime 1 2\nmonotonic 3 4\nboottime 5 6\n");
        assert_eq!(three.map(|three| three.taken), Some(27));
        // What follows a 0 byte is not there, but counts as taken.
        let cut = parse(b"boottime 1 2\n\0nonsense");
        assert_eq!(cut.map(|cut| cut.taken), Some(22));
    }

    #[test]
    fn numbers_that_do_not_fit() {
        // The largest number there is, as two's complement.
        assert_eq!(
            parse(b"1 99999999999999999999 1").map(|parsed| parsed.first.seconds),
            Some(-1)
        );
        assert_eq!(
            parse(b"1 0 18446744073709551615").map(|parsed| parsed.first.nanoseconds),
            Some(-1)
        );
    }

    #[test]
    fn what_is_no_line() {
        for text in [
            "",
            "\n",
            "monotonic",
            "monotonic 1",
            "monotonic 1 1000000000",
            "monotonic 1 -2",
            "monotonic +1 2",
            "realtime 1 2",
            "monotonics 1 2",
            "1\x001 2",
            "boottime 1 2\n\n",
            "boottime 1 2\nx\n",
        ] {
            assert!(parse(text.as_bytes()).is_none());
        }
    }
}
