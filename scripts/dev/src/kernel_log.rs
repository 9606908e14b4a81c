// SPDX-License-Identifier: GPL-2.0

//! What must not stand in the kernel log of a test run. The only list of its kind: every runner
//! asks here.

use regex::RegexSet;
use std::sync::LazyLock;

/// Each begins a report of the kernel.
const PATTERNS: [&str; 22] = [
    r"WARNING: ",
    r"\bBUG: ",
    r"kernel BUG at ",
    r"\bOops\b",
    r"Kernel panic",
    r"general protection fault",
    r"Internal error: ",
    r"Call [Tt]race:",
    r"KASAN: ",
    r"KFENCE: ",
    r"UBSAN: ",
    r"refcount_t: ",
    r"INFO: possible recursive locking",
    r"possible circular locking",
    r"suspicious RCU usage",
    r"lock held when returning to user space|bad unlock balance|inconsistent lock state",
    r"rcu.*(detected stalls|self-detected stall|detected expedited stalls)",
    r"INFO: task .* blocked for more than",
    r"scheduling while atomic|sleeping function called from invalid context",
    r"Objects remaining|Slab .* still has objects|list_(add|del) corruption",
    r"kmemleak: unreferenced object",
    r"VFS: Busy inodes after unmount|unbalanced|unmatched",
];

static WARNING: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(PATTERNS).unwrap_or_else(|error| panic!("{error}")));

/// Who runs out of memory on purpose has this name (tests-e2e/src/e2e/tests/no_memory.rs).
const FULL: &str = "proc2-full invoked oom-killer: ";
/// What stands over a stack, on x86 and on arm64.
const TRACES: [&str; 2] = ["Call Trace:", "Call trace:"];
/// The end of the report when nobody may be killed for it, as is so there.
const NOBODY: &str = "Out of memory and no killable processes";

/// Lines shown around one that complains.
const BEFORE: usize = 3;
const AFTER: usize = 30;

/// The complaints of a log, each with its surroundings. Lines inside one that was shown already
/// are not shown again.
pub(crate) fn complaints(log: &str) -> Vec<String> {
    let lines: Vec<&str> = log.lines().collect();
    let mut found = Vec::new();
    let mut shown = 0;
    let mut full = false;
    for (number, line) in lines.iter().enumerate() {
        // One stack comes with that report. All else in it is as bad as elsewhere.
        if line.contains(FULL) {
            full = lines[number..].iter().any(|end| end.contains(NOBODY));
        } else if full && TRACES.iter().any(|trace| line.ends_with(trace)) {
            full = false;
            continue;
        }
        if number >= shown && WARNING.is_match(line) {
            let start = number.saturating_sub(BEFORE).max(shown);
            shown = (number + AFTER).min(lines.len());
            found.push(lines[start..shown].join("\n"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_log_has_no_complaints() {
        let log = "[    0.1] Linux version\n[    0.2] debug: unmapping init memory\n";
        assert!(complaints(log).is_empty());
    }

    #[test]
    fn a_warning_is_shown_once_with_its_surroundings() {
        let log = "one\n[    1.0] WARNING: fs/dcache.c:2106 at x\n[    1.0] Call Trace:\nlast\n";
        let found = complaints(log);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("one\n") && found[0].ends_with("\nlast"));
    }

    #[test]
    fn who_runs_out_of_memory_on_purpose_is_no_complaint() {
        let report = |name: &str| {
            format!(
                "[    1.0] {name} invoked oom-killer: gfp_mask=0x400dc0\n[    1.0] Call Trace:\n\
                 [    1.0] Out of memory and no killable processes...\n"
            )
        };
        let full = report("proc2-full");
        assert!(complaints(&full).is_empty());
        assert!(complaints(&full.replace("Trace", "trace")).is_empty());
        assert_eq!(complaints(&report("e2e")).len(), 1);
        // No more than that one stack is let pass, and only where the report comes to its end.
        let warning = "[    1.0] WARNING: x\n[    1.0] Call Trace:\n";
        assert_eq!(complaints(&(full.clone() + warning)).len(), 1);
        assert_eq!(complaints(&(warning.to_owned() + &full)).len(), 1);
        let cut: Vec<&str> = full.lines().take(2).collect();
        assert_eq!(complaints(&cut.join("\n")).len(), 1);
    }

    #[test]
    fn each_kind_of_report_is_seen() {
        for line in [
            "[    1.0] BUG: KASAN: slab-use-after-free in x",
            "[    1.0] refcount_t: underflow; use-after-free.",
            "[    1.0] WARNING: possible recursive locking detected",
            "[    1.0] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
            "[    1.0] INFO: task e2e:12 blocked for more than 120 seconds.",
            "[    1.0] Oops: general protection fault, 0000 [#1] SMP",
            "[    1.0] Internal error: synchronous external abort: 0000000096000010 [#1] SMP",
            "[    1.0] Call trace:",
            "[    1.0] kmemleak: unreferenced object 0xffff888102c3a000 (size 1024):",
            "[    1.0] VFS: Busy inodes after unmount of proc2 (proc2)",
        ] {
            assert_eq!(complaints(line).len(), 1, "{line}");
        }
    }
}
