// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_io))]
mod tests {
    use crate::pure::show::io::Io;
    use crate::pure_tests::writes;

    /// The example of Documentation/filesystems/proc.rst, section 3.3.
    #[test]
    fn the_documented_example() {
        let io = Io {
            rchar: 323_934_931,
            wchar: 323_929_600,
            syscr: 632_687,
            syscw: 632_675,
            read_bytes: 0,
            write_bytes: 323_932_160,
            cancelled_write_bytes: 0,
        };
        let expected = "rchar: 323934931\nwchar: 323929600\nsyscr: 632687\nsyscw: 632675\n\
                        read_bytes: 0\nwrite_bytes: 323932160\ncancelled_write_bytes: 0\n";
        assert!(writes(expected, |out| io.show(out)));
    }
}
