// SPDX-License-Identifier: GPL-2.0

//! The kernel's source: Debian's package of it, fetched as data. The system's own apt is asked
//! which mirror it uses and is otherwise left alone: configuration, lists and cache are ours.

use super::view;
use crate::{paths, steps};
use anyhow::{bail, Context, Result};
use proc2_dkms::{all_series, series_of, SERIES};
use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{symlink, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The suites that may have a series that proc2 is written for.
const SUITES: [&str; 2] = ["trixie-backports", "sid"];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A source tree, ready to build from.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// What the build tree's key holds of it: the version, or where it is, and our patches.
    pub(super) identity: String,
    /// The user's own: may change at any time.
    pub(super) given: bool,
    /// The series that it is of.
    pub(crate) series: &'static str,
}

/// Finds, or fetches, the source; `KSRC=` names one of the user's own.
pub(super) fn ensure() -> Result<Source> {
    let original = original()?;
    let (path, identity) = view::of(&original.path, &original.identity, original.given)?;
    Ok(Source {
        path,
        identity,
        given: original.given,
        series: original.series,
    })
}

/// Whether [`ensure`] would fetch nothing.
pub(super) fn is_there() -> Result<bool> {
    if env::var_os("KSRC").is_some_and(|given| !given.is_empty()) {
        return Ok(true);
    }
    let home = paths::cache()?.join("kernel");
    let first = wanted()?[0];
    Ok(home.join(format!("source-{first}/Makefile")).exists())
}

/// The source without our patches.
pub(crate) fn original() -> Result<Source> {
    if let Some(given) = env::var_os("KSRC").filter(|given| !given.is_empty()) {
        let path = Path::new(&given)
            .canonicalize()
            .context("KSRC= names no folder")?;
        if !path.join("rust/kernel").is_dir() || !path.join("fs/proc").is_dir() {
            bail!("KSRC={} is no kernel source tree", path.display());
        }
        return Ok(Source {
            identity: path.display().to_string(),
            series: of_tree(&path)?,
            path,
            given: true,
        });
    }
    let home = paths::cache()?.join("kernel");
    let wanted = wanted()?;
    for series in wanted {
        let current = home.join(format!("source-{series}"));
        if !current.join("Makefile").exists() && !fetch(&home, &current, series)? {
            eprintln!(
                "proc2: no linux-source-{series} in {} any more",
                SUITES.join(", ")
            );
            continue;
        }
        let version = fs::read_link(&current)?;
        return Ok(Source {
            path: home.join(&version),
            identity: version.to_string_lossy().into_owned(),
            given: false,
            series,
        });
    }
    bail!(
        "none of the series that this proc2 is for ({}) can be had: give a tree with KSRC= or KDIR=",
        wanted.join(", ")
    )
}

/// The source of any series that the archive has, for reading.
pub(crate) fn of_series(series: &str) -> Result<PathBuf> {
    let plain = |c: char| c.is_ascii_digit() || c == '.';
    if series.is_empty() || !series.chars().all(plain) {
        bail!("{series:?} is no series of Linux: say 7.3");
    }
    let home = paths::cache()?.join("kernel");
    let current = home.join(format!("source-{series}"));
    if !current.join("Makefile").exists() && !fetch(&home, &current, series)? {
        bail!("no linux-source-{series} in {}", SUITES.join(", "));
    }
    Ok(current)
}

/// The series to take, the first of them that can be had: all that are known, or that of `KERNEL=`.
fn wanted() -> Result<&'static [&'static str]> {
    let asked = env::var("KERNEL").unwrap_or_default();
    if asked.is_empty() {
        return Ok(&SERIES);
    }
    let index = SERIES.iter().position(|series| *series == asked);
    let index =
        index.with_context(|| format!("KERNEL={asked}: this proc2 is for {}", all_series()))?;
    Ok(&SERIES[index..=index])
}

/// The series of a source tree, as its Makefile has it.
fn of_tree(path: &Path) -> Result<&'static str> {
    let text = fs::read_to_string(path.join("Makefile"))?;
    let value = |name: &str| {
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        value.unwrap_or_default().to_owned()
    };
    let release = format!("{}.{}", value("VERSION"), value("PATCHLEVEL"));
    series_of(&release).with_context(|| {
        format!(
            "KSRC={} is Linux {release}: this proc2 is for {}",
            path.display(),
            all_series()
        )
    })
}

/// Fetches the source of a series; false if the archive has none.
fn fetch(home: &Path, current: &Path, series: &str) -> Result<bool> {
    let package = format!("linux-source-{series}");
    let mut step = steps::begin("kernel source", &format!("{package} from Debian"))?;
    let apt = home.join("apt");
    let config = configure(&apt)?;
    let apt_command = |program: &str| {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", &config).current_dir(&apt);
        command
    };
    // One suite may be out of order; whether the others have the package is what counts.
    let updated = step.run(apt_command("apt-get").args([
        "-q",
        "update",
        "-o",
        "APT::Update::Error-Mode=any",
    ]));
    let versions = apt_command("apt-cache")
        .args(["madison", &package])
        .output()?;
    let Some(version) = newest(&String::from_utf8_lossy(&versions.stdout), series)? else {
        updated?;
        step.done();
        return Ok(false);
    };
    step.run_apt(apt_command("apt-get").args(["-q", "download", &format!("{package}={version}")]))?;

    // As apt names the file of an architecture-independent package.
    let deb = apt.join(format!("{package}_{}_all.deb", version.replace(':', "%3a")));
    let unpacked = apt.join("unpacked");
    let _ = fs::remove_dir_all(&unpacked);
    step.run(Command::new("dpkg-deb").arg("-x").arg(&deb).arg(&unpacked))?;
    let archive = unpacked.join("usr/src").join(format!("{package}.tar.xz"));
    let target = format!("linux-{}", version.replace(['~', ':'], "-"));
    let new = home.join(format!("{target}.new"));
    let _ = fs::remove_dir_all(&new);
    fs::create_dir_all(&new)?;
    let mut tar = Command::new("tar");
    tar.args(["-x", "--strip-components=1", "-C"])
        .arg(&new)
        .arg("-f")
        .arg(&archive);
    step.run(tar.env("XZ_DEFAULTS", "-T0"))?;
    let _ = fs::remove_dir_all(home.join(&target));
    fs::rename(&new, home.join(&target))?;
    fs::remove_dir_all(&unpacked)?;
    fs::remove_file(&deb)?;
    let _ = fs::remove_file(current);
    symlink(&target, current)?;
    step.done();
    Ok(true)
}

/// An apt configuration of our own, with the system's mirror and other suites.
fn configure(apt: &Path) -> Result<PathBuf> {
    for folder in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(apt.join(folder))?;
    }
    fs::set_permissions(apt, Permissions::from_mode(0o755))?;
    let mirror = mirror()?;
    let line = |suite: &&str| format!("deb [signed-by={KEYRING}] {mirror} {suite} main\n");
    fs::write(
        apt.join("sources"),
        SUITES.iter().map(line).collect::<String>(),
    )?;
    let here = apt.display();
    let config = apt.join("apt.conf");
    let text = format!(
        "Dir::State::lists \"{here}/lists\";\nDir::Cache \"{here}/cache\";\n\
         Dir::Etc::sourcelist \"{here}/sources\";\nDir::Etc::sourceparts \"-\";\n\
         Acquire::Languages \"none\";\nAPT::Sandbox::User \"\";\n"
    );
    fs::write(&config, text)?;
    Ok(config)
}

/// The mirror of the Debian archive that the system's apt uses.
pub(crate) fn mirror() -> Result<String> {
    let targets = Command::new("apt-get")
        .args([
            "indextargets",
            "--format",
            "$(REPO_URI) $(ORIGIN) $(LABEL)",
            "Identifier: Packages",
        ])
        .output()
        .context("cannot run apt-get")?;
    let targets = String::from_utf8_lossy(&targets.stdout);
    let found = archive(&targets).context(
        "apt-get indextargets names no Debian mirror: is /etc/apt/sources.list in order, and did \
         apt-get update run?",
    )?;
    Ok(found.to_owned())
}

/// The mirror of the archive itself, not of its security updates.
fn archive(targets: &str) -> Option<&str> {
    targets
        .lines()
        .find_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [address, "Debian", "Debian"] => Some(address),
            _ => None,
        })
}

/// The newest version in the output of `apt-cache madison`.
fn newest(madison: &str, series: &str) -> Result<Option<String>> {
    let mut best: Option<&str> = None;
    for version in madison
        .lines()
        .filter_map(|line| line.split('|').nth(1).map(str::trim))
    {
        let newer = |best| {
            let mut dpkg = Command::new("dpkg");
            dpkg.args(["--compare-versions", version, "gt", best])
                .status()
                .map(|s| s.success())
        };
        if version.starts_with(series) && best.map_or(Ok(true), newer)? {
            best = Some(version);
        }
    }
    Ok(best.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_told_from_its_security_updates() {
        let targets = "http://a/debian-security/ Debian Debian-Security\n\
                       http://b/tool/ Tool Tool\nhttp://c/debian/ Debian Debian\n";
        assert_eq!(archive(targets), Some("http://c/debian/"));
        assert_eq!(archive(""), None);
    }

    #[test]
    fn the_newest_of_the_series_wins() {
        let madison = " linux-source-7.3 | 7.3.4-1~bpo13+1 | http://x trixie-backports/main\n \
                       linux-source-7.3 | 7.3.10-1 | http://x sid/main\n \
                       linux-source-7.3 | 7.3.4-1 | http://x sid/main\n";
        assert_eq!(newest(madison, "7.3").unwrap().as_deref(), Some("7.3.10-1"));
        assert_eq!(newest("", "7.3").unwrap(), None);
    }
}
