// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::show::stat::{
    Areas,
    Memory,
    Stat, //
};
use crate::pure::show::state::State;
use proptest::collection::vec;
use proptest::prelude::*;

/// Every number of a task, in the order of the fields.
type Numbers = ([u64; 12], [i64; 16], [u64; 14]);

fn stat<'a>(name: &'a [u8], permitted: bool, has_memory: bool, numbers: &Numbers) -> Stat<'a> {
    let (counts, signed, memory) = numbers;
    Stat {
        permitted,
        pid: counts[0],
        name,
        state: State::from_index(1),
        ppid: signed[0],
        pgrp: signed[1],
        session: signed[2],
        tty_nr: signed[3],
        tty_pgrp: signed[4],
        flags: counts[1],
        min_flt: counts[2],
        child_min_flt: counts[3],
        maj_flt: counts[4],
        child_maj_flt: counts[5],
        utime: counts[6],
        stime: counts[7],
        child_utime: signed[5],
        child_stime: signed[6],
        priority: signed[7],
        nice: signed[8],
        num_threads: signed[9],
        start_time: counts[8],
        rss_limit: counts[9],
        memory: has_memory.then_some(Memory {
            vsize: memory[0],
            rss: memory[1],
            start_code: memory[2],
            end_code: memory[3],
            start_stack: memory[4],
            areas: Areas {
                start_data: memory[5],
                end_data: memory[6],
                start_brk: memory[7],
                arg_start: memory[8],
                arg_end: memory[9],
                env_start: memory[10],
                env_end: memory[11],
            },
        }),
        stack_pointer: memory[12],
        instruction_pointer: memory[13],
        pending: counts[10],
        blocked: counts[11],
        ignored: !counts[10],
        caught: !counts[11],
        waiting: signed[10] > 0,
        exit_signal: signed[11],
        cpu: signed[12],
        rt_priority: counts[10],
        policy: counts[11],
        blkio_ticks: counts[0],
        guest_time: counts[1],
        child_guest_time: signed[13],
        exit_code: signed[14],
    }
}

proptest! {
    /// As ps reads it: the name ends with the last parenthesis, and 50 fields follow.
    #[test]
    fn the_fields_can_be_told_apart_whatever_the_name(
        name in vec(any::<u8>(), 0..64),
        permitted: bool,
        has_memory: bool,
        numbers: Numbers,
    ) {
        let stat = stat(&name, permitted, has_memory, &numbers);
        let text = written(|out| stat.show(out));
        let close = text.iter().rposition(|byte| *byte == b')').unwrap();
        let open = text.iter().position(|byte| *byte == b'(').unwrap();
        prop_assert_eq!(&text[open + 1..close], &name[..]);
        let rest = std::str::from_utf8(&text[close + 2..]).unwrap();
        prop_assert!(rest.ends_with('\n'));
        let fields: Vec<&str> = rest.trim_end().split(' ').collect();
        prop_assert_eq!(fields.len(), 50);
        prop_assert_eq!(fields[0], "S");
        // Every field is one number (field 3 of proc(5) stands first here).
        let number = |field: usize| fields[field - 3].parse::<i128>().unwrap();
        for field in 4..=52 {
            number(field);
        }
        prop_assert_eq!(number(8), stat.tty_pgrp.into());
        prop_assert_eq!(number(22), stat.start_time.into());
        prop_assert_eq!(number(38), stat.exit_signal.into());
        prop_assert_eq!(number(44), stat.child_guest_time.into());
    }

    /// Two tasks that differ in restricted fields alone look the same to those who may not see them.
    #[test]
    fn restricted_fields_leave_no_trace(restricted_of_both: [[u64; 14]; 2], exit: [i64; 2], waiting: [bool; 2]) {
        let numbers = ([7; 12], [7; 16], [7; 14]);
        let text = |task: usize| {
            let mut stat = stat(b"name", false, true, &numbers);
            let restricted = &restricted_of_both[task];
            let memory = stat.memory.as_mut().unwrap();
            [memory.start_code, memory.end_code, memory.start_stack] = [0, 1, 2].map(|at| restricted[at]);
            memory.areas = Areas {
                start_data: restricted[3],
                end_data: restricted[4],
                start_brk: restricted[5],
                arg_start: restricted[6],
                arg_end: restricted[7],
                env_start: restricted[8],
                env_end: restricted[9],
            };
            stat.stack_pointer = restricted[10];
            stat.instruction_pointer = restricted[11];
            stat.exit_code = exit[task];
            stat.waiting = waiting[task];
            written(|out| stat.show(out))
        };
        prop_assert_eq!(text(0), text(1));
    }
}
