// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_timers))]
mod tests {
    use crate::pure::show::timers::Timer;
    use crate::pure_tests::writes;

    const TIMER: Timer = Timer {
        id: 7,
        signal: 60,
        value: 0x1_2345_6789,
        notify: 0,
        target: 4711,
        clock: 1,
    };

    #[test]
    fn a_signal_for_the_process() {
        let expected = "ID: 7\nsignal: 60/0000000123456789\nnotify: signal/pid.4711\nClockID: 1\n";
        assert!(writes(expected, |out| TIMER.show(out)));
    }

    #[test]
    fn no_notification_and_a_thread_with_a_clock_of_its_own() {
        let none = Timer {
            notify: 1,
            target: 0,
            ..TIMER
        };
        let expected = "ID: 7\nsignal: 60/0000000123456789\nnotify: none/pid.0\nClockID: 1\n";
        assert!(writes(expected, |out| none.show(out)));
        // SIGEV_SIGNAL | SIGEV_THREAD_ID; a process's CPU clock is a negative number.
        let thread = Timer {
            notify: 4,
            value: u64::MAX,
            clock: -6,
            ..TIMER
        };
        let expected = "ID: 7\nsignal: 60/ffffffffffffffff\nnotify: signal/tid.4711\nClockID: -6\n";
        assert!(writes(expected, |out| thread.show(out)));
        let helper = Timer { notify: 2, ..TIMER };
        let expected = "ID: 7\nsignal: 60/0000000123456789\nnotify: thread/pid.4711\nClockID: 1\n";
        assert!(writes(expected, |out| helper.show(out)));
    }
}
