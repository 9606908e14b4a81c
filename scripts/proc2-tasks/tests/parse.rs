// SPDX-License-Identifier: GPL-2.0

//! Whole files, written by hand after proc2(5).

use std::error::Error as _;

use proc2_tasks::{Error, State, Task, Tasks};

/// The columns of version 1.
const COLUMNS: &str = "pid ino ppid pgrp session tty tpgid tracer state flags priority nice policy rt_priority cpu threads start_time \
    utime stime cutime cstime guest_time cguest_time blkio_ticks min_flt cmin_flt maj_flt cmaj_flt voluntary_switches \
    involuntary_switches uid euid suid fsuid gid egid sgid fsgid vm_size vm_peak vm_lck vm_data vm_stk vm_pte vm_swap vm_rss vm_hwm \
    rss_anon rss_file rss_shmem comm cgroup cmdline";

/// A row in which each number is that of its column, from 1 on.
fn numbered(strings: [&str; 3]) -> Vec<String> {
    let mut row: Vec<String> = (1..=50).map(|column| column.to_string()).collect();
    row[8] = "S".into();
    row.extend(strings.map(String::from));
    row
}

fn file(version: &str, columns: &[String], rows: &[Vec<String>]) -> String {
    let lines = rows.iter().map(|row| row.join("\t") + "\n");
    format!(
        "#proc2-tasks {version}\n#{}\n{}",
        columns.join("\t"),
        lines.collect::<String>()
    )
}

fn columns() -> Vec<String> {
    COLUMNS.split_whitespace().map(String::from).collect()
}

fn parse(text: &str) -> Result<Vec<Task>, Error> {
    Tasks::new(text.as_bytes())?.collect()
}

#[test]
fn every_column_finds_its_field() -> Result<(), Error> {
    let row = numbered(["bash", "/a/b", "bash\\000-c\\000"]);
    let tasks = parse(&file("1", &columns(), &[row]))?;
    let [task] = &tasks[..] else {
        panic!("{} tasks", tasks.len())
    };
    assert_eq!((task.pid, task.ino, task.ppid, task.tpgid), (1, 2, 3, 7));
    assert_eq!(
        (task.state, task.flags, task.threads),
        (State::Sleeping, 10, 16)
    );
    assert_eq!((task.start_time, task.utime, task.cstime), (17, 18, 21));
    assert_eq!((task.cmaj_flt, task.involuntary_switches), (28, 30));
    assert_eq!(
        (task.uid, task.fsuid, task.gid, task.fsgid),
        (31, 34, 35, 38)
    );
    assert_eq!(
        (task.vm_size, task.vm_swap, task.vm_rss, task.rss_shmem),
        (39, 45, 46, 50)
    );
    assert_eq!(task.comm, b"bash");
    assert_eq!(task.cgroup, b"/a/b");
    assert!(task.cmdline.whole);
    assert!(task.cmdline.arguments().eq([b"bash".as_slice(), b"-c"]));
    Ok(())
}

#[test]
fn hostile_strings_stay_in_their_columns() -> Result<(), Error> {
    let row = numbered(["\\012\"1\\0112\\134\\033\\377", "-", "\\055\\000\"\\+"]);
    let tasks = parse(&file("1", &columns(), &[row.clone(), row]))?;
    assert_eq!(tasks.len(), 2);
    for task in &tasks {
        assert_eq!(task.comm, b"\n\"1\t2\\\x1b\xff");
        assert_eq!(task.cgroup, b"");
        assert_eq!(task.cmdline.bytes, b"-\0\"");
        assert!(!task.cmdline.whole);
    }
    Ok(())
}

#[test]
fn columns_may_be_added_and_stand_elsewhere() -> Result<(), Error> {
    let (mut names, mut row) = (columns(), numbered(["a", "/", "-"]));
    names.push("later".into());
    row.push("\\+unknown".into());
    names.swap(0, 52);
    row.swap(0, 52);
    let tasks = parse(&file("1", &names, &[row]))?;
    assert_eq!((tasks[0].pid, tasks[0].ino), (1, 2));
    assert_eq!(tasks[0].cmdline.arguments().count(), 0);
    Ok(())
}

#[test]
fn a_file_of_no_tasks_is_no_error() -> Result<(), Error> {
    assert!(parse(&file("1", &columns(), &[]))?.is_empty());
    Ok(())
}

#[test]
fn what_is_not_the_format_is_refused() {
    for text in [
        "",
        "1 (init) S 0\n",
        "#proc2-tasks\n",
        "#proc2-tasks x\n",
        "#proc2-tasks 1",
    ] {
        let error = parse(text).expect_err(text);
        assert!(matches!(error, Error::OtherFormat(_)), "{text:?}: {error}");
    }
    let error = parse(&file("2", &columns(), &[])).expect_err("version 2");
    assert!(matches!(error, Error::OtherVersion(2)), "{error}");
}

#[test]
fn a_malformed_row_is_refused() {
    let good = numbered(["a", "/", "-"]);
    let with = |at: usize, value: &str| {
        let mut row = good.clone();
        row[at] = value.into();
        row
    };
    let bad = [
        good[..52].to_vec(),
        with(0, "x"),
        with(0, "99999999999"),
        with(8, "SS"),
        with(30, "-1"),
        with(50, "\\12"),
        with(50, "a\\+"),
    ];
    for row in bad {
        let error =
            parse(&file("1", &columns(), std::slice::from_ref(&row))).expect_err("a bad row");
        assert!(matches!(error, Error::Row(_)), "{row:?}: {error}");
        assert!(
            error.source().is_none() && error.to_string().contains("malformed"),
            "{error}"
        );
    }
    let mut short = columns();
    short.retain(|name| name != "comm");
    let row = [&good[..50], &good[51..]].concat();
    let error = parse(&file("1", &short, &[row])).expect_err("no column comm");
    assert!(error.to_string().contains("comm"), "{error}");
}
