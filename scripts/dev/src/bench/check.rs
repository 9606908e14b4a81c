// SPDX-License-Identifier: GPL-2.0

//! A report held against the kept one.

use crate::tally::Tally;
use proc2_bench::{Group, Report, Row, Target};

/// How much worse than the kept one a share of procfs may be, where another QEMU counted or another compiler compiled the kernel:
/// QEMU 10.0 has another CPU for the kernel than 7.2, and up to 15 % were seen.
pub(super) const OTHERWISE: f64 = 1.20;

/// Whether figures are to be compared with that lenience.
pub(super) fn is_made_otherwise(kept: &Report, now: &Report) -> bool {
    kept.made_with != now.made_with
}

/// How much worse than the kept one a share of procfs may be. What RCU does when it likes falls into some mounts and not into others.
const fn lenience(group: Group, otherwise: bool) -> f64 {
    match group {
        _ if otherwise => OTHERWISE,
        // A container's /proc is mounts too: 2.7 % between two runs was seen.
        Group::Mount | Group::Container => 1.10,
        _ => 1.03,
    }
}

/// Compares every row of `now` with the kept one; prints those that are worse.
pub(super) fn compare(kept: &Report, now: &Report) -> Tally {
    let mut tally = Tally::default();
    let otherwise = is_made_otherwise(kept, now);
    for row in &now.rows {
        let before = kept
            .rows
            .iter()
            .find(|other| other.group == row.group && other.name == row.name);
        let fault = before.map_or_else(
            || Some("the kept report does not have it; `make bench` makes a new one".into()),
            |before| fault(before, row, lenience(row.group, otherwise)),
        );
        let name = format!("{}: {}", row.group.title(), row.name);
        if let Some(fault) = &fault {
            eprintln!("bench: {name}: {fault}");
        }
        tally += Tally::of(name, fault.is_none());
    }
    tally
}

/// What is wrong with `now`, which may be so many times as much as `kept`.
fn fault(kept: &Row, now: &Row, lenience: f64) -> Option<String> {
    if let Some(Target::AtMost(most)) = now.target {
        // What is not met is not to get worse; what is, may be by as much as the counting varies.
        let most = match kept.met() {
            Some(false) => kept.proc2 * lenience,
            _ => (kept.proc2 * lenience).max(most),
        };
        let over = now.proc2 > most;
        return over.then(|| format!("{:.0} is more than {most:.0}", now.proc2));
    }
    if let (Some(Target::MoreThanFloor(most)), Some(true), Some(false)) =
        (now.target, kept.met(), now.met())
    {
        let floor = now.floor.unwrap_or_default();
        return Some(format!(
            "{:.0} instructions, more than {most:.0} above the {floor:.0} without a policy",
            now.proc2
        ));
    }
    if matches!(now.group, Group::Locked | Group::Shared) {
        // There are few, and of what is listed another number each time.
        let over = now.met() != Some(true);
        return over.then(|| format!("{:.0}, more than procfs's {:.0}", now.proc2, now.procfs));
    }
    let (before, share) = (kept.share(), now.share());
    // Not the other way round: what is no number is a fault.
    let fine = share <= before * lenience;
    (!fine).then(|| {
        format!(
            "{:.0} instructions, procfs {:.0}: {share:.3} of procfs, and {before:.3} in the kept report; \
             `make bench ARGS='profile ...'` says where they go, `make bench` accepts it",
            now.proc2, now.procfs
        )
    })
}

#[cfg(test)]
mod tests {
    use super::compare;
    use proc2_bench::{Group, Report, Row, Target, SCHEMA};

    fn report(proc2: f64, procfs: f64, target: Target) -> Report {
        Report {
            schema: SCHEMA,
            kernel: String::new(),
            made_with: String::new(),
            rows: vec![Row {
                group: Group::Read,
                name: "stat".into(),
                proc2,
                procfs,
                floor: None,
                target: Some(target),
            }],
        }
    }

    fn passes(before: Report, now: Report) -> bool {
        compare(&before, &now).failures().is_empty()
    }

    #[test]
    fn three_percent_are_let_pass_and_four_are_not() {
        let target = Target::Share(1.0);
        let before = || report(500.0, 1000.0, target);
        assert!(passes(before(), report(1028.0, 2000.0, target)));
        assert!(!passes(before(), report(1042.0, 2000.0, target)));
        assert!(passes(before(), report(100.0, 2000.0, target)));
    }

    #[test]
    fn another_qemu_counts_otherwise() {
        let target = Target::Share(1.0);
        let kept = || report(500.0, 1000.0, target);
        let other = |proc2| Report {
            made_with: "QEMU 10".into(),
            ..report(proc2, 1000.0, target)
        };
        assert!(passes(kept(), other(590.0)));
        assert!(!passes(kept(), other(610.0)));
    }

    #[test]
    fn what_is_no_number_and_what_is_new_fail() {
        let target = Target::Share(1.0);
        assert!(!passes(report(1.0, 1.0, target), report(0.0, 0.0, target)));
        let mut empty = report(1.0, 1.0, target);
        empty.rows.clear();
        assert!(!passes(empty, report(1.0, 1.0, target)));
    }

    #[test]
    fn what_met_its_floor_goes_on_meeting_it() {
        let over = |proc2| {
            let mut report = report(proc2, 1000.0, Target::MoreThanFloor(100.0));
            report.rows[0].floor = Some(500.0);
            report
        };
        assert!(passes(over(590.0), over(600.0)));
        assert!(!passes(over(590.0), over(601.0)));
        // What was over it already, as other rows: by its share of procfs.
        assert!(passes(over(700.0), over(720.0)));
        assert!(!passes(over(700.0), over(722.0)));
    }

    #[test]
    fn a_fixed_limit_needs_no_share() {
        let target = Target::AtMost(64.0);
        let before = || report(0.0, 0.0, target);
        assert!(passes(before(), report(64.0, 0.0, target)));
        assert!(!passes(before(), report(65.0, 0.0, target)));
        // What was over it already does not get worse.
        let before = || report(100.0, 0.0, target);
        assert!(passes(before(), report(102.0, 0.0, target)));
        assert!(!passes(before(), report(104.0, 0.0, target)));
        // What was just below it may vary.
        let before = || report(63.0, 0.0, target);
        assert!(passes(before(), report(64.8, 0.0, target)));
        assert!(!passes(before(), report(65.0, 0.0, target)));
    }
}
