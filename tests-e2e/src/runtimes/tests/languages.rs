// SPDX-License-Identifier: GPL-2.0

//! Runtimes of languages that read `/proc`: Java, Node and Python, in a container whose `/proc` is
//! an instance. Their programs are the VM's own.

use anyhow::{ensure, Context as _, Result};
use serde_json::json;

use super::{tests, Test};
use crate::bundle::Bundle;

pub(super) fn tests() -> Vec<Test> {
    tests!["languages": java, node, python]
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

/// Java sizes itself by the cgroup, which it finds by /proc/cgroups and /proc/self/cgroup.
fn java() -> Result<()> {
    let said = run(&["java", "-Xshare:auto", "-XshowSettings:system", "-version"])?;
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
