// SPDX-License-Identifier: GPL-2.0

//! `proc2-runtime` in front of runc and crun, with bundles as these write them.

use std::fs;

use anyhow::{ensure, Result};
use serde_json::{json, Value};

use super::{tests, Test};
use crate::bundle::Bundle;
use crate::command::run;
use crate::front;
use crate::pages;
use crate::questions::Answers;

pub(super) fn tests() -> Vec<Test> {
    tests![
        "front": runc, crun, runc_in_a_user_namespace, crun_in_a_user_namespace, sysctls_of_runc,
        sysctls_of_crun, sysctls_of_the_host, lists_of_ones_own, mounts_below, no_name, left_alone,
        again, page
    ]
}

/// The names of the two, with the runtimes behind them.
const BOTH: [(&str, &str); 2] = [("proc2-runc", "runc"), ("proc2-crun", "crun")];

fn bundle(real: &str) -> Result<Bundle> {
    front::install()?;
    Bundle::new(real)
}

fn proc2(front: &str, real: &str, user_namespace: bool) -> Result<()> {
    let mut bundle = bundle(real)?;
    if user_namespace {
        bundle.use_user_namespace()?;
    }
    Answers::parse(&bundle.run(front)?.well()?)?.are_of_proc2()
}

fn runc() -> Result<()> {
    proc2("proc2-runc", "runc", false)
}

fn crun() -> Result<()> {
    proc2("proc2-crun", "crun", false)
}

fn runc_in_a_user_namespace() -> Result<()> {
    proc2("proc2-runc", "runc", true)
}

fn crun_in_a_user_namespace() -> Result<()> {
    proc2("proc2-crun", "crun", true)
}

/// What a shell in a container says to a command; the bundle is changed before.
fn says(front: &str, real: &str, command: &str, change: impl FnOnce(&mut Value)) -> Result<String> {
    let mut bundle = bundle(real)?;
    bundle.config["process"]["args"] = json!(["/bin/sh", "-c", format!("({command}) 2>&1")]);
    change(&mut bundle.config);
    let done = bundle.run(front)?;
    Ok(format!("{}{}", done.output, done.errors))
}

const PORT: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/// The bundle's sysctls are set, in the container's namespace alone, and cannot be written there.
fn sysctls(front: &str, real: &str) -> Result<()> {
    let before = fs::read_to_string(PORT)?;
    let sysctl = json!({
        "net.ipv4.ip_unprivileged_port_start": "77",
        "kernel.shm_rmid_forced": "1",
    });
    let command = format!("cat {PORT} /proc/sys/kernel/shm_rmid_forced; echo 3 > {PORT}");
    let said = says(front, real, &command, |config| {
        config["linux"]["sysctl"] = sysctl
    })?;
    let as_wanted = said.starts_with("77\n1\n") && said.contains("Read-only file system");
    ensure!(as_wanted, "the container says: {said}");
    ensure!(
        fs::read_to_string(PORT)? == before,
        "the host's sysctl changed"
    );
    Ok(())
}

fn sysctls_of_runc() -> Result<()> {
    sysctls("proc2-runc", "runc")
}

fn sysctls_of_crun() -> Result<()> {
    sysctls("proc2-crun", "crun")
}

/// What the container shares with the host is not set, by a namespace that it does not have or by
/// one that is the host's. The latter is for the hook to see: crun by itself takes it for another.
fn sysctls_of_the_host() -> Result<()> {
    let before = fs::read_to_string(PORT)?;
    let cases = [
        ("proc2-runc", "runc", None),
        ("proc2-crun", "crun", None),
        ("proc2-runc", "runc", Some("/proc/1/ns/net")),
    ];
    for (front, real, path) in cases {
        let said = says(front, real, "echo started", |config| {
            config["linux"]["sysctl"] = json!({ "net.ipv4.ip_unprivileged_port_start": "78" });
            if let Some(namespaces) = config["linux"]["namespaces"].as_array_mut() {
                namespaces.retain(|namespace| namespace["type"] != "network");
                if let Some(path) = path {
                    namespaces.push(json!({ "type": "network", "path": path }));
                }
            }
        })?;
        ensure!(
            !said.contains("started"),
            "{front} starts with {path:?}: {said}"
        );
        ensure!(
            fs::read_to_string(PORT)? == before,
            "{front} set the host's sysctl: {said}"
        );
    }
    Ok(())
}

/// A list that no engine writes is taken at its word.
fn lists_of_ones_own() -> Result<()> {
    let command = "ls -d /proc/uptime /proc/kcore; echo x > /proc/sys/kernel/hostname; \
                   echo - > /proc/irq/default_smp_affinity; \
                   grep ' /proc' /proc/self/mounts";
    for (front, real) in BOTH {
        let said = says(front, real, command, |config| {
            config["linux"]["maskedPaths"] = json!(["/proc/uptime"]);
            config["linux"]["readonlyPaths"] = json!(["/proc/sys"]);
        })?;
        for part in [
            "/proc/uptime: No such file",
            "\n/proc/kcore",
            "/proc/sys/kernel/hostname: Read-only file system",
            "hide=uptime",
            "writable=",
        ] {
            let said = format!("\n{said}");
            ensure!(said.contains(part), "{front}: no {part:?} in {said}");
        }
        // That one is not read-only: the value is what it does not like.
        let open = !said.contains("default_smp_affinity: Read-only");
        ensure!(
            open && said.matches(" /proc").count() >= 1,
            "{front}: {said}"
        );
    }
    Ok(())
}

/// Files such as lxcfs's are where the bundle has them.
fn mounts_below() -> Result<()> {
    fs::write("/tmp/meminfo", "MemTotal: of lxcfs\n")?;
    fs::write("/tmp/swaps", "swaps of lxcfs\n")?;
    let command =
        "cat /proc/meminfo /proc/swaps; ls -d /proc/kcore; grep -c ' /proc' /proc/self/mounts";
    for (front, real) in BOTH {
        let said = says(front, real, command, |config| {
            let Some(mounts) = config["mounts"].as_array_mut() else {
                return;
            };
            for name in ["meminfo", "swaps"] {
                mounts.push(json!({
                    "destination": format!("/proc/{name}"),
                    "type": "bind",
                    "source": format!("/tmp/{name}"),
                    "options": ["bind", "ro"],
                }));
            }
        })?;
        let expected = "MemTotal: of lxcfs\nswaps of lxcfs\n";
        let good =
            said.starts_with(expected) && said.contains("No such file") && said.contains("\n3\n");
        ensure!(good, "{front}: {said}");
    }
    Ok(())
}

/// What has no translation is an error that names it, and no container.
fn no_name() -> Result<()> {
    for (front, real) in BOTH {
        let said = says(front, real, "echo started", |config| {
            config["linux"]["maskedPaths"] = json!(["/proc/1/environ"]);
        })?;
        let good = said.contains("/proc/1/environ: ") && !said.contains("started");
        ensure!(good, "{front}: {said}");
    }
    Ok(())
}

/// An annotation leaves the bundle as it is.
fn left_alone() -> Result<()> {
    for (front, real) in BOTH {
        let mut bundle = bundle(real)?;
        bundle.config["annotations"] = json!({ "org.proc2.mount": "off" });
        Answers::parse(&bundle.run(front)?.well()?)?.are_of_masked_procfs()?;
    }
    Ok(())
}

/// A bundle that was changed is run once more.
fn again() -> Result<()> {
    for (front, real) in BOTH {
        let mut bundle = bundle(real)?;
        Answers::parse(&bundle.run(front)?.well()?)?.are_of_proc2()?;
        bundle.read_back()?;
        Answers::parse(&bundle.run(front)?.well()?)?.are_of_proc2()?;
    }
    Ok(())
}

fn page() -> Result<()> {
    front::install()?;
    crate::image::root()?;
    let page = include_str!("../../../../docs/runtimes/oci.md");
    let done = pages::run(page);
    // A container that was not ended would be in the way of the next run.
    let _ = run("runc", &["delete", "--force", "one"]);
    done
}
