// SPDX-License-Identifier: GPL-2.0

//! What there is to look at, and callers put in their places before they look.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use rustix::thread::{move_into_link_name_space, LinkNameSpaceType};
use serde::de::DeserializeOwned;
use serde::Serialize;

use crate::caller::{Caller, Place};
use crate::child::{in_child, in_child_with};
use crate::target::{self, Target};
use crate::target_namespaces::{self, Inner};

/// Processes of every kind, and a pid namespace with some of its own.
pub struct Scene {
    targets: Vec<Target>,
    inner: Inner,
}

impl Scene {
    /// Makes them.
    pub fn new() -> Result<Self> {
        Ok(Self {
            targets: target::all()?,
            inner: target_namespaces::inner()?,
        })
    }

    /// Lets a caller look, in a process of its own. `mount` makes the trees, of the pid namespace
    /// that it is given or else of the one that it is called in; `look` gets them with the targets
    /// that they have, the last of which is the caller's own where it can have one.
    pub fn look_as<Trees, Found>(
        &self,
        caller: &Caller,
        mount: impl Fn(Option<&OwnedFd>) -> Result<Trees>,
        look: impl Fn(&Trees, &[&Target]) -> Result<Found>,
    ) -> Result<Found>
    where
        Found: Serialize + DeserializeOwned,
    {
        let inside = || File::open(format!("/proc/{}/ns/pid", self.inner.init.id()));
        let look_with_own = |trees: &Trees, others: &[Target]| {
            caller.become_it()?;
            let own = target::own(caller.place)?;
            let targets: Vec<&Target> = others.iter().chain([&own]).collect();
            look(trees, &targets)
        };
        match caller.place {
            Place::Same | Place::UserNamespace | Place::ChildPid => {
                let flags = match caller.place {
                    Place::ChildPid => libc::CLONE_NEWPID,
                    _ => 0,
                };
                let trees = mount(None)?;
                in_child_with(flags, || look_with_own(&trees, &self.targets))
            }
            Place::Ancestor => {
                let trees = mount(Some(&inside()?.into()))?;
                in_child(|| {
                    caller.become_it()?;
                    look(&trees, &self.inner.targets.iter().collect::<Vec<_>>())
                })
            }
            Place::Inside => in_child(|| {
                let kind = Some(LinkNameSpaceType::ProcessID);
                move_into_link_name_space(inside()?.as_fd(), kind).context("setns")?;
                in_child(|| look_with_own(&mount(None)?, &self.inner.targets))
            }),
        }
    }
}
