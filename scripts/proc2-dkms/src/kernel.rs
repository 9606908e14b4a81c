// SPDX-License-Identifier: GPL-2.0

//! The kernel that a module is made for, as its headers describe it, and why there can be none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, ensure, Context as _, Result};
use proc2_dkms::{all_series, series_of, OPTIONS};

/// A kernel that proc2 can be built for.
pub(crate) struct Kernel {
    /// What `uname -r` says where it runs.
    pub(crate) release: String,
    /// The series that this is of.
    pub(crate) series: &'static str,
    /// The folder of its headers, which has `.config` and `Module.symvers`.
    pub(crate) headers: PathBuf,
    /// Its C compiler's name.
    pub(crate) compiler: String,
}

impl Kernel {
    /// Finds a kernel's headers, and sees that it has what a module in Rust that goes by names needs.
    pub(crate) fn of(release: &str) -> Result<Self> {
        let series = series_of(release)
            .with_context(|| format!("Linux {release}: this proc2 is for {}", all_series()))?;
        let build = Path::new("/lib/modules").join(release).join("build");
        let headers = build.canonicalize().with_context(|| {
            format!("Linux {release}: no headers; install linux-headers-{release}")
        })?;
        let config = headers.join(".config");
        let config = fs::read_to_string(&config).with_context(|| config.display().to_string())?;
        let config = Config(&config);
        config.check(release)?;
        let wanted = config.text("CONFIG_CC_VERSION_TEXT")?;
        let compiler = wanted.split(' ').next().unwrap_or_default().to_owned();
        same(release, &wanted, &compiler)?;
        same(release, &config.text("CONFIG_RUSTC_VERSION_TEXT")?, "rustc")?;
        Ok(Self {
            release: release.to_owned(),
            series,
            headers,
            compiler,
        })
    }

    /// `make` in a tree of it, by its compiler.
    pub(crate) fn make(&self, tree: &Path) -> Command {
        let mut make = Command::new("make");
        let jobs = std::thread::available_parallelism().map_or(1, usize::from);
        make.arg("-C").arg(tree).arg(format!("-j{jobs}"));
        make.arg(format!("CC={}", self.compiler));
        // dkms and its callers have set what suits their own make.
        for name in ["ARCH", "MAKEFLAGS", "MFLAGS", "KERNELRELEASE"] {
            make.env_remove(name);
        }
        make
    }

    /// What it exports.
    pub(crate) fn symvers(&self) -> PathBuf {
        self.headers.join("Module.symvers")
    }
}

/// The text of a `.config`.
struct Config<'a>(&'a str);

impl<'a> Config<'a> {
    fn value(&self, name: &str) -> Option<&'a str> {
        let value = |line: &'a str| line.strip_prefix(name)?.strip_prefix('=');
        self.0.lines().find_map(value)
    }

    fn text(&self, name: &str) -> Result<String> {
        let value = self
            .value(name)
            .with_context(|| format!("the headers' .config has no {name}"))?;
        Ok(value.trim_matches('"').to_owned())
    }

    fn check(&self, release: &str) -> Result<()> {
        for (option, why) in OPTIONS {
            if self.value(option) != Some("y") {
                bail!("Linux {release} was built without {option}: {why}");
            }
        }
        Ok(())
    }
}

/// Fails unless a compiler says that it is the one the kernel was compiled by.
fn same(release: &str, wanted: &str, compiler: &str) -> Result<()> {
    let output = Command::new(compiler).arg("--version").output();
    let output = output.with_context(|| {
        format!("Linux {release} was compiled by {wanted}; {compiler} is not installed")
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let here = text.lines().next().unwrap_or_default();
    ensure!(
        here == wanted,
        "Linux {release} was compiled by {wanted}, but {compiler} is {here}: proc2 must be compiled by the same"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_kernel_lacks_is_named() {
        let all: String = OPTIONS.map(|(option, _)| format!("{option}=y\n")).concat();
        assert!(Config(&all).check("7.3.4").is_ok());
        for (option, _) in OPTIONS {
            let text = all.replace(&format!("{option}=y"), &format!("# {option} is not set"));
            let told = Config(&text).check("7.3.4").unwrap_err().to_string();
            assert!(
                told.starts_with(&format!("Linux 7.3.4 was built without {option}: ")),
                "{told}"
            );
        }
    }

    #[test]
    fn another_compiler_is_refused() {
        let told = same("7.3.4", "cargo 0.0.1", "cargo")
            .unwrap_err()
            .to_string();
        assert!(
            told.starts_with("Linux 7.3.4 was compiled by cargo 0.0.1, but cargo is cargo 1."),
            "{told}"
        );
        let told = same("7.3.4", "no-such-cc 1", "no-such-cc")
            .unwrap_err()
            .to_string();
        assert!(told.ends_with("no-such-cc is not installed"), "{told}");
    }
}
