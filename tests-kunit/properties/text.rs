// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::show::tasks::columns::{Column, Columns};
use crate::pure::show::tasks::{show, Bytes, Name, Strings};
use crate::pure::text::{octal::to_front, slot::Slot, value::Value, Text};
use crate::pure_tests::show::tasks::{numbered, strings};
use proptest::collection::vec;
use proptest::prelude::*;

/// Numbers of every length, not only long ones.
fn number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0..64u32).prop_map(|(number, shift)| number >> shift)
}

/// One call of each kind, to be made in any order.
#[derive(Clone, Debug)]
enum Call {
    Bytes(Vec<u8>),
    Byte(u8),
    Repeat(u8, usize),
    Left(Vec<u8>, usize),
    Escaped(Vec<u8>),
    Octal(Vec<u8>),
    Dec(u64),
    DecSigned(i64),
    DecWidth(u64, usize),
    DecLeft(u64, usize),
    Spaced(Vec<u64>),
    SpacedSigned(Vec<i64>),
    DecWidthSigned(i64, usize),
    Device(u32, u32),
    SpacedHex(Vec<u64>),
    Hex(u64, usize),
    Oct(u64, usize),
    List(Vec<u64>, usize),
    Mask(Vec<u64>, usize),
}

/// Names, with more of what is escaped than chance would put there.
fn name() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![4 => any::<u8>(), 1 => proptest::sample::select(b" \t\n\\#".to_vec())];
    vec(byte, 0..40)
}

fn call() -> impl Strategy<Value = Call> {
    let bytes = || vec(any::<u8>(), 0..20);
    let words = || (vec(any::<u64>(), 0..4), 0..200usize);
    prop_oneof![
        bytes().prop_map(Call::Bytes),
        any::<u8>().prop_map(Call::Byte),
        (any::<u8>(), 0..9usize).prop_map(|(byte, count)| Call::Repeat(byte, count)),
        (bytes(), 0..30usize).prop_map(|(text, width)| Call::Left(text, width)),
        bytes().prop_map(Call::Escaped),
        name().prop_map(Call::Octal),
        number().prop_map(Call::Dec),
        any::<i64>().prop_map(Call::DecSigned),
        (number(), 0..25usize).prop_map(|(n, width)| Call::DecWidth(n, width)),
        (number(), 0..25usize).prop_map(|(n, width)| Call::DecLeft(n, width)),
        vec(number(), 0..9).prop_map(Call::Spaced),
        vec(number().prop_map(|n| n as i64), 0..9).prop_map(Call::SpacedSigned),
        (any::<i64>(), 0..25usize).prop_map(|(n, width)| Call::DecWidthSigned(n, width)),
        (number(), number()).prop_map(|(a, b)| Call::Device(a as u32, b as u32)),
        vec(number(), 0..9).prop_map(Call::SpacedHex),
        (number(), 1..25usize).prop_map(|(n, width)| Call::Hex(n, width)),
        (number(), 1..25usize).prop_map(|(n, width)| Call::Oct(n, width)),
        words().prop_map(|(words, bits)| Call::List(words, bits)),
        words().prop_map(|(words, bits)| Call::Mask(words, bits)),
    ]
}

impl Call {
    fn make(&self, text: &mut Text<'_>) {
        match self {
            Self::Bytes(bytes) => text.bytes(bytes),
            Self::Byte(byte) => text.byte(*byte),
            Self::Repeat(byte, count) => text.repeat(*byte, *count),
            Self::Left(bytes, width) => text.left(bytes, *width),
            Self::Escaped(bytes) => text.escaped(bytes, b"\n\\"),
            Self::Octal(bytes) => text.octal(bytes, b" \t\n\\#"),
            Self::Dec(n) => text.dec(*n),
            Self::DecSigned(n) => text.dec_signed(*n),
            Self::DecWidth(n, width) => text.dec_width(*n, *width),
            Self::DecLeft(n, width) => text.dec_left(*n, *width),
            Self::Spaced(numbers) => text.spaced(numbers),
            Self::SpacedSigned(numbers) => text.spaced_signed(numbers),
            Self::DecWidthSigned(n, width) => text.dec_width_signed(*n, *width),
            Self::Device(major, minor) => text.device(*major, *minor),
            Self::SpacedHex(numbers) => text.spaced_hex(numbers),
            Self::Hex(n, width) => text.hex_width(*n, *width),
            Self::Oct(n, width) => text.oct_width(*n, *width),
            Self::List(words, bits) => text.bitmap_list(words, *bits),
            Self::Mask(words, bits) => text.bitmap_hex(words, *bits),
        }
    }

    /// The same, with the standard library's formatting.
    fn model(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Byte(byte) => vec![*byte],
            Self::Repeat(byte, count) => vec![*byte; *count],
            Self::Left(bytes, width) => {
                let mut text = bytes.clone();
                text.resize(bytes.len().max(*width), b' ');
                text
            }
            Self::Escaped(bytes) => bytes
                .iter()
                .flat_map(|byte| match byte {
                    b'\n' => b"\\n".to_vec(),
                    b'\\' => b"\\\\".to_vec(),
                    other => vec![*other],
                })
                .collect(),
            Self::Octal(bytes) => octal_model(bytes),
            Self::Dec(n) => n.to_string().into(),
            Self::DecSigned(n) => n.to_string().into(),
            Self::DecWidth(n, width) => format!("{n:>width$}").into(),
            Self::DecLeft(n, width) => format!("{n:<width$}").into(),
            Self::Spaced(numbers) => row(numbers),
            Self::SpacedSigned(numbers) => row(numbers),
            Self::DecWidthSigned(n, width) => format!("{n:>width$}").into(),
            Self::Device(major, minor) => format!(" {major:02x}:{minor:02x} ").into(),
            Self::SpacedHex(numbers) => {
                let words = numbers.iter().map(|n| format!(" {n:#x}"));
                words.collect::<String>().into()
            }
            Self::Hex(n, width) => format!("{n:0width$x}").into(),
            Self::Oct(n, width) => format!("{n:0width$o}").into(),
            Self::List(words, bits) => list_model(&set_bits(words, *bits)).into(),
            Self::Mask(words, bits) => mask_model(&set_bits(words, *bits), *bits).into(),
        }
    }
}

fn octal_model(name: &[u8]) -> Vec<u8> {
    let bytes = name.iter().flat_map(|byte| match byte {
        b' ' | b'\t' | b'\n' | b'\\' | b'#' => format!("\\{byte:03o}").into_bytes(),
        other => vec![*other],
    });
    bytes.collect()
}

fn row<N: ToString>(numbers: &[N]) -> Vec<u8> {
    let numbers = numbers.iter().map(|n| format!(" {}", n.to_string()));
    numbers.collect::<String>().into()
}

fn set_bits(words: &[u64], bits: usize) -> Vec<usize> {
    let is_set = |bit: &usize| {
        words
            .get(bit / 64)
            .is_some_and(|word| (word >> (bit % 64)) & 1 == 1)
    };
    (0..bits).filter(is_set).collect()
}

/// Every bit that begins a range, with the last bit of it.
fn list_model(set: &[usize]) -> String {
    let begins = set.iter().filter(|bit| !set.contains(&bit.wrapping_sub(1)));
    let ranges = begins.map(|begin| {
        let last = (*begin..).take_while(|bit| set.contains(bit)).last();
        match last {
            Some(last) if last != *begin => format!("{begin}-{last}"),
            _ => begin.to_string(),
        }
    });
    ranges.collect::<Vec<_>>().join(",")
}

/// A digit for each four bits, from the highest down, with a comma before each bit divisible by 32.
fn mask_model(set: &[usize], bits: usize) -> String {
    let digit = |place: usize| {
        let value = (0..4).filter(|bit| set.contains(&(place * 4 + bit)));
        format!("{:x}", value.map(|bit| 1 << bit).sum::<u32>())
    };
    let mut text = String::new();
    for place in (0..bits.div_ceil(4)).rev() {
        text += &digit(place);
        if place % 8 == 0 && place != 0 {
            text += ",";
        }
    }
    text
}

proptest! {
    #[test]
    fn every_call_writes_what_the_standard_library_would(call in call()) {
        prop_assert_eq!(written(|text| call.make(text)), call.model());
    }

    #[test]
    fn a_text_is_the_beginning_of_the_whole_and_knows_its_length(
        calls in vec(call(), 0..20),
        room in 0..400usize,
    ) {
        let whole: Vec<u8> = calls.iter().flat_map(Call::model).collect();
        let mut buf = vec![0; room];
        let mut text = Text::new(&mut buf);
        calls.iter().for_each(|call| call.make(&mut text));
        prop_assert_eq!(text.len(), whole.len());
        prop_assert_eq!(text.overflowed(), whole.len() > room);
        prop_assert_eq!(text.filled(), &whole[..room.min(whole.len())]);
    }

    #[test]
    fn an_escaped_name_is_one_line_and_can_be_read_back(name in vec(any::<u8>(), 0..64)) {
        let escaped = written(|text| text.escaped(&name, b"\n\\"));
        prop_assert!(!escaped.contains(&b'\n'));
        let mut bytes = escaped.into_iter();
        let mut read = Vec::new();
        while let Some(byte) = bytes.next() {
            read.push(match byte {
                b'\\' => match bytes.next() {
                    Some(b'n') => b'\n',
                    other => other.unwrap(),
                },
                other => other,
            });
        }
        prop_assert_eq!(read, name);
    }
}

proptest! {
    #[test]
    fn names_move_to_the_front_as_they_are_appended(name in name(), room in 0..200usize) {
        let paths: &[u8] = b" \t\n\\";
        let mut buf = vec![0; room];
        buf.extend_from_slice(&name);
        buf.push(0);
        let mut expected = vec![0; 4 * name.len()];
        let mut text = Text::new(&mut expected);
        text.octal(&name, paths);
        match to_front(&mut buf, room, paths) {
            Some(len) => prop_assert_eq!(&buf[..len], text.filled()),
            // Where there are four bytes for each, there is always room.
            None => prop_assert!(room < 3 * name.len()),
        }
    }
}

/// One in a column, mostly small.
fn word() -> impl Strategy<Value = u64> {
    let below_zero = (1..2_000u64).prop_map(u64::wrapping_neg);
    prop_oneof![8 => 0..10u64, 8 => 0..2_000_000_000u64, 1 => number(), 1 => below_zero]
}

proptest! {
    /// Whatever was written in a column before; or not at all, and then nothing is.
    #[test]
    fn a_line_of_words(
        words in vec(word(), 64),
        others in vec(word(), 64),
        places in vec(0..64usize, 1..64),
        room in 0..2200usize,
    ) {
        let odd = |word: u64, at: usize| match word {
            0..0x8000_0000_0000_0000 => Value::Number(word),
            _ if at % 3 == 0 => Value::Letter(b'S'),
            _ => Value::Negative(word.wrapping_neg()),
        };
        let longest = places.iter().map(|at| match odd(words[*at], *at) {
            Value::Number(n) => n / 1_000_000_000_000_000,
            Value::Negative(n) => n / 1_000,
            Value::Letter(_) => 0,
        });
        let is_long = longest.max() > Some(0);
        let values: Vec<String> = places.iter().map(|at| match odd(words[*at], *at) {
            Value::Letter(_) => "S".to_owned(),
            Value::Negative(n) => format!("-{n}"),
            Value::Number(n) => n.to_string(),
        }).collect();
        let expected = format!("x\n{}", values.join("\t"));
        let line = |text: &mut Text<'_>, slots: &mut [Slot<usize>]| {
            text.bytes(b"x\n");
            text.line_quickly(|place| places.iter().all(|at| place.tabbed(&mut slots[*at], odd)).then_some(())).is_some()
        };
        let put = |slots: &mut [Slot<usize>], words: &[u64]| {
            slots.iter_mut().zip(words).for_each(|(slot, word)| slot.put(*word));
        };
        for earlier in [&words, &others] {
            let mut slots: Vec<_> = (0..64).map(Slot::new).collect();
            let mut buf = vec![0; 2200];
            put(&mut slots, earlier);
            line(&mut Text::new(&mut buf), &mut slots);
            put(&mut slots, &words);
            let mut text = Text::new(&mut buf[..room]);
            let written = line(&mut text, &mut slots);
            prop_assert_eq!(written, room >= 1 + 1024 + 32 && !is_long);
            let expected = if written { expected.as_bytes() } else { b"x\n" };
            prop_assert_eq!(text.len(), expected.len());
            prop_assert_eq!(text.filled(), &expected[..room.min(expected.len())]);
        }
    }

    #[test]
    fn names_are_written_alike(name in vec(prop_oneof![32..127u8, 1..255u8], 0..16), behind: u8) {
        let mut kept = [behind; 16];
        kept[..name.len()].copy_from_slice(&name);
        kept[name.len()] = 0;
        let (first, second) = kept.split_first_chunk().unwrap();
        let words = [*first, second.try_into().unwrap()].map(u64::from_le_bytes);
        let expected = written(|text| Bytes(&name).show(text));
        prop_assert_eq!(written(|text| Name::Kept(words).show(text)), expected.as_slice());
        // And where there is room behind another line.
        let strings = Strings { comm: Name::Kept(words), ..strings() };
        let columns = Columns::of(&[Column::pid, Column::comm]);
        let row = written(|text| {
            text.byte(b'\n');
            show(&mut numbered(), &strings, &columns, text);
        });
        prop_assert_eq!(row, [b"\n1\t", expected.as_slice(), b"\n"].concat());
    }

    #[test]
    fn strings_are_escaped_at_any_length(text in vec(prop_oneof![20 => 33..127u8, 1 => any::<u8>()], 0..900), room in 0..2000usize) {
        let expected: String = match text.as_slice() {
            b"" => "-".to_owned(),
            b"-" => "\\055".to_owned(),
            text => text.iter().map(|byte| match byte {
                b'\\' | 0..=32 | 127.. => format!("\\{byte:03o}"),
                byte => char::from(*byte).to_string(),
            }).collect(),
        };
        prop_assert_eq!(written(|out| Bytes(&text).show(out)), expected.as_bytes());
        let mut buf = vec![0; room];
        let mut out = Text::new(&mut buf);
        Bytes(&text).show(&mut out);
        prop_assert_eq!(out.len(), expected.len());
        prop_assert_eq!(out.filled(), &expected.as_bytes()[..room.min(expected.len())]);
    }
}
