// SPDX-License-Identifier: GPL-2.0

//! Views with a policy: a container has its own figures unless somebody says otherwise, and what is
//! hidden is hidden.

use std::fs;
use std::os::fd::AsFd as _;

use anyhow::{ensure, Result};
use proc2_e2e::cgroups::{self, Tree};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Opt};
use proc2_e2e::probe::At;
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::thread::UnshareFlags;

use super::super::userns::in_user_namespace;
use super::super::Test;
use super::choice::{size, sized};
use super::{cpu_rows, processors, read};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::policy": container, hidden, shown, tasks_alone, without_privilege]
}

/// The files of the container list tell of the container alone.
fn container() -> Result<()> {
    let tree = Tree::new()?;
    let group = sized(&tree, "a", 64)?;
    group.write("cpuset.cpus", "1")?;
    let init = group.init()?;
    let subset = Opt::Text("subset", "container");
    let instance = cgroups::view_of(&init, &[subset])?;
    ensure!(size(&read(&instance, "meminfo")?)? == 64);
    ensure!(processors(&read(&instance, "cpuinfo")?) == [1]);
    let idle = || -> Result<u64> { Ok(cpu_rows(&read(&instance, "stat")?)?[0].1[3]) };
    let before = idle()?;
    let uptime = read(&instance, "uptime")?;
    let shown = uptime.split_whitespace().nth(1).unwrap_or_default();
    let shown: u64 = shown.replace('.', "").parse()?;
    ensure!((before..=idle()?).contains(&shown), "{uptime}");
    let rows = cpu_rows(&read(&instance, "stat")?)?;
    ensure!(
        rows.len() == 2 && rows[1].0 == "cpu1" && rows[0].1[..3].iter().sum::<u64>() < 50,
        "{rows:?}"
    );
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

/// What its administrator keeps from a container, it does not get by a mount of its own.
fn without_privilege() -> Result<()> {
    let tree = Tree::new()?;
    let (group, other) = (sized(&tree, "a", 64)?, sized(&tree, "b", 96)?);
    let numbered = format!("subset=container,cgroup={}", other.id()?);
    in_child(|| {
        group.enter()?;
        in_user_namespace(UnshareFlags::empty(), || {
            for refused in [
                "subset=container,cgroup=off",
                "subset=pid,show=meminfo,cgroup=off",
                "subset=container,cgroup=1",
                &numbered,
            ] {
                let Err(refusal) = mount::detached(&fstype(), &mount::options(refused)) else {
                    anyhow::bail!("{refused} is taken");
                };
                let log = refusal.log.join("");
                ensure!(
                    refusal.errno == Errno::PERM.raw_os_error()
                        && log.contains("cgroup: without CAP_SYS_ADMIN"),
                    "{refused}: {refusal}"
                );
            }
            for list in [
                "subset=container",
                "subset=container,cgroup=reader",
                "subset=pid,show=meminfo",
            ] {
                let root = mount::detached(&fstype(), &mount::options(list))?;
                let path = "meminfo";
                let root = root.as_fd();
                let file = At { root, path }.open(OFlags::RDONLY)?;
                let shown = size(&std::io::read_to_string(fs::File::from(file))?)?;
                ensure!(shown == 64, "{list}: {shown} MB");
            }
            Ok(())
        })
    })
}
