// SPDX-License-Identifier: GPL-2.0

use super::written;
use crate::pure::{
    load::Load,
    show::cpu_stat::{
        Busy,
        Cpu,
        CpuStat,
        Times, //
    },
    view::{
        spread,
        Bandwidth, //
    }, //
};
use proptest::collection::vec;
use proptest::prelude::*;

const TICK: u64 = 10_000_000;

fn ticks(nsec: u64) -> u64 {
    nsec / TICK
}

/// The figures of each row.
fn rows(text: &[u8]) -> Vec<Vec<u64>> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let row = |line: &str| {
        let figures = line.split_whitespace().skip(1);
        figures.map(|figure| figure.parse().unwrap()).collect()
    };
    text.lines()
        .filter(|line| line.starts_with("cpu"))
        .map(row)
        .collect()
}

fn shown(cpus: &[Cpu], busy: Busy, cut: bool) -> Vec<Vec<u64>> {
    let times = Times { busy, cpus, cut };
    let all: Vec<_> = cpus
        .iter()
        .enumerate()
        .map(|(index, cpu)| times.row(index, cpu, ticks))
        .collect();
    let stat = CpuStat {
        busy: busy.map(ticks),
        rows: &all,
        boot_time: 0,
        running: 0,
        blocked: 0,
        softirqs: 0,
    };
    rows(&written(|out| stat.show(out)))
}

/// What a CPU runs in a while: the cgroup's user, nice and system time, and what is left.
fn run() -> impl Strategy<Value = [u64; 4]> {
    [0..3 * TICK, 0..TICK, 0..TICK, 0..5 * TICK]
}

proptest! {
    #[test]
    fn parts_add_up_and_never_go_back(sum in any::<u64>(), more in 0..1000u64, count in 1..200usize) {
        let parts: Vec<u64> = (0..count).map(|index| spread(sum, index, count)).collect();
        let all: u128 = parts.iter().map(|part| u128::from(*part)).sum();
        prop_assert_eq!(all, u128::from(sum));
        let later = sum.saturating_add(more);
        for (index, part) in parts.into_iter().enumerate() {
            prop_assert!(spread(later, index, count) >= part);
        }
    }

    #[test]
    fn a_quota_is_worth_what_a_division_says(
        path in vec((-1..1_000_000i64, 1..1_000_000u64), 0..6),
        count in 1..64usize,
    ) {
        let mut bandwidth = Bandwidth::default();
        for (quota, period) in &path {
            bandwidth.bound(*quota, *period);
        }
        let worth = path
            .iter()
            .filter(|(quota, _)| *quota >= 0)
            .map(|(quota, period)| (*quota as u64).div_ceil(*period))
            .min();
        let expected = worth.map_or(count, |worth| (worth as usize).clamp(1, count));
        prop_assert_eq!(bandwidth.cut(count), expected);
    }

    #[test]
    fn rows_add_up_and_never_go_back(history in vec(vec(run(), 3), 1..20), cut in any::<bool>()) {
        let mut cpus = [0, 1, 2].map(|number| Cpu { number, ..Cpu::default() });
        let mut last: Option<Vec<Vec<u64>>> = None;
        for step in history {
            for (cpu, [user, nice, system, rest]) in cpus.iter_mut().zip(step) {
                cpu.busy = cpu.busy.and(Busy { user, nice, system });
                cpu.elapsed += user + nice + system + rest;
            }
            let busy = cpus.iter().fold(Busy::default(), |sum, cpu| sum.and(cpu.busy));
            let count = if cut { 2 } else { 3 };
            let now = shown(&cpus[..count], busy, cut);
            for field in 0..4 {
                let sum: u64 = now[1..].iter().map(|row| row[field]).sum();
                // In ticks of each row, what is lost is less than one.
                let lost = now[0][field] - sum;
                prop_assert!(lost == 0 || !cut && lost < count as u64, "{:?}", now);
            }
            for (index, row) in now.iter().enumerate() {
                prop_assert_eq!(&row[4..], [0; 6]);
                if index > 0 && !cut {
                    let elapsed = ticks(cpus[index - 1].elapsed);
                    prop_assert!((elapsed.saturating_sub(3)..=elapsed).contains(&row[..4].iter().sum::<u64>()));
                }
            }
            if let Some(last) = last {
                for (was, is) in last.iter().flatten().zip(now.iter().flatten()) {
                    // Idle time can, where what has run on three CPUs is spread over two: the view
                    // holds it.
                    prop_assert!(is >= was || cut, "{:?} {:?}", last, now);
                }
            }
            last = Some(now);
        }
    }

    #[test]
    fn a_load_stays_between_what_it_was_and_what_runs(
        active in vec((0..10_000u64, 0..50u64), 1..30),
    ) {
        let mut load = Load::default();
        let mut bound = 0;
        for (active, steps) in active {
            load = load.after(active, steps);
            bound = bound.max(active * 2048);
            prop_assert!(load.0.iter().all(|load| *load <= bound));
        }
    }
}
