// SPDX-License-Identifier: GPL-2.0

//! Directories of an instance with a policy as places: mounts on them, links to them, what leads to
//! a name that is not there; and that a hidden name costs what no name costs.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::kernel;
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{child, errno, fstype};
use rustix::fs::{statat, AtFlags};
use rustix::mount::{mount, mount_bind, unmount, MountFlags, UnmountFlags};

use super::super::Test;
use super::ways::Ways;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["hidden": leads_to_nothing, link_counts, mounts_on_it, part_of_it,
        no_lookup]
}

/// What would lead to a name and is a file is not there; nor is what is no way to anything.
fn leads_to_nothing() -> Result<()> {
    let options = "subset=pid,show=meminfo/x:sys/kernel/osrelease/x:sys/fs/none/deep:mounts/x";
    let root = Instance::new(&fstype(), options)?.into_root()?;
    let ways = Ways::new()?;
    for path in [
        "meminfo",
        "meminfo/x",
        "sys/kernel/osrelease",
        "sys/kernel/osrelease/x",
        "sys/fs/none",
        "mounts",
        "sys/vm",
        "sysvipc",
    ] {
        for (way, outcome) in ways.of(root.as_fd(), path) {
            ensure!(outcome == "ENOENT", "{path}: {way} gives {outcome}");
        }
    }
    for (path, want) in [("sys", "fs kernel"), ("sys/fs", ""), ("sys/kernel", "")] {
        let at = At {
            root: root.as_fd(),
            path,
        };
        let list = probe::listing(at).map_err(anyhow::Error::msg)?;
        let names: Vec<&str> = list[2..].iter().map(|(name, _)| name.as_str()).collect();
        ensure!(names.join(" ") == want, "{path} lists {names:?}");
    }
    Ok(())
}

/// Link counts say nothing of the machine: not how many processes or entries it has.
fn link_counts() -> Result<()> {
    for list in ["subset=container", "hide=kcore", "subset=pid,show=tty"] {
        let root = Instance::new(&fstype(), list)?.into_root()?;
        let links = |path: &str| {
            errno::show(statat(&root, path, AtFlags::empty()), |stat| {
                stat.st_nlink.to_string()
            })
        };
        let look = || [".", "self/net", "tty", "sysvipc", "sys"].map(links);
        let before = look();
        ensure!(before[0] == "2" && before[1] == "2", "{list}: {before:?}");
        let others = (0..5).map(|_| child::Sleeper::new(|| Ok(())));
        let others = others.collect::<Result<Vec<_>>>()?;
        let after = look();
        ensure!(
            before == after,
            "{list}: {before:?}, and with 5 processes more {after:?}"
        );
        for links in &before[1..] {
            ensure!(
                ["1", "2", "ENOENT"].contains(&links.as_str()),
                "{list}: {before:?}"
            );
        }
        drop(others);
    }
    Ok(())
}

/// Over-mounts on what is shown, on what leads and on a task's directory stay while all is listed
/// and looked at, and go when they are told to.
fn mounts_on_it() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    let pid = std::process::id();
    let places: Vec<PathBuf> = ["sys", "sys/kernel", "sys/net/ipv4", "sysvipc"]
        .map(|place| instance.join(place))
        .into_iter()
        .chain([instance.join(format!("{pid}/ns")), instance.join("1")])
        .rev()
        .collect();
    let whole = |root: &OwnedFd| -> Result<()> {
        for dir in [".", "sys", "sys/kernel", "self", "sysvipc", "1"] {
            let at = At {
                root: root.as_fd(),
                path: dir,
            };
            // A cover may hide it.
            for (name, _) in probe::listing(at).unwrap_or_default() {
                let _ = statat(root, format!("{dir}/{name}"), AtFlags::SYMLINK_NOFOLLOW);
            }
        }
        Ok(fs::write("/proc/sys/vm/drop_caches", "2")?)
    };
    let root = instance.root()?;
    // The deepest first, so that each place is reached.
    let mut covered = places.clone();
    covered.sort_by_key(|place| std::cmp::Reverse(place.components().count()));
    for place in &covered {
        let none = MountFlags::empty();
        mount("none", place, "tmpfs", none, c"").with_context(|| place.display().to_string())?;
        fs::write(place.join("mark"), "")?;
        whole(&root)?;
        ensure!(place.join("mark").exists(), "{} is gone", place.display());
    }
    mount_bind("/dev/null", instance.join("uptime"))?;
    whole(&root)?;
    ensure!(
        fs::read(instance.join("uptime"))?.is_empty(),
        "the file's cover is gone"
    );
    unmount(instance.join("uptime"), UnmountFlags::DETACH)?;
    for place in covered.iter().rev() {
        unmount(place, UnmountFlags::DETACH).with_context(|| place.display().to_string())?;
        whole(&root)?;
        ensure!(
            !place.join("mark").exists(),
            "{} is still covered",
            place.display()
        );
    }
    // With a cover inside, and readers in it, the instance goes.
    let none = MountFlags::empty();
    mount("none", instance.join("sys/kernel"), "tmpfs", none, c"")?;
    let held = instance.root()?;
    unmount(&instance.path, UnmountFlags::DETACH)?;
    whole(&held)
}

/// A bind of a part is no way out of it, and hides what the whole hides.
fn part_of_it() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    let part = mount::new_directory()?;
    mount_bind(instance.join("sys"), &part)?;
    let root = probe::open_root(&part)?;
    drop(instance);
    let ways = Ways::new()?;
    for path in [
        "kernel/core_pattern",
        "vm/drop_caches",
        "kernel/../../kcore",
        "debug",
    ] {
        for (way, outcome) in ways.of(root.as_fd(), path) {
            // What resolves beneath says that it is not.
            let left = path.contains("..") && way == "openat2" && outcome == "EXDEV";
            ensure!(outcome == "ENOENT" || left, "{path}: {way} gives {outcome}");
        }
    }
    ensure!(
        part.join("kernel/osrelease").exists(),
        "what is shown is gone"
    );
    let up = rustix::fs::stat(part.join(".."))?;
    let outside = rustix::fs::stat(part.parent().context("a parent")?)?;
    ensure!(
        (up.st_dev, up.st_ino) == (outside.st_dev, outside.st_ino),
        "a way up"
    );
    unmount(&part, UnmountFlags::DETACH)?;
    Ok(fs::remove_dir(&part)?)
}

/// The kernel's lookups that `look` leads to.
fn traced(functions: &str, look: impl FnOnce()) -> Result<Vec<String>> {
    let place = mount::new_directory()?;
    mount("none", &place, "tracefs", MountFlags::empty(), c"").context("tracefs")?;
    let set = |name: &str, text: &str| -> Result<()> {
        fs::write(place.join(name), text).with_context(|| format!("{name} of tracefs"))
    };
    set("set_ftrace_filter", functions)?;
    set("set_ftrace_pid", &std::process::id().to_string())?;
    set("current_tracer", "function")?;
    set("trace", "")?;
    set("tracing_on", "1")?;
    look();
    set("tracing_on", "0")?;
    let trace = fs::read_to_string(place.join("trace"))?;
    set("current_tracer", "nop")?;
    set("set_ftrace_pid", "")?;
    set("set_ftrace_filter", "")?;
    set("tracing_on", "1")?;
    unmount(&place, UnmountFlags::DETACH)?;
    let lines = trace.lines().filter(|line| !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// Whether a hidden name exists does not show in how long it takes to say no: nobody asks the
/// kernel for it.
fn no_lookup() -> Result<()> {
    kernel::need(&["CONFIG_FUNCTION_TRACER"], "hidden::no_lookup")?;
    let functions = "proc_lookup_de proc_sys_lookup";
    let root = Instance::new(&fstype(), "subset=container,hide=version")?.into_root()?;
    let stat = |path: &str| {
        let _ = statat(&root, path, AtFlags::SYMLINK_NOFOLLOW);
    };
    for path in ["sys", "sys/kernel", "sys/vm", "self/net", "net/stat"] {
        stat(path);
    }
    let hidden = [
        "kcore",
        "version",
        "sys/kernel/core_pattern",
        "sys/vm/swappiness",
        "sys/debug",
    ];
    let never = ["never", "sys/kernel/never", "sys/vm/never", "sys/never"];
    let calls = traced(functions, || {
        hidden.iter().chain(&never).for_each(|path| stat(path))
    })?;
    ensure!(
        calls.is_empty(),
        "a hidden name is looked up:\n{}",
        calls.join("\n")
    );
    let calls = traced(functions, || {
        ["uptime", "sys/kernel/osrelease"]
            .iter()
            .for_each(|path| stat(path));
    })?;
    for function in functions.split(' ') {
        ensure!(
            calls.iter().any(|line| line.contains(function)),
            "the trace shows no {function}: the test shows nothing\n{}",
            calls.join("\n")
        );
    }
    Ok(())
}
