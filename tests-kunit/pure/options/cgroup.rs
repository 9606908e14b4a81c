// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options_cgroup))]
mod tests {
    use crate::pure::options::{
        Cgroup,
        Cpus,
        Fault,
        Options, //
    };
    use crate::pure_tests::options::{
        said,
        shows, //
    };
    use core::ffi::CStr;

    fn cgroup(value: &[u8]) -> Option<Cgroup> {
        said(&[(c"cgroup", value)])
            .ok()
            .map(|options| options.cgroup())
    }

    type Said<'a> = (&'a CStr, &'a [u8]);

    fn of(list: &[Said<'_>]) -> Option<Cgroup> {
        said(list).ok().map(|options| options.cgroup())
    }

    /// What is wrong with a remount, if anything is.
    fn merge<'a>(instance: &[Said<'a>], now: &[Said<'a>]) -> Result<(), (&'a CStr, Fault)> {
        said(instance)
            .and_then(|mut options| options.merge(&said(now)?))
            .map_err(|bad| (bad.name, bad.fault))
    }

    /// What does not go together, if anything does not.
    fn check<'a>(list: &[Said<'a>], cgroups: bool) -> Result<(), (&'a CStr, Fault)> {
        said(list)
            .and_then(|options| options.check_view(cgroups))
            .map_err(|bad| (bad.name, bad.fault))
    }

    fn cpus(value: &[u8]) -> Option<Cpus> {
        said(&[(c"cpus", value)]).ok().map(|options| options.cpus())
    }

    #[test]
    fn words_and_numbers() {
        assert_eq!(Options::default().cgroup(), Cgroup::Off);
        assert_eq!(cgroup(b"off"), Some(Cgroup::Off));
        assert_eq!(cgroup(b"init"), Some(Cgroup::Init));
        assert_eq!(cgroup(b"reader"), Some(Cgroup::Reader));
        assert_eq!(cgroup(b"1"), Some(Cgroup::Number(1)));
        let most = b"18446744073709551615";
        assert_eq!(cgroup(most), Some(Cgroup::Number(u64::MAX)));
        assert_eq!(Options::default().cpus(), Cpus::Cpuset);
        assert_eq!(cpus(b"cpuset"), Some(Cpus::Cpuset));
        assert_eq!(cpus(b"quota"), Some(Cpus::Quota));
    }

    #[test]
    fn anything_else_is_refused_with_the_value() {
        let bad = [
            &b""[..],
            b"0",
            b"-1",
            b"x",
            b"0x10",
            b"Init",
            b"init ",
            b"init:reader",
            b"18446744073709551616",
            b"1 2",
        ];
        for value in bad {
            let refused = said(&[(c"cgroup", value)]).map_err(|bad| (bad.value, bad.fault));
            assert_eq!(refused, Err((value, Fault::NoCgroup)));
        }
        for value in [&b""[..], b"2", b"Quota", b"quota,"] {
            let refused = said(&[(c"cpus", value)]).map_err(|bad| (bad.value, bad.fault));
            let fault = Fault::NoSuchWord(&["cpuset", "quota"]);
            assert_eq!(refused, Err((value, fault)));
        }
    }

    #[test]
    fn a_container_has_its_own_unless_it_is_said() {
        assert_eq!(of(&[(c"subset", b"container")]), Some(Cgroup::Init));
        assert_eq!(of(&[(c"subset", b"pid")]), Some(Cgroup::Init));
        assert_eq!(of(&[(c"hidepid", b"2")]), Some(Cgroup::Off));
        for (first, then) in [(0, 1), (1, 0)] {
            let list = [(c"subset", &b"container"[..]), (c"cgroup", b"off")];
            assert_eq!(of(&[list[first], list[then]]), Some(Cgroup::Off));
        }
    }

    #[test]
    fn what_is_not_initial_is_shown() {
        let cases: [(&[Said<'_>], &str); 10] = [
            (&[(c"subset", b"pid"), (c"cgroup", b"init")], ",subset=pid"),
            (
                &[(c"subset", b"pid"), (c"cgroup", b"off")],
                ",subset=pid,cgroup=off",
            ),
            (&[(c"cgroup", b"off")], ""),
            (&[(c"cgroup", b"init")], ",cgroup=init"),
            (&[(c"cgroup", b"reader")], ",cgroup=reader"),
            (&[(c"cgroup", b"0042")], ",cgroup=42"),
            (
                &[(c"cgroup", b"init"), (c"cpus", b"quota")],
                ",cgroup=init,cpus=quota",
            ),
            (&[(c"subset", b"container")], ",subset=container"),
            (
                &[(c"subset", b"container"), (c"cgroup", b"init")],
                ",subset=container",
            ),
            (
                &[(c"subset", b"container"), (c"cgroup", b"off")],
                ",subset=container,cgroup=off",
            ),
        ];
        for (list, text) in cases {
            assert!(said(list).is_ok_and(|options| shows(&options, text)));
        }
    }

    #[test]
    fn a_remount_changes_neither() {
        for same in [&b"init"[..], b"reader", b"7"] {
            assert_eq!(merge(&[(c"cgroup", same)], &[(c"cgroup", same)]), Ok(()));
            let other = merge(&[(c"cgroup", same)], &[(c"cgroup", b"8")]);
            assert_eq!(other, Err((c"cgroup", Fault::Change)));
        }
        let quota = [(c"cgroup", &b"init"[..]), (c"cpus", b"quota")];
        assert_eq!(merge(&quota, &[(c"cpus", b"quota")]), Ok(()));
        let other = merge(&quota, &[(c"cpus", b"cpuset")]);
        assert_eq!(other, Err((c"cpus", Fault::Change)));
        assert_eq!(merge(&quota, &[(c"hidepid", b"2")]), Ok(()));
        let container = [(c"subset", &b"container"[..])];
        assert_eq!(merge(&container, &[(c"cgroup", b"init")]), Ok(()));
        let off = merge(&container, &[(c"cgroup", b"off")]);
        assert_eq!(off, Err((c"cgroup", Fault::Change)));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let quota = (c"cpus", &b"quota"[..]);
        assert_eq!(check(&[quota], true), Err((c"cpus", Fault::NeedsCgroup)));
        assert_eq!(check(&[quota, (c"cgroup", b"reader")], true), Ok(()));
        assert_eq!(check(&[quota, (c"subset", b"container")], true), Ok(()));
        let init = (c"cgroup", &b"init"[..]);
        assert_eq!(check(&[init], false), Err((c"cgroup", Fault::NoCgroups)));
        assert_eq!(check(&[init], true), Ok(()));
        // Where nothing is said, nothing is refused.
        assert_eq!(check(&[(c"subset", b"container")], false), Ok(()));
    }
}
