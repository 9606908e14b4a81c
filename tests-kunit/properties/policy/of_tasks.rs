// SPDX-License-Identifier: GPL-2.0

//! What the design says of entries of tasks and of those that speak of tasks: `net`, `.proc2`, and
//! `pid/NAME`.

use super::{
    examples::{
        is,
        some, //
    },
    heap::Heap,
    model::{
        walk,
        Is, //
    },
};
use crate::pure::policy::{
    ListKind,
    Policy, //
};
use crate::pure::subset::Subset;

const HIDE: ListKind = ListKind::Hide;
const SHOW: ListKind = ListKind::Show;

#[test]
fn net_is_one_name_for_the_link_and_for_the_tree_of_each_task() {
    let net = |policy: &Policy<Heap>, below: &str| {
        let below = below
            .split_terminator('/')
            .map(|name| name.as_bytes().to_vec());
        walk(policy, policy.net(), &below.collect::<Vec<_>>()).0
    };
    // The link has to be shown, and the tree is in every base.
    let tasks = some(Subset::Pid, &[(HIDE, b"net/dev")]);
    assert_eq!(is(&tasks, "net"), Is::Absent);
    assert_eq!(
        [net(&tasks, ""), net(&tasks, "tcp"), net(&tasks, "stat/x")],
        [Is::Shown; 3]
    );
    assert_eq!(net(&tasks, "dev"), Is::Absent);
    let shown = some(Subset::Pid, &[(SHOW, b"net")]);
    assert_eq!(
        [is(&shown, "net"), net(&shown, ""), net(&shown, "dev")],
        [Is::Shown; 3]
    );
    for subset in [Subset::All, Subset::Pid, Subset::Container] {
        let hidden = some(subset, &[(HIDE, b"net")]);
        assert_eq!(
            [is(&hidden, "net"), net(&hidden, ""), net(&hidden, "dev")],
            [Is::Absent; 3]
        );
        assert!(!hidden.hides_of_tasks(b"net"));
    }
}

#[test]
fn the_file_of_all_tasks_goes_with_each_of_its_sources() {
    let has = |subset, hide: &[u8]| some(subset, &[(HIDE, hide)]).of_tasks(b".proc2");
    for subset in [Subset::All, Subset::Pid, Subset::Container] {
        for hide in [
            &b"pid/stat"[..],
            b"pid/status",
            b"pid/cmdline",
            b"pid/cgroup",
            b".proc2",
        ] {
            assert!(has(subset, hide).is_none(), "{}", hide.escape_ascii());
        }
        let others = [
            &b"pid/environ"[..],
            b"pid/statm",
            b"stat",
            b".proc",
            b".proc2/tasks",
            b"net",
        ];
        for hide in others {
            let there = has(subset, hide).is_some_and(|state| !state.only_leads());
            assert!(there, "{}", hide.escape_ascii());
        }
    }
}

#[test]
fn a_hidden_entry_of_tasks_is_no_name_of_the_root() {
    let policy = some(Subset::Container, &[(HIDE, b"pid/stat:pid/environ")]);
    assert!(policy.hides_of_tasks(b"stat") && policy.hides_of_tasks(b"environ"));
    assert!(!policy.hides_of_tasks(b"status") && !policy.hides_of_tasks(b"uptime"));
    assert_eq!(is(&policy, "stat"), Is::Shown);
    let root = some(Subset::Container, &[(HIDE, b"stat")]);
    assert_eq!(is(&root, "stat"), Is::Absent);
    assert!(!root.hides_of_tasks(b"stat"));
}
