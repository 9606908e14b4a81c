// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options_bad))]
mod tests {
    use crate::pure::options::{
        BadOption,
        Fault,
        Options,
        PidNsFault,
        UsernsMounts, //
    };
    use crate::pure::policy::{
        BadItem,
        BadName, //
    };
    use crate::pure::text::Text;
    use crate::pure_tests::options::said;
    use crate::pure_tests::writes;
    use core::ffi::CStr;

    /// Whether the sentence is exactly this.
    fn says(name: &CStr, value: &[u8], fault: Fault, sentence: &str) -> bool {
        let bad = BadOption { name, value, fault };
        writes(sentence, |out| bad.describe(out))
    }

    /// Whether the sentence is exactly `begin` and, behind a blank, `end`.
    #[inline(never)]
    fn says_both(name: &CStr, value: &[u8], fault: Fault, [begin, end]: [&str; 2]) -> bool {
        let mut buf = [0; 192];
        let mut sentence = Text::new(&mut buf);
        for part in [begin, " ", end] {
            sentence.bytes(part.as_bytes());
        }
        let sentence = core::str::from_utf8(sentence.filled());
        sentence.is_ok_and(|sentence| says(name, value, fault, sentence))
    }

    #[test]
    fn a_refusal_names_option_value_and_way_out() {
        const SENTENCES: &[(&CStr, &[u8], &str)] = &[
            (
                c"hidepid",
                b"3",
                "unknown value of hidepid - 3 (use off noaccess invisible ptraceable)",
            ),
            (
                c"subset",
                b"pid,net",
                "unknown value of subset - net (use pid container)",
            ),
            (
                c"pid1",
                b"yes",
                "unknown value of pid1 - yes (use hidden visible)",
            ),
            (
                c"gid",
                b"5:root:x",
                "bad value of gid - root (use the number of a group)",
            ),
            (
                c"gid",
                b"5:70000",
                "bad value of gid - 70000 has no mapping in the mounter's user namespace",
            ),
            (
                c"gid",
                b"1:2:3:4:5:6:7:8:9",
                "bad value of gid - 1:2:3:4:5:6:7:8:9 has more than 8 groups",
            ),
            (
                c"subset",
                b"a\nb\\\x1b",
                "unknown value of subset - a\\nb\\\\\\e (use pid container)",
            ),
            (c"nonsense", b"1", "unknown option - nonsense"),
        ];
        for (name, value, sentence) in SENTENCES {
            let refusal = said(&[(*name, *value)]).err();
            assert!(refusal.is_some_and(|bad| writes(sentence, |out| bad.describe(out))));
        }
    }

    #[test]
    fn what_a_remount_cannot_change_is_named() {
        for (name, sentence) in [
            (
                c"subset",
                "subset= cannot be changed by a remount (mount a new instance)",
            ),
            (
                c"hide",
                "hide= cannot be changed by a remount (mount a new instance)",
            ),
        ] {
            assert!(says(name, b"", Fault::Change, sentence));
        }
    }

    #[test]
    fn what_cannot_be_viewed_is_named() {
        for (fault, sentence) in [
            (
                Fault::NoCgroups,
                "bad value of cgroup: this kernel has no control groups",
            ),
            (
                Fault::OthersFigures,
                "cgroup: without CAP_SYS_ADMIN in the initial user namespace only init and reader \
                 go with subset=, and only off without it",
            ),
        ] {
            assert!(says(c"cgroup", b"", fault, sentence));
        }
        let none =
            "bad value of cgroup: no cgroup of the mounter's cgroup namespace has that number";
        assert!(writes(none, |out| Options::no_such_cgroup().describe(out)));
        let quota = "cpus=quota is for an instance with cgroup=";
        assert!(says(c"cpus", b"", Fault::NeedsCgroup, quota));
        let number = "bad value of cgroup - x (use off, init, reader, or the number of a cgroup: \
                      stat -c %i of it)";
        assert!(says(c"cgroup", b"x", Fault::NoCgroup, number));
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
            let fault = Fault::PidNs(fault);
            let sentence = ["bad value of pidns - /x", end];
            assert!(says_both(c"pidns", b"/x", fault, sentence));
        }
    }

    #[test]
    fn a_refused_name_says_what_is_wrong_with_it() {
        const SENTENCES: &[(BadName, &str)] = &[
            (BadName::Item(BadItem::Empty), "has an empty name in it"),
            (
                BadName::Item(BadItem::Slashes),
                "has a slash first, last or twice (write sys/kernel, without /proc/)",
            ),
            (BadName::Item(BadItem::Dots), "has . or .. in it"),
            (BadName::Item(BadItem::TooLong), "is longer than 255 bytes"),
            (
                BadName::Item(BadItem::Unescaped),
                "has a byte that must be written as % and two hexadecimal digits",
            ),
            (
                BadName::Item(BadItem::Escape),
                "has a % without two hexadecimal digits of a byte that names can have",
            ),
            (
                BadName::Task,
                "is a task's, which hidepid= is for (pid/NAME is an entry of each task)",
            ),
            (
                BadName::OnlyHidden,
                "is an entry of tasks, which only hide= can name",
            ),
            (BadName::NotInTask, "is no entry of a task (write pid/NAME)"),
            (
                BadName::NetOfTask,
                "is called net here, in the root and in every task",
            ),
            (
                BadName::BelowNet,
                "is there already: show=net adds the link in the root",
            ),
            (BadName::TooMuch, "makes the lists longer than 3,800 bytes"),
        ];
        for (bad, end) in SENTENCES {
            let fault = Fault::Name(*bad);
            assert!(says_both(
                c"hide",
                b"a\tb",
                fault,
                ["bad value of hide - a\\tb", end]
            ));
        }
    }

    #[test]
    fn show_without_subset_says_what_it_adds_to() {
        let sentence = "show - kcore (show= adds to subset=pid or subset=container)";
        assert!(says(c"show", b"kcore", Fault::ShowsAll, sentence));
    }

    #[test]
    fn what_takes_privilege_says_which() {
        let sentence = "show - kcore needs CAP_SYS_ADMIN in the initial user namespace";
        assert!(says(c"show", b"kcore", Fault::Privileged, sentence));
        let sentence = "hide - a\\nb needs CAP_SYS_ADMIN in the initial user namespace";
        assert!(says(c"hide", b"a\nb", Fault::Privileged, sentence));
    }

    #[test]
    fn what_the_parameter_does_not_allow_says_what_it_does() {
        const WITHOUT: &str = "without CAP_SYS_ADMIN in the initial user namespace";
        let sentences = [
            (
                UsernsMounts::Nothing,
                [
                    "no mount",
                    "without CAP_SYS_ADMIN in the initial user namespace (parameter \
                     userns_mounts of the module)",
                ],
            ),
            (
                UsernsMounts::Pid,
                [
                    WITHOUT,
                    "only subset=pid can be mounted (parameter userns_mounts of the module)",
                ],
            ),
            (
                UsernsMounts::Container,
                [
                    WITHOUT,
                    "only subset=pid or subset=container can be mounted (parameter \
                     userns_mounts of the module)",
                ],
            ),
        ];
        for (allowed, sentence) in sentences {
            assert!(says_both(
                c"subset",
                b"",
                Fault::Restricted(allowed),
                sentence
            ));
        }
    }

    #[test]
    fn only_what_another_mounter_may_have_is_a_matter_of_permission() {
        const OF_ALL: &[Fault] = &[
            Fault::NoSuchOption,
            Fault::NoSuchWord(&["a"]),
            Fault::NoGroup,
            Fault::UnmappedGroup,
            Fault::TooManyGroups,
            Fault::Change,
            Fault::Name(BadName::Task),
            Fault::Name(BadName::TooMuch),
            Fault::ShowsAll,
        ];
        const OF_SOME: &[Fault] = &[
            Fault::Privileged,
            Fault::Restricted(UsernsMounts::Nothing),
            Fault::Restricted(UsernsMounts::Pid),
            Fault::Restricted(UsernsMounts::Container),
        ];
        for (faults, permission) in [(OF_ALL, false), (OF_SOME, true)] {
            for fault in faults {
                let bad = BadOption {
                    name: c"show",
                    value: b"x",
                    fault: *fault,
                };
                assert_eq!(bad.is_permission(), permission);
            }
        }
    }
}
