// SPDX-License-Identifier: GPL-2.0

//! Who may mount what: the table of the design, for every combination of options, for mounters with
//! and without privilege, and for each value of the module's parameter.

use super::{
    heap::Heap,
    lists, //
};
use crate::pure::options::{
    may_mount,
    Cgroup,
    Fault,
    UsernsMounts, //
};
use crate::pure::policy::{
    ListKind,
    Lists, //
};
use crate::pure::subset::Subset;
use std::ffi::CStr;

const HIDE: ListKind = ListKind::Hide;
const SHOW: ListKind = ListKind::Show;
const WRITABLE: ListKind = ListKind::Writable;

const LEVELS: [UsernsMounts; 4] = [
    UsernsMounts::Nothing,
    UsernsMounts::Pid,
    UsernsMounts::Container,
    UsernsMounts::All,
];

type Said = Vec<(ListKind, &'static [u8])>;

/// What is named as refused, and why.
type Refusal = (&'static CStr, Vec<u8>, Fault);

/// The figures that are shown where nothing is said of them.
fn initial(subset: Subset) -> Cgroup {
    if subset == Subset::All {
        Cgroup::Off
    } else {
        Cgroup::Init
    }
}

fn verdict(
    subset: Subset,
    said: &[(ListKind, &[u8])],
    allowed: UsernsMounts,
    privileged: bool,
) -> Result<(), Refusal> {
    let lists: Lists<Heap> = lists(said);
    let verdict = may_mount(subset, initial(subset), &lists, allowed, || privileged);
    verdict.map_err(|bad| {
        let name = ListKind::ALL
            .map(ListKind::name)
            .into_iter()
            .chain([c"subset"]);
        let name = name.into_iter().find(|name| *name == bad.name).unwrap();
        (name, bad.value.to_vec(), bad.fault)
    })
}

/// Without privilege, at each level.
fn verdicts(subset: Subset, said: &[(ListKind, &[u8])]) -> [Result<(), Refusal>; 4] {
    LEVELS.map(|allowed| verdict(subset, said, allowed, false))
}

/// The narrowest level that allows it is this one, and with privilege it is allowed at each.
fn needs(level: UsernsMounts, subset: Subset, said: &[(ListKind, &[u8])]) {
    for (allowed, verdict) in LEVELS.into_iter().zip(verdicts(subset, said)) {
        match verdict {
            Ok(()) => assert!(allowed as u8 >= level as u8, "{subset:?} {allowed:?}"),
            Err((name, value, fault)) => {
                assert!((allowed as u8) < level as u8, "{subset:?} {allowed:?}");
                assert_eq!((name, &value[..]), (c"subset", &b""[..]));
                assert_eq!(fault, Fault::Restricted(allowed));
            }
        }
    }
    with_privilege(subset, said);
}

fn with_privilege(subset: Subset, said: &[(ListKind, &[u8])]) {
    for allowed in LEVELS {
        assert_eq!(verdict(subset, said, allowed, true), Ok(()));
    }
}

/// It takes privilege at each level, and this item is named.
fn needs_privilege(kind: ListKind, item: &[u8], subset: Subset, said: &[(ListKind, &[u8])]) {
    for verdict in verdicts(subset, said) {
        let refusal = (kind.name(), item.to_vec(), Fault::Privileged);
        assert_eq!(verdict, Err(refusal));
    }
    with_privilege(subset, said);
}

#[test]
fn what_procfs_shows_needs_the_widest_level() {
    needs(UsernsMounts::All, Subset::All, &[]);
}

#[test]
fn tasks_need_the_level_of_tasks_whatever_is_hidden() {
    needs(UsernsMounts::Pid, Subset::Pid, &[]);
    needs(
        UsernsMounts::Pid,
        Subset::Pid,
        &[(HIDE, b"net:.proc2:pid/environ")],
    );
}

#[test]
fn the_container_list_needs_its_level_as_does_any_part_of_it() {
    needs(UsernsMounts::Container, Subset::Container, &[]);
    needs(
        UsernsMounts::Container,
        Subset::Container,
        &[(HIDE, b"meminfo:sys/net")],
    );
    for within in [
        &b"meminfo:sys/net"[..],
        b"net",
        b"sys/kernel/random/uuid",
        b"sysvipc/shm",
    ] {
        for subset in [Subset::Pid, Subset::Container] {
            needs(UsernsMounts::Container, subset, &[(SHOW, within)]);
            needs(
                UsernsMounts::Container,
                subset,
                &[(SHOW, within), (HIDE, b"net")],
            );
        }
    }
}

#[test]
fn showing_more_takes_privilege() {
    let beyond = [
        (&b"kcore"[..], &b"kcore"[..]),
        // A directory above rows of the list has more than them.
        (b"sys/kernel", b"sys/kernel"),
        (b"sys", b"sys"),
        (b"sys/kernel/core_pattern", b"sys/kernel/core_pattern"),
        (b"pressure", b"pressure"),
        (b"sys/net.x", b"sys/net.x"),
        (b"meminfox", b"meminfox"),
        // The first in the order of the list.
        (b"uptime:zoneinfo:meminfo:kmsg", b"kmsg"),
        (b"zoneinfo:a%20b", b"a b"),
    ];
    for subset in [Subset::Pid, Subset::Container] {
        for (show, item) in beyond {
            needs_privilege(SHOW, item, subset, &[(SHOW, show)]);
        }
        // Even where it is hidden again.
        needs_privilege(
            SHOW,
            b"kcore",
            subset,
            &[(SHOW, b"kcore"), (HIDE, b"kcore")],
        );
    }
}

#[test]
fn hiding_without_subset_takes_privilege() {
    needs_privilege(HIDE, b"kcore", Subset::All, &[(HIDE, b"kcore")]);
    needs_privilege(
        HIDE,
        b"keys",
        Subset::All,
        &[(HIDE, b"pid/environ:kmsg:keys")],
    );
    needs_privilege(HIDE, b"pid/environ", Subset::All, &[(HIDE, b"pid/environ")]);
}

#[test]
fn writing_takes_privilege() {
    for subset in [Subset::All, Subset::Pid, Subset::Container] {
        needs_privilege(
            WRITABLE,
            b"sys/net",
            subset,
            &[(WRITABLE, b"sys/user:sys/net")],
        );
        // It says less than nothing at all, but where nothing is said everything can be written.
        for verdict in verdicts(subset, &[(WRITABLE, b"none")]) {
            let refusal = verdict.map_err(|(name, _, fault)| (name, fault));
            assert_eq!(refusal, Err((c"writable", Fault::Privileged)));
        }
        with_privilege(subset, &[(WRITABLE, b"none")]);
    }
}

/// Whose figures go with which `subset=`: never others' than the container's own.
#[test]
fn figures_of_others_take_privilege() {
    let none: Lists<Heap> = lists(&[]);
    for (subset, cgroup, own) in [
        (Subset::All, Cgroup::Off, true),
        (Subset::All, Cgroup::Init, false),
        (Subset::All, Cgroup::Reader, false),
        (Subset::All, Cgroup::Number(1), false),
        (Subset::Pid, Cgroup::Off, false),
        (Subset::Pid, Cgroup::Init, true),
        (Subset::Pid, Cgroup::Reader, true),
        (Subset::Pid, Cgroup::Number(7), false),
        (Subset::Container, Cgroup::Off, false),
        (Subset::Container, Cgroup::Init, true),
        (Subset::Container, Cgroup::Reader, true),
        (Subset::Container, Cgroup::Number(u64::MAX), false),
    ] {
        for privileged in [false, true] {
            let verdict = may_mount(subset, cgroup, &none, UsernsMounts::All, || privileged);
            let fault = verdict.map_err(|bad| (bad.name, bad.fault, bad.is_permission()));
            let refused = Err((c"cgroup", Fault::OthersFigures, true));
            let expected = if own || privileged { Ok(()) } else { refused };
            assert_eq!(fault, expected, "{subset:?} {cgroup:?}");
        }
    }
}

#[test]
fn showing_without_subset_is_refused_to_everybody() {
    for allowed in LEVELS {
        for privileged in [false, true] {
            let said: [(ListKind, &[u8]); 2] = [(SHOW, b"uptime:meminfo"), (WRITABLE, b"sys")];
            let refusal = (c"show", b"meminfo".to_vec(), Fault::ShowsAll);
            let verdict = verdict(Subset::All, &said, allowed, privileged);
            assert_eq!(verdict, Err(refusal));
        }
    }
}

#[test]
fn privilege_is_asked_for_where_it_decides() {
    // The kernel notes that a task has used a right.
    let asks = |subset, said: &[(ListKind, &[u8])]| {
        let (lists, mut asked): (Lists<Heap>, _) = (lists(said), 0);
        let level = UsernsMounts::Container;
        let verdict = may_mount(subset, initial(subset), &lists, level, || {
            asked += 1;
            true
        });
        (verdict.is_ok(), asked)
    };
    assert_eq!(asks(Subset::Container, &[(HIDE, b"net")]), (true, 0));
    assert_eq!(asks(Subset::Pid, &[(SHOW, b"net")]), (true, 0));
    assert_eq!(asks(Subset::All, &[]), (true, 1));
    assert_eq!(asks(Subset::Pid, &[(SHOW, b"kcore")]), (true, 1));
    assert_eq!(asks(Subset::All, &[(SHOW, b"net")]), (false, 0));
}

/// Every combination, and what the table says of it.
#[test]
fn the_table_says_who_may_mount_each_combination() {
    let shows: [(bool, Said); 3] = [
        (false, vec![]),
        (false, vec![(SHOW, b"meminfo:net")]),
        (true, vec![(SHOW, b"meminfo:kcore")]),
    ];
    let hides: [Said; 2] = [vec![], vec![(HIDE, b"stat")]];
    let writables: [Said; 3] = [
        vec![],
        vec![(WRITABLE, b"none")],
        vec![(WRITABLE, b"sys/net")],
    ];
    let mut allowed_to = [0, 0];
    for subset in [Subset::All, Subset::Pid, Subset::Container] {
        for (beyond, show) in &shows {
            for (hide, writable) in hides
                .iter()
                .flat_map(|hide| writables.iter().map(move |w| (hide, w)))
            {
                let said = [&show[..], hide, writable].concat();
                for allowed in LEVELS {
                    let nothing_said = subset == Subset::All && said.is_empty();
                    let narrow = subset != Subset::All && !beyond && writable.is_empty();
                    let level = match subset {
                        Subset::Pid if show.is_empty() => UsernsMounts::Pid,
                        Subset::Pid | Subset::Container => UsernsMounts::Container,
                        Subset::All => UsernsMounts::All,
                    };
                    let shows_all = subset == Subset::All && !show.is_empty();
                    let without = (nothing_said || narrow) && allowed as u8 >= level as u8;
                    for (privileged, expected) in [(false, without), (true, !shows_all)] {
                        let verdict = verdict(subset, &said, allowed, privileged);
                        assert_eq!(verdict.is_ok(), expected, "{subset:?} {allowed:?}");
                        allowed_to[usize::from(privileged)] += usize::from(expected);
                    }
                }
            }
        }
    }
    // Of nothing said, of tasks, of parts of the list, and of the list: so many levels each.
    assert_eq!(allowed_to, [1 + 2 * 3 + 2 * 2 + 4 * 2, 4 * (6 + 18 + 18)]);
}
