// SPDX-License-Identifier: GPL-2.0

//! What lies over the host's root in a VM of another architecture: Debian 13, with the packages that the tests run there.
//! They are only unpacked, for none of their scripts could run on the host. What these would have made comes from the
//! host's root below, as `/etc/passwd` does, or is made here, or is not needed.

use crate::arch::Arch;
use crate::kernel::hash;
use crate::{lock, packages, paths, roots};
use anyhow::Result;
use std::path::PathBuf;

const SUITES: [&str; 1] = ["trixie"];

/// Finds it, or makes it.
pub(crate) fn root(arch: &Arch) -> Result<PathBuf> {
    let packages = packages::in_the_vm().collect::<Vec<_>>().join(",");
    let arguments = [
        "--variant=extract".to_owned(),
        format!("--architectures={}", arch.debian()),
        "--include=?essential".to_owned(),
        format!("--include={packages}"),
        // As a script of base-files makes them.
        r#"--extract-hook=rmdir "$1/var/run" "$1/var/lock""#.to_owned(),
        r#"--extract-hook=ln -s /run "$1/var/run" && ln -s /run/lock "$1/var/lock""#.to_owned(),
    ];
    let key = hash(&[&format!("{SUITES:?}{arguments:?}")]);
    let name = format!("root-{}-{}", arch.debian(), &key[..12]);
    let root = paths::cache()?.join("cross").join(name).join("root");
    if !root.exists() {
        let _lock = lock::take()?;
        let what = format!("Debian 13 for {}, unpacked", arch.name);
        roots::make(&root, &what, &SUITES, &arguments)?;
    }
    Ok(root)
}
