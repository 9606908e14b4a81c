// SPDX-License-Identifier: GPL-2.0

//! `make deb`: the package proc2-dkms, made by debhelper from `scripts/deb/debian` and a tree that has
//! what is to be installed.

use crate::{install, lock, paths, sources, version};
use anyhow::{bail, ensure, Context, Result};
use proc2_dkms::{OPTIONS, SERIES};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What makes packages.
const TOOLS: [&str; 4] = ["build-essential", "debhelper", "dh-dkms", "dpkg-dev"];
const DEBIAN: &str = "scripts/deb/debian";
/// Programs, and where they go.
const PROGRAMS: [(&str, &str); 2] = [
    ("proc2-dkms", "usr/lib/proc2-dkms/proc2-dkms"),
    ("proc2-check", "usr/bin/proc2-check"),
];

/// Makes the package, and gives its path.
pub(crate) fn build() -> Result<PathBuf> {
    let _lock = lock::take()?;
    let checkout = paths::checkout()?;
    let mut tools = Command::new(checkout.join("scripts/debian-install"));
    let tools = tools
        .args(TOOLS)
        .status()
        .context("cannot run scripts/debian-install")?;
    ensure!(
        tools.success(),
        "packages cannot be made without {}",
        TOOLS.join(", ")
    );
    let folder = paths::build()?.join("deb");
    let _ = fs::remove_dir_all(&folder);
    let (stage, tree) = (folder.join("proc2"), folder.join("proc2/tree"));
    let version = version::released()?;
    let changelog = of_changelog(&checkout.join(DEBIAN).join("changelog"))?;
    ensure!(
        changelog == version,
        "the changelog of {DEBIAN} begins with {changelog}, but Kbuild says {version}"
    );
    for file in sources::all()? {
        let to = if let Some(rest) = file.strip_prefix(DEBIAN) {
            stage.join(format!("debian{rest}"))
        } else if sources::MODULE.iter().any(|part| file.starts_with(part)) {
            tree.join(format!("usr/src/proc2-{version}")).join(&file)
        } else {
            continue;
        };
        put(&checkout.join(&file), &to)?;
    }
    fill_in(&stage.join("debian"))?;
    for (package, to) in PROGRAMS {
        put(&install::built(package)?, &tree.join(to))?;
    }
    for (fragment, to) in install::FRAGMENTS {
        put(
            &checkout.join("scripts/host").join(fragment),
            &tree.join(to),
        )?;
    }
    put(&checkout.join("docs/proc2.5"), &stage.join("proc2.5"))?;
    package(&stage)?;
    let name = |path: &Path| path.extension().is_some_and(|suffix| suffix == "deb");
    let made = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let made = made.collect::<Result<Vec<PathBuf>>>()?;
    let made = made.into_iter().find(|path| name(path));
    made.context("dpkg-buildpackage has made no package")
}

/// The packages that it depends on by name.
pub(crate) fn needs() -> Result<Vec<String>> {
    let path = paths::checkout()?.join(DEBIAN).join("control");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let needs = depends(&text).with_context(|| format!("{} has no Depends:", path.display()))?;
    Ok(needs
        .into_iter()
        .map(|name| name.replace("#SERIES#", SERIES[0]))
        .collect())
}

/// What tells a package from one of other content.
pub(crate) fn identity(deb: &Path) -> Result<String> {
    let content = fs::read(deb).with_context(|| deb.display().to_string())?;
    Ok(format!("{:x}", Sha256::digest(content)))
}

/// The names in the field Depends of a control file, without those that debhelper puts in.
fn depends(control: &str) -> Option<Vec<String>> {
    let (_, rest) = control.split_once("\nDepends:")?;
    // It ends with the line behind which no blank stands.
    let end = rest
        .match_indices('\n')
        .find(|(at, _)| !rest[at + 1..].starts_with(' '));
    let field = end.map_or(rest, |(at, _)| &rest[..at]);
    let name = |need: &str| need.split_whitespace().next().map(str::to_owned);
    let names = field.split(',').filter_map(name);
    Some(names.filter(|name| !name.starts_with('$')).collect())
}

/// Copies a file, its mode too, with the folders above it.
fn put(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.with_file_name(""))?;
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Puts in what is said elsewhere: the series, and the options that a kernel must have.
fn fill_in(debian: &Path) -> Result<()> {
    let options = OPTIONS.map(|(option, _)| option).join(" ");
    let sources = SERIES
        .map(|series| format!("linux-source-{series}"))
        .join(" | ");
    let pattern = format!(
        "({})",
        SERIES.map(|series| series.replace('.', "\\.")).join("|")
    );
    for file in ["control", "proc2-dkms.dkms"] {
        let path = debian.join(file);
        let text = fs::read_to_string(&path)?;
        let text = text
            .replace("linux-source-#SERIES#", &sources)
            .replace("#SERIES#", &pattern)
            .replace("#OPTIONS#", &options);
        fs::write(&path, text)?;
    }
    Ok(())
}

fn package(stage: &Path) -> Result<()> {
    let output = Command::new("dpkg-buildpackage")
        .args(["--build=binary", "--no-sign"])
        .env("DEB_BUILD_OPTIONS", "noautodbgsym")
        .current_dir(stage)
        .output()
        .context("cannot run dpkg-buildpackage")?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!(
            "dpkg-buildpackage failed:\n{}",
            String::from_utf8_lossy(&said)
        );
    }
    Ok(())
}

/// The version that a changelog of Debian's begins with.
fn of_changelog(changelog: &Path) -> Result<String> {
    let text = fs::read_to_string(changelog).with_context(|| changelog.display().to_string())?;
    let version = text.split(['(', ')']).nth(1);
    version
        .map(str::to_owned)
        .with_context(|| format!("{} begins with no version", changelog.display()))
}

#[cfg(test)]
mod tests {
    use super::depends;

    #[test]
    fn dependencies_are_names() {
        let control = "Package: a\nDepends: bc,\n         dkms (>= 3),\n         ${misc:Depends}\n\
                       Recommends: c\n";
        assert_eq!(depends(control).unwrap(), ["bc", "dkms"]);
        assert_eq!(depends("Package: a\n"), None);
    }
}
