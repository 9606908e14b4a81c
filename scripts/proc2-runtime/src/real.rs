// SPDX-License-Identifier: GPL-2.0

//! The real runtime: which it is, and what it can do.

use anyhow::{bail, Context, Result};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What is looked for where nobody names a runtime.
const USUAL: [&str; 2] = ["runc", "crun"];

/// Where engines have runtimes that is not on everybody's path.
const SBIN: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// A runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Its program.
    pub path: PathBuf,
    /// Whether it refuses the type proc2 on `/proc`, so that a hook has to mount.
    pub hook: bool,
}

/// Finds the runtime that was named, or one of the usual ones.
pub fn find(named: Option<&Path>) -> Result<Runtime> {
    let path = match named {
        Some(name) => program(name).with_context(|| format!("there is no {}", name.display()))?,
        None => USUAL
            .iter()
            .find_map(|name| program(Path::new(name)))
            .with_context(|| {
                format!(
                    "there is neither {}; --proc2-runtime=PATH names one",
                    USUAL.join(" nor ")
                )
            })?,
    };
    let ourselves = std::env::current_exe().and_then(|path| path.canonicalize());
    if ourselves.is_ok_and(|ours| path.canonicalize().is_ok_and(|path| path == ours)) {
        bail!("{} is this program itself", path.display());
    }
    let hook = refuses_the_type(&path)?;
    Ok(Runtime { path, hook })
}

/// runc takes nothing but a procfs or a bind mount on /proc (checkProcMount in rootfs_linux.go); crun
/// mounts whatever type is named. Of others nobody has seen.
fn refuses_the_type(path: &Path) -> Result<bool> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let names = [path, &real].map(|path| path.file_name().unwrap_or_default().to_string_lossy());
    let is = |kind: &str| names.iter().any(|name| name.contains(kind));
    match (is("runc"), is("crun")) {
        // "crun" has no "runc" in it, nor the other way round.
        (true, false) => Ok(true),
        (false, true) => Ok(false),
        _ => bail!(
            "{} is neither runc nor crun, which are the two that are known",
            path.display()
        ),
    }
}

fn program(name: &Path) -> Option<PathBuf> {
    let runs = |path: &PathBuf| {
        let metadata = path.metadata();
        metadata.is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
    };
    if name.components().count() > 1 {
        return Some(name.to_owned()).filter(runs);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(SBIN.iter().map(PathBuf::from));
    // What is not absolute would be in the folder that we happen to be in.
    let places = places.filter(|place| place.is_absolute());
    places.map(|place| place.join(name)).find(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_known_by_their_names() {
        for (path, hook) in [
            ("/usr/sbin/runc", true),
            ("/x/crun", false),
            ("/x/runc-1.1", true),
        ] {
            assert_eq!(refuses_the_type(Path::new(path)).unwrap(), hook, "{path}");
        }
        assert!(refuses_the_type(Path::new("/usr/bin/youki")).is_err());
        assert!(find(Some(Path::new("/no/such/runc"))).is_err());
    }
}
