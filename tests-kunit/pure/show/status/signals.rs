// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_status_signals))]
mod tests {
    use crate::pure::show::status::signals::Signals;
    use crate::pure_tests::writes;

    #[test]
    fn every_line_has_its_own_number() {
        // Signal n is bit n - 1: HUP is 1, KILL 9, the highest 64.
        let signals = Signals {
            threads: 21,
            queued: 7,
            queue_limit: u64::MAX,
            pending: 1,
            shared_pending: 1 << 8,
            blocked: 1 << 63,
            ignored: 0x0123_4567_89ab_cdef,
            caught: u64::MAX,
        };
        let expected = "Threads:\t21\nSigQ:\t7/18446744073709551615\nSigPnd:\t0000000000000001\n\
                        ShdPnd:\t0000000000000100\nSigBlk:\t8000000000000000\n\
                        SigIgn:\t0123456789abcdef\nSigCgt:\tffffffffffffffff\n";
        assert!(writes(expected, |out| signals.show(out)));
    }

    #[test]
    fn a_task_that_has_gone() {
        let expected = "Threads:\t0\nSigQ:\t0/0\nSigPnd:\t0000000000000000\n\
                        ShdPnd:\t0000000000000000\nSigBlk:\t0000000000000000\n\
                        SigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n";
        assert!(writes(expected, |out| Signals::default().show(out)));
    }
}
