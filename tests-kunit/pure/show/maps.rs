// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_maps))]
mod tests {
    use crate::pure::show::maps::{
        Access,
        Mapping, //
    };
    use crate::pure::text::Text;
    use crate::pure_tests::writes;

    const TEXT: Mapping = Mapping {
        start: 0x40_0000,
        end: 0x45_2000,
        access: Access {
            read: true,
            write: false,
            exec: true,
            shared: false,
        },
        offset: 0x2000,
        major: 8,
        minor: 2,
        ino: 173_521,
    };

    #[test]
    fn a_line_begins_as_in_the_manual() {
        // proc_pid_maps(5) shows this line.
        let expected = "00400000-00452000 r-xp 00002000 08:02 173521 ";
        assert!(writes(expected, |out| TEXT.show(out)));
    }

    #[test]
    fn names_stand_in_column_74() {
        let beginning = "00400000-00452000 r-xp 00002000 08:02 173521 ";
        let mut expected = [b' '; 73];
        expected[..beginning.len()].copy_from_slice(beginning.as_bytes());
        let expected = core::str::from_utf8(&expected).unwrap_or("");
        assert!(writes(expected, |out| TEXT.show_before_name(out)));
    }

    #[test]
    fn the_column_counts_from_the_line() {
        let mut buf = [0; 200];
        let mut text = Text::new(&mut buf);
        text.bytes(b"the line before\n");
        TEXT.show_before_name(&mut text);
        assert_eq!(text.len(), 16 + 73);
    }

    #[test]
    fn each_kind_of_access_has_its_letter() {
        const NONE: Access = Access {
            read: false,
            write: false,
            exec: false,
            shared: false,
        };
        let cases = [
            (NONE, "---p"),
            (Access { read: true, ..NONE }, "r--p"),
            (
                Access {
                    write: true,
                    ..NONE
                },
                "-w-p",
            ),
            (Access { exec: true, ..NONE }, "--xp"),
            (
                Access {
                    shared: true,
                    ..NONE
                },
                "---s",
            ),
        ];
        for (access, letters) in cases {
            let mut buf = [0; 64];
            let mut text = Text::new(&mut buf);
            Mapping { access, ..TEXT }.show(&mut text);
            assert_eq!(text.filled().get(18..22), Some(letters.as_bytes()));
        }
    }

    #[test]
    fn no_number_is_cut() {
        let most = Mapping {
            start: u64::MAX,
            end: u64::MAX,
            access: TEXT.access,
            offset: u64::MAX,
            major: u32::MAX,
            minor: u32::MAX,
            ino: u64::MAX,
        };
        let expected = "ffffffffffffffff-ffffffffffffffff r-xp ffffffffffffffff \
                        ffffffff:ffffffff 18446744073709551615 ";
        assert!(writes(expected, |out| most.show(out)));
    }

    #[test]
    fn a_name_behind_long_numbers_has_one_more_blank() {
        let long = Mapping {
            start: 0xffff_ffff_ff60_0000,
            end: 0xffff_ffff_ff60_1000,
            offset: 0x1234_5678_9abc_d000,
            major: 0xfff,
            ..TEXT
        };
        let expected = "ffffffffff600000-ffffffffff601000 r-xp 123456789abcd000 fff:02 173521  ";
        assert_eq!(expected.len(), 71);
        // 70 bytes, two blanks up to column 73, one more.
        let mut padded = [b' '; 73];
        padded[..71].copy_from_slice(expected.as_bytes());
        let padded = core::str::from_utf8(&padded).unwrap_or("");
        assert!(writes(padded, |out| long.show_before_name(out)));

        let longer = Mapping {
            ino: 18_446_744_073_709_551_615,
            ..long
        };
        let expected = "ffffffffff600000-ffffffffff601000 r-xp 123456789abcd000 fff:02 \
                        18446744073709551615  ";
        assert!(writes(expected, |out| longer.show_before_name(out)));
    }
}
