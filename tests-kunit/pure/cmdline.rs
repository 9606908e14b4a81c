// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_cmdline))]
mod tests {
    use crate::pure::cmdline::{
        title,
        Layout,
        Source, //
    };

    /// Arguments of 0x20 bytes, and 0x30 bytes of environment right behind them.
    const USUAL: Layout = Layout {
        arg_start: 0x1000,
        arg_end: 0x1020,
        env_start: 0x1020,
        env_end: 0x1050,
    };

    const MAX: u64 = u64::MAX;

    /// What a read at `pos` comes to, with `last` as the last byte of the arguments.
    fn plan(layout: Layout, pos: u64, count: u64, last: Option<u8>) -> Source {
        layout
            .request(pos, count)
            .map_or(Source::Nothing, |request| request.source(last))
    }

    fn arguments(start: u64, count: u64) -> Source {
        Source::Arguments { start, count }
    }

    fn title_of(count: u64) -> Source {
        Source::Title {
            start: 0x1000,
            count,
        }
    }

    #[test]
    fn reads_the_arguments_and_not_the_environment() {
        assert_eq!(plan(USUAL, 0, 4096, Some(0)), arguments(0x1000, 0x20));
        assert_eq!(plan(USUAL, 0, 5, Some(0)), arguments(0x1000, 5));
        assert_eq!(plan(USUAL, 0x1f, 4096, Some(0)), arguments(0x101f, 1));
        for pos in [0x20, 0x4f, 0x50, 1 << 40, MAX] {
            assert_eq!(plan(USUAL, pos, 4096, Some(0)), Source::Nothing);
        }
        assert_eq!(plan(USUAL, 0, 0, Some(0)), Source::Nothing);
        assert_eq!(plan(USUAL, 0, MAX, Some(0)), arguments(0x1000, 0x20));
    }

    #[test]
    fn looks_at_the_last_byte_of_the_arguments() {
        assert_eq!(
            USUAL.request(0, 1).map(|request| request.probe()),
            Some(0x101f)
        );
    }

    #[test]
    fn short_arguments_are_read_with_their_last_byte() {
        let with_last = |pos, count, most| {
            let request = USUAL.request(pos, count);
            request.and_then(|request| request.with_last(most))
        };
        assert_eq!(with_last(0, 4096, 1024), Some((0x1000, 0x20)));
        assert_eq!(with_last(0x1f, 4096, 1024), Some((0x101f, 1)));
        assert_eq!(with_last(0, 0x20, 0x20), Some((0x1000, 0x20)));
        // The reader does not take all of them, or they are too many.
        assert_eq!(with_last(0, 0x1f, 1024), None);
        assert_eq!(with_last(0, 4096, 0x1f), None);
        // Behind them.
        assert_eq!(with_last(0x20, 4096, 1024), None);
        assert_eq!(with_last(0x21, 4096, 1024), None);
    }

    #[test]
    fn an_unreadable_last_byte_is_no_title() {
        assert_eq!(plan(USUAL, 0, 4096, None), arguments(0x1000, 0x20));
    }

    #[test]
    fn a_title_may_reach_to_the_end_of_the_environment() {
        assert_eq!(plan(USUAL, 0, 4096, Some(b'x')), title_of(0x50));
        assert_eq!(plan(USUAL, 0x30, 4096, Some(b'x')), title_of(0x20));
        assert_eq!(plan(USUAL, 0x30, 2, Some(b'x')), title_of(2));
        assert_eq!(plan(USUAL, 0x50, 4096, Some(b'x')), Source::Nothing);
    }

    #[test]
    fn a_title_stops_where_no_environment_follows() {
        let apart = Layout {
            env_start: 0x1021,
            ..USUAL
        };
        assert_eq!(plan(apart, 0, 4096, Some(b'x')), title_of(0x20));
        assert_eq!(plan(apart, 0x20, 4096, Some(b'x')), Source::Nothing);
        // An environment that ends before it starts counts for nothing.
        let reversed = Layout {
            env_end: 0x101f,
            ..USUAL
        };
        assert_eq!(plan(reversed, 0, 4096, Some(b'x')), title_of(0x20));
    }

    #[test]
    fn a_program_without_arguments_reads_empty() {
        let none = Layout {
            arg_end: 0x1000,
            env_start: 0x1000,
            ..USUAL
        };
        assert_eq!(plan(none, 0, 4096, Some(b'x')), Source::Nothing);
        let negative = Layout {
            arg_end: 0xfff,
            ..USUAL
        };
        assert_eq!(plan(negative, 0, 4096, Some(b'x')), Source::Nothing);
        // Between fork and exec's end.
        let early = Layout {
            env_end: 0,
            ..USUAL
        };
        assert_eq!(plan(early, 0, 4096, Some(b'x')), Source::Nothing);
    }

    #[test]
    fn hostile_addresses_do_not_wrap() {
        // prctl(PR_SET_MM) checks addresses, but nothing here relies on it.
        let high = Layout {
            arg_start: MAX - 0x10,
            arg_end: MAX - 1,
            env_start: MAX - 1,
            env_end: MAX,
        };
        assert_eq!(plan(high, 0, MAX, Some(0)), arguments(MAX - 0x10, 0xf));
        assert_eq!(plan(high, 0xf, MAX, Some(0)), Source::Nothing);
        assert_eq!(plan(high, MAX, MAX, Some(0)), Source::Nothing);
        let whole = Layout {
            arg_start: 0,
            arg_end: MAX,
            env_start: MAX,
            env_end: MAX,
        };
        assert_eq!(plan(whole, MAX - 1, MAX, Some(0)), arguments(MAX - 1, 1));
    }

    #[test]
    fn a_title_ends_with_its_first_zero() {
        assert_eq!(title(b"new title\0rest\0", 0, 100), b"new title\0");
        assert_eq!(title(b"new title\0rest\0", 4, 3), b"tit");
        assert_eq!(title(b"new title\0rest\0", 9, 100), b"\0");
        assert_eq!(title(b"new title\0rest\0", 10, 100), b"");
        assert_eq!(title(b"\0rest", 0, 100), b"\0");
        assert_eq!(title(b"", 0, 100), b"");
    }

    #[test]
    fn a_title_without_a_zero_is_all_that_was_read() {
        assert_eq!(title(b"title", 0, 100), b"title");
        assert_eq!(title(b"title", 4, MAX), b"e");
        assert_eq!(title(b"title", 5, MAX), b"");
        assert_eq!(title(b"title", MAX, MAX), b"");
        assert_eq!(title(b"title", 0, 0), b"");
    }
}
