// SPDX-License-Identifier: GPL-2.0

//! A distribution's kernel as it is, with the drivers that it needs as modules.

use anyhow::{bail, ensure, Context, Result};
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the VM's devices and its root need, and the one disk that tests have; what these need comes before them.
const DRIVERS: [&str; 7] = [
    "virtio_pci",
    "virtio_console",
    "virtio_rng",
    "9pnet_virtio",
    "9p",
    "overlay",
    "loop",
];

/// The kernel that is installed below a root, and its drivers, which are unpacked into `scratch`, in
/// the order in which they can be loaded.
pub(super) fn parts(root: &Path, scratch: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
    let release = release(root)?;
    let modules = root.join("lib/modules").join(&release);
    let text = fs::read_to_string(modules.join("modules.dep"));
    let text = text.with_context(|| format!("{} has no modules.dep", modules.display()))?;
    let builtin = fs::read_to_string(modules.join("modules.builtin")).unwrap_or_default();
    let needs = Needs::of(&text);
    let mut order = Vec::new();
    for driver in DRIVERS {
        let found = needs.add(driver, &mut order);
        let built_in = builtin.lines().any(|path| name(path) == driver);
        ensure!(found || built_in, "Linux {release} has no {driver}");
    }
    let unpacked = order
        .iter()
        .map(|path| unpack(&modules.join(path), scratch));
    let image = root.join(format!("boot/vmlinuz-{release}"));
    Ok((image, unpacked.collect::<Result<_>>()?))
}

/// The kernel's release, where there is one.
pub(crate) fn release(root: &Path) -> Result<String> {
    let folder = root.join("lib/modules");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if root.join(format!("boot/vmlinuz-{name}")).exists() {
            found.push(name);
        }
    }
    match <[String; 1]>::try_from(found) {
        Ok([release]) => Ok(release),
        Err(found) => bail!(
            "{} kernels are installed below {}, not one",
            found.len(),
            root.display()
        ),
    }
}

/// `modules.dep`: a module's path, by its name, and those of what it needs.
struct Needs<'a>(HashMap<String, (&'a str, Vec<&'a str>)>);

impl<'a> Needs<'a> {
    fn of(text: &'a str) -> Self {
        let line = |line: &'a str| {
            let (path, needs) = line.split_once(':')?;
            Some((name(path), (path, needs.split_whitespace().collect())))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// Adds a module behind all that it needs, unless it is there.
    fn add(&self, module: &str, order: &mut Vec<&'a str>) -> bool {
        let Some((path, needs)) = self.0.get(module) else {
            return false;
        };
        // Those that are needed first stand last.
        for path in needs.iter().rev().chain([path]) {
            if !order.contains(path) {
                order.push(path);
            }
        }
        true
    }
}

/// A module's name: of its file, without what it ends in.
fn name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file).replace('-', "_")
}

/// Unpacks a module into a folder, if it is packed.
pub(crate) fn unpack(module: &Path, scratch: &Path) -> Result<PathBuf> {
    let file = name(&module.to_string_lossy());
    let to = scratch.join(format!("{file}.ko"));
    match module.extension().and_then(|suffix| suffix.to_str()) {
        Some("ko") => {
            fs::copy(module, &to)?;
        }
        Some("xz") => {
            let mut xz = Command::new("xz");
            xz.arg("-dc").arg(module).stdout(File::create(&to)?);
            ensure!(
                xz.status().context("cannot run xz")?.success(),
                "cannot unpack {}",
                module.display()
            );
        }
        other => bail!("{} is packed by {other:?}", module.display()),
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let text = "kernel/fs/9p/9p.ko.xz: kernel/fs/netfs/netfs.ko.xz kernel/net/9p/9pnet.ko.xz\n\
                    kernel/net/9p/9pnet_virtio.ko.xz: kernel/net/9p/9pnet.ko.xz\n\
                    kernel/net/9p/9pnet.ko.xz:\nkernel/fs/netfs/netfs.ko.xz:\n";
        let needs = Needs::of(text);
        let mut order = Vec::new();
        assert!(needs.add("9pnet_virtio", &mut order) && needs.add("9p", &mut order));
        assert!(!needs.add("ext4", &mut order));
        let names: Vec<String> = order.into_iter().map(name).collect();
        assert_eq!(names, ["9pnet", "9pnet_virtio", "netfs", "9p"]);
    }
}
