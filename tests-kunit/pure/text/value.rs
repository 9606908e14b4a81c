// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_value))]
mod tests {
    use crate::pure::text::value::Value;
    use crate::pure_tests::writes;

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
