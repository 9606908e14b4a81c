// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options))]
mod tests {
    use crate::pure::access::HidePid;
    use crate::pure::options::{
        BadOption,
        Fault,
        Form,
        Options,
        PidNsFault,
        Presence,
        RootEntry,
        Subset,
        TABLE, //
    };
    use crate::pure_tests::writes;
    use core::ffi::CStr;

    /// A user namespace that numbers the groups 100,000 to 165,535 from 0 on.
    fn find_group(number: u32) -> Option<u32> {
        (number < 65_536).then(|| 100_000 + number)
    }

    /// What becomes of options when all of these are said.
    fn said<'a>(list: &[(&'a CStr, &'a [u8])]) -> Result<Options, BadOption<'a>> {
        list.iter()
            .try_fold(Options::default(), |mut options, (name, value)| {
                options.parse(name, value, &find_group)?;
                Ok(options)
            })
    }

    fn hidepid(value: &[u8]) -> Option<HidePid> {
        said(&[(c"hidepid", value)])
            .ok()
            .map(|options| options.hidepid())
    }

    fn gid(value: &[u8]) -> Option<u32> {
        said(&[(c"gid", value)]).ok().map(|options| options.gid())
    }

    fn subset(value: &[u8]) -> Option<Subset> {
        said(&[(c"subset", value)])
            .ok()
            .map(|options| options.subset())
    }

    #[test]
    fn hidepid_by_name_and_number() {
        for value in [&b"off"[..], b"0", b"0x0", b"00", b"+0", b"0\n"] {
            assert_eq!(hidepid(value), Some(HidePid::Off));
        }
        for value in [&b"noaccess"[..], b"1"] {
            assert_eq!(hidepid(value), Some(HidePid::NoAccess));
        }
        for value in [&b"invisible"[..], b"2", b"02"] {
            assert_eq!(hidepid(value), Some(HidePid::Invisible));
        }
        for value in [&b"ptraceable"[..], b"4", b"0x4"] {
            assert_eq!(hidepid(value), Some(HidePid::NotPtraceable));
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
            assert_eq!(hidepid(value), None);
        }
    }

    #[test]
    fn gid_is_a_number_of_the_mounters() {
        assert_eq!(gid(b"0"), Some(100_000));
        assert_eq!(gid(b"1000"), Some(101_000));
        assert_eq!(gid(b"0x3e8"), Some(101_000));
        for value in [&b""[..], b"x", b"-1", b"4294967296", b"1 ", b"root"] {
            let refused = said(&[(c"gid", value)]).map_err(|bad| (bad.value, bad.fault));
            assert_eq!(refused, Err((value, Fault::NoGroup)));
        }
        for value in [&b"65536"[..], b"4294967295"] {
            let refused = said(&[(c"gid", value)]).map_err(|bad| (bad.value, bad.fault));
            assert_eq!(refused, Err((value, Fault::UnmappedGroup)));
        }
    }

    #[test]
    fn subset_is_a_list() {
        for value in [&b"pid"[..], b"pid,pid", b",pid", b"pid,", b",,pid,,"] {
            assert_eq!(subset(value), Some(Subset::Pid));
        }
        for value in [&b""[..], b",", b",,,"] {
            assert_eq!(subset(value), Some(Subset::All));
        }
    }

    #[test]
    fn subset_refuses_other_words_and_names_the_first() {
        let cases = [
            (&b"net"[..], &b"net"[..]),
            (b"pid,sys,net", b"sys"),
            (b"PID", b"PID"),
            (b"pid ", b"pid "),
            (b"pi", b"pi"),
            (b"pid\0", b"pid\0"),
        ];
        for (value, word) in cases {
            let refused = said(&[(c"subset", value)]).map_err(|bad| bad.value);
            assert_eq!(refused, Err(word));
        }
    }

    #[test]
    fn what_is_said_later_counts() {
        let twice = said(&[(c"gid", b"5"), (c"gid", b"7")]);
        assert!(twice.is_ok_and(|options| options.gid() == 100_007));
        let twice = said(&[(c"hidepid", b"2"), (c"hidepid", b"off")]);
        assert!(twice.is_ok_and(|options| options.hidepid() == HidePid::Off));
        // As in procfs, an empty list takes nothing back.
        let twice = said(&[(c"subset", b"pid"), (c"subset", b"")]);
        assert!(twice.is_ok_and(|options| options.subset() == Subset::Pid));
    }

    #[test]
    fn a_refused_value_changes_nothing() {
        let mut options = Options::default();
        assert_eq!(options.parse(c"gid", b"5", &find_group), Ok(()));
        let before = options.clone();
        for name in [c"gid", c"hidepid", c"subset", c"pidns", c"nonsense"] {
            assert!(options.parse(name, b"nonsense", &find_group).is_err());
            assert_eq!(options, before);
        }
    }

    #[test]
    fn there_is_no_other_option() {
        // pidns= is not text: the mount context reads it.
        for name in [c"pidns", c"", c"GID", c"gid ", c"nonsense"] {
            let refused = said(&[(name, b"1")]).map_err(|bad| (bad.name, bad.fault));
            assert_eq!(refused, Err((name, Fault::NoSuchOption)));
        }
    }

    #[test]
    fn no_two_options_have_one_name() {
        for (at, row) in TABLE.iter().enumerate() {
            assert!(TABLE
                .iter()
                .skip(at + 1)
                .all(|other| other.name != row.name));
        }
    }

    #[test]
    fn a_remount_changes_what_it_names() {
        let instance = said(&[(c"gid", b"5"), (c"hidepid", b"2")]);
        let merged = |said_now: &[(&'static CStr, &'static [u8])]| {
            let mut options = instance.clone().ok()?;
            options.merge(&said(said_now).ok()?).ok()?;
            Some((options.gid(), options.hidepid(), options.subset()))
        };
        let all = Subset::All;
        assert_eq!(merged(&[]), Some((100_005, HidePid::Invisible, all)));
        let gid = merged(&[(c"gid", b"0")]);
        assert_eq!(gid, Some((100_000, HidePid::Invisible, all)));
        let hidepid = merged(&[(c"hidepid", b"0")]);
        assert_eq!(hidepid, Some((100_005, HidePid::Off, all)));
    }

    #[test]
    fn a_remount_keeps_the_subset() {
        for (instance, same, other) in [(&b""[..], &b""[..], &b"pid"[..]), (b"pid", b"pid", b"")] {
            let merged = |now: &'static [u8]| {
                let mut options = said(&[(c"subset", instance)])?;
                let before = options.clone();
                let all = [(c"hidepid", &b"1"[..]), (c"subset", now)];
                let verdict = options.merge(&said(&all)?);
                assert!(verdict.is_ok() || options == before);
                verdict
            };
            assert_eq!(merged(same), Ok(()));
            let refused = merged(other).map_err(|bad| (bad.name, bad.fault));
            assert_eq!(refused, Err((c"subset", Fault::Change)));
        }
        // Nor where nothing was said of it when it was mounted.
        let mut options = Options::default();
        let all = said(&[(c"subset", b"")]);
        assert!(all.is_ok_and(|said| options.merge(&said).is_ok()));
        let pid = said(&[(c"subset", b"pid")]);
        assert!(pid.is_ok_and(|said| options.merge(&said).is_err()));
    }

    #[test]
    fn shows_only_what_differs_from_the_defaults() {
        let shows = |list: &[(&'static CStr, &'static [u8])], text: &str| {
            said(list).is_ok_and(|options| writes(text, |out| options.show(out)))
        };
        assert!(shows(&[], ""));
        assert!(shows(&[(c"hidepid", b"off"), (c"subset", b"")], ""));
        assert!(shows(&[(c"gid", b"1000")], ",gid=101000"));
        assert!(shows(&[(c"hidepid", b"1")], ",hidepid=noaccess"));
        assert!(shows(&[(c"hidepid", b"2")], ",hidepid=invisible"));
        let all: [(&CStr, &[u8]); 3] = [(c"subset", b"pid"), (c"hidepid", b"4"), (c"gid", b"1")];
        assert!(shows(&all, ",gid=100001,hidepid=ptraceable,subset=pid"));
        // The group that nobody is exempt for, not the number 0 of the mounter's.
        let mut root = Options::default();
        assert_eq!(root.parse(c"gid", b"7", &|_| Some(0)), Ok(()));
        assert!(writes("", |out| root.show(out)));
    }

    #[test]
    fn an_instance_of_tasks_has_no_other_entries() {
        for entry in [
            RootEntry::Registered,
            RootEntry::OfTasks,
            RootEntry::OfTheMachine,
        ] {
            assert_eq!(Subset::All.presence(entry), Presence::Listed);
        }
        let of_tasks = Subset::Pid.presence(RootEntry::OfTasks);
        assert_eq!(of_tasks, Presence::Unlisted);
        assert_eq!(
            [Subset::All, Subset::Pid].map(Subset::hides_registry),
            [false, true]
        );
        for entry in [RootEntry::Registered, RootEntry::OfTheMachine] {
            assert_eq!(Subset::Pid.presence(entry), Presence::Absent);
        }
    }

    #[test]
    fn a_refusal_names_option_value_and_way_out() {
        let sentences: [(&CStr, &[u8], &str); 6] = [
            (
                c"hidepid",
                b"3",
                "unknown value of hidepid - 3 (use off noaccess invisible ptraceable)",
            ),
            (
                c"subset",
                b"pid,net",
                "unknown value of subset - net (use pid)",
            ),
            (
                c"gid",
                b"root",
                "bad value of gid - root (use the number of a group)",
            ),
            (
                c"gid",
                b"70000",
                "bad value of gid - 70000 has no mapping in the mounter's user namespace",
            ),
            (
                c"subset",
                b"a\nb\\\x1b",
                "unknown value of subset - a\\nb\\\\\\e (use pid)",
            ),
            (c"nonsense", b"1", "unknown option - nonsense"),
        ];
        for (name, value, sentence) in sentences {
            let refusal = said(&[(name, value)]).err();
            assert!(refusal.is_some_and(|bad| writes(sentence, |out| bad.describe(out))));
        }
        let change = BadOption {
            name: c"subset",
            value: b"",
            fault: Fault::Change,
        };
        let sentence = "subset= cannot be changed by a remount (mount a new instance)";
        assert!(writes(sentence, |out| change.describe(out)));
    }

    #[test]
    fn a_refused_pid_namespace_says_what_is_wrong_with_its_file() {
        let sentences = [
            (PidNsFault::NotOpened, "could not be opened"),
            (
                PidNsFault::NoNamespace,
                "is not a namespace file (use /proc/<pid>/ns/pid)",
            ),
            (
                PidNsFault::OtherKind,
                "is the file of another kind of namespace (use /proc/<pid>/ns/pid)",
            ),
            (
                PidNsFault::NotAllowed,
                "needs CAP_SYS_ADMIN in the user namespace that owns the pid namespace",
            ),
            (
                PidNsFault::NotBelow,
                "is not the mounter's pid namespace or a descendant of it",
            ),
            (
                PidNsFault::Change,
                "cannot be set by a remount (mount a new instance)",
            ),
        ];
        for (fault, end) in sentences {
            let refusal = BadOption {
                name: c"pidns",
                value: b"/x",
                fault: Fault::PidNs(fault),
            };
            let mut buf = [0; 128];
            let mut sentence = crate::pure::text::Text::new(&mut buf);
            sentence.bytes(b"bad value of pidns - /x ");
            sentence.bytes(end.as_bytes());
            let sentence = core::str::from_utf8(sentence.filled());
            assert!(sentence.is_ok_and(|text| writes(text, |out| refusal.describe(out))));
        }
    }

    #[test]
    fn the_one_file_is_the_pid_namespace() {
        let files = TABLE.iter().filter(|row| matches!(row.form, Form::File));
        assert!(files.map(|row| row.name).eq([c"pidns"]));
    }
}
