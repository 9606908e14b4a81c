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
        Bytes,
        Written, //
    },
};
use crate::pure::{
    show::state::State,
    text::{
        value::Value,
        Text, //
    }, //
};

/// The numbers of a row, by their columns; each has a place, so that none need be looked for. Sizes
/// are in kB, times in clock ticks.
#[derive(Clone, Debug)]
pub(crate) struct Numbers([u64; Column::COUNT]);

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
        self.letter().into()
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
        // Most are, and none of these is a letter or below zero.
        if let 0..=9 = word {
            return Some(Value::Number(word));
        }
        Some(match column.kind() {
            Kind::Letter => Value::Letter(word as u8),
            Kind::Signed if (word as i64) < 0 => Value::Negative(word.wrapping_neg()),
            _ => Value::Number(word),
        })
    }
}

/// A task: what its columns hold. What no column asks for may be anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// The numbers.
    pub(crate) numbers: &'a Numbers,
    /// The name.
    pub(crate) comm: Bytes<'a>,
    /// The path of the cgroup.
    pub(crate) cgroup: Written<'a>,
    /// The beginning of the command line.
    pub(crate) cmdline: Beginning<'a>,
}

impl Row<'_> {
    /// Writes the row.
    pub(crate) fn show(&self, columns: &Columns, out: &mut Text<'_>) {
        if let [first, rest @ ..] = columns.as_slice() {
            match self.numbers.value(*first) {
                Some(value) => out.first_in_line(value),
                None => self.string(*first, out),
            }
            out.tabbed(
                rest,
                |column| self.numbers.value(column),
                |column, out| self.string(column, out),
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
