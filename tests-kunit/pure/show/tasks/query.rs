// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_tasks_query))]
mod tests {
    use crate::pure::show::tasks::columns::{
        Column,
        Part, //
    };
    use crate::pure::show::tasks::query::{
        Below,
        Of,
        Query, //
    };

    fn columns(name: &str, expected: &[Column]) -> bool {
        Query::parse(name.as_bytes()).is_some_and(|query| query.columns.as_slice() == expected)
    }

    #[test]
    fn a_plain_name_asks_for_all() {
        assert!(columns("tasks", Column::OF_TASKS));
        assert!(columns("threads", Column::ALL));
        assert_eq!(Column::OF_TASKS.len(), 53);
        assert_eq!(Column::ALL.len(), 54);
    }

    #[test]
    fn columns_in_the_order_of_the_name() {
        assert!(columns("tasks:pid", &[Column::pid]));
        assert!(columns("tasks:comm,pid", &[Column::comm, Column::pid]));
        assert!(columns("threads:tid,utime", &[Column::tid, Column::utime]));
        assert!(columns(
            "tasks:pid,vm_rss@uid=0",
            &[Column::pid, Column::vm_rss]
        ));
    }

    #[test]
    fn what_there_is_not() {
        for name in [
            "",
            "task",
            "tasks:",
            "tasks:tid",
            "tasks:pid,",
            "tasks:,pid",
            "tasks:pid,pid",
            "tasks:Pid",
            "tasks:pid ",
            "tasks:pids",
            "tasks:pid:comm",
            "tasks@",
            "tasks@pid",
            "tasks@pid=",
            "tasks@pid=-",
            "tasks@pid=2-1",
            "tasks@pid=+1",
            "tasks@pid=1\n",
            "tasks@pid=0x1",
            "tasks@pid=4294967296",
            "tasks@pid=1@pid=1",
            "tasks@uid=",
            "tasks@uid=-1",
            "tasks@uid=root",
            "tasks@cgroup=",
            "tasks@cgroup=/",
            "tasks@cgroup=18446744073709551616",
            "tasks@comm=a",
            "tasks@uid=0:pid",
            "threads@tid=1",
        ] {
            assert!(Query::parse(name.as_bytes()).is_none());
        }
    }

    #[test]
    fn selections() {
        let query = |name: &str| Query::parse(name.as_bytes());
        let pids = |name| query(name).map(|query| query.pids);
        assert!(pids("tasks") == Some((0, u32::MAX)));
        assert!(pids("tasks@pid=7") == Some((7, 7)));
        assert!(pids("tasks@pid=7-9") == Some((7, 9)));
        assert!(pids("tasks@pid=7-") == Some((7, u32::MAX)));
        assert!(pids("tasks@pid=-9") == Some((0, 9)));
        let looked_at = |name| query(name).map(|query| (query.first(), query.last()));
        assert!(looked_at("tasks@pid=7-9") == Some((7, 9)));
        assert!(looked_at("threads@pid=7-9") == Some((0, u32::MAX)));
        let all = query("threads:pid@uid=1@euid=2@pid=3@cgroup=4");
        assert!(all.is_some_and(|query| query.of == Of::Threads
            && (query.uid, query.euid) == (Some(1), Some(2))
            && query.pids == (3, 3)
            && query.cgroup == Below::Number(4)));
        let own = query("tasks@cgroup=own");
        assert!(own.is_some_and(
            |query| query.cgroup == Below::Own && (query.uid, query.euid) == (None, None)
        ));
        assert!(query("tasks").is_some_and(|query| query.cgroup == Below::Everywhere));
    }

    #[test]
    fn only_what_is_asked_for_is_gathered() {
        let parts = |name: &str| Query::parse(name.as_bytes()).map(|query| query.columns.parts());
        let few = parts("tasks:pid,comm,vm_rss");
        assert!(few.is_some_and(|parts| {
            parts.has(Part::Number) && parts.has(Part::Name) && parts.has(Part::Resident)
        }));
        assert!(few.is_some_and(|parts| !parts.any(&[
            Part::Cmdline,
            Part::Cgroup,
            Part::Shared,
            Part::Times,
            Part::Sizes,
            Part::Swap,
        ])));
        let of_three = [Part::Number, Part::Name, Part::Resident];
        assert!(few.is_some_and(|parts| parts.only(&of_three) && !parts.only(&of_three[..2])));
        assert!(parts("tasks").is_some_and(|parts| {
            parts.has(Part::Cmdline) && parts.has(Part::Swap) && parts.has(Part::Parent)
        }));
    }

    #[test]
    fn the_name_of_the_file() {
        for (name, base) in [
            ("tasks", "tasks"),
            ("tasks:pid", "tasks"),
            ("tasks@pid=1:", "tasks"),
            ("", ""),
            (":", ""),
            ("other@", "other"),
        ] {
            assert!(Query::base(name.as_bytes()) == base.as_bytes());
        }
    }
}
