// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::access::HidePid;
use crate::pure::options::{
    gid,
    hidepid,
    subset,
    BadOption,
    Options,
    Subset, //
};
use proptest::collection::vec;
use proptest::prelude::*;

fn options() -> impl Strategy<Value = Options> {
    (
        any::<u32>(),
        proptest::sample::select(&HidePid::ALL[..]),
        proptest::sample::select(&[Subset::All, Subset::Pid][..]),
    )
        .prop_map(|(gid, hidepid, subset)| Options {
            gid,
            hidepid,
            subset,
        })
}

proptest! {
    #[test]
    fn mounting_with_what_is_shown_gives_the_same_instance(options in options()) {
        let shown = String::from_utf8(written(|out| options.show(out))).unwrap();
        let mut read = Options { gid: 0, hidepid: HidePid::Off, subset: Subset::All };
        for option in shown.split_terminator(',').skip(1) {
            match option.split_once('=') {
                Some(("gid", value)) => read.gid = value.parse().unwrap(),
                Some(("hidepid", value)) => read.hidepid = hidepid(value.as_bytes()).unwrap(),
                Some(("subset", value)) => read.subset = subset(value.as_bytes()).unwrap(),
                _ => prop_assert!(false, "{} is no option", option),
            }
        }
        prop_assert_eq!(read, options);
    }

    #[test]
    fn a_list_is_as_good_as_its_words(words in vec("pid|pi|x|", 0..5)) {
        let list = words.join(",");
        let bad = words.iter().find(|word| !word.is_empty() && *word != "pid");
        let expected = match bad {
            Some(word) => Err(BadOption::Subset(word.as_bytes())),
            None if words.iter().any(|word| word == "pid") => Ok(Subset::Pid),
            None => Ok(Subset::All),
        };
        prop_assert_eq!(subset(list.as_bytes()), expected);
    }

    #[test]
    fn a_refusal_always_shows_the_value_and_on_one_line(value in vec(1..=u8::MAX, 1..30)) {
        let refusals = [hidepid(&value).err(), gid(&value).err(), subset(&value).err()];
        for refusal in refusals.into_iter().flatten() {
            let sentence = written(|out| refusal.describe(out));
            let shown = match refusal {
                BadOption::Subset(word) => on_one_line(word),
                _ => on_one_line(&value),
            };
            prop_assert!(sentence.windows(shown.len()).any(|part| part == shown));
            prop_assert!(!sentence.contains(&b'\n'));
        }
    }
}

/// With what could break a line, or a terminal, as C writes it.
fn on_one_line(value: &[u8]) -> Vec<u8> {
    let mut shown = Vec::new();
    for byte in value {
        match byte {
            b'\n' => shown.extend(b"\\n"),
            b'\r' => shown.extend(b"\\r"),
            b'\t' => shown.extend(b"\\t"),
            0x0b => shown.extend(b"\\v"),
            0x0c => shown.extend(b"\\f"),
            0x07 => shown.extend(b"\\a"),
            0x1b => shown.extend(b"\\e"),
            b'\\' => shown.extend(b"\\\\"),
            other => shown.push(*other),
        }
    }
    shown
}
