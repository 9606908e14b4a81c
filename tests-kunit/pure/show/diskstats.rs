// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_diskstats))]
mod tests {
    use crate::pure::show::diskstats::{
        Disk,
        Moved, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn twenty_columns() {
        let moved = |ios, bytes| Moved { ios, bytes };
        let disk = Disk {
            device: (8, 16),
            name: b"sdb",
            read: moved(3, 12_288),
            written: moved(5, 1_023),
            discarded: moved(1, 1 << 20),
        };
        // reads 3, of 24 sectors; writes 5, of 1; discards 1, of 2048.
        let text = "   8      16 sdb 3 0 24 0 5 0 1 0 0 0 0 1 0 2048 0 0 0\n";
        assert!(writes(text, |out| disk.show(out)));
    }
}
