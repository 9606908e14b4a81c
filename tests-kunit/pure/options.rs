// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options))]
mod tests {
    use crate::pure::access::HidePid;
    use crate::pure::options::{
        gid,
        hidepid,
        remount_subset,
        subset,
        BadOption,
        Options,
        PidNsFault,
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
    fn gid_is_a_number() {
        assert_eq!(gid(b"0"), Ok(0));
        assert_eq!(gid(b"1000"), Ok(1000));
        assert_eq!(gid(b"0x3e8"), Ok(1000));
        // Whether a number has a mapping is the kernel's to say.
        assert_eq!(gid(b"4294967295"), Ok(u32::MAX));
        for value in [&b""[..], b"x", b"-1", b"4294967296", b"1 ", b"root"] {
            assert_eq!(gid(value), Err(BadOption::Gid(value)));
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
        let refusals = [
            (
                BadOption::HidePid(b"3"),
                "unknown value of hidepid - 3 (use off noaccess invisible ptraceable)",
            ),
            (
                BadOption::Subset(b"net"),
                "unsupported subset option - net (use pid)",
            ),
            (
                BadOption::SubsetChange,
                "subset=pid cannot be changed by a remount (mount a new instance)",
            ),
            (
                BadOption::Gid(b"root"),
                "bad value of gid - root (use the number of a group)",
            ),
            (
                BadOption::UnmappedGid(b"7"),
                "bad value of gid - 7 has no mapping in the mounter's user namespace",
            ),
        ];
        for (refusal, sentence) in refusals {
            assert!(writes(sentence, |out| refusal.describe(out)));
        }
    }

    #[test]
    fn a_refused_pid_namespace_says_what_is_wrong_with_its_file() {
        let sentences = [
            (
                PidNsFault::NotOpened,
                "bad value of pidns - /x could not be opened",
            ),
            (
                PidNsFault::NoNamespace,
                "bad value of pidns - /x is not a namespace file (use /proc/<pid>/ns/pid)",
            ),
            (
                PidNsFault::OtherKind,
                "bad value of pidns - /x is the file of another kind of namespace \
                 (use /proc/<pid>/ns/pid)",
            ),
            (
                PidNsFault::NotAllowed,
                "bad value of pidns - /x needs CAP_SYS_ADMIN in the user namespace that owns the \
                 pid namespace",
            ),
            (
                PidNsFault::NotBelow,
                "bad value of pidns - /x is not the mounter's pid namespace or a descendant of it",
            ),
            (
                PidNsFault::Change,
                "bad value of pidns - /x cannot be set by a remount (mount a new instance)",
            ),
        ];
        for (fault, sentence) in sentences {
            assert!(writes(sentence, |out| {
                BadOption::PidNs(b"/x", fault).describe(out)
            }));
        }
    }

    #[test]
    fn a_refusal_is_one_line_whatever_the_value() {
        assert!(writes(
            "unsupported subset option - a\\nb\\\\\\e (use pid)",
            |out| BadOption::Subset(b"a\nb\\\x1b").describe(out)
        ));
    }
}
