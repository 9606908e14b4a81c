// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_view))]
mod tests {
    use crate::pure::view::{
        spread,
        Bandwidth,
        Choice,
        NamespaceRoot,
        Place, //
    };

    fn place(namespace: Option<NamespaceRoot>, in_init_scope: bool) -> Place {
        Place {
            in_root: false,
            in_init_scope,
            namespace,
        }
    }

    const ROOT: NamespaceRoot = NamespaceRoot {
        is_root: false,
        is_online: true,
        has_task: true,
    };

    #[test]
    fn a_container_is_its_cgroup_namespace() {
        assert_eq!(place(Some(ROOT), false).choose(), Choice::Namespace);
        // systemd in it, too: its scope is below that.
        assert_eq!(place(Some(ROOT), true).choose(), Choice::Namespace);
    }

    #[test]
    fn a_namespace_that_does_not_bound_the_task_does_not_count() {
        let removed = NamespaceRoot {
            is_online: false,
            ..ROOT
        };
        let moved_out = NamespaceRoot {
            has_task: false,
            ..ROOT
        };
        let hosts = NamespaceRoot {
            is_root: true,
            ..ROOT
        };
        for root in [Some(removed), Some(moved_out), Some(hosts), None] {
            assert_eq!(place(root, false).choose(), Choice::Own);
            assert_eq!(place(root, true).choose(), Choice::Parent);
        }
    }

    #[test]
    fn the_root_has_no_parent_whatever_it_is_called() {
        let root = Place {
            in_root: true,
            in_init_scope: true,
            namespace: None,
        };
        assert_eq!(root.choose(), Choice::Own);
    }

    fn cut(path: &[(i64, u64)], count: usize) -> usize {
        let mut bandwidth = Bandwidth::default();
        for (quota, period) in path {
            bandwidth.bound(*quota, *period);
        }
        bandwidth.cut(count)
    }

    #[test]
    fn a_quota_is_rounded_up_to_whole_cpus() {
        assert_eq!(cut(&[(150_000, 100_000)], 4), 2);
        assert_eq!(cut(&[(200_000, 100_000)], 4), 2);
        assert_eq!(cut(&[(200_001, 100_000)], 4), 3);
        assert_eq!(cut(&[(10_000, 100_000)], 4), 1);
        assert_eq!(cut(&[(900_000, 100_000)], 4), 4);
        assert_eq!(cut(&[(-1, 100_000)], 4), 4);
        assert_eq!(cut(&[], 4), 4);
        // Nothing is shown of what there is not.
        assert_eq!(cut(&[(150_000, 100_000)], 1), 1);
    }

    #[test]
    fn the_least_quota_on_the_path_counts() {
        assert_eq!(cut(&[(300_000, 100_000), (100_000, 100_000)], 4), 1);
        assert_eq!(cut(&[(100_000, 100_000), (300_000, 100_000)], 4), 1);
        // 3 of 2 is less than 4 of 2, and 30 of 20 than 2 of 1.
        assert_eq!(cut(&[(4_000, 2_000), (3_000, 2_000)], 4), 2);
        assert_eq!(cut(&[(20_000, 10_000), (300_000, 100_000)], 4), 2);
        assert_eq!(cut(&[(-1, 100_000), (100_000, 100_000)], 4), 1);
        assert_eq!(cut(&[(100_000, 0), (300_000, 100_000)], 4), 3);
    }

    #[test]
    fn parts_add_up() {
        for sum in [0, 1, 2, 3, 7, 100, 101, u64::MAX] {
            for count in 1..5 {
                let parts = (0..count).map(|index| u128::from(spread(sum, index, count)));
                assert_eq!(parts.sum::<u128>(), u128::from(sum));
            }
        }
    }

    #[test]
    fn a_part_is_the_whole_share_rounded_up_from_the_end() {
        // floor((sum + index) / count): 7 of 3 is 2, 2, 3.
        assert_eq!([0, 1, 2].map(|index| spread(7, index, 3)), [2, 2, 3]);
        assert_eq!([0, 1, 2].map(|index| spread(8, index, 3)), [2, 3, 3]);
        assert_eq!([0, 1, 2].map(|index| spread(9, index, 3)), [3, 3, 3]);
        assert_eq!(spread(5, 0, 0), 5);
    }
}
