// SPDX-License-Identifier: GPL-2.0

//! The rows, in the order of `tgid_base_stuff` and `tid_base_stuff` in fs/proc/base.c.

use super::{Entry, Moves, Part, Rest, RootEntry, Writes};

/// Every regular file of a task's directories.
#[rustfmt::skip] // A row for each, as in the C tables.
pub const ENTRIES: &[Entry] = &[
    entry("environ"),
    entry("auxv"),
    // It faults pages in and is switched out while it reads itself.
    entry("status").slow().own(Part::Lines(&[
        "VmRSS", "RssAnon", "RssFile", "VmHWM", "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches", "VmPeak",
        "VmSize", "VmData", "VmPTE",
    ])),
    entry("personality"),
    entry("limits"),
    // How long it takes to read the clock twice, tried at each read. A zero resets the rest.
    entry("sched").anyone(Part::Lines(&["clock-delta"])).own(Part::FastNumbers).moving()
        .writes(Writes { storms: Some("0"), shown: false, ..takes(&[b"1", b"0"], &["0"]) }),
    // It shows the nice level, and the number of the group.
    entry("autogroup").needs(&["CONFIG_SCHED_AUTOGROUP"])
        .writes(Writes { storms: Some("3"), shown: false, ..takes(&[b"5", b"-3", b" 0\n", b"20"], &["5", "-5"]) }),
    entry("timens_offsets").needs(&["CONFIG_TIME_NS"]).writes(Writes { storms: Some("monotonic 1 0"), ..takes(&[
        b"monotonic 10 0\n", b"boottime -1 5", b"7 3 0\n1 4 999999999\n", b"monotonic 1 1000000000", b"realtime 1 0",
    ], &["monotonic 5 0"]) }),
    entry("comm").writes(Writes { storms: Some("storm"), ..takes(&[
        b"renamed", b"line\nfeed", b"a name that is too long by far", b"end\n",
    ], &["renamed"]) }),
    // The reader's own has the address that it reads to.
    entry("syscall").needs(&["CONFIG_HAVE_ARCH_TRACEHOOK"]).own(Part::Numbers).slow(),
    entry("cmdline"),
    // The reader's time goes on: where a read takes longer than a tick, it never rests.
    entry("stat").own(Part::Numbers).slow(),
    entry("statm").slow(),
    entry("maps"),
    entry("children").needs(&["CONFIG_PROC_CHILDREN"]),
    entry("numa_maps").needs(&["CONFIG_NUMA"]).moving(),
    entry("mem").writes(Writes { shown: false, ..takes(&[b"written through mem"], &["0"]) }),
    entry("mounts"),
    entry("mountinfo"),
    entry("mountstats").moving(),
    entry("clear_refs").needs(&["CONFIG_PROC_PAGE_MONITOR"]).writes(Writes { storms: Some("1"), shown: false,
        ..takes(&[b"1", b"2\n", b"3", b"4", b"5", b"6"], &["0"]) }),
    entry("smaps").needs(&["CONFIG_PROC_PAGE_MONITOR"]).anyone(SHARING).slow(),
    entry("smaps_rollup").needs(&["CONFIG_PROC_PAGE_MONITOR"]).anyone(SHARING).slow(),
    entry("pagemap").needs(&["CONFIG_PROC_PAGE_MONITOR"]).moving(),
    entry("attr/current").needs(&["CONFIG_SECURITY"]).writes(Writes { storms: Some("unconfined"), ..LABEL }),
    entry("attr/prev").needs(&["CONFIG_SECURITY"]),
    // It shows no label before one is asked for.
    entry("attr/exec").needs(&["CONFIG_SECURITY"]).writes(Writes { shown: false, ..LABEL }),
    entry("attr/fscreate").needs(&["CONFIG_SECURITY"]).writes(LABEL),
    entry("attr/keycreate").needs(&["CONFIG_SECURITY"]).writes(LABEL),
    entry("attr/sockcreate").needs(&["CONFIG_SECURITY"]).writes(LABEL),
    entry("attr/apparmor/current").needs(&["CONFIG_SECURITY_APPARMOR"]).writes(LABEL),
    entry("attr/apparmor/prev").needs(&["CONFIG_SECURITY_APPARMOR"]),
    entry("attr/apparmor/exec").needs(&["CONFIG_SECURITY_APPARMOR"]).writes(LABEL),
    entry("wchan").needs(&["CONFIG_KALLSYMS"]).slow(),
    // The reader's own is that of the very function that shows it.
    entry("stack").needs(&["CONFIG_STACKTRACE"]).own(Part::Whole).slow(),
    entry("schedstat").needs(&["CONFIG_SCHED_INFO"]).own(Part::FastNumbers).moving(),
    entry("latency").needs(&["CONFIG_LATENCYTOP"]).moving(),
    entry("cpuset").needs(&["CONFIG_PROC_PID_CPUSET"]),
    entry("cgroup").needs(&["CONFIG_CGROUPS"]),
    entry("cpu_resctrl_groups").needs(&["CONFIG_PROC_CPU_RESCTRL"]),
    entry("oom_score"),
    // Up is free for all, down again for who was allowed to go there, further down for the few.
    entry("oom_adj").writes(Writes { storms: Some("2"),
        ..takes(&[b"5", b"-17", b" 15\n", b"-3", b"16"], &["5", "0", "-10"]) }),
    entry("oom_score_adj").writes(Writes { storms: Some("17"),
        ..takes(&[b"17", b" 100 ", b"-1000\n", b"1000", b"1001", b"0x10"], &["500", "0", "-900"]) }),
    entry("loginuid").needs(&["CONFIG_AUDIT"]).writes(Writes { storms: Some("-1"),
        ..takes(&[b"1000", b"4294967295", b"2000\n"], &["1000"]) }),
    entry("sessionid").needs(&["CONFIG_AUDIT"]),
    entry("make-it-fail").needs(&["CONFIG_FAULT_INJECTION"]).writes(Writes { makes_faults: true,
        ..takes(&[b"1", b"0"], &["1", "0"]) }),
    entry("fail-nth").needs(&["CONFIG_FAULT_INJECTION"]).writes(Writes { makes_faults: true,
        ..takes(&[b"1", b"0"], &["0"]) }),
    entry("coredump_filter").needs(&["CONFIG_ELF_CORE"]).writes(Writes { storms: Some("0x3f"),
        ..takes(&[b"0", b"33\n", b"0xff", b"0777", b"4294967295"], &["0x11"]) }),
    entry("io").needs(&["CONFIG_TASK_IO_ACCOUNTING"]).own(Part::Numbers).slow(),
    entry("uid_map").needs(&["CONFIG_USER_NS"]).writes(Writes { storms: Some("0 0 1"), ..takes(MAPS, &["0 1 1"]) }),
    entry("gid_map").needs(&["CONFIG_USER_NS"]).writes(Writes { storms: Some("0 0 1"), ..takes(MAPS, &["0"]) }),
    entry("projid_map").needs(&["CONFIG_USER_NS"]).writes(takes(MAPS, &["0"])),
    // Once setgroups(2) is denied, a group may be mapped.
    entry("setgroups").needs(&["CONFIG_USER_NS"]).writes(Writes { storms: Some("deny"),
        ..takes(&[b"deny", b"allow", b"deny\n", b"allow \n"], &["deny"]) }),
    entry("timers").needs(&["CONFIG_CHECKPOINT_RESTORE", "CONFIG_POSIX_TIMERS"]).slow(),
    entry("timerslack_ns").writes(Writes { storms: Some("70000"),
        ..takes(&[b"5000", b"123456789\n", b"0x100", b"0"], &["60000"]) }),
    entry("patch_state").needs(&["CONFIG_LIVEPATCH"]),
    // How much stack the reader's system calls have taken.
    entry("stack_depth").needs(&["CONFIG_KSTACK_ERASE_METRICS"]).own(Part::FastNumbers),
    // The time since AVX-512 was used last, where the CPU has it.
    entry("arch_status").needs(&["CONFIG_PROC_PID_ARCH_STATUS"]).anyone(Part::Numbers).moving(),
    entry("seccomp_cache").needs(&["CONFIG_SECCOMP_CACHE_DEBUG"]),
    entry("ksm_merging_pages").needs(&["CONFIG_KSM"]),
    // ksmd goes on.
    entry("ksm_stat").needs(&["CONFIG_KSM"]).slow(),
];

/// What moves at the root and below it. Most is compared by its shape; where lines come and go with
/// timers, slabs and sockets, that it can be read is all that is compared.
pub const ROOT: &[RootEntry] = &[
    root("meminfo"),
    root("net/dev"),
    ragged("timer_list"),
    ragged("slabinfo"),
    ragged("locks"),
    ragged("sched_debug"),
    ragged("net/netlink"),
    ragged("net/unix"),
];

/// Lines that tell how many share a page: it becomes another one's when one of them writes to it,
/// or ends, whoever is looked at.
const SHARING: Part = Part::Lines(&[
    "Pss",
    "Pss_Dirty",
    "Pss_Anon",
    "Pss_File",
    "Shared_Clean",
    "Shared_Dirty",
    "Private_Clean",
    "Private_Dirty",
]);

/// Maps of ids: only the first that is valid for the writer counts.
const MAPS: &[&[u8]] = &[
    b"0 0 1\n5 100000 10\n5 6 7\n",
    b"0 1000 1\n",
    b"0 0 1\n5 100000 10\n",
    b"7 8 9",
];

/// Labels, and commands of AppArmor's.
const LABEL: Writes = takes(
    &[
        b"unconfined",
        b"changeprofile unconfined",
        b"exec unconfined",
        b"stack unconfined",
        b"permprofile \0none",
    ],
    &["0"],
);

const fn takes(good: &'static [&'static [u8]], checks: &'static [&'static str]) -> Writes {
    Writes {
        good,
        checks,
        storms: None,
        shown: true,
        makes_faults: false,
    }
}

/// An entry of every kernel that nobody may write and that does not move.
const fn entry(name: &'static str) -> Entry {
    Entry {
        name,
        needs: &[],
        writes: None,
        moves: Moves {
            anyone: Part::Nothing,
            own: Part::Nothing,
            rest: Rest::Steady,
        },
    }
}

impl Entry {
    const fn needs(mut self, options: &'static [&'static str]) -> Self {
        self.needs = options;
        self
    }

    const fn writes(mut self, writes: Writes) -> Self {
        self.writes = Some(writes);
        self
    }

    const fn anyone(mut self, part: Part) -> Self {
        self.moves.anyone = part;
        self
    }

    const fn own(mut self, own: Part) -> Self {
        self.moves.own = own;
        self
    }

    const fn slow(mut self) -> Self {
        self.moves.rest = Rest::Slow;
        self
    }

    const fn moving(mut self) -> Self {
        self.moves.rest = Rest::Moving;
        self
    }
}

const fn root(path: &'static str) -> RootEntry {
    RootEntry {
        path,
        ragged: false,
    }
}

const fn ragged(path: &'static str) -> RootEntry {
    RootEntry { path, ragged: true }
}
