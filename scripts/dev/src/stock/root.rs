// SPDX-License-Identifier: GPL-2.0

//! A root of Debian's next stable kind: Debian 13 with the kernel of its backports, made by mmdebstrap
//! and kept in the cache, and the package proc2-dkms in it.

use crate::kernel::hash;
use crate::{arch, arch::Arch, deb, lock, paths, roots, steps, sudo};
use anyhow::{ensure, Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The release, and where its kernels come from.
const SUITES: [&str; 2] = ["trixie", "trixie-backports"];
/// The kernel, without its architecture; what the package needs beside it stands in the package.
const KERNEL: [&str; 2] = ["linux-image", "linux-headers"];
/// Programs that are tried there alone: Debian 12's CRIU does not know this kernel's vDSO, and the
/// kernel that is built here has not the network filters that it wants. It also wants the loopback
/// interface to be up.
const PROGRAMS: [&str; 2] = ["criu", "iproute2"];
/// Mounts what dkms and maintainer scripts expect, for as long as the command runs.
const ENTER: &str = "mount -t proc proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && \
                     root=$0 && exec chroot \"$root\" \"$@\"";

/// A root, and the folder that it is in.
pub(super) struct Root {
    folder: PathBuf,
    /// Its path.
    pub(super) path: PathBuf,
}

impl Root {
    /// Finds it, or makes it.
    pub(super) fn ensure() -> Result<Self> {
        let _lock = lock::take()?;
        let arch = arch::target()?;
        ensure!(
            arch::foreign()?.is_none(),
            "ARCH={}: Debian's own kernel is tried on the host's architecture alone",
            arch.name
        );
        let kernel = KERNEL.map(|name| format!("{name}-{}", arch.debian()));
        let programs = PROGRAMS.map(str::to_owned);
        let packages = [&kernel[..], &programs, &deb::needs()?].concat();
        let pin = pin(arch);
        let text = format!("{SUITES:?}{pin}{}", packages.join(" "));
        let folder = paths::cache()?.join("stock").join(&hash(&[&text])[..12]);
        let root = Self {
            path: folder.join("root"),
            folder,
        };
        if !root.path.exists() {
            root.make(&packages, &pin)?;
        }
        Ok(root)
    }

    fn make(&self, packages: &[String], preferences: &str) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let pin = self.folder.join("pin");
        fs::write(&pin, preferences)?;
        let arguments = [
            "--variant=minbase".to_owned(),
            format!("--include={}", packages.join(",")),
            format!(
                "--setup-hook=cp {} \"$1/etc/apt/preferences.d/kernel\"",
                pin.display()
            ),
        ];
        let what = "Debian 13 with the kernel of its backports";
        roots::make(&self.path, what, &SUITES, &arguments)
    }

    /// Installs the package as of this checkout, unless it is installed.
    pub(super) fn install(&self) -> Result<()> {
        let deb = deb::build()?;
        let _lock = lock::take()?;
        let wanted = deb::identity(&deb)?;
        let mark = self.folder.join("installed");
        if fs::read_to_string(&mark).unwrap_or_default() == wanted {
            return Ok(());
        }
        let _ = fs::remove_file(&mark);
        let mut step = steps::begin(
            "package",
            "proc2-dkms, installed in that root, where dkms builds it for the kernel",
        )?;
        let inside = "tmp/proc2-dkms.deb";
        step.run(sudo::command("cp").arg(&deb).arg(self.path.join(inside)))?;
        let repaired = ["dpkg", "--configure", "-a"];
        let installed = "apt-get install --yes --reinstall --no-install-recommends";
        // Somebody may have interrupted the last one.
        let _ = step.run(&mut self.enter(&repaired));
        let words: Vec<&str> = installed.split(' ').collect();
        let path = format!("/{inside}");
        step.run(&mut self.enter(&[&words[..], &[&path]].concat()))?;
        step.done();
        fs::write(&mark, wanted).context("cannot mark the package as installed")
    }

    /// Removes the package with all that is its own.
    pub(super) fn purge(&self) -> Result<()> {
        let _lock = lock::take()?;
        let _ = fs::remove_file(self.folder.join("installed"));
        let mut step = steps::begin_quietly("package", "proc2-dkms, removed from that root")?;
        step.run(&mut self.enter(&["dpkg", "--purge", "proc2-dkms"]))?;
        step.done();
        Ok(())
    }

    /// A command in it.
    pub(super) fn enter(&self, words: &[&str]) -> Command {
        let mut command = sudo::command("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child"]);
        command
            .args(["sh", "-c", ENTER])
            .arg(&self.path)
            .args(words);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

/// Whatever is built of the kernel's source comes from the same place.
fn pin(arch: &Arch) -> String {
    format!(
        "Package: src:linux src:linux-signed-{} src:linux-base\n\
         Pin: release n=trixie-backports\nPin-Priority: 600\n",
        arch.debian()
    )
}
