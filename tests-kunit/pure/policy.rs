// SPDX-License-Identifier: GPL-2.0

//! Policies, where they are used: in the kernel. The host's tests ask more of them
//! (`properties/policy/`).

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_policy))]
mod tests {
    use crate::pure::options::{
        may_mount,
        Cgroup,
        Fault,
        UsernsMounts, //
    };
    use crate::pure::policy::{
        BadItem,
        BadName,
        ListKind,
        Lists,
        Policy,
        Refused,
        State,
        CONTAINER,
        MOST, //
    };
    use crate::pure::subset::Subset;
    use crate::pure_tests::memory::TestMemory;

    const SHOW: ListKind = ListKind::Show;
    const HIDE: ListKind = ListKind::Hide;
    const WRITABLE: ListKind = ListKind::Writable;

    type Said = [(ListKind, &'static [u8])];

    fn lists(said: &Said) -> Lists<TestMemory> {
        let mut lists = Lists::default();
        for (kind, value) in said {
            assert_eq!(lists.add(*kind, value), Ok(()));
        }
        lists
    }

    fn policy(subset: Subset, said: &Said) -> Option<Policy<TestMemory>> {
        Policy::new(subset, lists(said)).ok().flatten()
    }

    /// Whether there is a path in the root, as what, and whether it can be written.
    fn find(policy: &Policy<TestMemory>, path: &str) -> Option<(bool, bool)> {
        let mut state = policy.root();
        for name in path.split('/') {
            state = policy.child(state, name.as_bytes())?;
            assert_eq!(State::from_word(state.to_word()), state);
        }
        Some((!state.only_leads(), state.writable()))
    }

    #[test]
    fn the_container_list_and_what_leads_to_it() {
        let policy = policy(
            Subset::Container,
            &[(HIDE, b"sys/net/core"), (WRITABLE, b"sys/net")],
        );
        assert!(policy.is_some());
        let Some(policy) = policy else {
            return;
        };
        for row in CONTAINER {
            let writable = row.path == "sys/net";
            assert_eq!(find(&policy, row.path), Some((true, writable)));
        }
        assert_eq!(find(&policy, "sys/kernel"), Some((false, false)));
        assert_eq!(find(&policy, "sys/net/ipv4/ip_forward"), Some((true, true)));
        for path in [
            "kcore",
            "sys/kernel/core_pattern",
            "sys/dev",
            "sys/net/core/x",
        ] {
            assert_eq!(find(&policy, path), None);
        }
        assert!(policy.net().is_some_and(|net| !net.writable()));
        assert!(policy.of_tasks(b".proc2").is_some());
    }

    #[test]
    fn hidden_names_of_a_full_instance() {
        let policy = policy(Subset::All, &[(HIDE, b"pid/stat:net/dev:kcore")]);
        assert!(policy.is_some());
        let Some(policy) = policy else {
            return;
        };
        assert_eq!(find(&policy, "kcore"), None);
        assert_eq!(find(&policy, "meminfo"), Some((true, true)));
        assert!(policy.hides_of_tasks(b"stat") && !policy.hides_of_tasks(b"status"));
        let dev = policy.net().map(|net| policy.child(net, b"dev"));
        assert_eq!(dev, Some(None));
        // It tells of stat.
        assert!(policy.of_tasks(b".proc2").is_none());
        assert!(policy.lists().said(HIDE) && !policy.lists().said(WRITABLE));
    }

    #[test]
    fn values_are_sorted_and_give_the_same_lists() {
        let mut lists = lists(&[(HIDE, b"b:a%2cb:a-b:a/b:a"), (WRITABLE, b"none")]);
        assert!(lists.beyond_container().is_none());
        let (mut same, mut count) = (Lists::<TestMemory>::default(), 0);
        for kind in ListKind::ALL {
            lists.values(kind, |value| {
                let expected: &[u8] = if kind == HIDE {
                    b"a:a%2cb:a-b:b"
                } else {
                    b"none"
                };
                assert_eq!(value, expected);
                let mut copy = [0; 32];
                copy[..value.len()].copy_from_slice(value);
                assert!(same.add(kind, &copy[..value.len()]).is_ok());
                count += 1;
            });
        }
        assert_eq!(count, 2);
        assert!(ListKind::ALL
            .into_iter()
            .all(|kind| lists.same(&same, kind)));
        let refused = Err(Refused::Bad(&b".."[..], BadName::Item(BadItem::Dots)));
        assert_eq!(lists.add(HIDE, b"c:.."), refused);
        assert!(lists.same(&same, HIDE));
    }

    #[test]
    fn lists_end() {
        let mut lists = Lists::<TestMemory>::default();
        let mut refused = false;
        // Names of 20 bytes.
        for number in 0..1000_u32 {
            let mut name = *b"00000000000000000000";
            for (place, shift) in name.iter_mut().zip(0..10) {
                *place = b'a' + ((number >> shift) & 1) as u8;
            }
            match lists.add(SHOW, &name) {
                Ok(()) => assert!(!refused),
                Err(refusal) => {
                    assert_eq!(refusal, Refused::Bad(&name, BadName::TooMuch));
                    refused = true;
                }
            }
        }
        let mut len = 0;
        lists.values(SHOW, |value| len += ",show=".len() + value.len());
        assert!(refused && len <= MOST && len + 32 > MOST);
    }

    #[test]
    fn who_may() {
        let all = UsernsMounts::All;
        let fault = |subset, said: &Said, level, privileged: bool| {
            let cgroup = match subset {
                Subset::All => Cgroup::Off,
                Subset::Pid | Subset::Container => Cgroup::Init,
            };
            may_mount(subset, cgroup, &lists(said), level, || privileged)
                .map_err(|bad| bad.fault)
                .err()
        };
        assert_eq!(fault(Subset::All, &[], all, false), None);
        assert_eq!(
            fault(Subset::All, &[(HIDE, b"x")], all, false),
            Some(Fault::Privileged)
        );
        assert_eq!(fault(Subset::All, &[(HIDE, b"x")], all, true), None);
        assert_eq!(
            fault(Subset::All, &[(SHOW, b"x")], all, true),
            Some(Fault::ShowsAll)
        );
        assert_eq!(
            fault(Subset::Pid, &[(SHOW, b"kcore")], all, false),
            Some(Fault::Privileged)
        );
        assert_eq!(fault(Subset::Pid, &[(SHOW, b"meminfo")], all, false), None);
        let pid = UsernsMounts::Pid;
        assert_eq!(fault(Subset::Pid, &[(HIDE, b"pid/stat")], pid, false), None);
        assert_eq!(
            fault(Subset::Container, &[], pid, false),
            Some(Fault::Restricted(pid))
        );
        assert_eq!(fault(Subset::Container, &[], pid, true), None);
    }
}
