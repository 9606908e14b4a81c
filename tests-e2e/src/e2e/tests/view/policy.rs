// SPDX-License-Identifier: GPL-2.0

//! Views with a policy: a container has its own figures unless somebody says otherwise, and what is
//! hidden is hidden.

use std::fs;

use anyhow::{ensure, Result};
use proc2_e2e::cgroups::{self, Tree};
use proc2_e2e::mount::Opt;

use super::super::Test;
use super::choice::{size, sized};
use super::read;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::policy": container, hidden, shown, tasks_alone]
}

/// The files of the container list tell of the container alone.
fn container() -> Result<()> {
    let tree = Tree::new()?;
    let init = sized(&tree, "a", 64)?.init()?;
    let subset = Opt::Text("subset", "container");
    let instance = cgroups::view_of(&init, &[subset])?;
    ensure!(size(&read(&instance, "meminfo")?)? == 64);
    let stat = read(&instance, "stat")?;
    ensure!(super::stat_value(&stat, "intr ")? == 0, "{stat}");
    let load = read(&instance, "loadavg")?;
    ensure!(load.starts_with("0.00 0.00 0.00 0/1 "), "{load}");
    // Nothing can be written, with a view or without.
    for name in ["meminfo", "stat"] {
        let error = fs::OpenOptions::new().write(true).open(instance.join(name));
        let error = error.map_err(|error| error.raw_os_error()).err();
        ensure!(error == Some(Some(libc::EROFS)), "{name}: {error:?}");
    }
    let off = cgroups::view_of(&init, &[subset, Opt::Text("cgroup", "off")])?;
    let machine = size(&fs::read_to_string("/proc/meminfo")?)?;
    ensure!(size(&read(&off, "meminfo")?)? == machine);
    Ok(())
}

/// A name that a policy hides is not there, whatever a view would make of it.
fn hidden() -> Result<()> {
    let tree = Tree::new()?;
    let init = sized(&tree, "a", 64)?.init()?;
    let options = [
        Opt::Text("cgroup", "init"),
        Opt::Text("hide", "meminfo:pressure/cpu"),
    ];
    let instance = cgroups::view_of(&init, &options)?;
    for name in ["meminfo", "pressure/cpu"] {
        ensure!(!instance.join(name).exists(), "{name} is there");
    }
    for name in ["stat", "pressure/io"] {
        read(&instance, name)?;
    }
    let listed = |directory: &str| -> Result<Vec<String>> {
        let entries = fs::read_dir(instance.join(directory))?;
        entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    };
    ensure!(!listed("")?.contains(&"meminfo".to_owned()));
    ensure!(!listed("pressure")?.contains(&"cpu".to_owned()));
    // With subset=container they are not in the list.
    let instance = cgroups::view_of(&init, &[Opt::Text("subset", "container")])?;
    for name in ["swaps", "diskstats", "pressure"] {
        ensure!(!instance.join(name).exists(), "{name} is there");
    }
    Ok(())
}

/// `show=` adds the view, not the machine's file.
fn shown() -> Result<()> {
    let tree = Tree::new()?;
    let init = sized(&tree, "a", 64)?.init()?;
    let options = [
        Opt::Text("subset", "container"),
        Opt::Text("show", "swaps:diskstats:pressure/memory"),
    ];
    let instance = cgroups::view_of(&init, &options)?;
    for name in ["swaps", "diskstats", "pressure/memory"] {
        read(&instance, name)?;
    }
    ensure!(read(&instance, "diskstats")?.is_empty());
    let names = fs::read_dir(instance.join("pressure"))?.count();
    ensure!(names == 1, "{names} files in pressure");
    Ok(())
}

/// `subset=pid` has no files that a view could be of.
fn tasks_alone() -> Result<()> {
    let tree = Tree::new()?;
    let init = sized(&tree, "a", 64)?.init()?;
    let options = [Opt::Text("cgroup", "init"), Opt::Text("subset", "pid")];
    let instance = cgroups::view_of(&init, &options)?;
    for name in ["meminfo", "stat", "pressure"] {
        ensure!(!instance.join(name).exists(), "{name} is there");
    }
    ensure!(instance.join("1/status").exists());
    Ok(())
}
