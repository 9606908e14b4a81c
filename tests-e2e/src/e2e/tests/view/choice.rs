// SPDX-License-Identifier: GPL-2.0

//! Which cgroup: that of process 1, of whoever reads, or one by its number; the root of a cgroup
//! namespace; systemd's `init.scope`.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::fd::{AsRawFd as _, FromRawFd as _};

use anyhow::{ensure, Result};
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{self, Group, Tree};
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::fstype;
use proc2_e2e::mount::{Instance, Opt};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::read;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::choice": init, reader, number, namespace, moved_out, init_scope, moves]
}

/// Groups of different size, in megabytes: the size says whose figures are shown.
pub(super) fn sized(tree: &Tree, path: &str, megabytes: u64) -> Result<Group> {
    let group = tree.group(path)?;
    group.write("memory.max", &format!("{megabytes}M"))?;
    Ok(group)
}

/// The size that a `meminfo` tells, in megabytes.
pub(super) fn size(text: &str) -> Result<u64> {
    Ok(cgroup_model::meminfo(text)?["MemTotal"] / 1024)
}

fn shows(instance: &Instance, megabytes: u64) -> Result<()> {
    let size = size(&read(instance, "meminfo")?)?;
    ensure!(size == megabytes, "{size} MB are shown, not {megabytes}");
    Ok(())
}

const INIT: &[Opt<'_>] = &[Opt::Text("cgroup", "init")];

fn init() -> Result<()> {
    let tree = Tree::new()?;
    let (one, other) = (sized(&tree, "one", 64)?, sized(&tree, "other", 96)?);
    let (one, other) = (one.init()?, other.init()?);
    let (one, other) = (
        cgroups::view_of(&one, INIT)?,
        cgroups::view_of(&other, INIT)?,
    );
    shows(&one, 64)?;
    shows(&other, 96)?;
    // Whoever looks.
    in_child(|| {
        sized(&tree, "reader", 128)?.enter()?;
        shows(&one, 64)
    })
}

/// One descriptor, read by two: each gets its own.
fn reader() -> Result<()> {
    let tree = Tree::new()?;
    let instance = Instance::new(&fstype(), "cgroup=reader")?;
    let (one, other) = (sized(&tree, "one", 64)?, sized(&tree, "other", 96)?);
    let in_group = |group: &Group| {
        in_child(|| {
            group.enter()?;
            size(&read(&instance, "meminfo")?)
        })
    };
    ensure!(in_group(&one)? == 64 && in_group(&other)? == 96);
    // Opened by one, read by the other from the beginning.
    let file = in_child(|| {
        one.enter()?;
        let mut file = File::open(instance.join("meminfo"))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let first = size(&text)?;
        let second = in_child(|| {
            other.enter()?;
            // SAFETY: the parent's descriptor, which the child has too.
            let mut file = unsafe { File::from_raw_fd(libc::dup(file.as_raw_fd())) };
            file.seek(SeekFrom::Start(0))?;
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            size(&text)
        })?;
        Ok((first, second))
    })?;
    ensure!(file == (64, 96), "{file:?}");
    Ok(())
}

fn number() -> Result<()> {
    let tree = Tree::new()?;
    let group = sized(&tree, "one/deeper", 64)?;
    let instance = Instance::new(&fstype(), &format!("cgroup={}", group.id()?))?;
    shows(&instance, 64)?;
    group.write("memory.max", "80M")?;
    shows(&instance, 80)
}

/// A process in `group`, the first of a pid namespace, whose cgroup namespace has `root` for a root.
fn in_namespace(root: &Group, group: &Group) -> Result<Sleeper> {
    Sleeper::with_flags(libc::CLONE_NEWPID, || {
        root.enter()?;
        // SAFETY: a child with one thread; a namespace is no memory.
        unsafe { unshare_unsafe(UnshareFlags::NEWCGROUP)? };
        group.enter()
    })
}

/// The root of the cgroup namespace is the container, however deep process 1 is.
fn namespace() -> Result<()> {
    let tree = Tree::new()?;
    let root = sized(&tree, "pod", 128)?;
    let deep = root.plain("worker")?;
    let init = in_namespace(&root, &deep)?;
    // Not before: a group with processes of its own has no controllers for those below it.
    root.enable()?;
    deep.write("memory.max", "32M")?;
    shows(&cgroups::view_of(&init, INIT)?, 128)
}

/// Who was moved out of it is where it was moved to.
fn moved_out() -> Result<()> {
    let tree = Tree::new()?;
    let (root, elsewhere) = (sized(&tree, "pod", 128)?, sized(&tree, "elsewhere", 48)?);
    let init = in_namespace(&root, &root)?;
    let instance = cgroups::view_of(&init, INIT)?;
    shows(&instance, 128)?;
    elsewhere.write("cgroup.procs", &init.id().to_string())?;
    shows(&instance, 48)
}

/// systemd is a level below what it was started in.
fn init_scope() -> Result<()> {
    let tree = Tree::new()?;
    sized(&tree, "container", 112)?;
    let scope = sized(&tree, "container/init.scope", 16)?;
    let init = scope.init()?;
    shows(&cgroups::view_of(&init, INIT)?, 112)?;
    let other = sized(&tree, "container/init.scopes", 24)?.init()?;
    shows(&cgroups::view_of(&other, INIT)?, 24)
}

/// Figures are of where process 1 is now.
fn moves() -> Result<()> {
    let tree = Tree::new()?;
    let (one, other) = (sized(&tree, "one", 64)?, sized(&tree, "other", 96)?);
    let init = one.init()?;
    let instance = cgroups::view_of(&init, INIT)?;
    let mut file = File::open(instance.join("meminfo"))?;
    for (group, megabytes) in [(&one, 64), (&other, 96), (&one, 64)] {
        group.write("cgroup.procs", &init.id().to_string())?;
        shows(&instance, megabytes)?;
        file.seek(SeekFrom::Start(0))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        ensure!(size(&text)? == megabytes);
    }
    // In the root the machine's: who has the view's file open already is told to open it again.
    fs::write(tree.root.join("cgroup.procs"), init.id().to_string())?;
    file.seek(SeekFrom::Start(0))?;
    let error = file
        .read(&mut [0; 10])
        .map_err(|error| error.raw_os_error());
    ensure!(error == Err(Some(libc::ESTALE)), "{error:?}");
    let machine = size(&fs::read_to_string("/proc/meminfo")?)?;
    shows(&instance, machine)
}
