// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_cpu_stat))]
mod tests {
    use crate::pure::show::cpu_stat::{
        idle,
        Busy,
        Cpu,
        CpuStat,
        Row,
        Times, //
    };
    use crate::pure_tests::writes;

    const TICK: u64 = 10_000_000;

    fn ticks(nsec: u64) -> u64 {
        nsec / TICK
    }

    fn busy(user: u64, nice: u64, system: u64) -> Busy {
        Busy { user, nice, system }
    }

    fn cpu(number: u32, elapsed: u64, run: Busy) -> Cpu {
        Cpu {
            number,
            elapsed: elapsed * TICK,
            busy: run.map(|count| count * TICK),
        }
    }

    #[test]
    fn a_cpu_and_the_sum() {
        let cpus = [cpu(1, 1000, busy(100, 20, 30)), cpu(3, 1001, busy(1, 0, 0))];
        let times = Times {
            // A CPU that is not shown has run 5 of each.
            busy: cpus[0]
                .busy
                .and(cpus[1].busy)
                .and(busy(5, 5, 5).map(|count| count * TICK)),
            cpus: &cpus,
            cut: false,
        };
        let rows = [times.row(0, &cpus[0], ticks), times.row(1, &cpus[1], ticks)];
        let stat = CpuStat {
            busy: times.busy.map(ticks),
            rows: &rows,
            boot_time: 1_700_000_000,
            running: 4,
            blocked: 2,
            softirqs: 3,
        };
        let text = "cpu  106 25 35 1850 0 0 0 0 0 0\n\
                    cpu1 100 20 30 850 0 0 0 0 0 0\n\
                    cpu3 1 0 0 1000 0 0 0 0 0 0\n\
                    intr 0\nctxt 0\nbtime 1700000000\nprocesses 0\nprocs_running 4\n\
                    procs_blocked 2\nsoftirq 0 0 0 0\n";
        assert!(writes(text, |out| stat.show(out)));
        assert_eq!(idle(&rows), 1850);
    }

    #[test]
    fn parts_of_a_tick_count_where_they_belong() {
        // 15 ms user, 9 ms system of 100 ms: 1 tick, 0 ticks, and 76 ms idle: 7.
        let cpus = [Cpu {
            number: 0,
            elapsed: 100_000_000,
            busy: busy(15_000_000, 0, 9_000_000),
        }];
        let times = Times {
            busy: cpus[0].busy,
            cpus: &cpus,
            cut: false,
        };
        let rows = [times.row(0, &cpus[0], ticks)];
        let stat = CpuStat {
            busy: times.busy.map(ticks),
            rows: &rows,
            boot_time: 0,
            running: 0,
            blocked: 0,
            softirqs: 0,
        };
        let text = "cpu  1 0 0 7 0 0 0 0 0 0\ncpu0 1 0 0 7 0 0 0 0 0 0\n\
                    intr 0\nctxt 0\nbtime 0\nprocesses 0\nprocs_running 0\nprocs_blocked 0\n\
                    softirq 0\n";
        assert!(writes(text, |out| stat.show(out)));
    }

    #[test]
    fn what_is_not_shown_is_spread() {
        let cpus = [cpu(2, 100, busy(1, 1, 1)), cpu(5, 200, busy(0, 0, 0))];
        let times = Times {
            busy: busy(11, 4, 0).map(|count| count * TICK),
            cpus: &cpus,
            cut: true,
        };
        let rows = [times.row(0, &cpus[0], ticks), times.row(1, &cpus[1], ticks)];
        let stat = CpuStat {
            busy: times.busy.map(ticks),
            rows: &rows,
            boot_time: 0,
            running: 0,
            blocked: 0,
            softirqs: 0,
        };
        // 11 is 5 and 6, 4 is 2 and 2; idle is 100 - 7 and 200 - 8.
        let text = "cpu  11 4 0 285 0 0 0 0 0 0\n\
                    cpu2 5 2 0 93 0 0 0 0 0 0\ncpu5 6 2 0 192 0 0 0 0 0 0\n\
                    intr 0\nctxt 0\nbtime 0\nprocesses 0\nprocs_running 0\nprocs_blocked 0\n\
                    softirq 0\n";
        assert!(writes(text, |out| stat.show(out)));
        assert_eq!(idle(&rows), 285);
    }

    #[test]
    fn idle_time_is_never_below_nothing() {
        let cpus = [cpu(0, 5, busy(4, 2, 0))];
        for cut in [false, true] {
            let times = Times {
                busy: cpus[0].busy,
                cpus: &cpus,
                cut,
            };
            let mut row: Row = times.row(0, &cpus[0], ticks);
            assert_eq!(row.at_least(0), 0);
            assert_eq!(idle(&[row]), 0);
        }
    }

    #[test]
    fn idle_time_can_be_held() {
        let cpus = [cpu(7, 50, busy(20, 0, 0))];
        let times = Times {
            busy: cpus[0].busy,
            cpus: &cpus,
            cut: false,
        };
        let mut row = times.row(0, &cpus[0], ticks);
        assert_eq!(row.number(), 7);
        assert_eq!(row.at_least(29), 30);
        assert_eq!(row.at_least(31), 31);
        assert_eq!(row.at_least(0), 31);
    }
}
