// SPDX-License-Identifier: GPL-2.0

//! lxcfs, the daemon that views are compared with: Debian's, laid over the VM's root.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{ensure, Context as _, Result};
use rustix::mount::{mount, unmount, MountFlags, UnmountFlags};

/// Where its files are: not in /run/lxcfs, where newer ones keep something of their own and wait for themselves.
pub const PLACE: &str = "/run/proc2-lxcfs";

/// Where it looks for the hierarchy, as systemd has it.
const CGROUPS: &str = "/sys/fs/cgroup";

/// The daemon, as Debian's unit starts it, but in the foreground; it ends with this.
pub struct Lxcfs {
    daemon: Child,
    cgroups: bool,
}

impl Lxcfs {
    /// Starts it, and waits until its files are there.
    pub fn new() -> Result<Self> {
        let cgroups = !Path::new(CGROUPS).join("cgroup.controllers").exists();
        if cgroups {
            mount("none", CGROUPS, "cgroup2", MountFlags::empty(), None)?;
        }
        fs::create_dir_all(PLACE)?;
        let daemon = Command::new("lxcfs").args(["-f", PLACE]).spawn();
        let daemon = daemon.context("cannot run lxcfs")?;
        let mut lxcfs = Self { daemon, cgroups };
        let until = Instant::now() + Duration::from_secs(60);
        while !Path::new(PLACE).join("proc/meminfo").exists() {
            ensure!(Instant::now() < until, "lxcfs does not mount");
            ensure!(lxcfs.daemon.try_wait()?.is_none(), "lxcfs has ended");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(lxcfs)
    }
}

impl Drop for Lxcfs {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        let _ = unmount(PLACE, UnmountFlags::DETACH);
        if self.cgroups {
            let _ = unmount(CGROUPS, UnmountFlags::DETACH);
        }
    }
}
