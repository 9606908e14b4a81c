// SPDX-License-Identifier: GPL-2.0

//! The kernel's configuration: fragments over `allnoconfig`, each option with its reason. What the
//! kernel does not take as asked is an error, never a surprise later.

use crate::{arch, paths, steps, toolchain};
use anyhow::{bail, Context, Result};
use std::path::Path;
use std::{env, fs};

/// The fragments, in `scripts/kernel`.
const FRAGMENTS: [&str; 2] = ["base.config", "entries.config"];
/// One more, asked for with `DEBUG=1`.
const DEBUG: &str = "debug.config";
/// One more, asked for with `GCC=1`.
const GCC: &str = "gcc.config";

fn fragments() -> impl Iterator<Item = &'static str> {
    FRAGMENTS
        .into_iter()
        .chain(debug().then_some(DEBUG))
        .chain(gcc().then_some(GCC))
}

/// Whether the kernel is to look for mistakes, and so to be slow.
pub(crate) fn debug() -> bool {
    asked_for("DEBUG")
}

/// Whether gcc and its plugins are to compile the kernel's C.
pub(crate) fn gcc() -> bool {
    asked_for("GCC")
}

/// What a kernel so configured is called where figures are kept.
pub(crate) fn kind() -> &'static str {
    if debug() {
        "debug"
    } else if gcc() {
        "gcc"
    } else {
        "normal"
    }
}

fn asked_for(variable: &str) -> bool {
    env::var(variable).is_ok_and(|value| value == "1")
}

/// As if `DEBUG=1` stood in the environment.
pub(crate) fn ask_for_debug() {
    env::set_var("DEBUG", "1");
}

/// The options asked for, one `CONFIG_X=y` per line, without the reasons.
pub(crate) fn requested(series: &str) -> Result<String> {
    if debug() && gcc() {
        bail!("DEBUG=1 and GCC=1 exclude each other: the kernel takes Rust and KASAN together from clang alone");
    }
    let arch = arch::target()?.name;
    let mut all = String::new();
    let folder = paths::checkout()?.join("scripts/kernel");
    // What a series asks for that the others do not.
    let own = Some(format!("{series}.config")).filter(|name| folder.join(name).exists());
    for name in fragments().map(str::to_owned).chain(own) {
        let path = folder.join(name);
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        let more = options(&text, arch).with_context(|| format!("in {}", path.display()))?;
        all = over(&all, &more);
    }
    Ok(all)
}

/// Options, and more of them, which take the place of those with the same names.
fn over(options: &str, more: &str) -> String {
    fn name(line: &str) -> &str {
        line.split_once('=').map_or(line, |(name, _)| name)
    }
    let replaced = |line: &&str| more.lines().any(|other| name(other) == name(line));
    let kept = options.lines().filter(|line| !replaced(line));
    kept.chain(more.lines())
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The options of a fragment that are for an architecture: those of one alone have its name in front of their reason.
fn options(fragment: &str, arch: &str) -> Result<String> {
    let mut options = String::new();
    for line in fragment
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let Some((option, reason)) = line.split_once('#') else {
            bail!("no reason behind the option: {line}");
        };
        if !option.starts_with("CONFIG_") || !option.contains('=') || reason.trim().is_empty() {
            bail!("not of the form CONFIG_NAME=value # reason: {line}");
        }
        let alone = reason.trim().split_once(": ").map(|(name, _)| name);
        if alone.is_some_and(|name| arch::is_known(name) && name != arch) {
            continue;
        }
        options.push_str(option.trim_end());
        options.push('\n');
    }
    Ok(options)
}

/// Configures a build tree, unless that is done.
pub(super) fn configure(source: &Path, tree: &Path, requested: &str) -> Result<()> {
    let done = tree.join("proc2.configured");
    if fs::read_to_string(&done).unwrap_or_default() == requested {
        return Ok(());
    }
    let mut step = steps::begin(
        "kernel configuration",
        &fragments().collect::<Vec<_>>().join(" and "),
    )?;
    let fragment = tree.join("proc2.requested");
    fs::write(&fragment, requested)?;
    let mut make = toolchain::make(toolchain::llvm().as_deref())?;
    make.arg("-C")
        .arg(source)
        .arg(format!("O={}", tree.display()));
    make.arg(format!("KCONFIG_ALLCONFIG={}", fragment.display()));
    step.run(make.arg("allnoconfig"))?;
    let result = fs::read_to_string(tree.join(".config"))?;
    let refused = refused(requested, &result);
    if !refused.is_empty() {
        bail!(
            "the kernel does not take these options as asked (a dependency is missing, or another \
             option selects them; if it is CONFIG_RUST, the toolchain: try `make rustavailable` in \
             {}): {}",
            source.display(),
            refused.join(" ")
        );
    }
    step.done();
    fs::write(done, requested).context("cannot mark the kernel as configured")
}

/// The options that are not as asked in the result.
fn refused<'a>(requested: &'a str, result: &str) -> Vec<&'a str> {
    let granted = |line: &&str| match line.strip_suffix("=n") {
        Some(name) => !result
            .lines()
            .any(|got| got.starts_with(&format!("{name}="))),
        None => result.lines().any(|got| got == *line),
    };
    requested.lines().filter(|line| !granted(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_without_a_reason_is_refused() {
        assert!(options("CONFIG_A=y\n", "x86").is_err());
        assert!(options("CONFIG_A=y #\n", "x86").is_err());
        assert_eq!(
            options("# head\n\nCONFIG_A=y  # why\n", "x86").unwrap(),
            "CONFIG_A=y\n"
        );
    }

    #[test]
    fn an_option_of_one_architecture_is_not_for_others() {
        let fragment = "CONFIG_A=y # x86: why\nCONFIG_B=y # as: why\nCONFIG_C=y # arm64: why\n";
        let of = |arch| options(fragment, arch).unwrap();
        assert_eq!(of("x86"), "CONFIG_A=y\nCONFIG_B=y\n");
        assert_eq!(of("arm64"), "CONFIG_B=y\nCONFIG_C=y\n");
    }

    #[test]
    fn a_later_fragment_has_the_last_word() {
        let (base, more) = (
            "CONFIG_A=y\nCONFIG_B=y\nCONFIG_AB=y\n",
            "CONFIG_B=n\nCONFIG_C=y\n",
        );
        assert_eq!(
            over(base, more),
            "CONFIG_A=y\nCONFIG_AB=y\nCONFIG_B=n\nCONFIG_C=y\n"
        );
    }

    #[test]
    fn options_that_came_out_otherwise_are_found() {
        let result = "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=m\nCONFIG_D=y\n";
        let asked = "CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=y\nCONFIG_D=n\nCONFIG_E=n\n";
        assert_eq!(
            refused(asked, result),
            ["CONFIG_B=y", "CONFIG_C=y", "CONFIG_D=n"]
        );
    }
}
