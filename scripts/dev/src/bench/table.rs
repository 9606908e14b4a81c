// SPDX-License-Identifier: GPL-2.0

//! A report as tables in Markdown.

use proc2_bench::{geometric_mean, Group, Report, Row};
use std::fmt::Write;

const HEAD: &str = "# What reading costs

<!-- made by `make bench` from bench/result.json -->

Instructions executed (bytes in the last table, and what a row says in that of containers), counted in a virtual machine where a nanosecond is
one instruction. The floor is what the same system calls cost on a file of tmpfs with as many bytes. `make bench` measures anew and writes
this page, the plot and `bench/result.json`; `make bench-check` fails where one is worse than there by more than the counting itself varies,
or by a fifth where another QEMU or compiler is at work than is named below;
`make bench ARGS='profile read:stat'` says which functions the instructions are executed in, and `profile --page`
for what misses its target.

What processors take from each other is counted in two ways: instructions that lock their memory, and stores, locked or not, to cache lines
that a second reader uses for the same thing on another processor, each time that it does it: those of superblock, dentry, pid, the task's
credentials and whatever else both reach, and none that are a reader's own (`make bench ARGS=shared` says which functions they are in; of two readers,
the one with more counts). `make bench ARGS=readers` says how much readers on several processors get done in a second, where KVM gives the
virtual machine real ones.

![Shares of procfs](bench.svg)

";

/// The page for docs/.
pub(super) fn document(report: &Report) -> String {
    format!("{HEAD}{}", markdown(report))
}

/// The tables.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("Linux {}; {}.\n", report.kernel, report.made_with);
    for group in Group::ALL {
        let rows = report.rows.iter().filter(|row| row.group == group);
        let rows: Vec<&Row> = rows.collect();
        if !rows.is_empty() {
            table(&mut text, group, &rows);
        }
    }
    text
}

fn table(text: &mut String, group: Group, rows: &[&Row]) {
    let floor = rows.iter().any(|row| row.floor.is_some());
    let (names, line) = match group {
        Group::Policy => (" without | |", "--:|--:|"),
        _ if floor => (" floor | above the floor |", "--:|--:|"),
        _ => ("", ""),
    };
    let _ = write!(
        text,
        "\n## {}\n\n| | proc2 | procfs | share |{names} target | met |\n|---|--:|--:|--:|{line}---|---|\n",
        group.title()
    );
    for row in rows {
        let _ = write!(
            text,
            "| {} | {:.0} | {:.0} | {} |",
            row.name.replace("<pid>", "&lt;pid&gt;"),
            row.proc2,
            row.procfs,
            share(Some(row.share())),
        );
        if let Some(without) = row.floor.filter(|_| group == Group::Policy) {
            let _ = write!(text, " {without:.0} | {:+.0} |", row.proc2 - without);
        } else if floor {
            let _ = write!(
                text,
                " {:.0} | {} |",
                row.floor.unwrap_or_default(),
                share(row.share_above_floor())
            );
        }
        let target = row
            .target
            .map_or_else(String::new, |target| target.to_string());
        let met = row
            .met()
            .map_or("", |met| if met { "yes" } else { "**no**" });
        let _ = writeln!(text, " {target} | {met} |");
    }
    let met = rows.iter().filter(|row| row.met() == Some(true)).count();
    let asked = rows.iter().filter(|row| row.met().is_some()).count();
    let _ = write!(text, "\n{met} of {asked} targets met");
    if !matches!(group, Group::Container | Group::Slab) {
        let mean = geometric_mean(rows.iter().map(|row| row.share()));
        let _ = write!(text, "; geometric mean of the shares {mean:.3}");
    }
    text.push_str(".\n");
}

/// A share, or a dash for what is none.
pub(super) fn share(share: Option<f64>) -> String {
    match share {
        Some(share) if share.is_finite() => format!("{share:.3}"),
        _ => "-".into(),
    }
}
