// SPDX-License-Identifier: GPL-2.0

//! The row of a task, in the columns that its reader has asked for.

use super::{
    columns::{
        Column,
        Columns,
        Kind, //
    },
    strings::{
        Beginning,
        Name,
        Written, //
    },
};
use crate::pure::{
    show::state::State,
    text::{
        kept::Kept,
        place::{
            Place,
            REACH, //
        },
        slot::Slot,
        value::Value,
        words::WORD,
        Text, //
    }, //
};

/// The numbers of a row, by their columns; each has a place, so that none need be looked for. Sizes
/// are in kB, times in clock ticks.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    slots: [Slot<Kind>; Column::PLACES],
    /// The last row whose columns came one after the other.
    kept: Kept<{ Column::NUMBERS }>,
    /// The first of those.
    first: usize,
    /// A bit for each column that has another number than there, but for [`OWN`].
    changed: u64,
}

/// As much may be written of a row without looking for room: numbers, a name, a short path and the
/// line's end.
const _: () = assert!(16 * Column::NUMBERS + 1 + 16 + 1 + WORD + 1 < REACH);

/// Set in a word that is a letter, as in one that is below zero: no other need be looked at twice.
const LETTER: u64 = 1 << 63;

/// The columns that differ from row to row: whether one of them does is not asked.
const OWN: u64 = (1 << Column::tid as u32) | (1 << Column::pid as u32) | (1 << Column::ino as u32);

/// What can be put into a column.
pub(crate) trait Number {
    /// The word that stands for it.
    fn to_word(self) -> u64;
}

impl Number for u64 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        self
    }
}

impl Number for u32 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        self.into()
    }
}

impl Number for i64 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        self as u64
    }
}

impl Number for i32 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        i64::from(self).to_word()
    }
}

impl Number for State {
    #[inline(always)]
    fn to_word(self) -> u64 {
        LETTER | u64::from(self.letter())
    }
}

impl Numbers {
    /// Zeros.
    pub(crate) const fn new() -> Self {
        let mut slots = [const { Slot::new(Kind::Unsigned) }; Column::PLACES];
        let mut at = 0;
        while at < Column::COUNT {
            slots[at] = Slot::new(Column::KINDS[at]);
            at += 1;
        }
        Self {
            slots,
            kept: Kept::new(),
            first: 0,
            changed: 0,
        }
    }

    /// Puts a number into a column.
    #[inline(always)] // Each column is known where it is put.
    pub(crate) fn put(&mut self, column: Column, number: impl Number) {
        let (word, bit) = (number.to_word(), 1 << column as u32);
        if let Some(place) = self.slots.get_mut(column as usize) {
            if OWN & bit != 0 {
                place.put(word);
            } else if place.word() != word {
                place.put(word);
                self.changed |= bit;
            }
        }
    }

    /// What a column has, if it is no string.
    #[inline(always)] // The loop around it is the row.
    fn value(&self, column: Column) -> Option<Value> {
        if !column.is_number() {
            return None;
        }
        let word = self.slots.get(column as usize).map_or(0, Slot::word);
        Some(match word {
            0..LETTER => Value::Number(word),
            _ => odd(word, column.kind()),
        })
    }
}

/// What a large word is in a column.
#[inline]
fn odd(word: u64, kind: Kind) -> Value {
    match kind {
        Kind::Letter => Value::Letter(word as u8),
        Kind::Signed if (word as i64) < 0 => Value::Negative(word.wrapping_neg()),
        _ => Value::Number(word),
    }
}

/// The strings of a row. What no column asks for may be anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'a> {
    /// The name.
    pub(crate) comm: Name<'a>,
    /// The path of the cgroup.
    pub(crate) cgroup: Written<'a>,
    /// The beginning of the command line.
    pub(crate) cmdline: Beginning<'a>,
}

/// Writes a row, with a value for each of `columns`.
pub(crate) fn show(
    numbers: &mut Numbers,
    strings: &Strings<'_>,
    columns: &Columns,
    out: &mut Text<'_>,
) {
    let (list, rest) = columns.split();
    let written = match list {
        [] => None,
        [first, _, _, _, ..] if columns.is_in_order() => {
            numbers.in_order_quickly(*first as usize, list.len(), strings, rest, out)
        }
        list => numbers.quickly(list, strings, rest, out),
    };
    match written {
        Some([]) => {}
        Some(more) => numbers.rest(strings, more, out),
        None => numbers.slowly(strings, columns, out),
    }
}

impl Numbers {
    /// Writes what `count` places have, from `first` on, and then as [`Numbers::quickly`].
    #[inline(never)] // Short rows need not make room for it.
    fn in_order_quickly<'r>(
        &mut self,
        first: usize,
        count: usize,
        strings: &Strings<'_>,
        rest: &'r [Column],
        out: &mut Text<'_>,
    ) -> Option<&'r [Column]> {
        let changed = match self.first == first {
            true => (self.changed | OWN).wrapping_shr(first as u32),
            false => u64::MAX,
        };
        let slots = self.slots.get_mut(first..).unwrap_or_default();
        let updated = self.kept.update(count, changed, |field, place| {
            slots
                .get_mut(field)
                .is_some_and(|slot| place.tabbed(slot, odd))
        });
        (self.first, self.changed) = (first, 0);
        let line = |place: &mut Place<'_>| {
            self.kept.show(place);
            strings.begin_quickly(rest, place)
        };
        if updated {
            out.line_quickly(line)
        } else {
            None
        }
    }

    /// Writes numbers and, if `rest` begins with them, the name, the cgroup and the command line;
    /// and ends the line if that is all. Returns what of `rest` is left; `None`, and nothing is
    /// written, if one of these takes more, or a line before.
    #[inline(always)] // The loop in it is most of the row.
    fn quickly<'r>(
        &mut self,
        columns: &[Column],
        strings: &Strings<'_>,
        rest: &'r [Column],
        out: &mut Text<'_>,
    ) -> Option<&'r [Column]> {
        out.line_quickly(|place| {
            let mut columns = columns.iter();
            let numbers = columns.all(|column| {
                let slot = self.slots.get_mut(*column as usize % Column::PLACES);
                slot.is_some_and(|slot| place.tabbed(slot, odd))
            });
            if numbers {
                strings.begin_quickly(rest, place)
            } else {
                None
            }
        })
    }

    /// Writes the row, whatever it has, and in however little room.
    #[inline(never)] // Other rows need not make room for it.
    fn slowly(&self, strings: &Strings<'_>, columns: &Columns, out: &mut Text<'_>) {
        if let [first, rest @ ..] = columns.as_slice() {
            match self.value(*first) {
                Some(value) => out.value(value),
                None => strings.show(*first, out),
            }
            self.rest(strings, rest, out);
        }
    }

    /// Writes what stands behind other columns, and ends the line.
    #[inline(never)] // As above.
    fn rest(&self, strings: &Strings<'_>, rest: &[Column], out: &mut Text<'_>) {
        for column in rest {
            match self.value(*column) {
                Some(value) => out.tabbed(value),
                None => {
                    out.byte(b'\t');
                    strings.show(*column, out);
                }
            }
        }
        out.byte(b'\n');
    }
}

impl Strings<'_> {
    /// What [`Numbers::quickly`] writes of them.
    #[inline(always)] // As there.
    fn begin_quickly<'r>(
        &self,
        mut rest: &'r [Column],
        place: &mut Place<'_>,
    ) -> Option<&'r [Column]> {
        if let [Column::comm, more @ ..] = rest {
            if !self.comm.show_quickly(place) {
                return None;
            }
            rest = more;
        }
        if let [Column::cgroup, more @ ..] = rest {
            if !self.cgroup.show_quickly(place) {
                return Some(rest);
            }
            rest = more;
        }
        if let [Column::cmdline, more @ ..] = rest {
            if !self.cmdline.show_quickly(place) {
                return Some(rest);
            }
            rest = more;
        }
        if rest.is_empty() {
            place.byte(b'\n');
        }
        Some(rest)
    }

    #[inline]
    fn show(&self, column: Column, out: &mut Text<'_>) {
        match column {
            Column::comm => self.comm.show(out),
            Column::cgroup => self.cgroup.show(out),
            _ => self.cmdline.show(out),
        }
    }
}
