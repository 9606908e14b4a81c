// SPDX-License-Identifier: GPL-2.0

//! Programs that plan by the machine's files, in a control group of 256 MB and one CPU whose
//! process 1 has a view on `/proc`; and lxcfs beside it.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{Group, Tree};
use proc2_e2e::lxcfs::{Lxcfs, PLACE};

use super::languages::java_program;
use super::{tests, Test};
use crate::command::{run, Done};

pub(super) fn tests() -> Vec<Test> {
    tests!["limits": psutil, changed_limits, node, java, go, htop, lxcfs]
}

const MEGABYTES: u64 = 256;

/// A control group of that size, with the second CPU.
fn limited() -> Result<(Tree, Group)> {
    let tree = Tree::new()?;
    let group = tree.group("container")?;
    for (name, value) in [
        ("memory.max", format!("{MEGABYTES}M")),
        ("memory.swap.max", "0".into()),
        ("cpuset.cpus", "1".into()),
    ] {
        group.write(name, &value)?;
    }
    Ok((tree, group))
}

/// What starts a script in the group, as process 1 of a pid namespace with a view of its own.
fn words(group: &Group, options: &str, script: &str) -> [String; 3] {
    let procs = group.path.join("cgroup.procs");
    let inside = format!("mount -t proc2 -o {options} x /proc && {script}");
    [
        "-c".into(),
        format!(
            "echo 0 >{}; exec unshare -mpf --kill-child sh -c \"$1\"",
            procs.display()
        ),
        inside,
    ]
}

fn in_group(group: &Group, script: &str) -> Result<Done> {
    let [option, outer, inside] = words(group, "cgroup=init", script);
    let done = run("sh", &[&option, &outer, "sh", &inside])?;
    ensure!(done.status == 0, "{done}");
    Ok(done)
}

/// What a program says in such a group.
fn said(script: &str) -> Result<String> {
    let (_tree, group) = limited()?;
    Ok(in_group(&group, script)?.output)
}

fn psutil() -> Result<()> {
    let script = "python3 -c 'import psutil; v = psutil.virtual_memory(); \
                  print(v.total, v.available <= v.total, v.used <= v.total, \
                  psutil.swap_memory().total, len(psutil.cpu_times(percpu=True)), \
                  psutil.getloadavg()[0] < 100, psutil.boot_time() > 0)'";
    let said = said(script)?;
    let wanted = format!("{} True True 0 1 True True", MEGABYTES << 20);
    ensure!(said.trim() == wanted, "psutil says:\n{said}");
    Ok(())
}

/// A program that goes on sees a limit that is changed under it.
fn changed_limits() -> Result<()> {
    let (_tree, group) = limited()?;
    let script = "python3 -c 'import psutil, time\n\
                  while True:\n  \
                  print(psutil.virtual_memory().total >> 20, \
                  len(psutil.cpu_times(percpu=True)), flush=True)\n  time.sleep(0.2)'";
    let [option, outer, inside] = words(&group, "cgroup=init", script);
    let mut child = Command::new("sh")
        .args([&option, &outer, "sh", &inside])
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = child.stdout.take().context("no output")?;
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(lines));
    let mut wait_for = |wanted: &str| -> Result<()> {
        let until = Instant::now() + Duration::from_secs(60);
        let mut last = String::new();
        while Instant::now() < until {
            last = lines.next().context("it has ended")??;
            if last == wanted {
                return Ok(());
            }
        }
        anyhow::bail!("it says {last}, never {wanted}")
    };
    let outcome = wait_for("256 1").and_then(|()| {
        group.write("memory.max", "192M")?;
        wait_for("192 1")?;
        group.write("cpuset.cpus", "0-1")?;
        wait_for("192 2")?;
        group.write("memory.max", "320M")?;
        wait_for("320 2")
    });
    child.kill()?;
    child.wait()?;
    group.kill()?;
    outcome
}

fn node() -> Result<()> {
    let said = said(
        "node -e 'const os = require(\"os\"); \
         console.log(os.totalmem(), os.freemem() <= os.totalmem(), os.cpus().length)'",
    )?;
    let wanted = format!("{} true 1", MEGABYTES << 20);
    ensure!(said.trim() == wanted, "Node says:\n{said}");
    Ok(())
}

/// Java goes by cgroupfs, and where that is switched off by sysinfo(2), which no file covers (the
/// page says so): by how much memory it sees, and the CPUs, which it asks sched_getaffinity(2) for.
fn java() -> Result<()> {
    let java = java_program("java");
    let script = format!(
        "{java} -XX:-UseContainerSupport -Xshare:auto -Xlog:os*=info:stdout \
         -XshowSettings:vm -XX:+PrintFlagsFinal -version 2>&1"
    );
    let said = said(&script)?;
    let line = said.lines().find(|line| line.contains(" MaxHeapSize "));
    let words = line.context("no MaxHeapSize")?.split_whitespace();
    let size = words.skip_while(|word| *word != "=").nth(1);
    let size: u64 = size.context("no size")?.parse()?;
    ensure!(
        size > MEGABYTES << 19,
        "{size}: the page says that it is the machine's"
    );
    Ok(())
}

/// node_exporter, in Go.
fn go() -> Result<()> {
    let script = "ip link set lo up 2>/dev/null || busybox ifconfig lo up; \
                  prometheus-node-exporter --web.listen-address=127.0.0.1:9100 >/dev/null 2>&1 & \
                  for try in 1 2 3 4 5 6 7 8 9; do sleep 1; \
                  busybox wget -qO- http://127.0.0.1:9100/metrics && break; done; kill $!";
    let said = said(script)?;
    let of =
        |name: &str| -> Vec<&str> { said.lines().filter(|line| line.starts_with(name)).collect() };
    let total = of("node_memory_MemTotal_bytes ");
    ensure!(
        total == ["node_memory_MemTotal_bytes 2.68435456e+08"],
        "{total:?}"
    );
    let idle = of("node_cpu_seconds_total{cpu=");
    let idle = idle.iter().filter(|line| line.contains("mode=\"idle\""));
    // CPUs of lower numbers it has with zeros.
    let idle: Vec<_> = idle.filter(|line| !line.ends_with("} 0")).collect();
    ensure!(idle.len() == 1 && idle[0].contains("cpu=\"1\""), "{idle:?}");
    let collectors = of("node_scrape_collector_success");
    // 1.9.0 takes all pressure for missing where a kernel, as this one, has no `irq` among it.
    let build = of("node_exporter_build_info{").concat();
    let pressure = (!build.contains("version=\"1.9.0\"")).then_some("pressure");
    let names = ["meminfo", "stat", "cpu", "loadavg", "diskstats"];
    for name in names.into_iter().chain(pressure) {
        let line = format!("node_scrape_collector_success{{collector=\"{name}\"}} 1");
        ensure!(
            collectors.contains(&line.as_str()),
            "{name}: {collectors:?}"
        );
    }
    Ok(())
}

fn htop() -> Result<()> {
    let said = said(
        "TERM=linux LC_ALL=C.UTF-8 script -qc \
         \"stty rows 50 cols 150; timeout 8 htop -C\" /dev/null </dev/null \
         | tr '\\033' '\\n' | grep -o '/256M' | sort -u",
    )?;
    ensure!(said.trim() == "/256M", "htop draws:\n{said}");
    Ok(())
}

/// The same container at the same moment: what of the two is equal, and where they differ.
fn lxcfs() -> Result<()> {
    let (_tree, group) = limited()?;
    let _lxcfs = Lxcfs::new()?;
    let script = format!(
        "dd if=/dev/zero of=/dev/shm/lxcfs-$$ bs=1M count=20 2>/dev/null; sleep 1; \
         for file in meminfo stat cpuinfo uptime swaps; do \
         echo \"== proc2 $file\"; cat /proc/$file; \
         echo \"== lxcfs $file\"; cat {PLACE}/proc/$file; done; rm /dev/shm/lxcfs-$$"
    );
    let said = in_group(&group, &script)?.output;
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let mut at = "";
    for line in said.lines() {
        match line.strip_prefix("== ") {
            Some(name) => at = name,
            None => *files.entry(at).or_default() += &format!("{line}\n"),
        }
    }
    let of = |name: &str| files.get(name).map_or("", String::as_str);
    let memory = |who: &str| cgroup_model::meminfo(of(&format!("{who} meminfo")));
    let (ours, theirs) = (memory("proc2")?, memory("lxcfs")?);
    let mut equal = 0;
    for (name, ours) in &ours {
        match theirs.get(name) {
            Some(theirs) if theirs == ours => equal += 1,
            theirs => println!("  {name}: {ours} kB, lxcfs {theirs:?}"),
        }
    }
    println!("  {equal} lines of {} are equal", ours.len());
    // Where cgroupfs leaves no room for two opinions.
    for name in ["MemTotal", "SwapTotal", "SwapFree", "Shmem", "AnonPages"] {
        let (ours, theirs) = (ours.get(name), theirs.get(name));
        let (ours, theirs) = (ours.context(name)?, theirs.context(name)?);
        ensure!(
            ours.abs_diff(*theirs) <= 1024,
            "{name}: {ours} kB, lxcfs {theirs}"
        );
    }
    ensure!(ours["MemTotal"] == MEGABYTES << 10, "{ours:?}");
    let cpus = |who: &str| {
        let text = of(&format!("{who} cpuinfo"));
        let lines = text.lines().filter(|line| line.starts_with("processor"));
        lines.count()
    };
    ensure!(cpus("proc2") == 1, "{}", of("proc2 cpuinfo"));
    println!(
        "  {} CPU, lxcfs {}; stat:\n{}  lxcfs:\n{}",
        cpus("proc2"),
        cpus("lxcfs"),
        cpu_lines(of("proc2 stat")),
        cpu_lines(of("lxcfs stat"))
    );
    Ok(())
}

fn cpu_lines(stat: &str) -> String {
    let lines = stat.lines().filter(|line| line.starts_with("cpu"));
    lines
        .map(|line| format!("    {line}\n"))
        .collect::<Vec<_>>()
        .concat()
}
