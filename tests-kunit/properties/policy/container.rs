// SPDX-License-Identifier: GPL-2.0

//! The container list, as data.

use super::{
    heap::Heap,
    lists,
    names::{
        self,
        name,
        Name, //
    },
    paths, //
};
use crate::pure::policy::{
    ListKind,
    Lists,
    Row,
    CONTAINER,
    LEFT_OUT, //
};
use std::collections::BTreeSet;

/// The list of the design.
const DESIGN: &[(&str, &str)] = &[
    (
        "",
        "cgroups cpuinfo filesystems loadavg meminfo mounts net stat sysvipc uptime version",
    ),
    ("sys/crypto/", "fips_enabled"),
    (
        "sys/fs/",
        "aio-max-nr file-max inotify mqueue nr_open pipe-max-size",
    ),
    (
        "sys/kernel/",
        "arch cap_last_cap domainname hostname msgmax msgmnb msgmni ngroups_max osrelease ostype \
         overflowgid overflowuid pid_max random seccomp sem shm_rmid_forced shmall shmmax shmmni \
         threads-max version",
    ),
    ("sys/", "net user"),
    (
        "sys/vm/",
        "max_map_count mmap_min_addr overcommit_kbytes overcommit_memory overcommit_ratio",
    ),
];

fn names_of(rows: &[Row]) -> BTreeSet<Name> {
    rows.iter().map(|row| name(row.path.as_bytes())).collect()
}

/// What of `show=path` the list does not have.
fn beyond(path: &[u8]) -> Option<Vec<u8>> {
    let lists: Lists<Heap> = lists(&[(ListKind::Show, path)]);
    lists.beyond_container().map(<[u8]>::to_vec)
}

#[test]
fn the_list_is_that_of_the_design() {
    let design = DESIGN.iter().flat_map(|(dir, names)| {
        names
            .split_whitespace()
            .map(move |name| format!("{dir}{name}"))
    });
    let design: BTreeSet<_> = design.map(|path| name(path.as_bytes())).collect();
    assert_eq!(names_of(CONTAINER), design);
}

#[test]
fn no_row_is_another_or_lies_below_it() {
    for rows in [CONTAINER, LEFT_OUT] {
        let names = names_of(rows);
        assert_eq!(names.len(), rows.len());
        assert_eq!(names::canonical(&names).len(), rows.len());
    }
}

#[test]
fn every_row_can_be_shown_by_its_path() {
    for row in CONTAINER.iter().chain(LEFT_OUT) {
        let lists: Lists<Heap> = lists(&[(ListKind::Show, row.path.as_bytes())]);
        assert_eq!(paths(&lists, ListKind::Show), [row.path.as_bytes()]);
    }
}

#[test]
fn every_row_has_a_reason() {
    for row in CONTAINER.iter().chain(LEFT_OUT) {
        assert!(row.why.trim().len() > 5, "{}: {:?}", row.path, row.why);
    }
}

#[test]
fn nothing_is_both_shown_and_left_out() {
    let shown = names_of(CONTAINER);
    for row in LEFT_OUT {
        assert!(
            !names::covers(&shown, &name(row.path.as_bytes())),
            "{}",
            row.path
        );
    }
}

#[test]
fn the_list_has_its_rows_and_what_is_below_them_alone() {
    for row in CONTAINER {
        assert_eq!(beyond(row.path.as_bytes()), None);
        let longer = format!("{}x", row.path).into_bytes();
        assert_eq!(beyond(&longer), Some(longer));
        if row.path != "net" {
            assert_eq!(beyond(format!("{}/x", row.path).as_bytes()), None);
        }
        if let Some((above, _)) = row.path.rsplit_once('/') {
            assert_eq!(beyond(above.as_bytes()), Some(above.into()));
        }
    }
    for row in LEFT_OUT {
        assert_eq!(beyond(row.path.as_bytes()), Some(row.path.into()));
    }
}
