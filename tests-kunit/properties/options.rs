// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::access::HidePid;
use crate::pure::options::{
    BadOption,
    Form,
    Options,
    TABLE, //
};
use crate::pure::subset::Subset;
use crate::pure::text::Text;
use proptest::collection::vec;
use proptest::prelude::*;
use std::ffi::{CStr, CString};

/// The initial user namespace.
fn initial(number: u32) -> Option<u32> {
    (number != u32::MAX).then_some(number)
}

/// The options that take text.
fn names() -> Vec<&'static CStr> {
    let texts = TABLE
        .iter()
        .filter(|row| matches!(row.form, Form::Text { .. }));
    texts.map(|row| row.name).collect()
}

/// Values of which many are good ones of some option.
fn value() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(HidePid::NAMES).prop_map(String::from);
    prop_oneof![
        word,
        "pid|,|pid,pid||container|container,pid",
        "hidden|visible",
        "off|init|reader|cpuset|quota",
        "[0-4]",
        "[0-9](:[0-9]){1,9}",
        any::<u32>().prop_map(|n| n.to_string())
    ]
}

/// Said options: the place of a name, and a value.
fn list() -> impl Strategy<Value = Vec<(usize, String)>> {
    vec((0..names().len(), value()), 0..12)
}

/// What becomes of `options` when all that is good of `list` is said.
fn say(mut options: Options, list: &[(usize, String)]) -> Options {
    for (name, value) in list {
        let before = options.clone();
        if options
            .parse(names()[*name], value.as_bytes(), &initial)
            .is_err()
        {
            assert_eq!(options, before);
        }
    }
    options
}

fn shown(options: &Options) -> String {
    let all = |out: &mut Text<'_>| TABLE.iter().for_each(|row| options.show(row, out));
    String::from_utf8(written(all)).unwrap()
}

proptest! {
    #[test]
    fn mounting_with_what_is_shown_gives_the_same_instance(list in list()) {
        let options = say(Options::default(), &list);
        let mut read = Options::default();
        let text = shown(&options);
        for option in text.split_terminator(',').skip(1) {
            let (name, value) = option.split_once('=').unwrap();
            let name = CString::new(name).unwrap();
            prop_assert_eq!(read.parse(&name, value.as_bytes(), &initial), Ok(()));
        }
        prop_assert_eq!(read.gid(), options.gid());
        prop_assert_eq!(read.hidepid(), options.hidepid());
        prop_assert_eq!(read.subset(), options.subset());
        prop_assert_eq!(read.pid1(), options.pid1());
        prop_assert_eq!(read.cgroup(), options.cgroup());
        prop_assert_eq!(read.cpus(), options.cpus());
        prop_assert_eq!(shown(&read), text);
    }

    #[test]
    fn a_remount_gives_what_mounting_with_both_gives(first in list(), then in list()) {
        let mut options = say(Options::default(), &first);
        let before = options.clone();
        let changed = say(Options::default(), &then);
        let both = say(before.clone(), &then);
        match options.merge(&changed).map_err(|bad| bad.name) {
            Ok(()) => prop_assert_eq!(shown(&options), shown(&both)),
            Err(name) => {
                prop_assert!(
                    name == c"subset" && before.subset() != changed.subset()
                        || name == c"cgroup" && before.cgroup() != changed.cgroup()
                        || name == c"cpus" && before.cpus() != changed.cpus()
                );
                prop_assert_eq!(options, before);
            }
        }
    }

    #[test]
    fn a_list_is_as_good_as_its_words(words in vec("pid|pi|x||container|pid", 0..5)) {
        let list = words.join(",");
        let good = ["", "pid", "container"];
        let bad = words.iter().find(|word| !good.contains(&word.as_str()));
        let said = |one: &str| words.iter().any(|word| word == one);
        let expected = match bad {
            Some(word) => Err(word.as_bytes()),
            None if said("container") => Ok(Subset::Container),
            None if said("pid") => Ok(Subset::Pid),
            None => Ok(Subset::All),
        };
        let mut options = Options::default();
        let said = options.parse(c"subset", list.as_bytes(), &initial);
        prop_assert_eq!(said.map(|()| options.subset()).map_err(|bad| bad.value), expected);
    }

    #[test]
    fn groups_are_as_good_as_each_of_them(
        items in vec(prop_oneof!["[0-9]{1,2}", "4294967295|x|"], 1..14),
        many: bool,
    ) {
        let name = if many { c"gids" } else { c"gid" };
        let value = items.join(":");
        let mut groups: Vec<u32> = vec![];
        let mut bad = None;
        for item in &items {
            match item.parse().ok().and_then(initial) {
                // Numbers are read as C reads them, also where a zero makes them octal.
                Some(_) if item.starts_with('0') && item.contains(['8', '9']) => {
                    bad = bad.or(Some(item.as_bytes()));
                }
                Some(number) if item.starts_with('0') && bad.is_none() => {
                    let number = number / 10 * 8 + number % 10;
                    groups.extend((!groups.contains(&number)).then_some(number));
                }
                Some(number) if bad.is_none() => {
                    groups.extend((!groups.contains(&number)).then_some(number));
                }
                Some(_) => {}
                None => bad = bad.or(Some(item.as_bytes())),
            }
            if bad.is_none() && groups.len() > 8 {
                bad = Some(value.as_bytes());
            }
        }
        let mut options = Options::default();
        let said = options.parse(name, value.as_bytes(), &initial);
        match bad {
            Some(bad) => prop_assert_eq!(said.map_err(|refused| refused.value), Err(bad)),
            None => {
                prop_assert_eq!(said, Ok(()));
                let found = options.gid();
                prop_assert_eq!(found.as_slice(), groups);
            }
        }
    }

    #[test]
    fn a_refusal_always_shows_name_and_value_and_on_one_line(value in vec(1..=u8::MAX, 1..30)) {
        let refusals = names()
            .into_iter()
            .filter_map(|name| Options::default().parse(name, &value, &initial).err());
        for refusal in refusals {
            let sentence = written(|out| refusal.describe(out));
            let BadOption { name, value: part, .. } = refusal;
            let has = |text: &[u8], part: &[u8]| {
                (0..=text.len()).any(|start| text[start..].starts_with(part))
            };
            prop_assert!(has(&value, part));
            // Of a list one item is named.
            prop_assert!(name == c"subset" || name == c"gid" || name == c"gids" || part == value);
            for shown in [name.to_bytes().to_vec(), on_one_line(part)] {
                prop_assert!(has(&sentence, &shown));
            }
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
