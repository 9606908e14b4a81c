// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options))]
mod tests {
    use crate::pure::access::HidePid;
    use crate::pure::options::{
        hidepid,
        remount_subset,
        subset,
        BadOption,
        Options,
        Subset, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn hidepid_by_name_and_number() {
        for value in [&b"off"[..], b"0", b"0x0", b"00", b"+0", b"0\n"] {
            assert_eq!(hidepid(value), Ok(HidePid::Off));
        }
        for value in [&b"noaccess"[..], b"1"] {
            assert_eq!(hidepid(value), Ok(HidePid::NoAccess));
        }
        for value in [&b"invisible"[..], b"2", b"02"] {
            assert_eq!(hidepid(value), Ok(HidePid::Invisible));
        }
        for value in [&b"ptraceable"[..], b"4", b"0x4"] {
            assert_eq!(hidepid(value), Ok(HidePid::NotPtraceable));
        }
    }

    #[test]
    fn hidepid_refuses_anything_else() {
        let bad = [
            &b""[..],
            b"3",
            b"5",
            b"-1",
            b"08",
            b"4294967296",
            b"Off",
            b"off ",
            b"off\n",
            b"invisible,",
            b"ptracable",
            b"\xff",
        ];
        for value in bad {
            assert_eq!(hidepid(value), Err(BadOption::HidePid(value)));
        }
    }

    #[test]
    fn subset_is_a_list() {
        for value in [&b"pid"[..], b"pid,pid", b",pid", b"pid,", b",,pid,,"] {
            assert_eq!(subset(value), Ok(Subset::Pid));
        }
        for value in [&b""[..], b",", b",,,"] {
            assert_eq!(subset(value), Ok(Subset::All));
        }
    }

    #[test]
    fn subset_refuses_other_words_and_names_the_first() {
        assert_eq!(subset(b"net"), Err(BadOption::Subset(b"net")));
        assert_eq!(subset(b"pid,sys,net"), Err(BadOption::Subset(b"sys")));
        assert_eq!(subset(b"PID"), Err(BadOption::Subset(b"PID")));
        assert_eq!(subset(b"pid "), Err(BadOption::Subset(b"pid ")));
        assert_eq!(subset(b"pi"), Err(BadOption::Subset(b"pi")));
        assert_eq!(subset(b"pid\0"), Err(BadOption::Subset(b"pid\0")));
    }

    #[test]
    fn a_remount_keeps_the_subset() {
        for instance in [Subset::All, Subset::Pid] {
            assert_eq!(remount_subset(instance, None), Ok(()));
            assert_eq!(remount_subset(instance, Some(instance)), Ok(()));
        }
        let refused = Err(BadOption::SubsetChange);
        assert_eq!(remount_subset(Subset::All, Some(Subset::Pid)), refused);
        assert_eq!(remount_subset(Subset::Pid, Some(Subset::All)), refused);
    }

    #[test]
    fn shows_only_what_differs_from_the_defaults() {
        let plain = Options {
            gid: 0,
            hidepid: HidePid::Off,
            subset: Subset::All,
        };
        assert!(writes("", |out| plain.show(out)));
        let gid = Options { gid: 1000, ..plain };
        assert!(writes(",gid=1000", |out| gid.show(out)));
        let all = Options {
            gid: u32::MAX - 1,
            hidepid: HidePid::NotPtraceable,
            subset: Subset::Pid,
        };
        let shown = ",gid=4294967294,hidepid=ptraceable,subset=pid";
        assert!(writes(shown, |out| all.show(out)));
    }

    #[test]
    fn shows_hidepid_by_name() {
        let with = |hidepid| Options {
            gid: 0,
            hidepid,
            subset: Subset::All,
        };
        let [noaccess, invisible] = [HidePid::NoAccess, HidePid::Invisible].map(with);
        assert!(writes(",hidepid=noaccess", |out| noaccess.show(out)));
        assert!(writes(",hidepid=invisible", |out| invisible.show(out)));
    }

    #[test]
    fn a_refusal_names_option_value_and_way_out() {
        assert!(writes(
            "unknown value of hidepid - 3 (use off noaccess invisible ptraceable)",
            |out| BadOption::HidePid(b"3").describe(out)
        ));
        assert!(writes("unsupported subset option - net (use pid)", |out| {
            BadOption::Subset(b"net").describe(out)
        }));
        assert!(writes(
            "subset=pid cannot be changed by a remount (mount a new instance)",
            |out| BadOption::SubsetChange.describe(out)
        ));
    }
}
