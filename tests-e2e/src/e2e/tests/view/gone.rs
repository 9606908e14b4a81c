// SPDX-License-Identifier: GPL-2.0

//! Cgroups and processes that go, and instances that go while their load is sampled.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::time::{Duration, Instant};

use anyhow::{ensure, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};

use super::super::Test;
use super::choice::sized;
use super::memory::viewed;
use super::FILES;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::gone": cgroup, first_process, instances]
}

/// What reading a file fails with.
fn error(instance: &Instance, name: &str) -> Option<i32> {
    fs::read(instance.join(name)).err()?.raw_os_error()
}

fn cgroup() -> Result<()> {
    let tree = Tree::new()?;
    let group = sized(&tree, "a", 64)?;
    let instance = Instance::new(&fstype(), &format!("cgroup={}", group.id()?))?;
    let mut file = File::open(instance.join("meminfo"))?;
    ensure!(file.read(&mut [0; 10])? == 10);
    fs::remove_dir(&group.path)?;
    for name in FILES {
        let error = error(&instance, name);
        ensure!(error == Some(libc::ENODEV), "{name}: {error:?}");
    }
    // What was begun is read to its end.
    let mut rest = String::new();
    file.read_to_string(&mut rest)?;
    ensure!(rest.contains("VmallocTotal"), "{rest}");
    file.seek(SeekFrom::Start(0))?;
    let error = file
        .read(&mut [0; 10])
        .map_err(|error| error.raw_os_error());
    ensure!(error == Err(Some(libc::ENODEV)), "{error:?}");
    // The rest of the instance is as it was, and so is one with another group of that name.
    ensure!(instance.join("version").exists() && instance.join("self/status").exists());
    let again = sized(&tree, "a", 96)?;
    let other = Instance::new(&fstype(), &format!("cgroup={}", again.id()?))?;
    ensure!(super::choice::size(&super::read(&other, "meminfo")?)? == 96);
    ensure!(fs::read(instance.join("meminfo")).is_err());
    Ok(())
}

fn first_process() -> Result<()> {
    let tree = Tree::new()?;
    let mut viewed = viewed(sized(&tree, "a", 64)?, &[])?;
    let mut file = File::open(viewed.instance.join("stat"))?;
    ensure!(file.read(&mut [0; 10])? == 10);
    viewed.init.end();
    for name in FILES {
        let error = error(&viewed.instance, name);
        ensure!(error == Some(libc::ENODEV), "{name}: {error:?}");
    }
    file.seek(SeekFrom::Start(0))?;
    let error = file
        .read(&mut [0; 10])
        .map_err(|error| error.raw_os_error());
    ensure!(error == Err(Some(libc::ENODEV)), "{error:?}");
    Ok(())
}

/// Many instances that go while their load is sampled: all are sampled at the same moments.
fn instances() -> Result<()> {
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    let _loops = group.loops(1)?;
    let number = group.id()?.to_string();
    let options = [Opt::Text("cgroup", &number)];
    let watched = Instance::with(&fstype(), &options)?;
    let load = || -> Result<String> {
        let text = super::read(&watched, "loadavg")?;
        Ok(text.split(' ').take(3).collect::<Vec<_>>().join(" "))
    };
    for _ in 0..2 {
        let mounts = (0..100).map(|_| mount::detached(&fstype(), &options));
        let mounts = mounts.collect::<Result<Vec<_>, _>>()?;
        let (before, until) = (load()?, Instant::now() + Duration::from_secs(30));
        while load()? == before {
            ensure!(Instant::now() < until, "the load stands still: {before}");
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(mounts);
    }
    group.kill()
}
