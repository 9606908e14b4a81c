// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::access::HidePid;
use crate::pure::options::{
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
    fn a_refusal_always_shows_the_value(value in vec(1..=u8::MAX, 1..30)) {
        for refusal in [hidepid(&value).err(), subset(&value).err()].into_iter().flatten() {
            let sentence = written(|out| refusal.describe(out));
            let shown = match refusal {
                BadOption::Subset(word) => word,
                _ => &value,
            };
            prop_assert!(sentence.windows(shown.len()).any(|part| part == shown));
        }
    }
}
