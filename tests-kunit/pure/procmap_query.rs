// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_procmap_query))]
mod tests {
    use crate::pure::procmap_query::{
        Verdict,
        Wanted, //
    };
    use crate::pure::show::maps::Access;

    const NONE: Access = Access {
        read: false,
        write: false,
        exec: false,
        shared: false,
    };
    const READ_EXEC: Access = Access {
        read: true,
        exec: true,
        ..NONE
    };

    /// What is said of a mapping at 0x2000, for an address and flags.
    fn judge(flags: u64, addr: u64, access: Access, has_file: bool) -> Option<Verdict> {
        Some(Wanted::new(flags)?.judge(addr, 0x2000, access, has_file))
    }

    #[test]
    fn six_flags_have_a_meaning() {
        assert!(Wanted::new(0).is_some());
        assert!(Wanted::new(0x3f).is_some());
        for bit in 6..64 {
            assert!(Wanted::new(1 << bit).is_none());
        }
    }

    #[test]
    fn access_has_the_flags_of_the_header() {
        assert_eq!(NONE.query_flags(), 0);
        assert_eq!(READ_EXEC.query_flags(), 0x1 | 0x4);
        let write_shared = Access {
            write: true,
            shared: true,
            ..NONE
        };
        assert_eq!(write_shared.query_flags(), 0x2 | 0x8);
    }

    #[test]
    fn only_a_mapping_that_covers_the_address_unless_the_next_will_do() {
        assert_eq!(judge(0, 0x2000, NONE, false), Some(Verdict::Found));
        assert_eq!(judge(0, 0x2fff, NONE, false), Some(Verdict::Found));
        assert_eq!(judge(0, 0x1fff, NONE, false), Some(Verdict::None));
        assert_eq!(judge(0x10, 0x1fff, NONE, false), Some(Verdict::Found));
        assert_eq!(judge(0x10, 0, NONE, false), Some(Verdict::Found));
    }

    #[test]
    fn a_file_where_one_is_wanted() {
        assert_eq!(judge(0x20, 0x2000, NONE, true), Some(Verdict::Found));
        assert_eq!(judge(0x20, 0x2000, NONE, false), Some(Verdict::None));
        assert_eq!(judge(0x30, 0x2000, NONE, false), Some(Verdict::GoOn));
        assert_eq!(judge(0x30, 0x1000, NONE, true), Some(Verdict::Found));
        assert_eq!(judge(0x20, 0x1000, NONE, true), Some(Verdict::None));
    }

    #[test]
    fn all_the_access_that_is_wanted_and_more() {
        assert_eq!(judge(0x01, 0x2000, READ_EXEC, false), Some(Verdict::Found));
        assert_eq!(judge(0x05, 0x2000, READ_EXEC, false), Some(Verdict::Found));
        assert_eq!(judge(0x07, 0x2000, READ_EXEC, false), Some(Verdict::None));
        assert_eq!(judge(0x17, 0x2000, READ_EXEC, false), Some(Verdict::GoOn));
        assert_eq!(judge(0x08, 0x2000, READ_EXEC, true), Some(Verdict::None));
        assert_eq!(judge(0x01, 0x1000, READ_EXEC, true), Some(Verdict::None));
    }
}
