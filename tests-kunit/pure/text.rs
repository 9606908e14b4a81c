// SPDX-License-Identifier: GPL-2.0

mod bitmap;
mod number;
mod octal;
mod value;

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text))]
mod tests {
    use crate::pure::text::Text;
    use crate::pure_tests::writes;

    #[test]
    fn starts_empty() {
        assert!(writes("", |_| {}));
        assert!(writes("", |text| text.bytes(b"")));
    }

    #[test]
    fn keeps_the_order_of_what_is_appended() {
        assert!(writes("ab-cd", |text| {
            text.byte(b'a');
            text.bytes(b"b-");
            text.bytes(b"");
            text.bytes(b"cd");
        }));
    }

    #[test]
    fn others_write_where_the_text_ends() {
        let mut buf = [b'.'; 4];
        let mut text = Text::new(&mut buf);
        text.byte(b'a');
        text.fill(|rest| {
            rest[..2].copy_from_slice(b"bc");
            2
        });
        assert_eq!(text.filled(), b"abc");
        text.fill(|rest| rest.len() + 5);
        assert!(text.overflowed());
        assert_eq!(text.len(), 9);
        // Behind what did not fit there is no place.
        text.fill(|rest| rest.len());
        assert_eq!(text.len(), 9);
    }

    #[test]
    fn counts_what_does_not_fit_and_keeps_the_beginning() {
        let mut buf = [b'.'; 4];
        let mut text = Text::new(&mut buf);
        text.bytes(b"abc");
        assert!(!text.overflowed());
        assert_eq!(text.room(), 1);
        text.bytes(b"def");
        assert!(text.overflowed());
        assert_eq!(text.room(), 0);
        assert_eq!(text.len(), 6);
        // What comes after a gap is lost, however small.
        text.byte(b'g');
        text.dec(12345);
        text.repeat(b'h', 3);
        assert_eq!(text.len(), 15);
        assert_eq!(text.filled(), b"abcd");
    }

    #[test]
    fn works_without_any_room() {
        let mut text = Text::new(&mut []);
        assert!(!text.overflowed());
        text.byte(b'a');
        assert!(text.overflowed());
        assert_eq!(text.len(), 1);
        assert_eq!(text.filled(), b"");
    }

    #[test]
    fn a_length_beyond_all_bounds_stays_there() {
        let mut buf = [0; 2];
        let mut text = Text::new(&mut buf);
        text.repeat(b'a', usize::MAX);
        text.repeat(b'b', usize::MAX);
        text.byte(b'c');
        assert_eq!(text.len(), usize::MAX);
        assert_eq!(text.filled(), b"aa");
    }

    #[test]
    fn escapes_a_name_as_status_does() {
        let escaped = |text: &mut Text<'_>, name: &[u8]| text.escaped(name, b"\n\\");
        assert!(writes("plain name", |text| escaped(text, b"plain name")));
        assert!(writes("a\\nb\\\\c", |text| escaped(text, b"a\nb\\c")));
        assert!(writes("\\n\\n", |text| escaped(text, b"\n\n")));
        // Only the two bytes that were asked for, and nothing else that C could escape.
        assert!(writes("\t\r\"\x1b\x07", |text| escaped(
            text,
            b"\t\r\"\x1b\x07"
        )));
        assert!(writes("", |text| escaped(text, b"")));
    }

    #[test]
    fn escapes_with_cs_letters() {
        let all = b"\n\r\t\x0b\x0c\\\x07\x1b\"";
        let expected = "\\n\\r\\t\\v\\f\\\\\\a\\e\\\"";
        assert!(writes(expected, |text| text.escaped(all, all)));
        // A byte without a letter stays as it is even when asked for: 0 above all, which C's
        // strchr() finds in every list.
        assert!(writes("a\0b", |text| text.escaped(b"a\0b", b"\0b")));
    }

    #[test]
    fn passes_on_bytes_that_are_no_text() {
        let mut buf = [0; 8];
        let mut text = Text::new(&mut buf);
        text.escaped(b"\xff\x80\n\xc3", b"\n\\");
        assert_eq!(text.filled(), b"\xff\x80\\n\xc3");
    }

    #[test]
    fn pads_on_the_right() {
        assert!(writes("ab  ", |text| text.left(b"ab", 4)));
        assert!(writes("abcd", |text| text.left(b"abcd", 4)));
        assert!(writes("abcde", |text| text.left(b"abcde", 4)));
        assert!(writes("   ", |text| text.left(b"", 3)));
    }
}
