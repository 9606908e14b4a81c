// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_value))]
mod tests {
    use crate::pure::text::slot::Slot;
    use crate::pure::text::value::Value;
    use crate::pure::text::Text;
    use crate::pure_tests::writes;

    /// Writes words as a line behind another one, where there is room.
    fn line(text: &mut Text<'_>, words: &[u64]) -> bool {
        let slot = |at: usize| {
            let mut slot = Slot::new(at);
            slot.put(words.get(at).copied().unwrap_or_default());
            slot
        };
        let mut slots: [Slot<usize>; 16] = core::array::from_fn(slot);
        let odd = |word: u64, at| match (word >> 63, at) {
            (0, _) | (1, 3..) => Value::Number(word),
            (_, 0) => Value::Letter(b'S'),
            (_, 1) => Value::Negative(7),
            _ => Value::Negative(1000),
        };
        text.line_quickly(|place| {
            let mut slots = slots.iter_mut().take(words.len());
            slots.all(|slot| place.tabbed(slot, odd)).then_some(())
        })
        .is_some()
    }

    #[test]
    fn a_line_of_words() {
        let lines: [(&str, &[u64]); 4] = [
            ("1\t2\t3", &[1, 2, 3]),
            ("0\t9\t8\t1\t5", &[0, 9, 8, 1, 5]),
            // All their bits are more than nine, each of them is not.
            ("8\t2\t0\t0", &[8, 2, 0, 0]),
            (
                "S\t-7\t10\t1\t2\t3\t4\t999999999999999\t5",
                &[u64::MAX, 1 << 63, 10, 1, 2, 3, 4, 999_999_999_999_999, 5],
            ),
        ];
        for (expected, words) in lines {
            let mut buf = [0; 2048];
            let mut text = Text::new(&mut buf);
            text.bytes(b"x\n");
            assert!(line(&mut text, words));
            assert!(text.filled().strip_prefix(b"x\n") == Some(expected.as_bytes()));
        }
    }

    #[test]
    fn no_line_that_takes_more() {
        let mut buf = [0; 2048];
        let mut refused = |room: usize, before: &str, words: &[u64]| {
            let mut text = Text::new(&mut buf[..room]);
            text.bytes(before.as_bytes());
            !line(&mut text, words) && text.filled() == before.as_bytes()
        };
        assert!(refused(2048, "", &[1, 2]));
        assert!(refused(100, "x\n", &[1, 2]));
        assert!(refused(2048, "x\n", &[1_000_000_000_000_000]));
        assert!(refused(2048, "x\n", &[1, 2, 1 << 63]));
        assert!(refused(2048, "x\n", &[1, 2, 3, u64::MAX]));
    }

    #[test]
    fn values_behind_tabs() {
        let values = [
            Value::Number(0),
            Value::Letter(b'R'),
            Value::Negative(1),
            Value::Number(12_345_678_901),
            Value::Negative(1 << 63),
            Value::Number(99),
        ];
        assert!(writes(
            "\t0\tR\t-1\t12345678901\t-9223372036854775808\t99",
            |text| values.iter().for_each(|value| text.tabbed(*value))
        ));
        for (value, expected) in [
            (Value::Number(1234), "1234"),
            (Value::Negative(1 << 63), "-9223372036854775808"),
            (Value::Letter(b'Z'), "Z"),
        ] {
            assert!(writes(expected, |text| text.value(value)));
        }
    }
}
