// SPDX-License-Identifier: GPL-2.0

//! Runtimes of languages that read `/proc`: Java, Node, Python and Go, in a container whose `/proc`
//! is an instance. Their programs are the VM's own.

use anyhow::{ensure, Context as _, Result};
use serde_json::json;

use super::{tests, Test};
use crate::bundle::Bundle;

pub(super) fn tests() -> Vec<Test> {
    tests!["languages": java, node, python, go, what_subset_pid_breaks]
}

/// Runs a program of the VM in a container, and gives all that it says.
fn run(arguments: &[&str]) -> Result<String> {
    let mut bundle = Bundle::new("crun")?;
    bundle.use_proc2()?;
    bundle.config["process"]["args"] = json!(arguments);
    let mounts = bundle.config["mounts"].as_array_mut();
    let mounts = mounts.context("config.json has no mounts")?;
    for directory in ["/usr", "/etc"] {
        mounts.push(json!({
            "destination": directory,
            "type": "bind",
            "source": directory,
            "options": ["rbind", "ro"],
        }));
    }
    let done = bundle.run("crun")?;
    ensure!(done.status == 0, "{done}");
    Ok(done.output + &done.errors)
}

/// Where a program of Java's is: its name on PATH is an alternative, which only an installation sets.
pub(super) fn java_program(name: &str) -> String {
    format!("/usr/lib/jvm/default-java/bin/{name}")
}

/// Java sizes itself by the cgroup, which it finds by /proc/cgroups and /proc/self/cgroup.
fn java() -> Result<()> {
    let java = java_program("java");
    let said = run(&[&java, "-Xshare:auto", "-XshowSettings:system", "-version"])?;
    ensure!(
        said.contains("Provider: cgroupv2"),
        "Java sees no cgroup:\n{said}"
    );
    Ok(())
}

fn node() -> Result<()> {
    let script = "const os = require('os'); \
                  console.log(os.cpus().length > 0, os.totalmem() > 0, os.uptime() > 0, \
                  process.memoryUsage().rss > 0)";
    let said = run(&["node", "-e", script])?;
    ensure!(said.trim() == "true true true true", "Node says:\n{said}");
    Ok(())
}

fn python() -> Result<()> {
    let script = "import psutil; me = psutil.Process(); \
                  print(psutil.virtual_memory().total > 0, psutil.cpu_count() > 0, \
                  me.memory_info().rss > 0, me.pid in psutil.pids(), psutil.boot_time() > 0)";
    let said = run(&["python3", "-c", script])?;
    ensure!(
        said.trim() == "True True True True True",
        "psutil says:\n{said}"
    );
    Ok(())
}

/// node_exporter, which is asked over the loopback of its container.
fn go() -> Result<()> {
    let script = "prometheus-node-exporter --web.listen-address=127.0.0.1:9100 >/dev/null 2>&1 & \
                  for try in 1 2 3 4 5 6 7 8 9; do sleep 1; \
                  busybox wget -qO- http://127.0.0.1:9100/metrics && break; done";
    let said = run(&["sh", "-c", script])?;
    for metric in [
        "node_memory_MemTotal_bytes ",
        "node_cpu_seconds_total{",
        "node_load1 ",
        "node_boot_time_seconds ",
        "process_resident_memory_bytes ",
        "node_scrape_collector_success{collector=\"meminfo\"} 1",
        "node_scrape_collector_success{collector=\"stat\"} 1",
    ] {
        ensure!(said.contains(metric), "no {metric}in:\n{said}");
    }
    Ok(())
}

/// The same questions without a container: what programs miss under `subset=pid` of procfs, they
/// have under `subset=container`.
fn what_subset_pid_breaks() -> Result<()> {
    let cpus = "node -e 'console.log(require(\"os\").cpus().length > 0)'";
    let memory = "python3 -c 'import psutil; print(psutil.virtual_memory().total > 0)' 2>&1";
    for (program, missing) in [(cpus, "false"), (memory, "No such file")] {
        let on = |fstype: &str, subset: &str| -> Result<String> {
            let script = format!("mount -t {fstype} -o subset={subset} x /proc && {program}");
            let words = ["-mpf", "--kill-child", "sh", "-c", &script];
            Ok(crate::command::run("unshare", &words)?.output)
        };
        let (before, after) = (on("proc", "pid")?, on("proc2", "container")?);
        ensure!(before.contains(missing), "{program} on procfs: {before}");
        ensure!(
            after.trim().eq_ignore_ascii_case("true"),
            "{program} on proc2: {after}"
        );
    }
    Ok(())
}
