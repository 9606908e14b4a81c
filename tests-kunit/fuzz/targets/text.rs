// SPDX-License-Identifier: GPL-2.0

//! Text in a buffer of any size: the beginning of the whole, and its length.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use arbitrary::Arbitrary;
use pure::text::slot::Slot;
use pure::text::value::Value;
use pure::text::Text;

#[derive(Arbitrary, Debug)]
enum Call {
    Bytes(Vec<u8>),
    Byte(u8),
    Repeat(u8, u8),
    Left(Vec<u8>, u8),
    Escaped(Vec<u8>),
    Dec(u64),
    DecSigned(i64),
    DecWidth(u64, u8),
    Hex(u64, u8),
    Oct(u64, u8),
    List(Vec<u64>, u16),
    Mask(Vec<u64>, u16),
    Octal(Vec<u8>),
    Tabbed(Vec<(u8, u64)>),
    Line(Vec<(u8, u64)>),
}

/// A value of any kind.
fn value(kind: u8, n: u64) -> Value {
    match kind % 3 {
        0 => Value::Number(n),
        1 => Value::Negative(n),
        _ => Value::Letter(n as u8),
    }
}

impl Call {
    fn make(&self, text: &mut Text<'_>) {
        match self {
            Self::Bytes(bytes) => text.bytes(bytes),
            Self::Byte(byte) => text.byte(*byte),
            Self::Repeat(byte, count) => text.repeat(*byte, (*count).into()),
            Self::Left(bytes, width) => text.left(bytes, (*width).into()),
            Self::Escaped(bytes) => text.escaped(bytes, b"\n\\"),
            Self::Dec(n) => text.dec(*n),
            Self::DecSigned(n) => text.dec_signed(*n),
            Self::DecWidth(n, width) => text.dec_width(*n, (*width).into()),
            Self::Hex(n, width) => text.hex_width(*n, (*width).into()),
            Self::Oct(n, width) => text.oct_width(*n, (*width).into()),
            Self::List(words, bits) => text.bitmap_list(words, (*bits).into()),
            Self::Mask(words, bits) => text.bitmap_hex(words, (*bits).into()),
            Self::Octal(name) => text.octal(name, b" \t\n\\#"),
            Self::Tabbed(values) => {
                values
                    .iter()
                    .for_each(|(kind, n)| text.tabbed(value(*kind, *n)));
            }
            Self::Line(values) => {
                let values = values.get(..64).unwrap_or(values);
                let mut slots: Vec<_> = values
                    .iter()
                    .map(|(kind, n)| {
                        let mut slot = Slot::new(*kind);
                        slot.put(*n);
                        slot
                    })
                    .collect();
                let odd = |word: u64, kind| match word >> 63 {
                    0 => Value::Number(word),
                    _ => value(kind, word),
                };
                // What is not written so is written otherwise, and both are the same text.
                let line = text.line_quickly(|place| {
                    let mut slots = slots.iter_mut();
                    slots.all(|slot| place.tabbed(slot, odd)).then_some(())
                });
                if line.is_none() {
                    let mut values = slots.iter().map(|slot| odd(slot.word(), slot.kind()));
                    values
                        .next()
                        .into_iter()
                        .for_each(|first| text.value(first));
                    values.for_each(|value| text.tabbed(value));
                }
            }
        }
    }
}

fuzz_target!(|input: (u16, Vec<Call>)| {
    let (room, calls) = input;
    let (mut all, mut some) = (vec![0; 1 << 20], vec![0; room.into()]);
    let (mut whole, mut part) = (Text::new(&mut all), Text::new(&mut some));
    for call in &calls {
        call.make(&mut whole);
        call.make(&mut part);
    }
    if whole.overflowed() {
        return;
    }
    assert_eq!(whole.len(), part.len());
    assert_eq!(part.overflowed(), whole.len() > room.into());
    assert!(whole.filled().starts_with(part.filled()));
    assert_eq!(part.filled().len(), whole.len().min(room.into()));
});
