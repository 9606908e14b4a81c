// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_subset))]
mod tests {
    use crate::pure::subset::{
        Presence,
        RootEntry,
        Subset, //
    };
    use crate::pure::text::Text;

    #[test]
    fn the_widest_word_of_a_list_counts() {
        const WORDS: [&[u8]; 3] = [b"", b"pid", b"container"];
        for first in WORDS {
            for second in WORDS {
                for third in WORDS {
                    let words = [first, second, third];
                    let mut buf = [0; 32];
                    let mut list = Text::new(&mut buf);
                    list.bytes(first);
                    for word in [second, third] {
                        list.byte(b',');
                        list.bytes(word);
                    }
                    let expected = if words.contains(&&b"container"[..]) {
                        Subset::Container
                    } else if words.contains(&&b"pid"[..]) {
                        Subset::Pid
                    } else {
                        Subset::All
                    };
                    assert_eq!(Subset::from_list(list.filled()), Ok(expected));
                }
            }
        }
    }

    #[test]
    fn each_word_is_shown_as_it_is_read() {
        assert_eq!(Subset::All.word(), None);
        assert_eq!(Subset::Pid.word(), Some("pid"));
        assert_eq!(Subset::Container.word(), Some("container"));
        assert_eq!(Subset::WORDS, ["pid", "container"]);
        assert_eq!(Subset::default(), Subset::All);
    }

    #[test]
    fn an_instance_of_tasks_has_no_other_entries() {
        for entry in [
            RootEntry::Registered,
            RootEntry::OfTasks,
            RootEntry::OfTheMachine,
        ] {
            assert_eq!(Subset::All.presence(entry), Presence::Listed);
        }
        let of_tasks = Subset::Pid.presence(RootEntry::OfTasks);
        assert_eq!(of_tasks, Presence::Unlisted);
        assert_eq!(
            [Subset::All, Subset::Pid, Subset::Container].map(Subset::hides_registry),
            [false, true, false]
        );
        for entry in [RootEntry::Registered, RootEntry::OfTheMachine] {
            assert_eq!(Subset::Pid.presence(entry), Presence::Absent);
        }
    }

    #[test]
    fn what_speaks_of_tasks_is_there_with_every_subset_and_not_listed() {
        let of_tasks = Subset::Container.presence(RootEntry::OfTasks);
        assert_eq!(of_tasks, Presence::Unlisted);
    }
}
