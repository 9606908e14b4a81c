// SPDX-License-Identifier: GPL-2.0

//! A root of Debian's next stable kind: Debian 13 with the kernel of its backports, made by mmdebstrap
//! and kept in the cache, and the package proc2-dkms in it.

use crate::kernel::{hash, source};
use crate::{deb, lock, paths, steps, sudo};
use anyhow::{ensure, Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The release, and where its kernels come from.
const SUITES: [&str; 2] = ["trixie", "trixie-backports"];
/// The kernel; what the package needs beside it stands in the package.
const KERNEL: [&str; 2] = ["linux-image-amd64", "linux-headers-amd64"];
/// Whatever is built of the kernel's source comes from the same place.
const PIN: &str = "Package: src:linux src:linux-signed-amd64 src:linux-base\n\
                   Pin: release n=trixie-backports\nPin-Priority: 600\n";
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
        let packages = [&KERNEL.map(str::to_owned)[..], &deb::needs()?].concat();
        let text = format!("{SUITES:?}{PIN}{}", packages.join(" "));
        let folder = paths::cache()?.join("stock").join(&hash(&[&text])[..12]);
        let root = Self {
            path: folder.join("root"),
            folder,
        };
        if !root.path.exists() {
            root.make(&packages)?;
        }
        Ok(root)
    }

    fn make(&self, packages: &[String]) -> Result<()> {
        install_tools()?;
        let new = self.folder.join("new");
        fs::create_dir_all(&self.folder)?;
        remove(&new)?;
        let mirror = source::mirror()?;
        let what = format!(
            "Debian 13 with the kernel of its backports, in {}",
            self.path.display()
        );
        let mut step = steps::begin("root of Debian's", &what)?;
        let pin = self.folder.join("pin");
        fs::write(&pin, PIN)?;
        let mut bootstrap = sudo::command("mmdebstrap");
        bootstrap.args(["--mode=root", "--variant=minbase", "--components=main"]);
        bootstrap.arg(format!("--include={}", packages.join(",")));
        // What is named is what is installed, as where the package is installed by hand.
        bootstrap.arg("--aptopt=APT::Install-Recommends \"false\"");
        bootstrap.arg(format!(
            "--setup-hook=cp {} \"$1/etc/apt/preferences.d/kernel\"",
            pin.display()
        ));
        bootstrap.arg(SUITES[0]).arg(&new);
        bootstrap.args(SUITES.map(|suite| format!("deb {mirror} {suite} main")));
        bootstrap.env("TMPDIR", &self.folder);
        step.run(&mut bootstrap)?;
        let renamed = sudo::command("mv")
            .arg("-T")
            .arg(&new)
            .arg(&self.path)
            .status();
        ensure!(
            renamed.context("cannot run mv")?.success(),
            "cannot make {}",
            self.path.display()
        );
        step.done();
        Ok(())
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

fn install_tools() -> Result<()> {
    let mut tools = Command::new(paths::checkout()?.join("scripts/debian-install"));
    let status = tools.args(["mmdebstrap", "xz-utils"]).status();
    ensure!(
        status
            .context("cannot run scripts/debian-install")?
            .success(),
        "a root of Debian's cannot be made without mmdebstrap"
    );
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let status = sudo::command("rm")
        .arg("-rf")
        .arg("--")
        .arg(folder)
        .status();
    ensure!(
        status.context("cannot run rm")?.success(),
        "cannot remove {}",
        folder.display()
    );
    Ok(())
}
