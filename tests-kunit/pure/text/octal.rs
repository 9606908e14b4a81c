// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_octal))]
mod tests {
    use crate::pure::text::{
        octal::to_front,
        Text, //
    };
    use crate::pure_tests::writes;

    /// What names have escaped in them, and what paths have.
    const NAMES: &[u8] = b" \t\n\\#";
    const PATHS: &[u8] = b" \t\n\\";

    #[test]
    fn plain_names_of_each_length() {
        let name = "abcdefghijklmnopqrstuvwxyz~!%&'()*+,-./0123456789";
        for len in 0..=name.len() {
            let part = name.get(..len).unwrap_or_default();
            assert!(writes(part, |text| text.octal(part.as_bytes(), NAMES)));
            // Whatever stands behind it.
            for behind in [b'x', b' ', 0] {
                let mut more = [behind; 64];
                more[..len].copy_from_slice(part.as_bytes());
                assert!(writes(part, |text| text.octal_beginning(&more, len, NAMES)));
                assert!(writes(part, |text| {
                    text.octal_beginning(&more[..len], len, NAMES);
                }));
            }
        }
    }

    #[test]
    fn escapes_wherever_it_stands() {
        let mut name = [b'a'; 20];
        for len in 1..name.len() {
            for at in 0..len {
                for (byte, written) in [
                    (b' ', &b"\\040"[..]),
                    (b'\t', b"\\011"),
                    (b'\n', b"\\012"),
                    (b'\\', b"\\134"),
                    (b'#', b"\\043"),
                ] {
                    name[at] = byte;
                    let mut buf = [0; 64];
                    let mut text = Text::new(&mut buf);
                    match at % 2 {
                        0 => text.octal(&name[..len], NAMES),
                        _ => text.octal_beginning(&name, len, NAMES),
                    }
                    let filled = text.filled();
                    assert_eq!(filled.len(), len + 3);
                    assert_eq!(&filled[at..at + 4], written);
                    assert!(filled[..at].iter().all(|byte| *byte == b'a'));
                    assert!(filled[at + 4..].iter().all(|byte| *byte == b'a'));
                }
                name[at] = b'a';
            }
        }
    }

    #[test]
    fn escapes_only_what_is_asked_for() {
        assert!(writes("a#b\\040", |text| text.octal(b"a#b ", PATHS)));
        // Control characters, DEL and what is not ASCII stay as they are.
        let mut buf = [0; 32];
        let mut text = Text::new(&mut buf);
        text.octal(b"\x01\x1b\x7f\x80\xa0\xdc\xa3\xff\x0b\r", NAMES);
        assert_eq!(text.filled(), b"\x01\x1b\x7f\x80\xa0\xdc\xa3\xff\x0b\r");
    }

    #[test]
    fn counts_what_does_not_fit() {
        for room in 0..12 {
            let mut buf = [b'.'; 12];
            let mut text = Text::new(&mut buf[..room]);
            text.octal(b"abcdefghi", NAMES);
            assert_eq!(text.len(), 9);
            assert_eq!(text.overflowed(), room < 9);
            let kept = room.min(9);
            assert_eq!(text.filled().get(..kept), b"abcdefghi".get(..kept));
        }
        let mut buf = [b'.'; 6];
        let mut text = Text::new(&mut buf);
        text.octal(b"a b c", NAMES);
        assert_eq!(text.len(), 11);
        assert!(text.overflowed());
    }

    /// `name` at the end of a buffer, with so much room before it.
    fn moved(name: &[u8], room: usize) -> Option<([u8; 64], usize)> {
        let mut buf = [0; 64];
        let size = room + name.len() + 1;
        buf[room..room + name.len()].copy_from_slice(name);
        let len = to_front(&mut buf[..size], room, PATHS)?;
        Some((buf, len))
    }

    #[test]
    fn moves_plain_names_to_the_front() {
        let name = b"/abcdefghijklmnopqrstuvwxyz";
        for len in 1..=name.len() {
            for room in 0..32 {
                let name = &name[..len];
                let (buf, got) = moved(name, room).unwrap_or(([0; 64], 0));
                assert_eq!(&buf[..got], name);
            }
        }
    }

    #[test]
    fn moves_and_escapes() {
        let expected = b"/a\\040b#\\011\\012\\134c";
        let name = b"/a b#\t\n\\c";
        // Each escaped byte takes three more, and what is written must not overtake what is read.
        for room in 12..32 {
            let (buf, got) = moved(name, room).unwrap_or(([0; 64], 0));
            assert_eq!(&buf[..got], expected);
        }
        for room in 0..12 {
            assert!(moved(name, room).is_none());
        }
        let (buf, got) = moved(b" ", 3).unwrap_or(([0; 64], 0));
        assert_eq!(&buf[..got], b"\\040");
        assert!(moved(b" ", 2).is_none());
    }

    #[test]
    fn no_name_is_moved_from_outside() {
        assert_eq!(to_front(&mut [], 0, PATHS), None);
        assert_eq!(to_front(&mut [0; 4], 5, PATHS), None);
        assert_eq!(to_front(&mut [0; 4], 3, PATHS), Some(0));
    }
}
