// SPDX-License-Identifier: GPL-2.0

//! What the design says of single names, one after the other.

use super::{
    heap::Heap,
    model::{
        walk,
        Is, //
    },
    names::name,
    policy, //
};
use crate::pure::policy::{
    ListKind,
    Policy,
    CONTAINER,
    LEFT_OUT, //
};
use crate::pure::subset::Subset;

const HIDE: ListKind = ListKind::Hide;
const SHOW: ListKind = ListKind::Show;
const WRITABLE: ListKind = ListKind::Writable;

/// What there is of a path of the root, and whether it can be written.
fn of(policy: &Policy<Heap>, path: &str) -> (Is, bool) {
    walk(policy, Some(policy.root()), &name(path.as_bytes()))
}

pub(super) fn is(policy: &Policy<Heap>, path: &str) -> Is {
    of(policy, path).0
}

/// A policy that is one.
pub(super) fn some(subset: Subset, said: &[(ListKind, &[u8])]) -> Policy<Heap> {
    policy(subset, said).unwrap()
}

#[test]
fn an_instance_with_a_list_or_of_the_container_list_has_a_policy() {
    for subset in [Subset::All, Subset::Pid] {
        assert!(policy(subset, &[]).is_none());
        assert!(policy(subset, &[(HIDE, b"x")]).is_some());
        assert!(policy(subset, &[(WRITABLE, b"x")]).is_some());
        assert!(policy(subset, &[(WRITABLE, b"none")]).is_some());
    }
    assert!(policy(Subset::Pid, &[(SHOW, b"x")]).is_some());
    assert!(policy(Subset::Container, &[]).is_some());
}

#[test]
fn the_container_list_is_there_and_nothing_of_it_can_be_written() {
    let container = some(Subset::Container, &[]);
    for row in CONTAINER {
        assert_eq!(of(&container, row.path), (Is::Shown, false), "{}", row.path);
    }
    for path in [
        "net/dev",
        "sys/net/ipv4/conf",
        "sys/kernel/random/uuid",
        "sysvipc/shm",
    ] {
        assert_eq!(of(&container, path), (Is::Shown, false), "{path}");
    }
    for path in ["sys", "sys/fs", "sys/vm", "sys/kernel", "sys/crypto"] {
        assert_eq!(of(&container, path), (Is::Leads, false), "{path}");
    }
    for path in [
        "kcore",
        "sys/kernel/core_pattern",
        "sys/dev",
        "sys/vm/drop_caches",
        "tty",
        "x",
    ] {
        assert_eq!(is(&container, path), Is::Absent, "{path}");
    }
    // What is above rows of the list leads, and no other name that is left out is there.
    for row in LEFT_OUT {
        let above = CONTAINER.iter().any(|shown| {
            shown
                .path
                .strip_prefix(row.path)
                .is_some_and(|below| below.starts_with('/'))
        });
        let expected = if above { Is::Leads } else { Is::Absent };
        assert_eq!(is(&container, row.path), expected, "{}", row.path);
    }
}

#[test]
fn without_subset_everything_is_there_but_what_is_hidden() {
    let hiding = some(Subset::All, &[(HIDE, b"kcore:sys/kernel:net/dev")]);
    for path in [
        "kcore",
        "kcore/x",
        "sys/kernel",
        "sys/kernel/random/uuid",
        "net/dev",
    ] {
        assert_eq!(of(&hiding, path), (Is::Absent, false), "{path}");
    }
    for path in [
        "sys",
        "sys/net",
        "sys/kernelx",
        "kcor",
        "net",
        "net/device",
        "tty/drivers",
    ] {
        assert_eq!(of(&hiding, path), (Is::Shown, true), "{path}");
    }
}

#[test]
fn tasks_alone_have_only_what_is_shown_beside_them() {
    let tasks = some(Subset::Pid, &[(SHOW, b"uptime:sys/kernel/random")]);
    assert_eq!(is(&tasks, "uptime"), Is::Shown);
    assert_eq!(is(&tasks, "sys"), Is::Leads);
    assert_eq!(is(&tasks, "sys/kernel"), Is::Leads);
    assert_eq!(is(&tasks, "sys/kernel/random"), Is::Shown);
    assert_eq!(is(&tasks, "sys/kernel/random/boot_id"), Is::Shown);
    for path in [
        "meminfo",
        "net",
        "sys/net",
        "sys/kernel/rando",
        "sys/kernel/sem",
        "kernel",
    ] {
        assert_eq!(is(&tasks, path), Is::Absent, "{path}");
    }
}

#[test]
fn a_name_shown_below_a_file_leads_there_so_that_the_file_is_none() {
    let policy = some(Subset::Pid, &[(SHOW, b"meminfo/x")]);
    assert_eq!(is(&policy, "meminfo"), Is::Leads);
    assert_eq!(is(&policy, "meminfo/x"), Is::Shown);
}

#[test]
fn hiding_wins_and_takes_the_way_with_it() {
    let policy = some(
        Subset::Container,
        &[
            (SHOW, b"kcore:bus/pci/devices:fs/nfsd/threads:fs/cifs"),
            (
                HIDE,
                b"kcore:meminfo:bus/pci:fs/nfsd/threads:sys/vm:sys/kernel/random/uuid",
            ),
        ],
    );
    for path in [
        "kcore",
        "meminfo",
        "bus",
        "bus/pci",
        "bus/pci/devices",
        "sys/vm",
    ] {
        assert_eq!(is(&policy, path), Is::Absent, "{path}");
    }
    assert_eq!(is(&policy, "sys/vm/max_map_count"), Is::Absent);
    assert_eq!(is(&policy, "fs"), Is::Leads);
    assert_eq!(is(&policy, "fs/nfsd"), Is::Absent);
    assert_eq!(is(&policy, "fs/cifs"), Is::Shown);
    assert_eq!(is(&policy, "sys/kernel/random"), Is::Shown);
    assert_eq!(is(&policy, "sys/kernel/random/uuid"), Is::Absent);
    assert_eq!(is(&policy, "sys/kernel/random/boot_id"), Is::Shown);
}

#[test]
fn what_is_listed_can_be_written_where_it_is_there() {
    for said in [&[][..], &[(SHOW, &b"kcore"[..])]] {
        let writable = (WRITABLE, &b"sys/net:sys/kernel/msgmax:kmsg"[..]);
        let policy = some(Subset::Container, &[said, &[writable]].concat());
        for path in ["sys/net", "sys/net/ipv4/ip_forward", "sys/kernel/msgmax"] {
            assert_eq!(of(&policy, path), (Is::Shown, true), "{path}");
        }
        for path in ["sys/kernel/msgmnb", "sys/user", "meminfo"] {
            assert_eq!(of(&policy, path), (Is::Shown, false), "{path}");
        }
        assert_eq!(of(&policy, "sys"), (Is::Leads, false));
        // It shows nothing.
        assert_eq!(of(&policy, "kmsg"), (Is::Absent, false));
    }
}

#[test]
fn without_subset_the_list_takes_writing_from_the_rest() {
    let listed = some(Subset::All, &[(WRITABLE, b"sys/net")]);
    assert_eq!(of(&listed, "sys/net/x"), (Is::Shown, true));
    assert_eq!(of(&listed, "sysrq-trigger"), (Is::Shown, false));
    let nothing = some(Subset::All, &[(WRITABLE, b"none")]);
    assert_eq!(of(&nothing, "sys/net/x"), (Is::Shown, false));
    assert!(!nothing.root().writable());
    let hiding = some(Subset::All, &[(HIDE, b"kcore")]);
    assert!(hiding.root().writable());
    assert_eq!(of(&hiding, "sysrq-trigger"), (Is::Shown, true));
}
