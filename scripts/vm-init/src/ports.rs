// SPDX-License-Identifier: GPL-2.0

//! The virtio ports that connect the VM's command with the host.

use anyhow::{Context, Result};
use proc2_vm_init::{port, read_frame, Report};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

/// One open file per port.
pub(crate) struct Ports {
    pub(crate) stdin: File,
    pub(crate) stdout: File,
    pub(crate) stderr: File,
    pub(crate) control: File,
}

/// Opens the ports; each can be open only once.
pub(crate) fn open() -> Result<Ports> {
    Ok(Ports {
        stdin: open_one(port::STDIN)?,
        stdout: open_one(port::STDOUT)?,
        stderr: open_one(port::STDERR)?,
        control: open_one(port::CONTROL)?,
    })
}

/// Sends a report to the host.
pub(crate) fn send(mut control: &File, report: &Report) -> Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    control
        .write_all(&line)
        .context("cannot write to the control port")
}

/// Copies until end of file; an error ends it as well, for there is nobody to tell.
pub(crate) fn pump(mut from: impl Read, mut to: impl Write) {
    let mut buffer = vec![0; 32 * 1024]; // the most that a port takes at once
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
}

/// Passes the host's input on until its end; then, or when nobody takes it, drops the receiver.
pub(crate) fn pump_input(mut from: &File, mut to: impl Write) {
    while let Ok(Some(bytes)) = read_frame(&mut from) {
        if to.write_all(&bytes).is_err() {
            break;
        }
    }
}

fn open_one(name: &str) -> Result<File> {
    let device = wait_for(name).with_context(|| format!("no virtio port is called {name}"))?;
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(&device)
        .with_context(|| format!("cannot open {}", device.display()))
}

/// A driver that is a module learns of its ports after it was loaded.
fn wait_for(name: &str) -> Option<PathBuf> {
    const PATIENCE: u32 = 1000;
    for _ in 0..PATIENCE {
        let found = find(name).filter(|device| device.exists());
        if found.is_some() {
            return found;
        }
        sleep(Duration::from_millis(10));
    }
    None
}

fn find(name: &str) -> Option<PathBuf> {
    for entry in fs::read_dir("/sys/class/virtio-ports").ok()?.flatten() {
        let found = fs::read_to_string(entry.path().join("name")).unwrap_or_default();
        if found.trim_end() == name {
            return Some(PathBuf::from("/dev").join(entry.file_name()));
        }
    }
    None
}
