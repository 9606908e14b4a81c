// SPDX-License-Identifier: GPL-2.0

//! `cgroup=` and `cpus=`: what is taken, what is shown, what is refused and how.

use anyhow::{ensure, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance};
use rustix::io::Errno;
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::options": shown, refused, remounted, numbers]
}

/// What is shown mounts the same again.
fn shown() -> Result<()> {
    let tree = Tree::new()?;
    let number = format!("cgroup={}", tree.top.id()?);
    let quota = format!("{number},cpus=quota");
    let cases = [
        ("cgroup=off", "rw"),
        ("cpus=cpuset", "rw"),
        ("cgroup=init", "rw,cgroup=init"),
        ("cgroup=reader", "rw,cgroup=reader"),
        ("cgroup=init,cpus=quota", "rw,cgroup=init,cpus=quota"),
        ("subset=container", "rw,subset=container"),
        ("subset=container,cgroup=init", "rw,subset=container"),
        (
            "subset=container,cgroup=off",
            "rw,subset=container,cgroup=off",
        ),
        ("subset=pid,cgroup=init", "rw,subset=pid"),
        ("subset=pid,cgroup=off", "rw,subset=pid,cgroup=off"),
        (&number, &format!("rw,{number}")),
        (&quota, &format!("rw,{quota}")),
    ];
    for (asked, wanted) in cases {
        let shown = Instance::new(&fstype(), asked)?.shown()?;
        ensure!(shown == wanted, "{asked}: shown as {shown}");
        let again = shown.trim_start_matches("rw").trim_start_matches(',');
        let again = Instance::new(&fstype(), again)?.shown()?;
        ensure!(again == wanted, "{shown}: mounted again, shown as {again}");
    }
    Ok(())
}

/// Whether mounting with `list` is refused with EINVAL and these words.
fn is_refused(list: &str, words: &str) -> Result<()> {
    let Err(refusal) = mount::detached(&fstype(), &mount::options(list)) else {
        anyhow::bail!("{list} is taken");
    };
    let log = refusal.log.join("\n");
    ensure!(
        refusal.errno == Errno::INVAL.raw_os_error() && log.contains(words),
        "{list}: {refusal}"
    );
    Ok(())
}

fn refused() -> Result<()> {
    let numbers = "(use off, init, reader, or the number of a cgroup: stat -c %i of it)";
    for value in ["0", "x", "-1", "init:reader", "18446744073709551616"] {
        let sentence = format!("bad value of cgroup - {value} {numbers}");
        is_refused(&format!("cgroup={value}"), &sentence)?;
    }
    is_refused("cpus=2", "unknown value of cpus - 2 (use cpuset quota)")?;
    is_refused("cpus=quota", "cpus=quota is for an instance with cgroup=")?;
    is_refused(
        "subset=container,cgroup=off,cpus=quota",
        "cpus=quota is for an instance with cgroup=",
    )?;
    is_refused(
        "cgroup=999999999",
        "bad value of cgroup: no cgroup of the mounter's cgroup namespace has that number",
    )
}

fn remounted() -> Result<()> {
    let instance = Instance::new(&fstype(), "cgroup=reader,cpus=quota")?;
    for list in ["cgroup=reader", "cpus=quota", "hidepid=2", "hidepid=0"] {
        instance.reconfigure(list)?;
    }
    for (list, name) in [
        ("cgroup=init", "cgroup"),
        ("cgroup=off", "cgroup"),
        ("cpus=cpuset", "cpus"),
    ] {
        let Err(refusal) = instance.reconfigure(list) else {
            anyhow::bail!("a remount takes {list}");
        };
        let sentence = format!("{name}= cannot be changed by a remount (mount a new instance)");
        ensure!(
            refusal.errno == Errno::INVAL.raw_os_error()
                && refusal.log.join("").contains(&sentence),
            "{list}: {refusal}"
        );
    }
    let shown = instance.shown()?;
    ensure!(shown == "rw,cgroup=reader,cpus=quota", "{shown}");
    Ok(())
}

/// A number counts in the mounter's cgroup namespace alone.
fn numbers() -> Result<()> {
    let tree = Tree::new()?;
    let (group, outside) = (tree.group("a")?, tree.group("b")?);
    let (inside_id, outside_id) = (group.plain("inside")?.id()?, outside.id()?);
    in_child(|| {
        group.enter()?;
        // SAFETY: a child with one thread; a namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWCGROUP)? };
        Instance::new(&fstype(), &format!("cgroup={inside_id}"))?;
        is_refused(
            &format!("cgroup={outside_id}"),
            "no cgroup of the mounter's cgroup namespace has that number",
        )
    })
}
