// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options_pid1))]
mod tests {
    use crate::pure::options::{
        Fault,
        Options,
        Pid1,
        PID1_ENTRIES, //
    };
    use crate::pure_tests::options::{
        said,
        shows, //
    };

    fn pid1(value: &[u8]) -> Option<Pid1> {
        said(&[(c"pid1", value)]).ok().map(|options| options.pid1())
    }

    #[test]
    fn pid_1_is_as_any_other_unless_it_is_said() {
        assert_eq!(Options::default().pid1(), Pid1::Hidden);
        assert_eq!(pid1(b"hidden"), Some(Pid1::Hidden));
        assert_eq!(pid1(b"visible"), Some(Pid1::Visible));
    }

    #[test]
    fn four_entries_of_it_are_there_for_everyone() {
        assert_eq!(PID1_ENTRIES, ["comm", "cgroup", "stat", "status"]);
    }

    #[test]
    fn there_is_no_other_word() {
        let bad = [
            &b""[..],
            b"1",
            b"0",
            b"Visible",
            b"visible ",
            b"visible,",
            b"visible\n",
            b"visibl",
            b"hidden:visible",
        ];
        for value in bad {
            let refused = said(&[(c"pid1", value)]).map_err(|bad| (bad.value, bad.fault));
            assert_eq!(
                refused,
                Err((value, Fault::NoSuchWord(&["hidden", "visible"])))
            );
        }
    }

    #[test]
    fn a_remount_changes_it_both_ways() {
        for (instance, now, after) in [
            (&b"hidden"[..], &b"visible"[..], Pid1::Visible),
            (b"visible", b"hidden", Pid1::Hidden),
            (b"visible", b"visible", Pid1::Visible),
        ] {
            let merged = said(&[(c"pid1", instance)]).and_then(|mut options| {
                options.merge(&said(&[(c"pid1", now)])?)?;
                Ok(options.pid1())
            });
            assert_eq!(merged, Ok(after));
        }
    }

    #[test]
    fn a_remount_that_does_not_name_it_keeps_it() {
        let merged = said(&[(c"pid1", b"visible")]).and_then(|mut options| {
            options.merge(&said(&[(c"hidepid", b"2")])?)?;
            Ok(options.pid1())
        });
        assert_eq!(merged, Ok(Pid1::Visible));
    }

    #[test]
    fn it_is_shown_where_it_is_visible() {
        let visible = said(&[(c"pid1", b"visible")]);
        assert!(visible.is_ok_and(|options| shows(&options, ",pid1=visible")));
        let hidden = said(&[(c"pid1", b"visible"), (c"pid1", b"hidden")]);
        assert!(hidden.is_ok_and(|options| shows(&options, "")));
    }
}
