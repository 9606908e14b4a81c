// SPDX-License-Identifier: GPL-2.0

//! Names and words that have a meaning, and the lists that they can't stand in for it.

use super::{
    grammar::{
        all_refused,
        named, //
    },
    heap::Heap,
    lists,
    paths, //
};
use crate::pure::policy::{
    BadName,
    ListKind,
    Lists, //
};

const HIDE: ListKind = ListKind::Hide;
const SHOW: ListKind = ListKind::Show;
const WRITABLE: ListKind = ListKind::Writable;

#[test]
fn tasks_and_the_links_to_the_callers_own_cannot_be_listed() {
    let items: [&[u8]; 9] = [
        b"self",
        b"thread-self",
        b"self/fd",
        b"1",
        b"0",
        b"42/environ",
        b"4194304",
        b"%73elf",
        b"%31",
    ];
    for kind in ListKind::ALL {
        all_refused(kind, items, |bad| bad == BadName::Task);
        for name in [
            &b"selfish"[..],
            b"thread-self2",
            b"1a",
            b"a1",
            b"a/1",
            b"a/self",
        ] {
            assert_eq!(named(kind, name), [name]);
        }
    }
}

#[test]
fn entries_of_tasks_can_only_be_hidden() {
    let items: [&[u8]; 4] = [b"pid", b"pid/environ", b"pid/fd/0", b"pi%64/stat"];
    for kind in [SHOW, WRITABLE] {
        all_refused(kind, items, |bad| bad == BadName::OnlyHidden);
    }
    for name in [
        &b"pid/environ"[..],
        b"pid/no-such-row",
        b"pids",
        b"a/pid",
        b"pid1/x/y",
    ] {
        assert_eq!(named(HIDE, name), [name]);
    }
    let items: [&[u8]; 3] = [b"pid", b"pid/fd/0", b"pid/task/stat"];
    all_refused(HIDE, items, |bad| bad == BadName::NotInTask);
}

#[test]
fn the_net_of_tasks_is_called_net() {
    all_refused(HIDE, [&b"pid/net"[..]], |bad| bad == BadName::NetOfTask);
    all_refused(HIDE, [&b"pid/net/dev"[..]], |bad| {
        matches!(bad, BadName::NetOfTask | BadName::NotInTask)
    });
    let items: [&[u8]; 2] = [b"net/dev", b"net/stat/arp_cache"];
    all_refused(SHOW, items, |bad| bad == BadName::BelowNet);
    assert_eq!(named(SHOW, b"net"), [b"net"]);
    assert_eq!(named(SHOW, b"sys/net/ipv4"), [b"sys/net/ipv4"]);
    for kind in [HIDE, WRITABLE] {
        for name in [&b"net"[..], b"net/dev"] {
            assert_eq!(named(kind, name), [name]);
        }
    }
}

#[test]
fn the_word_none_lists_nothing_and_is_a_name_in_other_lists() {
    let none: Lists<Heap> = lists(&[(WRITABLE, b"none")]);
    assert!(none.said(WRITABLE) && paths(&none, WRITABLE).is_empty());
    assert!(!none.said(HIDE) && !none.said(SHOW));
    for kind in [SHOW, HIDE] {
        assert_eq!(named(kind, b"none"), [b"none"]);
    }
    assert_eq!(named(WRITABLE, b"%6eone"), [b"none"]);
    // Nothing is added, and nothing taken back.
    for order in [[&b"none"[..], b"sys/net"], [b"sys/net", b"none"]] {
        let both: Lists<Heap> = lists(&order.map(|value| (WRITABLE, value)));
        assert_eq!(paths(&both, WRITABLE), [b"sys/net"]);
    }
}
