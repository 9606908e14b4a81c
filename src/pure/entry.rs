// SPDX-License-Identifier: GPL-2.0

//! Tables of directory entries, and what follows from a table: lookup, listing, link count.
//!
//! One table serves a task's directory at both of its levels, `/<pid>` and `/<pid>/task/<tid>`;
//! each row says at which it stands.

/// The file type bits of a mode, and those of a directory (S_IFMT, S_IFDIR).
const TYPE_MASK: u16 = 0o170000;
const DIRECTORY: u16 = 0o040000;

/// Which directory a table is looked at from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Level {
    /// `/<pid>`: a process with all its threads. (The root directory's table uses this level too.)
    ThreadGroup = 0,
    /// `/<pid>/task/<tid>`: one thread.
    Thread = 1,
}

/// What a task's directory and its rows have for their inode's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskWord(u64);

impl TaskWord {
    /// Entries of other kinds have words of their own, numbers and addresses of a user's; none of
    /// them has this bit.
    const FOR_EVERYONE: u64 = 1 << 63;
    /// Where what a policy says of the entry begins.
    pub(crate) const POLICY_SHIFT: u32 = 8;

    /// The word of an entry at `level`.
    #[inline]
    pub(crate) const fn new(level: Level) -> Self {
        Self(level as u64)
    }

    /// What an inode has.
    #[inline]
    pub(crate) const fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// What an inode gets.
    #[inline]
    pub(crate) const fn to_word(self) -> u64 {
        self.0
    }

    /// The level at which the entry stands.
    #[inline]
    pub(crate) const fn level(self) -> Level {
        if self.0 & 1 == Level::Thread as u64 {
            Level::Thread
        } else {
            Level::ThreadGroup
        }
    }

    /// The same for an entry that `pid1=visible` shows everyone, if it `is` one.
    #[inline]
    pub(crate) const fn for_everyone(self, is: bool) -> Self {
        if is {
            Self(self.0 | Self::FOR_EVERYONE)
        } else {
            self
        }
    }

    /// Whether `pid1=visible` shows the entry to everyone.
    #[inline]
    pub(crate) const fn is_for_everyone(self) -> bool {
        self.0 & Self::FOR_EVERYONE != 0
    }
}

/// At which levels a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In `/<pid>` alone.
    ThreadGroup,
    /// In `/<pid>/task/<tid>` alone.
    Thread,
    /// In both.
    Both,
}

impl Scope {
    /// Whether a row of this scope stands at `level`.
    pub(crate) const fn holds(self, level: Level) -> bool {
        matches!(
            (self, level),
            (Self::Both, _)
                | (Self::ThreadGroup, Level::ThreadGroup)
                | (Self::Thread, Level::Thread)
        )
    }

    const fn overlaps(self, other: Self) -> bool {
        self.holds(Level::ThreadGroup) && other.holds(Level::ThreadGroup)
            || self.holds(Level::Thread) && other.holds(Level::Thread)
    }
}

/// One entry. `K` is what the file system needs to know beyond the name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<K> {
    /// The name.
    pub(crate) name: &'static str,
    /// File type and permissions, as in `st_mode`.
    pub(crate) mode: u16,
    /// The levels where it stands.
    pub(crate) scope: Scope,
    /// The rest.
    pub(crate) kind: K,
}

impl<K> Entry<K> {
    const fn is_directory(&self) -> bool {
        self.mode & TYPE_MASK == DIRECTORY
    }
}

/// A row found in a table.
#[derive(Debug)]
pub(crate) struct Row<K: 'static> {
    /// Where it stands in the whole table: its part of an inode number.
    pub(crate) index: u8,
    /// The entry.
    pub(crate) entry: &'static Entry<K>,
}

// By hand: a derive would ask for `K: Clone`.
impl<K> Clone for Row<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Row<K> {}

/// A table of entries. Make it in a `static` or `const`, so that a bad one does not compile.
#[derive(Debug)]
pub(crate) struct Table<K: 'static> {
    rows: &'static [Entry<K>],
    /// Indices of rows, each in the first free slot from its name's own on; [`FREE`] in the others.
    slots: [u8; SLOTS],
    /// The directory's link count at each level.
    nlink: [u32; 2],
}

/// A table may have so many rows: eight bits of an inode number, less the number of the directory.
pub(crate) const ROWS: usize = u8::MAX as usize;

/// Some rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowSet([u64; 4]);

impl RowSet {
    /// Adds the row with this index.
    pub(crate) fn insert(&mut self, index: u8) {
        if let Some(word) = self.0.get_mut(usize::from(index / 64)) {
            *word |= 1 << (index % 64);
        }
    }

    /// Whether the row with this index is one of them.
    #[inline]
    pub(crate) fn has(&self, index: u8) -> bool {
        let word = self.0.get(usize::from(index / 64));
        word.is_some_and(|word| (word >> (index % 64)) & 1 != 0)
    }
}

/// More slots than a table can have rows, so that a search ends.
const SLOTS: usize = 256;
/// No row has this index.
const FREE: u8 = u8::MAX;

/// The slot that a name's row is searched from. Cheap; that names seldom meet is all that is asked
/// of it.
const fn slot(name: &[u8]) -> usize {
    match name {
        [first, second, .., last] => {
            let letters = *first as usize * 7 + *second as usize * 31 + *last as usize * 3;
            (letters + name.len()) % SLOTS
        }
        _ => name.len(),
    }
}

const fn slots<K>(rows: &[Entry<K>]) -> [u8; SLOTS] {
    let mut slots = [FREE; SLOTS];
    let mut index = 0;
    while index < rows.len() {
        let mut at = slot(rows[index].name.as_bytes());
        while slots[at] != FREE {
            at = (at + 1) % SLOTS;
        }
        slots[at] = index as u8;
        index += 1;
    }
    slots
}

impl<K> Table<K> {
    /// A directory lists "." and ".." before its first row.
    pub(crate) const FIRST_OFFSET: u64 = 2;

    /// Makes a table of `rows`; refuses, when compiled, two rows of one name at one level, and more
    /// rows than inode numbers have bits for.
    pub(crate) const fn new(rows: &'static [Entry<K>]) -> Self {
        assert!(names_unique(rows), "two rows of a table have the same name");
        assert!(
            rows.len() <= ROWS,
            "a table has more rows than inode numbers"
        );
        Self {
            rows,
            slots: slots(rows),
            nlink: [links(rows, Level::ThreadGroup), links(rows, Level::Thread)],
        }
    }

    /// The link count of the directory: 2, and 1 for each directory in it.
    pub(crate) const fn nlink(&self, level: Level) -> u32 {
        let [group, thread] = self.nlink;
        match level {
            Level::ThreadGroup => group,
            Level::Thread => thread,
        }
    }

    /// The rows whose names `is` says yes to.
    pub(crate) fn rows_where(&self, is: impl Fn(&[u8]) -> bool) -> RowSet {
        let mut set = RowSet::default();
        for (index, entry) in (0..=u8::MAX).zip(self.rows) {
            if is(entry.name.as_bytes()) {
                set.insert(index);
            }
        }
        set
    }

    /// [`Table::nlink`] without some rows.
    pub(crate) fn nlink_without(&self, level: Level, without: &RowSet) -> u32 {
        let less = self
            .at(level)
            .filter(|row| row.entry.is_directory() && without.has(row.index));
        self.nlink(level).saturating_sub(less.count() as u32)
    }

    /// The entry of the row with this index.
    pub(crate) fn get(&self, index: u8) -> Option<&'static Entry<K>> {
        self.rows.get(usize::from(index))
    }

    /// The row called `name`.
    pub(crate) fn find(&self, level: Level, name: &[u8]) -> Option<Row<K>> {
        let mut at = slot(name);
        loop {
            // A free slot ends the search, and there is one: its number is no row's.
            let index = *self.slots.get(at)?;
            let entry = self.get(index)?;
            if entry.name.as_bytes() == name && entry.scope.holds(level) {
                return Some(Row { index, entry });
            }
            at = (at + 1) % SLOTS;
        }
    }

    /// The rows from a directory offset on, each with its own offset.
    pub(crate) fn list(&self, level: Level, offset: u64) -> impl Iterator<Item = (u64, Row<K>)> {
        let skipped = offset.saturating_sub(Self::FIRST_OFFSET);
        (Self::FIRST_OFFSET..)
            .zip(self.at(level))
            .skip(usize::try_from(skipped).unwrap_or(usize::MAX))
    }

    /// The rows that stand at `level`, in order.
    pub(crate) fn at(&self, level: Level) -> impl Iterator<Item = Row<K>> {
        (0..=u8::MAX)
            .zip(self.rows)
            .map(|(index, entry)| Row { index, entry })
            .filter(move |row| row.entry.scope.holds(level))
    }
}

const fn links<K>(rows: &[Entry<K>], level: Level) -> u32 {
    let mut links = 2;
    let mut at = 0;
    while at < rows.len() {
        if rows[at].scope.holds(level) && rows[at].is_directory() {
            links += 1;
        }
        at += 1;
    }
    links
}

/// Whether no directory would show a name twice.
pub(crate) const fn names_unique<K>(rows: &[Entry<K>]) -> bool {
    let mut a = 0;
    while a < rows.len() {
        let mut b = a + 1;
        while b < rows.len() {
            if rows[a].scope.overlaps(rows[b].scope) && same(rows[a].name, rows[b].name) {
                return false;
            }
            b += 1;
        }
        a += 1;
    }
    true
}

/// `a == b`, where `==` cannot stand: in a constant.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}
