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
        behind::Last,
        value::Value,
        Text, //
    }, //
};

/// The numbers of a row, by their columns; each has a place, so that none need be looked for. Sizes
/// are in kB, times in clock ticks.
#[derive(Clone, Debug)]
pub(crate) struct Numbers([u64; Column::COUNT]);

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
        Self([0; Column::COUNT])
    }

    /// Puts a number into a column.
    #[inline(always)] // Each column is known where it is put.
    pub(crate) fn put(&mut self, column: Column, number: impl Number) {
        if let Some(place) = self.0.get_mut(column as usize) {
            *place = number.to_word();
        }
    }

    /// What a column has, if it is no string.
    #[inline(always)] // The loop around it is the row.
    fn value(&self, column: Column) -> Option<Value> {
        if !column.is_number() {
            return None;
        }
        let word = self.0.get(column as usize).copied().unwrap_or_default();
        Some(match word {
            0..LETTER => Value::Number(word),
            _ => odd(word, column),
        })
    }

    /// What `columns` have, which are numbers that come one after the other.
    #[inline]
    fn words(&self, columns: &[Column]) -> &[u64] {
        let first = columns.first().map_or(0, |first| *first as usize);
        let rest = self.0.get(first..).unwrap_or_default();
        rest.get(..columns.len()).unwrap_or_default()
    }
}

/// What is remembered from row to row, by the places of columns.
#[derive(Clone, Debug)]
pub(crate) struct Remembered([Last; Column::COUNT]);

impl Remembered {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self([Last::NONE; Column::COUNT])
    }
}

/// What a large word is in a column.
#[inline]
fn odd(word: u64, column: Column) -> Value {
    match column.kind() {
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
    /// Writes the row, as a row in the same columns that `remembered` may be of.
    pub(crate) fn show(&self, columns: &Columns, remembered: &mut Remembered, out: &mut Text<'_>) {
        if let Some((first, numbers, rest)) = columns.split() {
            match self.numbers.value(first) {
                Some(value) => out.first_in_line(value),
                None => self.string(first, out),
            }
            if !numbers.is_empty() {
                let words = self.numbers.words(numbers);
                out.tabbed_words(words, &mut remembered.0, |at| {
                    match (words.get(at), numbers.get(at)) {
                        (Some(word), Some(column)) => odd(*word, *column),
                        _ => Value::Number(0),
                    }
                });
            }
            out.tabbed(
                rest,
                |column| self.numbers.value(column),
                |column, out| match column {
                    Column::comm => self.comm.show(out),
                    _ => out.apart(|out| self.string(column, out)),
                },
            );
        }
        out.byte(b'\n');
    }

    #[inline(never)] // Nothing of them is looked at in rows of numbers.
    fn string(&self, column: Column, out: &mut Text<'_>) {
        match column {
            Column::comm => self.comm.show(out),
            Column::cgroup => self.cgroup.show(out),
            _ => self.cmdline.show(out),
        }
    }
}
