// SPDX-License-Identifier: GPL-2.0

//! Programs that watch a machine, unmodified, with an instance on `/proc`: they say what they say
//! with procfs there. (Those that every Debian has are compared in `make e2e`.)

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{ensure, Result};
use proc2_e2e::child::Sleeper;

use super::{tests, Test};
use crate::command::run;

pub(super) fn tests() -> Vec<Test> {
    tests![
        "clients": node_exporter, process_exporter, pidstat, htop, btop, atop, smem, sockets,
        glances, ncdu, updatedb,
    ]
}

/// Where the exporters listen.
const ADDRESS: &str = "127.0.0.1:9100";

/// Runs a script in a new mount namespace with a fresh `/proc`, of procfs and of proc2, beside a
/// process that sleeps in a pid namespace of its own, `$S`; both times it must say the same, and
/// have all of `wanted` in it, or the comparison would say nothing.
pub(super) fn same(script: &str, wanted: &[&str]) -> Result<()> {
    let sleeper = Sleeper::with_flags(libc::CLONE_NEWPID, || {
        Err(Command::new("sleep").arg("1000").exec().into())
    })?;
    let on = |fstype: &str| -> Result<String> {
        let id = sleeper.id();
        let script = format!("S={id}; mount -t {fstype} {fstype} /proc; {script}");
        let words = ["-mf", "--kill-child", "sh", "-c", &script];
        let done = run("unshare", &words)?;
        Ok(done.output + &done.errors)
    };
    let (procfs, proc2) = (on("proc")?, on("proc2")?);
    for wanted in wanted {
        ensure!(
            procfs.contains(wanted),
            "no {wanted:?} on procfs:\n{procfs}"
        );
    }
    ensure!(
        procfs == proc2,
        "--- on procfs\n{procfs}\n--- on proc2\n{proc2}"
    );
    Ok(())
}

/// A script that starts an exporter and prints its metrics.
fn metrics(command: &str) -> String {
    format!(
        "({command} >/dev/null 2>&1 & for try in 1 2 3 4 5 6 7 8 9; do sleep 1; \
         busybox wget -qO- http://{ADDRESS}/metrics 2>/dev/null && break; done; kill $!; wait)"
    )
}

/// Each metric of each collector, without the figures, which move.
fn node_exporter() -> Result<()> {
    let all = metrics(&format!(
        "prometheus-node-exporter --web.listen-address={ADDRESS}"
    ));
    let names = format!("{all} | grep -v '^#' | sed 's/ [^ ]*$//' | sort");
    same(&names, &["node_memory_MemTotal_bytes"])?;
    // It says itself which collectors could not read what they wanted.
    let collectors = format!("{all} | grep '^node_scrape_collector_success'");
    same(&collectors, &["collector=\"stat\"} 1"])
}

/// What it says of a process at rest, but for its share of pages, which others share too.
fn process_exporter() -> Result<()> {
    let file = "/run/process-exporter.yml";
    fs::write(file, "process_names:\n  - comm:\n    - sleep\n")?;
    let all = metrics(&format!(
        "prometheus-process-exporter -config.path {file} -web.listen-address {ADDRESS}"
    ));
    let moves = "cpu_seconds\\|oldest\\|context_switches\\|read_bytes\\|page_faults\\|proportional";
    same(
        &format!("{all} | grep '^namedprocess_namegroup.*sleep' | grep -v '{moves}'"),
        &["namedprocess_namegroup_memory_bytes"],
    )
}

fn pidstat() -> Result<()> {
    // What it says of the time since the machine's start moves; memory, stack, threads do not.
    same(
        "pidstat -p $S -r -s -v -d | awk '/sleep/ {print $(NF-3), $(NF-2), $(NF-1), $NF}'",
        &["sleep"],
    )
}

/// A script that lets a program draw in a terminal for some seconds, and prints which of the words
/// it has drawn.
fn drawn(command: &str, words: &str) -> String {
    let size = "stty rows 50 cols 150";
    format!(
        "TERM=linux LC_ALL=C.UTF-8 script -qc \"{size}; timeout 8 {command}\" /dev/null \
         </dev/null | tr '\\033' '\\n' | grep -o '{words}' | sort -u"
    )
}

fn htop() -> Result<()> {
    same(&drawn("htop -C -p $S", "sleep"), &["sleep"])
}

fn btop() -> Result<()> {
    let settings = "mkdir -p /run/btop && export XDG_CONFIG_HOME=/run";
    let drawn = drawn("btop -p 0", "sleep\\|unshare\\|cpu\\|mem\\|net");
    same(&format!("{settings}; {drawn}"), &["cpu", "sleep"])
}

/// Its lines for programs: of a process at rest, all that does not go by the time.
fn atop() -> Result<()> {
    same(
        "atop -PPRG,PRM 1 1 | awk '/ \\(sleep\\) / {$3 = $4 = $5 = $6 = \"\"; print}'",
        &["PRG", "PRM"],
    )
}

/// It sums up smaps of every process.
fn smem() -> Result<()> {
    same(
        "smem -H -P '^sleep' -c 'pid user name command swap vss'",
        &["sleep 1000"],
    )
}

/// ss names the processes by their `fd`, and asks `net` where the kernel has no other way.
fn sockets() -> Result<()> {
    same(
        "busybox nc -l -p 4321 127.0.0.1 & N=$!; \
         until ss -Hlnt | grep -q 4321; do sleep 0.1; done; \
         ss -Hlntup | sed \"s/pid=$N,/pid=N,/\"; kill $N",
        &["4321", "pid=N"],
    )
}

fn glances() -> Result<()> {
    same(
        "glances --stdout processcount.total,system.hostname,swap.total --time 1 --stop-after 1",
        &["processcount.total: ", "system.hostname: "],
    )
}

/// It goes by the type to leave kernel filesystems out; `-x` stays in one.
fn ncdu() -> Result<()> {
    same(
        "cd /proc/$S && ncdu -0 -o - . | grep -o 'statm\\|mountinfo' | sort",
        &["mountinfo", "statm"],
    )
}

/// What docs/host.md says of it, on a mount elsewhere.
fn updatedb() -> Result<()> {
    let root = proc2_e2e::mount::new_directory()?;
    let (tree, database) = (root.display(), "/run/locate.db");
    fs::create_dir(root.join("proc"))?;
    run("mount", &["-t", "proc2", "proc2", &format!("{tree}/proc")])?.well()?;
    // What the package's own script does when it is installed.
    let groups = fs::read_to_string("/etc/group")?;
    if !groups.contains("\nplocate:") {
        fs::write("/etc/group", groups + "plocate:x:990:\n")?;
    }
    let count = || -> Result<usize> {
        let update = format!(
            "updatedb.plocate --prunepaths '' -o {database} -U {tree} && \
             plocate -d {database} -r '^{tree}/proc/' | wc -l"
        );
        Ok(run("sh", &["-c", &update])?.well()?.trim().parse()?)
    };
    let page = include_str!("../../../../docs/host.md");
    let line = page.split('`').find(|text| text.contains("PRUNEFS=\""));
    let before = count()?;
    run("sh", &["-c", line.unwrap_or("false")])?.well()?;
    let after = count()?;
    ensure!(
        before > 100 && after == 0,
        "{before} names before the line of the page, {after} behind it"
    );
    Ok(())
}
