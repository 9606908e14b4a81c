// SPDX-License-Identifier: GPL-2.0

//! The programs of util-linux: namespaces, mounts, CPUs, limits and scheduling.

use anyhow::Result;
use proc2_e2e::arch::HERE;

use super::look::{compare, look};
use super::sandbox::Sandbox;
use super::verdict::Moves;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::util_linux": namespaces, mounts, machine, one_process]
}

fn namespaces() -> Result<()> {
    // lsns gives up where a name has a closing bracket in it.
    let sandbox = Sandbox::plainly_named()?;
    let apart = sandbox.pid("own namespaces")?;
    let inner = sandbox.pid("inner pid namespace")?;
    let denied = "nsenter: ";
    let enter = |arguments: &str| look(format!("nsenter -t {arguments}")).denied(denied);
    let show =
        "readlink /proc/self/ns/net /proc/self/ns/uts /proc/self/ns/ipc /proc/self/ns/cgroup";
    let looks = [
        look("lsns").shows("mnt").moves(own_namespace_listed()),
        look("lsns -t net -n -r -o NS,TYPE,PATH,NPROCS,PID,PPID,COMMAND,UID,USER,NETNSID,NSFS")
            .shows("net"),
        look(format!("lsns -p {apart} -o NS,TYPE,NPROCS,PID"))
            .shows("uts")
            .denied("exit status 0"),
        enter(&format!("{apart} -n -u -i -C {show}")).shows("net:["),
        enter(&format!("{apart} -m -w -r cat /proc/mounts")).shows("odd"),
        enter(&format!("{apart} -a ls /proc/self/ns")).shows("net"),
        enter(&format!(
            "{inner} -p readlink /proc/self/ns/pid_for_children"
        ))
        .shows("pid:["),
        look("nsenter -t 999999 -n true").shows("No such file"),
    ];
    compare(&sandbox, &looks)
}

fn own_namespace_listed() -> Moves {
    Moves::wanders("lsns", "the program itself")
}

fn mounts() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let apart = sandbox.pid("own namespaces")?;
    let looks = [
        look("findmnt -r").shows("/proc proc proc").renamed("/proc proc proc2", "/proc proc proc"),
        look("findmnt /proc -o TARGET,SOURCE,FSTYPE,VFS-OPTIONS,FS-OPTIONS,PROPAGATION,MAJ:MIN,ID,PARENT -P")
            .shows("FSTYPE=\"proc\"")
            .renamed("FSTYPE=\"proc2\"", "FSTYPE=\"proc\""),
        look(format!("findmnt -N {apart} -t tmpfs -r")).shows("odd").denied("exit status"),
        // libmount knows the names of types that have no device: for others the source is a path.
        look("mount -t proc,proc2")
            .shows("proc on /proc")
            .renamed("/proc on /proc type proc2", "proc on /proc type proc"),
        look("mountpoint -d /proc").shows("0:"),
        look("swapon --show --noheadings --verbose").shows("exit status 0"),
        // The column is as wide as the name.
        look("df -a --output=fstype,source,target /proc")
            .shows("proc")
            .renamed("proc2 ", "proc ")
            .renamed("Type  ", "Type "),
    ];
    compare(&sandbox, &looks)
}

fn machine() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let counts = || Moves::drifts("", "interrupts are counted");
    let looks = [
        look("lscpu").shows("Model name"),
        look("lscpu -e -y").shows("CPU"),
        look("lsirq -s irq").shows(HERE.interrupt).moves(counts()),
        look("lslocks -n -u -o COMMAND,PID,TYPE,MODE,M,START,END,PATH").shows("holder"),
        look("lsipc -g").shows("SHMMNI"),
    ];
    compare(&sandbox, &looks)
}

fn one_process() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let threads = sandbox.pid("threads")?;
    let decorated = sandbox.pid("decorated")?;
    let looks = [
        look(format!("prlimit -p {decorated}"))
            .shows("12345")
            .denied("Operation not permitted"),
        look(format!("prlimit -p {threads} -n")).shows("NOFILE"),
        look(format!("taskset -a -c -p {threads}")).shows("affinity list"),
        look(format!("chrt -a -p {threads}")).shows("SCHED_OTHER"),
        look(format!("choom -p {threads}")).shows("score adjust value: 0"),
        look(format!("ionice -p {threads}")).shows("none"),
    ];
    compare(&sandbox, &looks)
}
