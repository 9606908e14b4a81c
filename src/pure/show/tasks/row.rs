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
        behind::Slot,
        place::REACH,
        value::Value,
        Text, //
    }, //
};

/// The numbers of a row, by their columns; each has a place, so that none need be looked for. Sizes
/// are in kB, times in clock ticks.
#[derive(Clone, Debug)]
pub(crate) struct Numbers([Slot<Kind>; Column::PLACES]);

/// As much may be written of a row without looking for room: numbers, a name and the line's end.
const _: () = assert!(16 * Column::NUMBERS + 1 + 16 < REACH);

/// Set in a word that is a letter, as in one that is below zero: no other need be looked at twice.
const LETTER: u64 = 1 << 63;

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
        Self(slots)
    }

    /// Puts a number into a column.
    #[inline(always)] // Each column is known where it is put.
    pub(crate) fn put(&mut self, column: Column, number: impl Number) {
        if let Some(place) = self.0.get_mut(column as usize) {
            place.put(number.to_word());
        }
    }

    /// What a column has, if it is no string.
    #[inline(always)] // The loop around it is the row.
    fn value(&self, column: Column) -> Option<Value> {
        if !column.is_number() {
            return None;
        }
        let word = self.0.get(column as usize).map_or(0, Slot::word);
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

/// A task: what its columns hold. What no column asks for may be anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// The numbers.
    pub(crate) numbers: &'a Numbers,
    /// The name.
    pub(crate) comm: Name<'a>,
    /// The path of the cgroup.
    pub(crate) cgroup: Written<'a>,
    /// The beginning of the command line.
    pub(crate) cmdline: Beginning<'a>,
}

impl Row<'_> {
    /// Writes the row, with a value for each of `columns`.
    pub(crate) fn show(&self, columns: &Columns, out: &mut Text<'_>) {
        let (numbers, rest) = columns.split();
        let more = match rest {
            [Column::comm, more @ ..] => more,
            rest => rest,
        };
        let written = match numbers {
            [] => false,
            [first, _, ..] if columns.is_in_order() => {
                self.in_order_quickly(*first as usize, numbers.len(), rest, out)
            }
            numbers => {
                let slots = &self.numbers.0;
                let slot = |column: &Column| slots.get(*column as usize % Column::PLACES);
                self.quickly(numbers.iter().filter_map(slot), rest, out)
            }
        };
        match (written, more) {
            (true, []) => {}
            (true, more) => self.rest(more, out),
            (false, _) => self.slowly(columns, out),
        }
    }

    /// Writes what `count` places have, from `first` on, and then as [`Row::quickly`].
    #[inline(never)] // Short rows need not make room for it.
    fn in_order_quickly(
        &self,
        first: usize,
        count: usize,
        rest: &[Column],
        out: &mut Text<'_>,
    ) -> bool {
        let slots = self.numbers.0.get(first..first.wrapping_add(count));
        self.quickly(slots.unwrap_or_default().iter(), rest, out)
    }

    /// Writes the numbers of `slots` and, if `rest` begins with it, the name; and ends the line if
    /// that is all. False, and nothing is written, if one of these takes more, or a line before.
    #[inline(always)] // The loop in it is most of the row.
    fn quickly<'s>(
        &self,
        mut slots: impl Iterator<Item = &'s Slot<Kind>>,
        rest: &[Column],
        out: &mut Text<'_>,
    ) -> bool {
        out.line_quickly(|place| {
            slots.all(|slot| place.tabbed(slot, odd))
                && match rest {
                    [] => place.byte(b'\n'),
                    [Column::comm] => self.comm.show_quickly(place) && place.byte(b'\n'),
                    [Column::comm, ..] => self.comm.show_quickly(place),
                    _ => true,
                }
        })
    }

    /// Writes the row, whatever it has, and in however little room.
    #[inline(never)] // Other rows need not make room for it.
    fn slowly(&self, columns: &Columns, out: &mut Text<'_>) {
        if let [first, rest @ ..] = columns.as_slice() {
            match self.numbers.value(*first) {
                Some(value) => out.value(value),
                None => self.string(*first, out),
            }
            self.rest(rest, out);
        }
    }

    /// Writes what stands behind other columns, and ends the line.
    #[inline(never)] // As above.
    fn rest(&self, rest: &[Column], out: &mut Text<'_>) {
        for column in rest {
            match self.numbers.value(*column) {
                Some(value) => out.tabbed(value),
                None => {
                    out.byte(b'\t');
                    self.string(*column, out);
                }
            }
        }
        out.byte(b'\n');
    }

    #[inline]
    fn string(&self, column: Column, out: &mut Text<'_>) {
        match column {
            Column::comm => self.comm.show(out),
            Column::cgroup => self.cgroup.show(out),
            _ => self.cmdline.show(out),
        }
    }
}
