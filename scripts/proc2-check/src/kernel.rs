// SPDX-License-Identifier: GPL-2.0

//! Whether the kernel has the filesystem, or can have it.

use crate::finding::Finding;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// What a kernel must have been configured with, if it says how it was.
const NEEDED: [&str; 3] = ["CONFIG_RUST=y", "CONFIG_MODULES=y", "CONFIG_PROC_FS=y"];

pub(crate) fn look(root: &Path) -> Result<Vec<Finding>> {
    let uname = rustix::system::uname();
    let release = uname.release().to_string_lossy().into_owned();
    let filesystems = fs::read_to_string("/proc/filesystems").unwrap_or_default();
    let known = filesystems.split_whitespace().any(|word| word == "proc2");
    if known {
        let text = format!("the kernel {release} has the filesystem proc2");
        return Ok(vec![Finding::ok(text), parameter(root)]);
    }
    let modules = root.join("lib/modules").join(&release);
    if let Some(module) = find(&modules) {
        let text = format!("{} fits this kernel and is not loaded", module.display());
        return Ok(vec![Finding::to_do(text, ["modprobe proc2"])]);
    }
    let mut findings = Vec::new();
    let config = root.join(format!("boot/config-{release}"));
    if let Ok(config) = fs::read_to_string(&config) {
        let has = |line: &&str| config.lines().any(|other| other == *line);
        if let Some(lacking) = NEEDED.iter().find(|line| !has(line)) {
            let text =
                format!("the kernel {release} was built without {lacking}: proc2 cannot run");
            return Ok(vec![Finding::to_do(text, ["use a kernel that has it"])]);
        }
    }
    let text = format!("no proc2.ko is installed for the kernel {release}");
    let line = "make install KDIR=TREE    # the tree that this kernel was built in; README.md";
    findings.push(Finding::to_do(text, [line]));
    Ok(findings)
}

/// What the module allows in user namespaces.
fn parameter(root: &Path) -> Finding {
    let path = root.join("sys/module/proc2/parameters/userns_mounts");
    let Ok(value) = fs::read_to_string(path) else {
        return Finding::note("what may be mounted in user namespaces is not known to you");
    };
    let text = match value.trim() {
        "0" => "nothing",
        "1" => "subset=pid",
        "2" => "subset=pid and subset=container",
        "3" => "what procfs allows",
        _ => return Finding::note(format!("userns_mounts is {}", value.trim())),
    };
    Finding::ok(format!(
        "in user namespaces may be mounted: {text} (userns_mounts={})",
        value.trim()
    ))
}

/// Where `proc2.ko` is below a directory, in whatever form it is packed.
fn find(directory: &Path) -> Option<PathBuf> {
    let mut directories = Vec::new();
    for entry in fs::read_dir(directory).ok()?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == "proc2.ko" || name.starts_with("proc2.ko.") {
            return Some(entry.path());
        }
        // "build" and "source" are links to whole trees.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            directories.push(entry.path());
        }
    }
    directories.iter().find_map(|directory| find(directory))
}
