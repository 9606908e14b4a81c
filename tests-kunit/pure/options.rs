// SPDX-License-Identifier: GPL-2.0

mod bad;
mod cgroup;
mod groups;
mod pid1;
mod userns_mounts;

use crate::pure::options::{
    BadOption,
    Options,
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

/// Whether mountinfo shows exactly `text` for these options.
fn shows(options: &Options, text: &str) -> bool {
    writes(text, |out| {
        TABLE.iter().for_each(|row| options.show(row, out));
    })
}

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options))]
mod tests {
    use super::{
        find_group,
        said,
        shows, //
    };
    use crate::pure::access::HidePid;
    use crate::pure::options::{
        Fault,
        Form,
        Options,
        Pid1,
        TABLE, //
    };
    use crate::pure::policy::ListKind;
    use crate::pure::subset::Subset;
    use core::ffi::CStr;

    fn hidepid(value: &[u8]) -> Option<HidePid> {
        said(&[(c"hidepid", value)])
            .ok()
            .map(|options| options.hidepid())
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
    fn subset_is_a_list() {
        for value in [&b"pid"[..], b"pid,pid", b",pid", b"pid,", b",,pid,,"] {
            assert_eq!(subset(value), Some(Subset::Pid));
        }
        for value in [
            &b"container"[..],
            b",container",
            b"pid,container",
            b"container,pid",
        ] {
            assert_eq!(subset(value), Some(Subset::Container));
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
            (b"container,all,pid", b"all"),
            (b"containers", b"containers"),
            (b"pid:container", b"pid:container"),
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
        assert!(twice.is_ok_and(|options| options.gid().as_slice() == [100_007]));
        let twice = said(&[(c"hidepid", b"2"), (c"hidepid", b"off")]);
        assert!(twice.is_ok_and(|options| options.hidepid() == HidePid::Off));
        let twice = said(&[(c"pid1", b"visible"), (c"pid1", b"hidden")]);
        assert!(twice.is_ok_and(|options| options.pid1() == Pid1::Hidden));
    }

    #[test]
    fn a_later_subset_takes_nothing_back() {
        // As in procfs; of several words, whether in one list or in many, the widest counts.
        let words: [(&[u8], Subset); 3] = [
            (b"", Subset::All),
            (b"pid", Subset::Pid),
            (b"container", Subset::Container),
        ];
        for (first, narrow) in words {
            for (then, wide) in words {
                let both = [narrow, wide];
                let expected = if both.contains(&Subset::Container) {
                    Subset::Container
                } else if both.contains(&Subset::Pid) {
                    Subset::Pid
                } else {
                    Subset::All
                };
                let twice = said(&[(c"subset", first), (c"subset", then)]);
                assert!(twice.is_ok_and(|options| options.subset() == expected));
            }
        }
    }

    #[test]
    fn a_refused_value_changes_nothing() {
        let mut options = Options::default();
        assert_eq!(options.parse(c"gid", b"5", &find_group), Ok(()));
        let before = options.clone();
        for name in [
            c"gid",
            c"gids",
            c"hidepid",
            c"subset",
            c"pid1",
            c"show",
            c"pidns",
            c"nonsense",
        ] {
            assert!(options.parse(name, b"nonsense", &find_group).is_err());
            assert_eq!(options, before);
        }
    }

    #[test]
    fn there_is_no_other_option() {
        // pidns= is not text: the mount context reads it. Nor are the lists: `Lists` does.
        let others = [c"pidns", c"show", c"hide", c"writable"];
        for name in others
            .into_iter()
            .chain([c"", c"GID", c"gid ", c"nonsense"])
        {
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
            let group = *options.gid().as_slice().first()?;
            Some((group, options.hidepid(), options.subset(), options.pid1()))
        };
        let (all, hidden) = (Subset::All, Pid1::Hidden);
        assert_eq!(
            merged(&[]),
            Some((100_005, HidePid::Invisible, all, hidden))
        );
        let gid = merged(&[(c"gid", b"0")]);
        assert_eq!(gid, Some((100_000, HidePid::Invisible, all, hidden)));
        let hidepid = merged(&[(c"hidepid", b"0")]);
        assert_eq!(hidepid, Some((100_005, HidePid::Off, all, hidden)));
        let pid1 = merged(&[(c"pid1", b"visible")]);
        assert_eq!(
            pid1,
            Some((100_005, HidePid::Invisible, all, Pid1::Visible))
        );
    }

    #[test]
    fn a_remount_keeps_the_subset() {
        let cases: [(&[u8], &[u8], &[u8]); 6] = [
            (b"", b"", b"pid"),
            (b"", b",", b"container"),
            (b"pid", b"pid", b""),
            (b"pid", b",pid", b"container"),
            (b"container", b"container", b"pid"),
            (b"container", b"pid,container", b""),
        ];
        for (instance, same, other) in cases {
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
        let shows_all = |list: &[(&'static CStr, &'static [u8])], text: &str| {
            said(list).is_ok_and(|options| shows(&options, text))
        };
        assert!(shows_all(&[], ""));
        let defaults: [(&CStr, &[u8]); 3] =
            [(c"hidepid", b"off"), (c"subset", b""), (c"pid1", b"hidden")];
        assert!(shows_all(&defaults, ""));
        assert!(shows_all(&[(c"gid", b"1000")], ",gid=101000"));
        assert!(shows_all(&[(c"hidepid", b"1")], ",hidepid=noaccess"));
        assert!(shows_all(&[(c"hidepid", b"2")], ",hidepid=invisible"));
        assert!(shows_all(
            &[(c"subset", b"container,pid")],
            ",subset=container"
        ));
        let all: [(&CStr, &[u8]); 4] = [
            (c"pid1", b"visible"),
            (c"subset", b"pid"),
            (c"hidepid", b"4"),
            (c"gid", b"1"),
        ];
        let text = ",gid=100001,hidepid=ptraceable,subset=pid,pid1=visible";
        assert!(shows_all(&all, text));
        // The group that nobody is exempt for, not the number 0 of the mounter's.
        let mut root = Options::default();
        assert_eq!(root.parse(c"gid", b"7", &|_| Some(0)), Ok(()));
        assert!(shows(&root, ""));
    }

    #[test]
    fn the_options_are_shown_in_this_order() {
        let order = [
            c"gid",
            c"gids",
            c"hidepid",
            c"subset",
            c"show",
            c"hide",
            c"writable",
            c"pid1",
            c"cgroup",
            c"cpus",
            c"pidns",
        ];
        assert!(TABLE.iter().map(|row| row.name).eq(order));
    }

    #[test]
    fn the_lists_are_those_of_the_policy() {
        let lists = TABLE.iter().filter_map(|row| match row.form {
            Form::List(kind) => Some((row.name, kind)),
            Form::Text { .. } | Form::File => None,
        });
        assert!(lists.eq([
            (c"show", ListKind::Show),
            (c"hide", ListKind::Hide),
            (c"writable", ListKind::Writable),
        ]));
    }

    #[test]
    fn the_one_file_is_the_pid_namespace() {
        let files = TABLE.iter().filter(|row| matches!(row.form, Form::File));
        assert!(files.map(|row| row.name).eq([c"pidns"]));
    }
}
