// SPDX-License-Identifier: GPL-2.0

//! What the kernel writes into `.proc2/tasks`, read by the crate that programs use.

use super::written;
use crate::pure::show::state::State;
use crate::pure::show::tasks::columns::{
    Column,
    Columns, //
};
use crate::pure::show::tasks::query::Of;
use crate::pure::show::tasks::{
    show,
    show_header,
    Beginning,
    Bytes,
    Name,
    Numbers,
    Strings,
    Written, //
};
use crate::pure::text::Text;
use crate::pure_tests::show::tasks::{
    numbered,
    strings as plain_strings, //
};
use proc2_tasks::{
    Task,
    Tasks, //
};
use proptest::collection::vec;
use proptest::prelude::*;

fn file(numbers: &mut Numbers, rows: &[Strings<'_>]) -> Vec<u8> {
    written(|out| {
        let columns = Of::Tasks.columns();
        show_header(Of::Tasks, columns, out);
        rows.iter()
            .for_each(|row| show(numbers, row, &Columns::of(columns), out));
    })
}

/// Numbers of all lengths, the short ones more often than others.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..12u64, 3 => 0..2000u64, 1 => (0..64u32, any::<u64>()).prop_map(|(bits, n)| n >> bits)]
}

fn read(file: &[u8]) -> Vec<Task> {
    let tasks = Tasks::new(file).and_then(Iterator::collect);
    tasks.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(file)))
}

/// Bytes, the awkward ones more often than others.
fn strings() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        proptest::sample::select(b"\0\t\n\r\\-+#\" 0127ab\x1b\x7f\x80\xff".to_vec()),
    ];
    vec(byte, 0..64)
}

proptest! {
    #[test]
    fn strings_come_back_as_they_were(comm in strings(), cgroup in strings(), text in strings(), whole: bool) {
        let cgroup_written = written(|out| Bytes(&cgroup).show(out));
        let plain = plain_strings();
        let strings = Strings {
            comm: Name::Made(Bytes(&comm)),
            cgroup: Written(&cgroup_written),
            cmdline: Beginning { text: &text, whole },
        };
        let file = file(&mut numbered(), &[strings, plain, strings]);
        prop_assert!(file.is_ascii());
        let tasks = read(&file);
        prop_assert_eq!(tasks.len(), 3);
        for task in [&tasks[0], &tasks[2]] {
            prop_assert_eq!(&task.comm, &comm);
            prop_assert_eq!(&task.cgroup, &cgroup);
            prop_assert_eq!(&task.cmdline.bytes, &text);
            prop_assert_eq!(task.cmdline.whole, whole);
        }
        prop_assert_eq!(&tasks[1].comm, b"name");
    }

    /// A shell and awk split at blanks, and take several for one.
    #[test]
    fn a_row_has_a_word_for_each_column(comm in strings(), text in strings(), whole: bool) {
        let strings = Strings {
            comm: Name::Made(Bytes(&comm)),
            cmdline: Beginning { text: &text, whole },
            ..plain_strings()
        };
        let file = String::from_utf8(file(&mut numbered(), &[strings])).unwrap();
        let lines: Vec<&str> = file.lines().collect();
        prop_assert_eq!(lines.len(), 3);
        let words = |line: &str| line.split_whitespace().count();
        prop_assert_eq!(words(lines[2]), 53);
        prop_assert_eq!(words(lines[1]), 53);
    }

    #[test]
    fn numbers_come_back_as_they_were(
        pid in 0..i32::MAX,
        ino: u64,
        tpgid in -1..i32::MAX,
        priority in -101..140i32,
        index in 0..9u32,
        flags: u32,
        sizes: [u64; 3],
        times: [u64; 3],
    ) {
        let mut numbers = numbered();
        numbers.put(Column::pid, pid);
        numbers.put(Column::ino, ino);
        numbers.put(Column::tpgid, tpgid);
        numbers.put(Column::priority, priority);
        numbers.put(Column::state, State::from_index(index));
        numbers.put(Column::flags, flags);
        for (column, size) in [Column::vm_size, Column::vm_rss, Column::rss_shmem].into_iter().zip(sizes) {
            numbers.put(column, size);
        }
        for (column, time) in [Column::start_time, Column::utime, Column::cguest_time].into_iter().zip(times) {
            numbers.put(column, time);
        }
        let tasks = read(&file(&mut numbers, &[plain_strings()]));
        let task = &tasks[0];
        prop_assert_eq!((task.pid, task.ino, task.tpgid, task.priority), (pid, ino, tpgid, priority));
        prop_assert_eq!(task.state.letter(), char::from(State::from_index(index).letter()));
        prop_assert_eq!(task.flags, flags);
        prop_assert_eq!([task.vm_size, task.vm_rss, task.rss_shmem], sizes);
        prop_assert_eq!([task.start_time, task.utime, task.cguest_time], times);
    }

    /// A row is copied from the last one but for what has changed.
    #[test]
    fn rows_are_alike_whatever_was_before(
        rows in vec((vec((0..Column::NUMBERS, number()), 0..20), 0..4usize, 1..Column::NUMBERS, 0..3000usize), 1..12),
    ) {
        let mut numbers = Numbers::new();
        let mut words = [0; Column::NUMBERS];
        for (changes, first, count, room) in rows {
            for (at, number) in changes {
                let column = Column::ALL[at];
                // Where a bit says what is no number, only what is one.
                let number = if column == Column::state { 0 } else { number >> 1 };
                numbers.put(column, number);
                words[at] = number;
            }
            let until = (first + count).min(Column::NUMBERS);
            let columns = [&Column::ALL[first..until], &[Column::comm]].concat();
            let values: Vec<String> = words[first..until].iter().map(u64::to_string).collect();
            let expected = format!("x\n{}\tname\n", values.join("\t"));
            let name = Strings { comm: Name::Kept([u64::from_le_bytes(*b"name\0\0\0\0"), 0]), ..plain_strings() };
            let mut buf = vec![0; room];
            let mut out = Text::new(&mut buf);
            out.bytes(b"x\n");
            show(&mut numbers, &name, &Columns::of(&columns), &mut out);
            prop_assert_eq!(out.len(), expected.len());
            prop_assert_eq!(out.filled(), &expected.as_bytes()[..room.min(expected.len())]);
        }
    }
}
