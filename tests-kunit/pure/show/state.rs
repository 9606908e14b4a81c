// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_state))]
mod tests {
    use crate::pure::show::state::State;

    #[test]
    fn every_state() {
        let states = [
            (b'R', "R (running)"),
            (b'S', "S (sleeping)"),
            (b'D', "D (disk sleep)"),
            (b'T', "T (stopped)"),
            (b't', "t (tracing stop)"),
            (b'X', "X (dead)"),
            (b'Z', "Z (zombie)"),
            (b'P', "P (parked)"),
            (b'I', "I (idle)"),
        ];
        for (index, (letter, long)) in (0..).zip(states) {
            assert_eq!(State::from_index(index).letter(), letter);
            assert_eq!(State::from_index(index).long(), long.as_bytes());
        }
    }

    #[test]
    fn an_index_that_does_not_exist_is_no_panic() {
        for index in [9, 10, u32::MAX] {
            assert_eq!(State::from_index(index).letter(), b'?');
        }
    }
}
