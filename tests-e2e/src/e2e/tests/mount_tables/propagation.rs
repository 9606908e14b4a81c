// SPDX-License-Identifier: GPL-2.0

//! Mount tables of mounts that take part in what is mounted elsewhere.

use std::os::unix::fs::chroot;
use std::path::Path;

use anyhow::Result;
use rustix::mount::{mount_bind, mount_change, MountFlags, MountPropagationFlags};

use super::super::Test;
use super::{compare, dir, process, tmpfs};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["mount_tables": propagation]
}

fn propagation() -> Result<()> {
    use MountPropagationFlags as P;
    let make = |top: &Path| -> Result<()> {
        for (name, steps) in [
            ("private", &[P::PRIVATE][..]),
            ("shared", &[P::SHARED]),
            ("slave", &[P::SHARED, P::DOWNSTREAM]),
            ("unbindable", &[P::UNBINDABLE]),
        ] {
            let point = dir(top, name)?;
            tmpfs(name, &point, MountFlags::empty())?;
            mount_change(&point, steps[0])?;
            if let Some(last) = steps.get(1) {
                // A peer that it follows then, and one that follows both.
                let (peer, both) = (dir(top, "peer")?, dir(top, "both")?);
                mount_bind(&point, &peer)?;
                mount_change(&point, *last)?;
                mount_bind(&point, &both)?;
                mount_change(&both, P::SHARED)?;
            }
        }
        Ok(())
    };
    let all = process(make)?;
    // Its nearest master is not seen from its root, a farther one is.
    let dominated = process(|top| {
        let (first, jail) = (dir(top, "first")?, dir(top, "jail")?);
        tmpfs("first", &first, MountFlags::empty())?;
        mount_change(&first, P::SHARED)?;
        tmpfs("jail", &jail, MountFlags::empty())?;
        let (peer, last) = (dir(&jail, "peer")?, dir(&jail, "last")?);
        mount_bind(&first, &peer)?;
        let second = dir(top, "second")?;
        mount_bind(&first, &second)?;
        mount_change(&second, P::DOWNSTREAM)?;
        mount_change(&second, P::SHARED)?;
        mount_bind(&second, &last)?;
        mount_change(&last, P::DOWNSTREAM)?;
        chroot(&jail)?;
        std::env::set_current_dir("/")?;
        Ok(())
    })?;
    let says = [" shared:", " master:", " propagate_from:", " unbindable"];
    compare(&[all, dominated], &[1, 1024, 1 << 16], &says)
}
