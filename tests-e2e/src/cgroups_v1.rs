// SPDX-License-Identifier: GPL-2.0

//! A hierarchy of the first version of control groups, with one controller, beside the default one.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use rustix::mount::{mount, unmount, MountFlags, UnmountFlags};

use crate::cgroups::Group;
use crate::mount::new_directory;

/// One group in such a hierarchy; both are gone when this is dropped, and so must be who was in it.
pub struct Hierarchy {
    root: PathBuf,
    /// The group.
    pub group: Group,
}

impl Hierarchy {
    /// Mounts the controller's hierarchy, and makes a group in it.
    ///
    /// # Errors
    ///
    /// `EBUSY` where the default hierarchy has the controller, and a group below its root.
    pub fn new(controller: &str) -> Result<Self> {
        let root = new_directory()?;
        let options = std::ffi::CString::new(controller)?;
        mount("none", &root, "cgroup", MountFlags::empty(), &*options)
            .with_context(|| format!("mounting a hierarchy of {controller}"))?;
        let path = root.join(format!("proc2-e2e-{}", std::process::id()));
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        let group = Group { path };
        Ok(Self { root, group })
    }
}

impl Drop for Hierarchy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir(&self.group.path) {
            eprintln!("{}: {error}", self.group.path.display());
        }
        let _ = unmount(&self.root, UnmountFlags::DETACH);
        let _ = fs::remove_dir(&self.root);
    }
}
