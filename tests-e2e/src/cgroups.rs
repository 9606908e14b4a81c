// SPDX-License-Identifier: GPL-2.0

//! Control groups of a test's own, and processes in them.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};

use crate::child::Sleeper;
use crate::mount::{self, Instance, Opt};
use crate::{fstype, kernel};

/// The controllers that views go by.
pub const CONTROLLERS: &str = "+cpu +cpuset +io +memory";

/// A part of the hierarchy that is a test's own; removed with all that is in it when dropped.
pub struct Tree {
    /// Where the hierarchy is mounted.
    pub root: PathBuf,
    /// The group at the top of this part.
    pub top: Group,
}

/// A control group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its directory.
    pub path: PathBuf,
}

impl Tree {
    /// Mounts the hierarchy, and makes a group in it that has the controllers.
    pub fn new() -> Result<Self> {
        let needed = ["CONFIG_MEMCG", "CONFIG_CPUSETS", "CONFIG_CGROUP_SCHED"];
        kernel::need(&needed, "control groups with limits")?;
        let root = mount::cgroups()?;
        enable(&root)?;
        let path = root.join(format!("proc2-e2e-{}", std::process::id()));
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        let top = Group { path };
        enable(&top.path)?;
        Ok(Self { root, top })
    }

    /// Moves a process to the hierarchy's root.
    pub fn root_move(&self, process: &Sleeper) -> Result<()> {
        let path = self.root.join("cgroup.procs");
        fs::write(&path, process.id().to_string()).with_context(|| path.display().to_string())
    }

    /// A group below the top, with all groups on the way, in which the controllers are enabled.
    pub fn group(&self, path: &str) -> Result<Group> {
        let mut at = self.top.path.clone();
        for name in path.split('/') {
            enable(&at)?;
            at.push(name);
            if !at.exists() {
                fs::create_dir(&at).with_context(|| at.display().to_string())?;
            }
        }
        Ok(Group { path: at })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.top.remove();
    }
}

/// Enables the controllers that there are for the groups below.
fn enable(path: &Path) -> Result<()> {
    let there = fs::read_to_string(path.join("cgroup.controllers"))?;
    for controller in CONTROLLERS.split(' ') {
        if there
            .split_whitespace()
            .any(|name| name == &controller[1..])
        {
            fs::write(path.join("cgroup.subtree_control"), controller)
                .with_context(|| format!("{controller} in {}", path.display()))?;
        }
    }
    Ok(())
}

impl Group {
    /// Enables the controllers for the groups below it, which no process may be in it for.
    pub fn enable(&self) -> Result<()> {
        enable(&self.path)
    }

    /// A group below it, in which no controller is enabled that is not yet.
    pub fn plain(&self, name: &str) -> Result<Self> {
        let path = self.path.join(name);
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        Ok(Self { path })
    }

    /// Writes one of its files.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path.join(name);
        // Writing nothing is no write.
        let text = if text.is_empty() { "\n" } else { text };
        fs::write(&path, text).with_context(|| format!("{text:?} to {}", path.display()))
    }

    /// Reads one of its files.
    pub fn read(&self, name: &str) -> Result<String> {
        let path = self.path.join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }

    /// Its number.
    pub fn id(&self) -> Result<u64> {
        Ok(fs::metadata(&self.path)?.ino())
    }

    /// Moves the calling process there.
    pub fn enter(&self) -> Result<()> {
        self.write("cgroup.procs", "0")
    }

    /// A process in it that sleeps.
    pub fn sleeper(&self) -> Result<Sleeper> {
        Sleeper::new(|| self.enter())
    }

    /// A process in it that is the first of a pid namespace, and sleeps.
    pub fn init(&self) -> Result<Sleeper> {
        Sleeper::with_flags(libc::CLONE_NEWPID, || self.enter())
    }

    /// Processes in it that never sleep.
    pub fn loops(&self, count: usize) -> Result<Vec<Sleeper>> {
        (0..count)
            .map(|_| {
                Sleeper::new_unwatched(|| {
                    self.enter()?;
                    // A child of it: the sleeper itself sleeps.
                    crate::child::fork_with(0, || loop {
                        std::hint::spin_loop();
                    })?;
                    Ok(())
                })
            })
            .collect()
    }

    /// Ends all processes in it and below, and waits for their end.
    pub fn kill(&self) -> Result<()> {
        self.write("cgroup.kill", "1")?;
        let until = Instant::now() + Duration::from_secs(20);
        while self.read("cgroup.events")?.contains("populated 1") {
            ensure!(Instant::now() < until, "processes in a group do not end");
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Removes it and all below it.
    fn remove(&self) {
        let _ = self.kill();
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                Group { path: entry.path() }.remove();
            }
        }
        let _ = fs::remove_dir(&self.path);
    }

    /// The groups from this one up to, and without, the hierarchy's root.
    pub fn path_up(&self, tree: &Tree) -> Vec<Group> {
        let groups = self.path.ancestors().take_while(|path| *path != tree.root);
        groups
            .map(|path| Group {
                path: path.to_path_buf(),
            })
            .collect()
    }
}

/// An instance of a process's pid namespace with these options.
pub fn view_of(init: &Sleeper, options: &[Opt<'_>]) -> Result<Instance> {
    let namespace = fs::File::open(format!("/proc/{}/ns/pid", init.id()))?.into();
    let pidns = Opt::Fd("pidns", &namespace);
    Instance::with(&fstype(), &[&[pidns], options].concat())
}
