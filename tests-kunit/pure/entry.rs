// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_entry))]
mod tests {
    use crate::pure::entry::{
        names_unique,
        Entry,
        Level,
        Row,
        RowSet,
        Scope,
        Table,
        TaskWord, //
    };

    const DIR: u16 = 0o040555;
    const FILE: u16 = 0o100444;
    const LINK: u16 = 0o120777;

    const fn row(name: &'static str, mode: u16, scope: Scope, kind: char) -> Entry<char> {
        Entry {
            name,
            mode,
            scope,
            kind,
        }
    }

    /// Small, but with every case: "stat" stands at each level with a row of its own.
    const TABLE: Table<char> = Table::new(&[
        row("task", DIR, Scope::ThreadGroup, 'a'),
        row("fd", DIR, Scope::Both, 'b'),
        row("stat", FILE, Scope::ThreadGroup, 'c'),
        row("stat", FILE, Scope::Thread, 'd'),
        row("statm", FILE, Scope::Both, 'e'),
        row("children", FILE, Scope::Thread, 'f'),
        row("exe", LINK, Scope::Both, 'g'),
    ]);

    const GROUP: Level = Level::ThreadGroup;
    const THREAD: Level = Level::Thread;

    fn found(level: Level, name: &[u8]) -> Option<(u8, char)> {
        TABLE
            .find(level, name)
            .map(|row| (row.index, row.entry.kind))
    }

    /// Whether listing from `offset` on gives these offsets and kinds.
    fn lists(level: Level, offset: u64, expected: &[(u64, char)]) -> bool {
        let rows = TABLE.list(level, offset);
        rows.map(|(offset, row)| (offset, row.entry.kind))
            .eq(expected.iter().copied())
    }

    #[test]
    fn finds_by_the_whole_name() {
        assert_eq!(found(GROUP, b"task"), Some((0, 'a')));
        assert_eq!(found(GROUP, b"statm"), Some((4, 'e')));
        for name in [
            &b""[..],
            b"sta",
            b"statms",
            b"Stat",
            b"task\0",
            b"\xff",
            &[b's'; 255],
        ] {
            assert_eq!(found(GROUP, name), None);
            assert_eq!(found(THREAD, name), None);
        }
    }

    #[test]
    fn finds_what_stands_at_the_level() {
        assert_eq!(found(GROUP, b"stat"), Some((2, 'c')));
        assert_eq!(found(THREAD, b"stat"), Some((3, 'd')));
        assert_eq!(found(THREAD, b"task"), None);
        assert_eq!(found(GROUP, b"children"), None);
        assert_eq!(found(THREAD, b"children"), Some((5, 'f')));
        assert_eq!(found(THREAD, b"fd"), Some((1, 'b')));
    }

    #[test]
    fn lists_from_two_on_without_gaps() {
        let group = [(2, 'a'), (3, 'b'), (4, 'c'), (5, 'e'), (6, 'g')];
        assert!(lists(GROUP, 2, &group));
        let thread = [(2, 'b'), (3, 'd'), (4, 'e'), (5, 'f'), (6, 'g')];
        assert!(lists(THREAD, 2, &thread));
    }

    #[test]
    fn goes_on_at_an_offset() {
        assert!(lists(THREAD, 5, &[(5, 'f'), (6, 'g')]));
        assert!(lists(THREAD, 6, &[(6, 'g')]));
        for end in [7, 8, 1 << 32, i64::MAX as u64, u64::MAX] {
            assert!(lists(THREAD, end, &[]));
        }
        // Offsets before the first row are "." and "..".
        assert!(lists(
            GROUP,
            0,
            &[(2, 'a'), (3, 'b'), (4, 'c'), (5, 'e'), (6, 'g')]
        ));
    }

    #[test]
    fn every_row_stands_at_its_index() {
        let rows: [Option<Row<char>>; 7] = [
            TABLE.find(GROUP, b"task"),
            TABLE.find(GROUP, b"fd"),
            TABLE.find(GROUP, b"stat"),
            TABLE.find(THREAD, b"stat"),
            TABLE.find(GROUP, b"statm"),
            TABLE.find(THREAD, b"children"),
            TABLE.find(THREAD, b"exe"),
        ];
        for (index, row) in rows.into_iter().enumerate() {
            assert_eq!(row.map(|row| usize::from(row.index)), Some(index));
        }
        assert_eq!(TABLE.get(3).map(|entry| entry.kind), Some('d'));
        assert_eq!(TABLE.get(6).map(|entry| entry.kind), Some('g'));
        assert!(TABLE.get(7).is_none());
        assert!(TABLE.get(u8::MAX).is_none());
    }

    #[test]
    fn counts_a_link_for_each_directory() {
        assert_eq!(TABLE.nlink(GROUP), 4);
        assert_eq!(TABLE.nlink(THREAD), 3);
        assert_eq!(Table::<char>::new(&[]).nlink(GROUP), 2);
    }

    #[test]
    fn a_set_has_the_rows_of_a_name() {
        let stat = TABLE.rows_where(|name| name == b"stat");
        for index in 0..=u8::MAX {
            assert_eq!(stat.has(index), index == 2 || index == 3);
        }
        assert_eq!(TABLE.rows_where(|_| false), RowSet::default());
        let all = TABLE.rows_where(|_| true);
        assert!((0..7).all(|index| all.has(index)) && !all.has(7));
    }

    #[test]
    fn a_set_takes_every_index() {
        for index in 0..=u8::MAX {
            let mut set = RowSet::default();
            set.insert(index);
            assert!((0..=u8::MAX).all(|other| set.has(other) == (other == index)));
        }
    }

    #[test]
    fn hidden_directories_count_no_link() {
        let without = |hidden: &[u8]| {
            let set = TABLE.rows_where(|name| name == hidden);
            [GROUP, THREAD].map(|level| TABLE.nlink_without(level, &set))
        };
        assert_eq!(without(b"fd"), [3, 2]);
        assert_eq!(without(b"task"), [3, 3]);
        assert_eq!(without(b"stat"), [4, 3]);
        assert_eq!(without(b"none"), [4, 3]);
    }

    #[test]
    fn a_word_keeps_level_and_who_is_shown_it() {
        for level in [GROUP, THREAD] {
            let word = TaskWord::new(level);
            assert!(!word.is_for_everyone());
            assert_eq!(word.for_everyone(false), word);
            let shown = TaskWord::from_word(word.for_everyone(true).to_word());
            assert!(shown.is_for_everyone() && shown.level() == level);
            // Where a policy keeps what it says.
            let more = TaskWord::from_word(word.to_word() | (0xffff << TaskWord::POLICY_SHIFT));
            assert!(!more.is_for_everyone() && more.level() == level);
        }
        // What entries with words of their own keep there: the highest address that a user has.
        assert!(!TaskWord::from_word((1 << 56) - 1).is_for_everyone());
    }

    #[test]
    fn an_empty_table_is_an_empty_directory() {
        let empty = Table::<char>::new(&[]);
        assert!(empty.find(GROUP, b"").is_none());
        assert!(empty.list(GROUP, 0).next().is_none());
    }

    #[test]
    fn names_are_unique_at_each_level() {
        let group = || row("stat", FILE, Scope::ThreadGroup, 'a');
        let thread = || row("stat", FILE, Scope::Thread, 'b');
        let both = || row("stat", FILE, Scope::Both, 'c');
        let other = || row("statm", FILE, Scope::Both, 'd');
        assert!(names_unique::<char>(&[]));
        assert!(names_unique(&[group(), thread(), other()]));
        assert!(names_unique(&[both(), other()]));
        assert!(!names_unique(&[group(), thread(), other(), both()]));
        assert!(!names_unique(&[both(), thread()]));
        assert!(!names_unique(&[group(), other(), group()]));
        assert!(!names_unique(&[thread(), thread()]));
    }
}
