// SPDX-License-Identifier: GPL-2.0

//! The first program of the VM: mounts the host's root file system, loads the modules, runs one
//! command with its output on virtio ports, and powers off.

mod command;
mod insmod;
mod leaks;
mod mounts;
mod over;
mod place;
mod ports;
mod unpacked;

use anyhow::{Context, Result};
use proc2_vm_init::{Job, Report, JOB_FILE};
use rustix::system::{reboot, RebootCommand};
use std::{fs, process};

fn main() {
    if process::id() != 1 {
        eprintln!("vm-init: this is the first program of a virtual machine; see scripts/vm");
        process::exit(2);
    }
    if let Err(error) = run() {
        // Without a control port the kernel log is the only way out.
        insmod::kernel_log(&format!("proc2-vm: failed: {error:#}"));
    }
    rustix::fs::sync();
    let _ = reboot(RebootCommand::PowerOff);
}

fn run() -> Result<()> {
    let job = fs::read(JOB_FILE).with_context(|| format!("cannot read {JOB_FILE}"))?;
    let job: Job = serde_json::from_slice(&job).with_context(|| format!("in {JOB_FILE}"))?;
    mounts::early()?;
    for driver in &job.drivers {
        insmod::load(driver)?;
    }
    let ports = ports::open()?;
    let control = ports.control.try_clone()?;
    let report =
        work(&job, ports).map_or_else(|error| Report::Failed(format!("{error:#}")), Report::Ended);
    ports::send(&control, &report)
}

fn work(job: &Job, ports: ports::Ports) -> Result<u8> {
    mounts::host_root(job)?;
    for module in &job.modules {
        insmod::load(module)?;
    }
    mounts::enter_host_root()?;
    if job.over {
        unpacked::settle()?;
    }
    if job.leaks {
        leaks::forget()?;
    }
    ports::send(&ports.control, &Report::Started)?;
    let status = command::run(job, ports)?;
    if job.leaks {
        leaks::report()?;
    }
    Ok(status)
}
