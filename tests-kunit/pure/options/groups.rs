// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options_groups))]
mod tests {
    use crate::pure::options::{
        Fault,
        Groups,
        Options, //
    };
    use crate::pure_tests::options::{
        said,
        shows, //
    };

    /// Whether the value stands for exactly these groups. The user namespace of the tests adds
    /// 100,000 to a number.
    fn stands_for(value: &[u8], groups: &[u32]) -> bool {
        said(&[(c"gid", value)]).is_ok_and(|options| options.gid().as_slice() == groups)
    }

    /// What is named as bad in the value, and why.
    fn refused(value: &[u8]) -> Option<(&[u8], Fault)> {
        let bad = said(&[(c"gid", value)]).err()?;
        Some((bad.value, bad.fault))
    }

    #[test]
    fn a_group_is_a_number_of_the_mounters() {
        assert!(stands_for(b"0", &[100_000]));
        assert!(stands_for(b"1000", &[101_000]));
        assert!(stands_for(b"0x3e8", &[101_000]));
        assert!(stands_for(b"65535", &[165_535]));
        for value in [&b""[..], b"x", b"-1", b"4294967296", b"1 ", b"root", b"1,2"] {
            assert_eq!(refused(value), Some((value, Fault::NoGroup)));
        }
        for value in [&b"65536"[..], b"4294967295"] {
            assert_eq!(refused(value), Some((value, Fault::UnmappedGroup)));
        }
    }

    #[test]
    fn where_nothing_is_said_it_is_group_0_as_in_procfs() {
        assert_eq!(Options::default().gid().as_slice(), [0]);
        assert_eq!(Groups::DEFAULT.as_slice(), [0]);
    }

    #[test]
    fn several_groups_keep_their_order() {
        assert!(stands_for(b"10:20", &[100_010, 100_020]));
        assert!(stands_for(b"20:10", &[100_020, 100_010]));
        assert!(stands_for(
            b"3:0:0x2:1",
            &[100_003, 100_000, 100_002, 100_001]
        ));
    }

    #[test]
    fn a_group_counts_once() {
        assert!(stands_for(b"7:7", &[100_007]));
        assert!(stands_for(b"7:5:7:0x5:07", &[100_007, 100_005]));
        // Groups are compared, not the numbers that the mounter has for them.
        let mut options = Options::default();
        assert_eq!(
            options.parse(c"gid", b"1:2:3", &|number| Some(number / 2)),
            Ok(())
        );
        assert_eq!(options.gid().as_slice(), [0, 1]);
    }

    #[test]
    fn there_are_eight_at_most() {
        let eight: [u32; 8] = [1, 2, 3, 4, 5, 6, 7, 8].map(|number| 100_000 + number);
        assert!(stands_for(b"1:2:3:4:5:6:7:8", &eight));
        // However often one is named.
        assert!(stands_for(b"1:1:2:3:4:5:6:7:8:8:2:1", &eight));
        for value in [&b"1:2:3:4:5:6:7:8:9"[..], b"9:8:7:6:5:4:3:2:1:0"] {
            assert_eq!(refused(value), Some((value, Fault::TooManyGroups)));
        }
    }

    #[test]
    fn a_refusal_names_the_one_that_is_bad() {
        let cases = [
            (&b"5:x:7"[..], &b"x"[..], Fault::NoGroup),
            (b"5:", b"", Fault::NoGroup),
            (b":5", b"", Fault::NoGroup),
            (b"5::6", b"", Fault::NoGroup),
            (b"1:2,3", b"2,3", Fault::NoGroup),
            (b"1:-2:x", b"-2", Fault::NoGroup),
            (b"1:65536:70000", b"65536", Fault::UnmappedGroup),
            (b"1:70000:x", b"70000", Fault::UnmappedGroup),
        ];
        for (value, bad, fault) in cases {
            assert_eq!(refused(value), Some((bad, fault)));
        }
    }

    #[test]
    fn a_later_value_replaces_all_groups() {
        // mount(8) gives the old and the new together.
        let twice = said(&[(c"gid", b"1:2:3"), (c"gid", b"5")]);
        assert!(twice.is_ok_and(|options| options.gid().as_slice() == [100_005]));
        let twice = said(&[(c"gid", b"5"), (c"gid", b"3:4")]);
        assert!(twice.is_ok_and(|options| options.gid().as_slice() == [100_003, 100_004]));
        // By either name.
        let twice = said(&[(c"gids", b"1:2"), (c"gid", b"5")]);
        assert!(twice.is_ok_and(|options| options.gid().as_slice() == [100_005]));
        let twice = said(&[(c"gid", b"5"), (c"gids", b"3:4")]);
        assert!(twice.is_ok_and(|options| options.gid().as_slice() == [100_003, 100_004]));
    }

    #[test]
    fn a_remount_replaces_all_groups_or_none() {
        let merged = |now: &'static [u8]| {
            let mut options = said(&[(c"gid", b"1:2")]).ok()?;
            options.merge(&said(&[(c"gid", now)]).ok()?).ok()?;
            Some(*options.gid())
        };
        assert!(merged(b"3").is_some_and(|groups| groups.as_slice() == [100_003]));
        assert!(merged(b"2:9").is_some_and(|groups| groups.as_slice() == [100_002, 100_009]));
        let mut options = said(&[(c"gid", b"1:2")]);
        if let Ok(options) = &mut options {
            assert_eq!(options.merge(&Options::default()), Ok(()));
        }
        assert!(options.is_ok_and(|options| options.gid().as_slice() == [100_001, 100_002]));
    }

    #[test]
    fn groups_are_shown_as_they_are_read() {
        let list = said(&[(c"gid", b"10:0x14:10")]);
        assert!(list.is_ok_and(|options| shows(&options, ",gids=100010:100020")));
        // Group 0 alone is what nothing said means, but it is a group beside others.
        let mut options = Options::default();
        let find_group = |number| Some(number);
        assert_eq!(options.parse(c"gid", b"0:5", &find_group), Ok(()));
        assert!(shows(&options, ",gids=0:5"));
        assert_eq!(options.parse(c"gid", b"5:0", &find_group), Ok(()));
        assert!(shows(&options, ",gids=5:0"));
        // One is `gid=`, as in procfs.
        assert_eq!(options.parse(c"gids", b"5", &find_group), Ok(()));
        assert!(shows(&options, ",gid=5"));
        assert_eq!(options.parse(c"gid", b"0:0", &find_group), Ok(()));
        assert!(shows(&options, ""));
    }
}
