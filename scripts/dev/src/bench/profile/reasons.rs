// SPDX-License-Identifier: GPL-2.0

//! Why rows of the bench miss their targets, as far as that has been found out.

use anyhow::{bail, Result};
use proc2_bench::{Group, Report, Row};

/// What keeps some rows from their targets.
pub(super) struct Reason {
    pub(super) title: &'static str,
    rows: &'static [(Group, &'static [&'static str])],
    pub(super) why: &'static str,
}

impl Reason {
    fn is_of(&self, row: &Row) -> bool {
        let mut names = self.rows.iter().filter(|(group, _)| *group == row.group);
        names.any(|(_, names)| names.contains(&row.name.as_str()))
    }
}

/// The rows of `report` that miss their targets, by the reason.
///
/// # Errors
///
/// If one has none, or several. A reason that nothing needs any more is only told of.
pub(super) fn of_unmet(report: &Report) -> Result<Vec<(&'static Reason, Vec<&Row>)>> {
    let unmet = || report.rows.iter().filter(|row| row.met() == Some(false));
    for row in unmet() {
        let count = REASONS.iter().filter(|reason| reason.is_of(row)).count();
        if count != 1 {
            bail!(
                "{}: {} misses its target and has {count} reasons: write one in {}",
                row.group.title(),
                row.name,
                file!()
            );
        }
    }
    for reason in REASONS {
        for (group, names) in reason.rows {
            for name in *names {
                if !unmet().any(|row| row.group == *group && row.name == *name) {
                    eprintln!("bench: {name} ({}) needs no reason any more", group.title());
                }
            }
        }
    }
    let rows_of = |reason: &'static Reason| {
        let rows: Vec<&Row> = unmet().filter(|row| reason.is_of(row)).collect();
        (reason, rows)
    };
    Ok(REASONS
        .iter()
        .map(rows_of)
        .filter(|(_, rows)| !rows.is_empty())
        .collect())
}

const REASONS: &[Reason] = &[
    Reason {
        title: "What the kernel's own operations serve",
        rows: &[
            (
                Group::Read,
                &[
                    "numa_maps",
                    "mounts",
                    "mountinfo",
                    "mountstats",
                    "smaps",
                    "smaps_rollup",
                    "pagemap",
                ],
            ),
            (Group::Pread, &["smaps"]),
        ],
        why: "Cannot be lower: these are the kernel's file operations on proc2's inodes. What they show (mounts, page tables) has no \
              other interface, and a second implementation of it would have to follow the kernel's from release to release. Proc2's own \
              is the way to the file, and in pread nothing; all else is the same instructions in both. A share of 1.000 that misses 1.00 \
              is an instruction more or less, which the same operation varies by.",
    },
    Reason {
        title: "environ and cmdline",
        rows: &[(Group::Read, &["environ", "cmdline"])],
        why: "Cannot be met: the last column says that it would not be even if proc2's own instructions were none. Both read the \
              program's memory by `access_remote_vm()`: the mmap lock, the mapping, the page tables, a reference of the page. A module has \
              no other way to it. `environ` asks at open whether the caller may trace the task, and takes its address space \
              (`mm_access()`). What could be left out was: a buffer that procfs allocates, and of the two reads for `cmdline` one.",
    },
    Reason {
        title: "auxv",
        rows: &[(Group::Read, &["auxv"])],
        why: "Could only be met if proc2's own 305 instructions were next to none; half of them are on the way to the file, \
              where each name is checked. The kernel's are `mm_access()` at open, with `exec_update_lock` held and every security module \
              asked, and none of that can be left out; the text itself is a copy.",
    },
    Reason {
        title: "stat",
        rows: &[(Group::Read, &["stat"])],
        why: "Nothing shows that it cannot be met: a sixth fewer of proc2's own instructions would do. They are the digits of 52 \
              numbers (`spaced` and `spaced_signed`, some 40 instructions for each number, where procfs takes 130), the handlers of 64 \
              signals under `siglock` (`dispositions`), and the collecting (`show`). The digits are made eight at a time without a loop \
              or a table, and addresses that begin alike share that part; no cheaper way was found. The kernel is asked for what \
              procfs asks it for: CPU times of the group, the address space, the right to see addresses.",
    },
    Reason {
        title: "maps",
        rows: &[(Group::Read, &["maps"])],
        why: "Not shown to be out of reach, but far: proc2's own instructions would have to be less than half of what they are, about 300 \
              for a line with seven numbers and a name. They are the digits, in words of 8 and 16, the lock of each mapping, and the copying of names: a file's name is asked for \
              once for all of its mappings that follow each other (`d_path()`), where procfs asks for each. The rest, the walk of the tree \
              of mappings and seq_file, is the same in both.",
    },
    Reason {
        title: "sched",
        rows: &[(Group::Read, &["sched"]), (Group::Pread, &["sched"])],
        why: "Cannot be met: `proc_sched_show_task()` writes it, by some sixty calls of `seq_printf()` and sums over all CPUs; the \
              figures are the scheduler's and change with it. In pread proc2 is 0.2 % above procfs, as it asks for memory at each read, \
              which a seq_file keeps while it is open; what that saves at open is more.",
    },
    Reason {
        title: "wchan and stack",
        rows: &[(Group::Read, &["wchan", "stack"])],
        why: "Cannot be met: unwinding another task's stack (`get_wchan()`, `stack_trace_save_tsk()`) and finding and unpacking the name \
              of a function (kallsyms) are nearly all that both do.",
    },
    Reason {
        title: "cgroup",
        rows: &[(Group::Read, &["cgroup"])],
        why: "Could only be met if a sixth of proc2's own 309 instructions did, less than the way to the file takes. The kernel's are what \
              costs: `proc_cgroup_show()` writes a line for each hierarchy, with `cgroup_mutex` and `css_set_lock` held, into a \
              buffer as long as a path can be. The list of hierarchies is private to the kernel. (For the default hierarchy alone there is \
              `.proc2/tasks`, which needs neither.)",
    },
    Reason {
        title: "timers",
        rows: &[(Group::Read, &["timers"])],
        why: "The list may be longer than a buffer and is continued by its position, as in procfs, so that open makes a seq_file: that \
              is the difference to entries of one record, which make none, and alone more than the target. With no timer, as here, pread is \
              below procfs.",
    },
    Reason {
        title: "seccomp_cache",
        rows: &[(Group::Read, &["seccomp_cache"])],
        why: "Missed by a hundred instructions: `proc_pid_seccomp_cache()` asks for the opener's capability and takes `siglock` before it \
              finds that there is no filter, which is all that it does here. The filters are private to the kernel.",
    },
    Reason {
        title: "Mounting",
        rows: &[(Group::Mount, &["with 1000 others"])],
        why: "Not proc2's: `get_fs_type()` compares the names of file system types in the order in which they were registered, and a \
              module's comes last. Those are some 500 instructions of a mount, by `strncmp()` and `get_fs_type()` itself.",
    },
];
