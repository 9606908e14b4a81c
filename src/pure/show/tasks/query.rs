// SPDX-License-Identifier: GPL-2.0

//! What a reader asks for by the name of the file: `tasks:pid,comm@uid=1000@pid=300-399`.
//!
//! After the file's name the columns, in the order in which they are to be shown, and then what a
//! task has to be to have a row. Whatever the name says is all that is remembered of it: the file
//! that it names is made when it is looked up, and gone with its last user.

use super::columns::{
    Column,
    Columns, //
};
use crate::pure::kstrto;

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// `tasks`: a row for each process.
    Tasks,
    /// `threads`: a row for each thread.
    Threads,
}

impl Of {
    const ALL: [Self; 2] = [Self::Tasks, Self::Threads];

    /// The file's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Threads => "threads",
        }
    }

    /// Its columns where the name says nothing of them.
    pub(crate) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Tasks => Column::OF_TASKS,
            Self::Threads => Column::ALL,
        }
    }

    /// The column of the file with this name.
    fn column(self, name: &[u8]) -> Option<Column> {
        let mut columns = self.columns().iter();
        columns
            .find(|column| column.name().as_bytes() == name)
            .copied()
    }
}

/// The cgroups whose tasks have rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Below {
    /// All.
    Everywhere,
    /// The reader's own and those below it.
    Own,
    /// The one with this number and those below it.
    Number(u64),
}

/// What a name asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query {
    /// The file.
    pub(crate) of: Of,
    /// What is shown.
    pub(crate) columns: Columns,
    /// The processes with numbers from the first to the last.
    pub(crate) pids: (u32, u32),
    /// Those of a real user id, as the reader's user namespace numbers it.
    pub(crate) uid: Option<u32>,
    /// Those of an effective user id.
    pub(crate) euid: Option<u32>,
    /// Those of a cgroup.
    pub(crate) cgroup: Below,
}

impl Query {
    /// All processes, or threads.
    fn all(of: Of, columns: Columns) -> Self {
        Self {
            of,
            columns,
            pids: (0, u32::MAX),
            uid: None,
            euid: None,
            cgroup: Below::Everywhere,
        }
    }

    /// The first number to look at.
    pub(crate) fn first(&self) -> u32 {
        match self.of {
            Of::Tasks => self.pids.0,
            // A process's threads have any.
            Of::Threads => 0,
        }
    }

    /// The last number to look at.
    #[inline]
    pub(crate) fn last(&self) -> u32 {
        match self.of {
            Of::Tasks => self.pids.1,
            Of::Threads => u32::MAX,
        }
    }

    /// The file's own name in a name, without what is asked for.
    pub(crate) fn base(name: &[u8]) -> &[u8] {
        let end = name.iter().position(|byte| matches!(byte, b':' | b'@'));
        end.and_then(|end| name.get(..end)).unwrap_or(name)
    }

    /// Takes a name apart; `None` if it asks for what there is not, or twice for the same.
    pub(crate) fn parse(name: &[u8]) -> Option<Self> {
        let base = Self::base(name);
        let of = Of::ALL
            .into_iter()
            .find(|of| of.name().as_bytes() == base)?;
        let mut words = name.get(base.len()..)?.split(|byte| *byte == b'@');
        let columns = match words.next()? {
            b"" => Columns::of(of.columns()),
            [b':', names @ ..] => {
                let mut columns = Columns::none();
                for name in names.split(|byte| *byte == b',') {
                    columns.push(of.column(name)?).then_some(())?;
                }
                columns
            }
            _ => return None,
        };
        let mut query = Self::all(of, columns);
        let mut seen = Seen::default();
        words
            .try_for_each(|word| query.select(word, &mut seen))
            .map(|()| query)
    }

    fn select(&mut self, word: &[u8], seen: &mut Seen) -> Option<()> {
        let equals = word.iter().position(|byte| *byte == b'=')?;
        let (key, value) = (word.get(..equals)?, word.get(equals + 1..)?);
        let seen = match key {
            b"pid" => {
                self.pids = range(value)?;
                &mut seen.pid
            }
            b"uid" => {
                self.uid = Some(number(value)?);
                &mut seen.uid
            }
            b"euid" => {
                self.euid = Some(number(value)?);
                &mut seen.euid
            }
            b"cgroup" => {
                self.cgroup = match value {
                    b"own" => Below::Own,
                    number => Below::Number(digits(number)?),
                };
                &mut seen.cgroup
            }
            _ => return None,
        };
        (!core::mem::replace(seen, true)).then_some(())
    }
}

/// Which selections a name has made.
#[derive(Default)]
struct Seen {
    pid: bool,
    uid: bool,
    euid: bool,
    cgroup: bool,
}

/// A number in decimal, without a sign.
fn digits(value: &[u8]) -> Option<u64> {
    if !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    kstrto::u64(value, 10).ok()
}

fn number(value: &[u8]) -> Option<u32> {
    digits(value)?.try_into().ok()
}

/// `N`, `N-M`, `N-` or `-M`.
fn range(value: &[u8]) -> Option<(u32, u32)> {
    let Some(dash) = value.iter().position(|byte| *byte == b'-') else {
        let only = number(value)?;
        return Some((only, only));
    };
    let (first, last) = (value.get(..dash)?, value.get(dash + 1..)?);
    let first = match first {
        b"" => 0,
        first => number(first)?,
    };
    let last = match last {
        b"" if dash > 0 => u32::MAX,
        last => number(last)?,
    };
    (first <= last).then_some((first, last))
}
