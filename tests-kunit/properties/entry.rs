// SPDX-License-Identifier: GPL-2.0

use crate::pure::entry::{
    names_unique,
    Entry,
    Level,
    Scope,
    Table, //
};
use proptest::collection::vec;
use proptest::prelude::*;

const LEVELS: [Level; 2] = [Level::ThreadGroup, Level::Thread];

/// Rows as a list of what they are: name, whether a directory, scope.
fn rows() -> impl Strategy<Value = Vec<(String, bool, Scope)>> {
    let scope = proptest::sample::select(&[Scope::ThreadGroup, Scope::Thread, Scope::Both][..]);
    vec(("[a-c]{0,3}", any::<bool>(), scope), 0..20)
}

fn entries(rows: &[(String, bool, Scope)]) -> Vec<Entry<()>> {
    let entry = |(name, is_directory, scope): &(String, bool, Scope)| Entry {
        name: name.clone().leak(),
        mode: if *is_directory { 0o040555 } else { 0o100444 },
        scope: *scope,
        kind: (),
    };
    rows.iter().map(entry).collect()
}

/// The names that stand at a level, by a second reading of "scope".
fn names(rows: &[(String, bool, Scope)], level: Level) -> Vec<&str> {
    let other = match level {
        Level::ThreadGroup => Scope::Thread,
        Level::Thread => Scope::ThreadGroup,
    };
    rows.iter()
        .filter(|row| row.2 != other)
        .map(|row| &*row.0)
        .collect()
}

fn without_doubles(names: &[&str]) -> bool {
    let set: std::collections::HashSet<_> = names.iter().collect();
    set.len() == names.len()
}

proptest! {
    #[test]
    fn doubles_are_found(rows in rows()) {
        let unique = LEVELS.iter().all(|level| without_doubles(&names(&rows, *level)));
        prop_assert_eq!(names_unique(&entries(&rows)), unique);
    }

    #[test]
    fn offsets_and_rows_are_one_to_one(rows in rows()) {
        let mut rows = rows;
        while !LEVELS.iter().all(|level| without_doubles(&names(&rows, *level))) {
            rows.pop();
        }
        let table = Table::new(entries(&rows).leak());
        for level in LEVELS {
            let names = names(&rows, level);
            let all: Vec<_> = table.list(level, 2).collect();
            let listed: Vec<_> = all.iter().map(|(_, row)| row.entry.name).collect();
            prop_assert_eq!(&listed, &names);
            for (offset, row) in &all {
                // Going on after any row gives the rest, and each name finds the row it was read from.
                let rest: Vec<_> = table.list(level, offset + 1).map(|(_, row)| row.index).collect();
                let after = *offset as usize - 2 + 1;
                let expected: Vec<_> = all[after..].iter().map(|(_, row)| row.index).collect();
                prop_assert_eq!(rest, expected);
                let found = table.find(level, row.entry.name.as_bytes()).map(|found| found.index);
                prop_assert_eq!(found, Some(row.index));
                prop_assert_eq!(&rows[usize::from(row.index)].0, row.entry.name);
            }
            let offsets: Vec<_> = all.iter().map(|(offset, _)| *offset).collect();
            prop_assert_eq!(offsets, (2..2 + names.len() as u64).collect::<Vec<_>>());
            let directories = all.iter().filter(|(_, row)| rows[usize::from(row.index)].1).count();
            prop_assert_eq!(table.nlink(level), 2 + directories as u32);
        }
    }
}
