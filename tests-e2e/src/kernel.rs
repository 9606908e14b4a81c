// SPDX-License-Identifier: GPL-2.0

//! What the running kernel was configured with, and what is left out because it lacks something.
//!
//! Tests and targets ask for the options that they need. A kernel of somebody else's that lacks one
//! is no failure: what needs it is left out, with a sentence, and counted at the end ([`summary`]).
//! The project's own kernel has everything that its configuration names, so there nothing may be
//! left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{ensure, Result};
use rustix::fs::{memfd_create, MemfdFlags};

use crate::arch::HERE;
use crate::entries::{Entry, ENTRIES};

/// Names a file with the configuration, for kernels that tell nothing of it.
const FILE: &str = "PROC2_KERNEL_CONFIG";

/// What the project's own kernel has for procfs's sake.
const OWN: &str = include_str!("../../scripts/kernel/entries.config");

/// The running kernel.
struct Kernel {
    /// Its options that are set, with their values. None if nobody knows: then it is taken to have
    /// all.
    options: Option<BTreeMap<String, String>>,
    /// Whether it is the project's own: it has every line of [`OWN`].
    own: bool,
    /// Where processes note what they left out: the children that a test forks share it.
    left_out: Option<File>,
}

/// An error that says that a test cannot be made on this kernel.
#[derive(Debug, Clone)]
pub struct Lacking(pub String);

impl std::fmt::Display for Lacking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Lacking {}

/// Looks at the running kernel. To be called before anything is mounted, forked or given up; later
/// calls do nothing.
pub fn begin() {
    kernel();
}

fn kernel() -> &'static Kernel {
    static KERNEL: OnceLock<Kernel> = OnceLock::new();
    KERNEL.get_or_init(|| {
        let options = text().map(|text| parse(&text));
        let own = options.as_ref().is_none_or(|options| {
            parse(&of_here(OWN))
                .iter()
                .all(|(key, want)| options.get(key) == Some(want))
        });
        // One more descriptor would show in what is compared: where nothing is left out there is
        // none.
        let left_out = match own {
            true => None,
            false => memfd_create("left out", MemfdFlags::CLOEXEC)
                .ok()
                .map(File::from),
        };
        Kernel {
            options,
            own,
            left_out,
        }
    })
}

/// The configuration, from the first place that has it.
fn text() -> Option<String> {
    if let Some(file) = std::env::var_os(FILE) {
        let text = fs::read_to_string(&file);
        return Some(text.unwrap_or_else(|error| panic!("{FILE}: {error}")));
    }
    let unpacked = Command::new("gzip")
        .args(["-dc", "/proc/config.gz"])
        .output();
    let unpacked = unpacked.ok().filter(|output| output.status.success());
    if let Some(text) = unpacked.and_then(|output| String::from_utf8(output.stdout).ok()) {
        return Some(text);
    }
    let uname = rustix::system::uname();
    fs::read_to_string(format!(
        "/boot/config-{}",
        uname.release().to_string_lossy()
    ))
    .ok()
}

/// Of the project's own files, the lines that are for this architecture: those for one alone have its name in front of
/// their reason.
fn of_here(fragment: &str) -> String {
    let marks = HERE.others.iter().map(|name| format!("# {name}: "));
    let marks: Vec<_> = marks.collect();
    let lines = fragment
        .lines()
        .filter(|line| !marks.iter().any(|mark| line.contains(mark)));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The options that are set, with their values.
fn parse(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter_map(|line| {
        let (key, rest) = line.split_once('=')?;
        // A value ends where its reason begins, in the project's files.
        let value = rest.split_whitespace().next()?;
        (key.starts_with("CONFIG_") && value != "n").then(|| (key.to_owned(), value.to_owned()))
    });
    lines.collect()
}

/// Whether the kernel has an option. `what` needs it: where it lacks it, that is noted as left out.
///
/// # Errors
///
/// The project's own kernel lacks it: then the option is not in its configuration, or not spelt
/// like this.
pub fn has(option: &str, what: &str) -> Result<bool> {
    let kernel = kernel();
    let Some(options) = &kernel.options else {
        return Ok(true);
    };
    if options.contains_key(option) {
        return Ok(true);
    }
    ensure!(
        !kernel.own,
        "{what}: the project's own kernel must have {option}"
    );
    leave_out(what, &format!("this kernel has no {option}"))?;
    Ok(false)
}

/// Notes what is left out of a test on this kernel.
pub fn leave_out(what: &str, reason: &str) -> Result<()> {
    if let Some(mut file) = kernel().left_out.as_ref() {
        writeln!(file, "{what}: {reason}")?;
    }
    Ok(())
}

/// Makes a test one that this kernel cannot pass, unless it has these options.
pub fn need(options: &[&str], what: &str) -> Result<()> {
    for option in options {
        if !has(option, what)? {
            return Err(Lacking(format!("this kernel has no {option}")).into());
        }
    }
    Ok(())
}

/// Of `all` comparisons that the project's own kernel makes possible at least, how many there must
/// be on this one: in proportion to the entries that it has, and half of that, for what else it may
/// lack.
pub fn floor(all: u64) -> u64 {
    let kernel = kernel();
    match &kernel.options {
        Some(options) if !kernel.own => {
            let has = |entry: &&Entry| entry.needs.iter().all(|key| options.contains_key(*key));
            let have = ENTRIES.iter().filter(has).count() as u64;
            all * have / ENTRIES.len() as u64 / 2
        }
        _ => all,
    }
}

/// Whether an entry's options are set; none if nobody knows.
pub fn has_entry(entry: &Entry) -> Option<bool> {
    let options = kernel().options.as_ref()?;
    Some(
        entry
            .needs
            .iter()
            .all(|option| options.contains_key(*option)),
    )
}

/// Whether it is the project's own kernel, as far as anybody knows.
pub fn is_own() -> bool {
    kernel().own
}

/// What was left out on this kernel, a line for each thing.
pub fn summary() -> BTreeSet<String> {
    let mut text = String::new();
    if let Some(mut file) = kernel().left_out.as_ref() {
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.read_to_string(&mut text));
        if let Err(error) = read {
            text = format!("nobody knows what: {error}");
        }
    }
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_those_that_are_set() {
        let options =
            parse("# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C=n  # why\nCONFIG_D=\"x\"\n");
        assert_eq!(options.keys().collect::<Vec<_>>(), ["CONFIG_B", "CONFIG_D"]);
    }

    #[test]
    fn the_projects_own_kernel_has_its_entries_options() {
        assert!(parse(OWN).len() > 50);
        assert_eq!(parse(OWN).get("CONFIG_LATENCYTOP"), Some(&"y".to_owned()));
    }
}
