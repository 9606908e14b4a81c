// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_fdinfo))]
mod tests {
    use crate::pure::show::fdinfo::FdInfo;
    use crate::pure_tests::writes;

    #[test]
    fn an_ordinary_file() {
        // O_RDWR | O_LARGEFILE (0100000) | O_CLOEXEC (02000000).
        let file = FdInfo {
            pos: 4096,
            flags: 0o2_100_002,
            mnt_id: 29,
            ino: 131_074,
        };
        let expected = "pos:\t4096\nflags:\t02100002\nmnt_id:\t29\nino:\t131074\n";
        assert!(writes(expected, |out| file.show(out)));
    }

    #[test]
    fn no_flags_are_two_zeros() {
        let file = FdInfo {
            pos: 0,
            flags: 0,
            mnt_id: 0,
            ino: 0,
        };
        let expected = "pos:\t0\nflags:\t00\nmnt_id:\t0\nino:\t0\n";
        assert!(writes(expected, |out| file.show(out)));
    }

    #[test]
    fn extremes() {
        // A position can be negative in /proc/<pid>/mem, the mount of a detached file is -1 at most.
        let file = FdInfo {
            pos: i64::MIN,
            flags: u32::MAX,
            mnt_id: -1,
            ino: u64::MAX,
        };
        let expected = "pos:\t-9223372036854775808\nflags:\t037777777777\nmnt_id:\t-1\n\
                        ino:\t18446744073709551615\n";
        assert!(writes(expected, |out| file.show(out)));
    }
}
