// SPDX-License-Identifier: GPL-2.0

mod siphash;

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_ino))]
mod tests {
    use crate::pure::entry::Level;
    use crate::pure::ino::{
        of_child,
        of_directory,
        of_named_child,
        of_root_row,
        of_row, //
    };

    const GROUP: Level = Level::ThreadGroup;
    const THREAD: Level = Level::Thread;
    const KEY: [u64; 2] = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];

    #[test]
    fn rows_are_packed_behind_32_bits() {
        // pid->ino, then a bit for the level, then eight for the row.
        assert_eq!(of_row(1, GROUP, 0), 0x1_0000_0200);
        assert_eq!(of_row(1, THREAD, 0), 0x1_0000_0300);
        assert_eq!(of_row(1, GROUP, 7), 0x1_0000_0207);
        assert_eq!(of_row(0x1234, THREAD, 0x56), 0x1_0024_6956);
        assert_eq!(of_directory(1, GROUP), 0x1_0000_02ff);
        assert_eq!(of_directory(1, THREAD), 0x1_0000_03ff);
        assert_eq!(of_root_row(3), 0x1_0000_0003);
    }

    #[test]
    fn rows_stay_in_their_range() {
        for pid_ino in [0, 1, u32::MAX.into(), 1 << 52, 1 << 53, u64::MAX] {
            for row in [0, 254, 255] {
                let ino = of_row(pid_ino, THREAD, row);
                assert!(ino > u32::MAX.into());
                assert!(ino < 1 << 62);
            }
        }
    }

    #[test]
    fn children_stay_in_their_range() {
        for dir in [0, 1, u64::MAX] {
            for name in [0, 1, 1023, u64::MAX] {
                assert_eq!(of_child(KEY, dir, name) >> 62, 1);
            }
        }
    }

    #[test]
    fn named_children_differ_by_name_and_directory() {
        let names = [
            &b"a"[..],
            b"aa",
            b"aaaaaaaa",
            b"aaaaaaaaa",
            b"baaaaaaaa",
            b"ab",
            b"conf",
        ];
        for (at, name) in names.into_iter().enumerate() {
            let child = of_named_child(KEY, 7, name);
            assert_eq!(child >> 62, 1);
            assert_eq!(of_named_child(KEY, 7, name), child);
            assert!(of_named_child(KEY, 8, name) != child);
            assert!(of_named_child([KEY[0], 0], 7, name) != child);
            for other in names.into_iter().skip(at + 1) {
                assert!(of_named_child(KEY, 7, other) != child);
            }
        }
    }

    #[test]
    fn children_differ_by_everything_that_names_them() {
        let child = of_child(KEY, 7, 3);
        assert_eq!(of_child(KEY, 7, 3), child);
        let others = [
            of_child(KEY, 8, 3),
            of_child(KEY, 7, 4),
            of_child([KEY[0], 0], 7, 3),
            of_child([0, KEY[1]], 7, 3),
        ];
        for other in others {
            assert!(other != child);
        }
    }
}
