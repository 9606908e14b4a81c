// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_access))]
mod tests {
    use crate::pure::access::{
        visibility,
        HidePid,
        Place,
        Visibility, //
    };
    use core::cell::Cell;
    use HidePid::{
        Invisible,
        NoAccess,
        NotPtraceable,
        Off, //
    };
    use Place::{
        Getattr,
        Lookup,
        Permission,
        Readdir, //
    };
    use Visibility::{
        Allowed,
        Denied,
        Hidden, //
    };

    /// Every question there is, with the answers to: may neither; in the group alone; may trace
    /// alone; both.
    const TRUTH: [(HidePid, Place, [Visibility; 4]); 16] = [
        (Off, Permission, [Allowed, Allowed, Allowed, Allowed]),
        (Off, Getattr, [Allowed, Allowed, Allowed, Allowed]),
        (Off, Readdir, [Allowed, Allowed, Allowed, Allowed]),
        (Off, Lookup, [Allowed, Allowed, Allowed, Allowed]),
        (NoAccess, Permission, [Denied, Allowed, Allowed, Allowed]),
        (NoAccess, Getattr, [Allowed, Allowed, Allowed, Allowed]),
        (NoAccess, Readdir, [Allowed, Allowed, Allowed, Allowed]),
        (NoAccess, Lookup, [Allowed, Allowed, Allowed, Allowed]),
        (Invisible, Permission, [Hidden, Allowed, Allowed, Allowed]),
        (Invisible, Getattr, [Hidden, Allowed, Allowed, Allowed]),
        (Invisible, Readdir, [Hidden, Allowed, Allowed, Allowed]),
        (Invisible, Lookup, [Allowed, Allowed, Allowed, Allowed]),
        // Procfs denies at Permission; the group counts for nothing.
        (
            NotPtraceable,
            Permission,
            [Hidden, Hidden, Allowed, Allowed],
        ),
        (NotPtraceable, Getattr, [Hidden, Hidden, Allowed, Allowed]),
        (NotPtraceable, Readdir, [Hidden, Hidden, Allowed, Allowed]),
        (NotPtraceable, Lookup, [Hidden, Hidden, Allowed, Allowed]),
    ];

    #[test]
    fn truth_table() {
        for (mode, place, answers) in TRUTH {
            for (case, answer) in answers.into_iter().enumerate() {
                let (in_group, may_ptrace) = (case & 1 != 0, case & 2 != 0);
                assert_eq!(visibility(mode, place, || in_group, || may_ptrace), answer);
            }
        }
    }

    #[test]
    fn the_truth_table_is_whole() {
        for mode in [Off, NoAccess, Invisible, NotPtraceable] {
            for place in [Permission, Getattr, Readdir, Lookup] {
                let rows = TRUTH.iter().filter(|row| (row.0, row.1) == (mode, place));
                assert_eq!(rows.count(), 1);
            }
        }
    }

    #[test]
    fn asks_the_group_first_and_ptrace_only_if_needed() {
        let asked = Cell::new((0, 0));
        let group = |answer| {
            asked.set((asked.get().0 + 1, asked.get().1));
            answer
        };
        let ptrace = |answer| {
            asked.set((asked.get().0, asked.get().1 + 1));
            answer
        };
        // ptrace_may_access() can leave a line in the audit log, so no more of it than procfs does.
        visibility(Invisible, Readdir, || group(true), || ptrace(false));
        assert_eq!(asked.get(), (1, 0));
        visibility(Invisible, Readdir, || group(false), || ptrace(false));
        assert_eq!(asked.get(), (2, 1));
        visibility(NotPtraceable, Readdir, || group(true), || ptrace(false));
        assert_eq!(asked.get(), (2, 2));
        for (mode, place) in [(Off, Permission), (NoAccess, Readdir), (Invisible, Lookup)] {
            visibility(mode, place, || group(false), || ptrace(false));
        }
        assert_eq!(asked.get(), (2, 2));
    }

    #[test]
    fn numbers_and_names() {
        let values = [
            (0, "off", Off),
            (1, "noaccess", NoAccess),
            (2, "invisible", Invisible),
            (4, "ptraceable", NotPtraceable),
        ];
        for (number, name, mode) in values {
            assert_eq!(HidePid::from_number(number), Some(mode));
            assert_eq!(HidePid::from_name(name.as_bytes()), Some(mode));
            assert_eq!(mode.name(), name);
            assert_eq!(mode as u32, number);
        }
        for number in [3, 5, 256, 260, u32::MAX] {
            assert_eq!(HidePid::from_number(number), None);
        }
        for name in [
            &b""[..],
            b"of",
            b"offf",
            b"OFF",
            b"not ptraceable",
            b"off\0",
        ] {
            assert_eq!(HidePid::from_name(name), None);
        }
    }
}
