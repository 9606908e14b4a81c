// SPDX-License-Identifier: GPL-2.0

//! Whether the kernel that runs would take the module: what can only be asked of it, and not of the
//! headers. Another one is asked when it loads the module, and says the same in its log.

use std::fs;
use std::process::Command;

use anyhow::{bail, Context as _, Result};

use crate::kernel::Kernel;

const RELEASE: &str = "/proc/sys/kernel/osrelease";
const LOCKDOWN: &str = "/sys/kernel/security/lockdown";
const KALLSYMS: &str = "/proc/kallsyms";
/// The public half of the key that dkms signs with, unless its configuration names another.
const KEY: &str = "/var/lib/dkms/mok.pub";

/// Fails where the kernel is locked down, and does not know the key that the module is signed with.
pub(crate) fn takes_modules(kernel: &Kernel) -> Result<()> {
    // Without securityfs, or without the feature, there is no such file.
    let text = fs::read_to_string(LOCKDOWN).unwrap_or_default();
    let Some(mode) = mode(&text).filter(|_| runs(kernel)) else {
        return Ok(());
    };
    if !enrolled() {
        bail!(
            "Linux {} is locked down ({mode}) and takes no module that is signed with a key it does \
             not know: enrol that of dkms (mokutil --import {KEY}), start again, and run \
             `dkms autoinstall`",
            kernel.release
        );
    }
    Ok(())
}

/// Fails unless the kernel has each of these names once, as it would fail itself.
pub(crate) fn has_once(kernel: &Kernel, symbols: &[String]) -> Result<()> {
    if !runs(kernel) {
        return Ok(());
    }
    let text = fs::read_to_string(KALLSYMS).context(KALLSYMS)?;
    once(&text, symbols).with_context(|| format!("Linux {} cannot load proc2", kernel.release))
}

fn runs(kernel: &Kernel) -> bool {
    let running = fs::read_to_string(RELEASE).unwrap_or_default();
    running.trim() == kernel.release
}

/// The mode in which a kernel is locked down, of the text that marks one of several.
fn mode(text: &str) -> Option<&str> {
    let marked = text.split_once('[')?.1.split_once(']')?.0;
    (marked != "none").then_some(marked)
}

/// Whether the firmware hands dkms's key to the kernel; no if that cannot be found out.
fn enrolled() -> bool {
    // It says "is already enrolled", and fails then: only the words tell.
    let said = Command::new("mokutil").args(["--test-key", KEY]).output();
    said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains("is already enrolled"))
}

/// Looks names up in the text of kallsyms: those of the kernel itself, not of its modules.
fn once(kallsyms: &str, symbols: &[String]) -> Result<()> {
    let mut found = vec![0; symbols.len()];
    for line in kallsyms.lines() {
        // Address, type, name, and a module in brackets.
        let mut fields = line.split_whitespace().skip(2);
        let (Some(name), None) = (fields.next(), fields.next()) else {
            continue;
        };
        if let Ok(index) = symbols.binary_search_by(|symbol| symbol.as_str().cmp(name)) {
            found[index] += 1;
        }
    }
    for (symbol, times) in symbols.iter().zip(found) {
        match times {
            1 => {}
            0 => bail!("it has no {symbol}"),
            _ => {
                bail!("it has {times} symbols that are called {symbol}, and a name must be enough")
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marked_mode_counts() {
        assert_eq!(
            mode("none [integrity] confidentiality\n"),
            Some("integrity")
        );
        assert_eq!(mode("[none] integrity confidentiality\n"), None);
        assert_eq!(mode(""), None);
    }

    #[test]
    fn a_name_must_be_there_once() {
        let text = "0 T dput\n0 t proc_pid_stat\n0 t twice\n0 t twice\n0 t gone\t[other]\n";
        let told = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            once(text, &names).map_err(|error| error.to_string())
        };
        assert_eq!(told(&["dput", "proc_pid_stat"]), Ok(()));
        assert_eq!(told(&["dput", "gone"]), Err("it has no gone".to_owned()));
        let twice = "it has 2 symbols that are called twice, and a name must be enough";
        assert_eq!(told(&["twice"]), Err(twice.to_owned()));
    }
}
