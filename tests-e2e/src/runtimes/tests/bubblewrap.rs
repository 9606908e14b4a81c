// SPDX-License-Identifier: GPL-2.0

//! bubblewrap, which knows procfs alone: an instance is made before, and bound.

use std::fs::File;
use std::os::fd::OwnedFd;

use anyhow::Result;
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::{Instance, Opt};

use super::{tests, Test};
use crate::command::run;
use crate::image;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["bubblewrap": procfs, bound_instance]
}

/// The sandbox's root, as far as it is the same in all tests.
fn sandbox(proc: &[&str]) -> Result<Vec<String>> {
    let root = image::root()?.display().to_string();
    let script = questions::script();
    let before = ["--ro-bind", &root, "/", "--dev", "/dev", "--tmpfs", "/tmp"];
    let all = [&before, proc, &["/bin/sh", "-c", &script]].concat();
    Ok(all.into_iter().map(str::to_owned).collect())
}

/// bubblewrap masks parts of procfs only with --unshare-pid.
fn procfs() -> Result<()> {
    let arguments = sandbox(&["--unshare-pid", "--proc", "/proc"])?;
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let answers = Answers::parse(&run("bwrap", &arguments)?.well()?)?;
    answers.programs_work()?;
    let mounts = answers.mounts()?;
    anyhow::ensure!(mounts[0].contains(" - proc "), "{mounts:#?}");
    Ok(())
}

/// An instance of the pid namespace that the sandbox is to be in.
fn bound_instance() -> Result<()> {
    let first = Sleeper::with_flags(libc::CLONE_NEWPID, || Ok(()))?;
    let namespace = format!("/proc/{}/ns/pid", first.id());
    let fd: OwnedFd = File::open(&namespace)?.into();
    let subset = Opt::Text("subset", "container");
    let instance = Instance::with("proc2", &[subset, Opt::Fd("pidns", &fd)])?;
    let path = instance.path.display().to_string();
    let enter = ["--pid=".to_owned() + &namespace, "bwrap".to_owned()];
    let arguments = [&enter[..], &sandbox(&["--bind", &path, "/proc"])?].concat();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    Answers::parse(&run("nsenter", &arguments)?.well()?)?.are_of_proc2()
}
