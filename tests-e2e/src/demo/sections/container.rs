// SPDX-License-Identifier: GPL-2.0

//! An instance for a container: which names it has, and where it can be mounted.

use anyhow::Result;
use proc2_e2e::caller::ROOT;

use crate::claims::Claims;
use crate::view::{run, show, Proc};

use super::USER;

/// What a container must not get at, and what runtimes mount over for that reason.
const DANGEROUS: [&str; 5] = [
    "/proc/kcore",
    "/proc/sysrq-trigger",
    "/proc/interrupts",
    "/proc/keys",
    "/proc/sys/kernel/core_pattern",
];

/// `subset=container` on /proc, with nothing mounted over any of it, next to procfs.
pub(crate) fn container(claims: &mut Claims) -> Result<()> {
    claims.part("An instance for a container: one mount, and no other over any part of it");
    let proc = Proc::new("subset=container");
    let mounts = show(&proc, &ROOT, &["grep", " /proc", "/proc/self/mounts"], 4)?;
    let below = mounts.text.matches(" /proc/").count();
    claims.equal("nothing is mounted below /proc", 0, below);

    let line = [&["ls", "-d"][..], &DANGEROUS].concat();
    let dangerous = show(&proc, &ROOT, &line, 6)?;
    claims.equal(
        "what a container must not get at is not there, for root",
        DANGEROUS.len(),
        dangerous.text.matches("No such file").count(),
    );
    let in_procfs = run(&Proc::Kernel, &ROOT, &line)?;
    claims.equal(
        "procfs has it",
        DANGEROUS.len(),
        in_procfs
            .text
            .lines()
            .filter(|line| !line.contains("No such file"))
            .count(),
    );
    let script = "for f in sys/kernel/hostname sys/vm/overcommit_memory uptime; do \
                  (echo x > /proc/$f) 2>&1; done";
    let written = show(&proc, &ROOT, &["sh", "-c", script], 4)?;
    claims.equal(
        "what is there cannot be written, by root either",
        3,
        written.text.matches("Read-only file system").count(),
    );
    for line in [&["ps", "-e"][..], &["free", "-m"], &["uptime"], &["nproc"]] {
        let done = run(&proc, &ROOT, line)?;
        claims.that(
            &format!("{} works", line.join(" ")),
            done.success,
            &done.text,
        );
    }
    let subset_pid = run(&Proc::new("subset=pid"), &ROOT, &["free", "-m"])?;
    claims.that(
        "with subset=pid, free does not",
        !subset_pid.success,
        &subset_pid.text,
    );

    claims.part("Names of your own choice");
    let chosen = Proc::new("hide=meminfo:sys/kernel/core_pattern:pid/environ");
    let paths = [
        "/proc/meminfo",
        "/proc/sys/kernel/core_pattern",
        "/proc/self/environ",
    ];
    let gone = show(&chosen, &ROOT, &[&["cat"][..], &paths].concat(), 4)?;
    claims.equal(
        "hide= takes away files, sysctls and entries of every task",
        paths.len(),
        gone.text.matches("No such file").count(),
    );

    claims.part("An ordinary user's nested instance, where parts of /proc are masked");
    let nested = |mount: &str| {
        let script = format!("mount {mount} /proc && ls /proc/meminfo && echo $$");
        let line = ["unshare", "-Urmpf", "sh", "-c", &script];
        show(&Proc::Masked, &USER, &line, 3)
    };
    let of_proc = nested("-t proc proc")?;
    claims.that(
        "procfs cannot be mounted there",
        of_proc.text.contains("permission denied") || !of_proc.success,
        &of_proc.text,
    );
    let of_proc2 = nested("-t proc2 -o subset=container proc2")?;
    claims.equal(
        "an instance of the container list can",
        "/proc/meminfo\n1\n",
        of_proc2.text.as_str(),
    );
    Ok(())
}
