// SPDX-License-Identifier: GPL-2.0

//! A line that is kept: the next one is the same but for some of its fields, and so those are
//! written and the rest is copied.

use super::place::{
    Place,
    REACH,
    ROOM, //
};

/// A line of up to `FIELDS` fields.
#[derive(Clone, Debug)]
pub(crate) struct Kept<const FIELDS: usize> {
    buf: [u8; ROOM],
    /// Where each field ends.
    ends: [u16; FIELDS],
    /// How many there are; 0 if nothing is kept.
    count: usize,
}

impl<const FIELDS: usize> Kept<FIELDS> {
    /// Nothing is kept.
    pub(crate) const fn new() -> Self {
        Self {
            buf: [0; ROOM],
            ends: [0; FIELDS],
            count: 0,
        }
    }

    /// Brings the line up to date: has `write` write those of its `count` fields that have a bit in
    /// `changed`, and all behind one that has become longer or shorter; or all of another line.
    /// False, and nothing is kept, if `write` says so.
    #[inline(always)] // What it writes is the row.
    pub(crate) fn update(
        &mut self,
        count: usize,
        changed: u64,
        mut write: impl FnMut(usize, &mut Place<'_>) -> bool,
    ) -> bool {
        const { assert!(FIELDS <= u64::BITS as usize) };
        let mut left = match self.count == count {
            true => changed,
            false => u64::MAX,
        };
        self.count = 0;
        let Some(ends) = self.ends.get_mut(..count) else {
            return false;
        };
        loop {
            let first = left.trailing_zeros() as usize;
            if first >= count {
                break;
            }
            // Those that follow each other are written together.
            let fields = left.wrapping_shr(first as u32).trailing_ones() as usize;
            let until = first.wrapping_add(fields).min(count);
            let start = first.checked_sub(1).and_then(|before| ends.get(before));
            let end = ends.get(until.wrapping_sub(1)).copied().unwrap_or(0);
            let mut place = Place::behind(&mut self.buf, start.copied().unwrap_or(0).into());
            // More is written than counts.
            let next = place.word_at(end.into());
            let mut field = first;
            while let Some(end) = ends.get_mut(field).filter(|_| field < until) {
                if !write(field, &mut place) {
                    return false;
                }
                *end = place.position() as u16;
                field = field.wrapping_add(1);
            }
            left &= u64::MAX.checked_shl(until as u32).unwrap_or(0);
            if place.position() == usize::from(end) {
                place.word(next, 0);
            } else {
                left = u64::MAX.checked_shl(until as u32).unwrap_or(0);
            }
        }
        self.count = count;
        true
    }

    /// Appends the line.
    #[inline(always)] // As above.
    pub(crate) fn show(&self, place: &mut Place<'_>) {
        let last = self
            .count
            .checked_sub(1)
            .and_then(|last| self.ends.get(last));
        place.copy(&self.buf, last.copied().unwrap_or(0).into());
    }
}

const _: () = assert!(REACH <= u16::MAX as usize);
