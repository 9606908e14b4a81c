// SPDX-License-Identifier: GPL-2.0

//! From a decision to the changes of a bundle.
//!
//! Where the real runtime mounts the type `proc2` itself, the mount of type proc becomes one of that
//! type. Where it does not, the mount goes, and a `createContainer` hook takes its place: it runs in
//! the container's namespaces, behind the bundle's mounts and before the root is entered.

use crate::bundle::{Changes, View};
use crate::decide::Given;
use crate::{flags, hook, sysctl};
use anyhow::{bail, Context, Result};
use oci_spec::runtime::{HookBuilder, Mount};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The type of filesystem.
pub const TYPE: &str = "proc2";

/// The changes where the real runtime mounts.
pub fn direct(view: &View, given: &Given) -> Changes {
    let mut mount: Mount = view.mounts[given.mount].clone();
    mount.set_typ(Some(TYPE.into()));
    mount.set_source(Some(TYPE.into()));
    mount.set_options(Some([given.flags.clone(), given.options.words()].concat()));
    Changes {
        mount: Some((given.mount, Some(mount))),
        ..lists(given)
    }
}

/// The changes where a hook mounts. `program` is this one; `directory` has the bundle.
pub fn hooked(view: &View, given: &Given, program: &Path, directory: &Path) -> Result<Changes> {
    let root = view.root.as_ref().context("the bundle has no root")?.path();
    let order = hook::Order {
        rootfs: directory.join(root),
        flags: flags::attributes(given.flags.iter().map(String::as_str))
            .map_or_else(|word| bail!("{word} is no flag of a mount"), Ok)?
            .bits(),
        options: given.options.pairs(),
        keep: given.below.clone(),
        sysctl: moved(view)?,
    };
    let args = vec![
        hook::NAME.to_owned(),
        hook::WORD.to_owned(),
        serde_json::to_string(&order)?,
    ];
    let hook = HookBuilder::default()
        .path(PathBuf::from(program))
        .args(args);
    // With other mounts below, the runtime needs a procfs to put them on; the hook takes it away.
    let mount = given.below.is_empty().then_some((given.mount, None));
    Ok(Changes {
        mount,
        sysctl: order
            .sysctl
            .iter()
            .map(|sysctl| sysctl.key.clone())
            .collect(),
        hook: Some(hook.build()?),
        ..lists(given)
    })
}

/// The sysctls that the hook is to write.
fn moved(view: &View) -> Result<Vec<hook::Sysctl>> {
    let ours = view
        .sysctl
        .iter()
        .filter(|(key, _)| sysctl::movable(key, &view.namespaces));
    ours.map(|(key, value)| {
        Ok(hook::Sysctl {
            key: key.clone(),
            value: value.clone(),
            outside: sysctl::number(key)?,
        })
    })
    .collect()
}

/// The lists without what the instance does.
fn lists(given: &Given) -> Changes {
    Changes {
        masked: given.masked.clone(),
        readonly: given.readonly.clone(),
        ..Changes::default()
    }
}

/// Checks that an image has no link in the place of the directory `/proc`: for a type that it does
/// not know, crun would follow it.
pub fn check_directory(proc: &Path) -> Result<()> {
    match proc.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => bail!("/proc of the image is no directory"),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot look at {}", proc.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_directory_or_nothing_for_its_proc() {
        let image = tempfile::tempdir().unwrap();
        let proc = image.path().join("proc");
        assert!(check_directory(&proc).is_ok());
        std::os::unix::fs::symlink("/data", &proc).unwrap();
        assert!(check_directory(&proc).is_err());
        std::fs::remove_file(&proc).unwrap();
        std::fs::create_dir(&proc).unwrap();
        assert!(check_directory(&proc).is_ok());
    }
}
