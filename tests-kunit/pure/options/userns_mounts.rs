// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_options_userns))]
mod tests {
    use crate::pure::options::UsernsMounts;

    const LEVELS: [UsernsMounts; 4] = [
        UsernsMounts::Nothing,
        UsernsMounts::Pid,
        UsernsMounts::Container,
        UsernsMounts::All,
    ];

    #[test]
    fn each_number_is_wider_than_the_one_before() {
        for (number, level) in (0..).zip(LEVELS) {
            assert_eq!(UsernsMounts::from_number(number), Some(level));
            assert_eq!(level as u8, number);
        }
        assert!(LEVELS.is_sorted_by(|narrow, wide| narrow < wide));
    }

    #[test]
    fn a_higher_number_is_none() {
        for number in 4..=u8::MAX {
            assert_eq!(UsernsMounts::from_number(number), None);
        }
    }

    #[test]
    fn where_nothing_is_said_it_is_the_container_list() {
        assert_eq!(UsernsMounts::DEFAULT, UsernsMounts::Container);
    }
}
