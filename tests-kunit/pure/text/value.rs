// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_value))]
mod tests {
    use crate::pure::text::behind::Last;
    use crate::pure::text::value::Value;
    use crate::pure_tests::writes;

    #[test]
    fn words_behind_tabs() {
        let odd = |at: usize| match at {
            0 => Value::Letter(b'S'),
            1 => Value::Negative(7),
            _ => Value::Number(u64::MAX),
        };
        assert!(writes("", |text| text.tabbed_words(
            &[],
            &mut [Last::NONE; 16],
            odd
        )));
        assert!(writes("\t1\t2\t3", |text| text.tabbed_words(
            &[1, 2, 3],
            &mut [Last::NONE; 16],
            odd
        )));
        assert!(writes("\t0\t9\t8\t1\t5", |text| text.tabbed_words(
            &[0, 9, 8, 1, 5],
            &mut [Last::NONE; 16],
            odd
        )));
        // All their bits are more than nine, each of them is not.
        assert!(writes("\t8\t2\t0\t0", |text| text.tabbed_words(
            &[8, 2, 0, 0],
            &mut [Last::NONE; 16],
            odd
        )));
        assert!(writes(
            "\tS\t-7\t18446744073709551615\t10\t1\t2\t3\t4\t999999999999999\t5",
            |text| text.tabbed_words(
                &[
                    u64::MAX,
                    1 << 63,
                    u64::MAX,
                    10,
                    1,
                    2,
                    3,
                    4,
                    999_999_999_999_999,
                    5
                ],
                &mut [Last::NONE; 16],
                odd
            )
        ));
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
            |text| text.tabbed(&values, Some, |_, _| ())
        ));
        assert!(writes("\t1\tother\t1000", |text| text.tabbed(
            &[1, 0, 1000],
            |n| (n > 0).then_some(Value::Number(n)),
            |_, text| text.bytes(b"other")
        )));
        for (value, first, behind) in [
            (Value::Number(0), "0", "x\n0"),
            (Value::Number(1234), "1234", "x\n1234"),
            (
                Value::Number(u64::MAX),
                "18446744073709551615",
                "x\n18446744073709551615",
            ),
            (
                Value::Negative(1 << 63),
                "-9223372036854775808",
                "x\n-9223372036854775808",
            ),
            (Value::Letter(b'Z'), "Z", "x\nZ"),
        ] {
            assert!(writes(first, |out| out.first_in_line(value)));
            assert!(writes(behind, |out| {
                out.bytes(b"x\n");
                out.first_in_line(value);
            }));
        }
    }
}
