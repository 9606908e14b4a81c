// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_stat))]
mod tests {
    use crate::pure::show::stat::{
        Areas,
        Memory,
        Stat, //
    };
    use crate::pure::show::state::State;
    use crate::pure_tests::writes;

    /// Each field is its own number from 1 to 52, so that one in the wrong place shows. (proc(5)
    /// numbers them so. 21, 36 and 37 are always 0.)
    const NUMBERED: Stat<'static> = Stat {
        permitted: true,
        pid: 1,
        name: b"2",
        state: State::from_index(1),
        ppid: 4,
        pgrp: 5,
        session: 6,
        tty_nr: 7,
        tty_pgrp: 8,
        flags: 9,
        min_flt: 10,
        child_min_flt: 11,
        maj_flt: 12,
        child_maj_flt: 13,
        utime: 14,
        stime: 15,
        child_utime: 16,
        child_stime: 17,
        priority: 18,
        nice: 19,
        num_threads: 20,
        start_time: 22,
        rss_limit: 25,
        memory: Some(MEMORY),
        stack_pointer: 29,
        instruction_pointer: 30,
        pending: 31,
        blocked: 32,
        ignored: 33,
        caught: 34,
        waiting: true,
        exit_signal: 38,
        cpu: 39,
        rt_priority: 40,
        policy: 41,
        blkio_ticks: 42,
        guest_time: 43,
        child_guest_time: 44,
        exit_code: 52,
    };

    const MEMORY: Memory = Memory {
        vsize: 23,
        rss: 24,
        start_code: 26,
        end_code: 27,
        start_stack: 28,
        areas: Areas {
            start_data: 45,
            end_data: 46,
            start_brk: 47,
            arg_start: 48,
            arg_end: 49,
            env_start: 50,
            env_end: 51,
        },
    };

    #[test]
    fn every_field_is_in_its_place() {
        let expected =
            "1 (2) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 0 22 23 24 25 26 27 28 \
                        29 30 31 32 33 34 1 0 0 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52\n";
        assert!(writes(expected, |out| NUMBERED.show(out)));
    }

    #[test]
    fn hides_addresses_and_the_like() {
        let stat = Stat {
            permitted: false,
            ..NUMBERED
        };
        // 26 and 27 are 1; 28 to 30, 35 and 45 to 52 are 0.
        let expected = "1 (2) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 0 22 23 24 25 1 1 0 \
                        0 0 31 32 33 34 0 0 0 38 39 40 41 42 43 44 0 0 0 0 0 0 0 0\n";
        assert!(writes(expected, |out| stat.show(out)));
    }

    #[test]
    fn a_kernel_thread_has_no_memory() {
        let stat = Stat {
            memory: None,
            stack_pointer: 0,
            instruction_pointer: 0,
            waiting: false,
            ..NUMBERED
        };
        let expected = "1 (2) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 0 22 0 0 25 0 0 0 \
                        0 0 31 32 33 34 0 0 0 38 39 40 41 42 43 44 0 0 0 0 0 0 0 52\n";
        assert!(writes(expected, |out| stat.show(out)));
    }

    #[test]
    fn a_hidden_kernel_thread_shows_no_code_either() {
        let stat = Stat {
            permitted: false,
            memory: None,
            ..NUMBERED
        };
        let expected = "1 (2) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 0 22 0 0 25 0 0 0 \
                        0 0 31 32 33 34 0 0 0 38 39 40 41 42 43 44 0 0 0 0 0 0 0 0\n";
        assert!(writes(expected, |out| stat.show(out)));
    }

    #[test]
    fn negative_and_extreme_numbers() {
        let stat = Stat {
            pgrp: -1,
            session: -1,
            tty_pgrp: -1,
            flags: 0x0040_0140,
            priority: -100,
            nice: -20,
            rss_limit: u64::MAX,
            pending: u64::MAX,
            blocked: 1 << 31,
            ignored: 1 << 30,
            caught: 0x1_8000_0001,
            exit_signal: -1,
            exit_code: -2,
            ..NUMBERED
        };
        // Of a set of signals, 31 bits are left.
        let expected =
            "1 (2) S 4 -1 -1 7 -1 4194624 10 11 12 13 14 15 16 17 -100 -20 20 0 22 23 24 \
                        18446744073709551615 26 27 28 29 30 2147483647 0 1073741824 1 1 0 0 -1 39 \
                        40 41 42 43 44 45 46 47 48 49 50 51 -2\n";
        assert!(writes(expected, |out| stat.show(out)));
    }

    #[test]
    fn the_name_is_as_it_is() {
        let stat = Stat {
            name: b"a) R\n\\ (b",
            permitted: false,
            memory: None,
            ..NUMBERED
        };
        let expected =
            "1 (a) R\n\\ (b) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 0 22 0 0 25 0 \
                        0 0 0 0 31 32 33 34 0 0 0 38 39 40 41 42 43 44 0 0 0 0 0 0 0 0\n";
        assert!(writes(expected, |out| stat.show(out)));
    }
}
