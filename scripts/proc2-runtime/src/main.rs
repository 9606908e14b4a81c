// SPDX-License-Identifier: GPL-2.0

//! `proc2-runtime`: changes the bundle, if a container is to be made, and becomes the real runtime.

use anyhow::{Context, Result};
use proc2_runtime::bundle::Bundle;
use proc2_runtime::decide::{decide, Decision, Mounter};
use proc2_runtime::invocation::Asked;
use proc2_runtime::writable::Mounted;
use proc2_runtime::{change, hook, invocation, log, real};
use rustix::thread::{capabilities, CapabilitySet};
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

/// What runtimes end with when they fail.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let words: Vec<OsString> = words.collect();
    if let [word, order] = &words[..] {
        if word == hook::WORD {
            let done = hook::run(&order.to_string_lossy());
            return ending(done, None, false);
        }
    }
    match invocation::parse(&program, &words) {
        Ok(asked) => ending(become_real(&asked), asked.log.as_deref(), asked.json),
        Err(error) => ending(Err(error), None, false),
    }
}

fn ending(done: Result<()>, log: Option<&Path>, json: bool) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error(&format!("{error:#}"), log, json);
            FAILED.into()
        }
    }
}

/// Does not come back, but with an error.
fn become_real(asked: &invocation::Invocation) -> Result<()> {
    let runtime = real::find(asked.runtime.as_deref())?;
    if let Some(asked) = &asked.makes {
        change_bundle(asked, &runtime)?;
    }
    let error = Command::new(&runtime.path).args(&asked.arguments).exec();
    Err(error).with_context(|| format!("cannot run {}", runtime.path.display()))
}

fn change_bundle(asked: &Asked, runtime: &real::Runtime) -> Result<()> {
    let config = &asked.config;
    let mut bundle = Bundle::read(config)?;
    // A label goes into the options of a mount, where proc2 has none; the hook leaves it out.
    let hook = runtime.hook || !bundle.view.mount_label.is_empty();
    let mounter = Mounter {
        privileged: privileged(&bundle)?,
        hook,
        masks_first: !runtime.hook,
        names: &Mounted(Path::new("/proc")),
    };
    let given = match decide(&bundle.view, &mounter)? {
        Decision::Leave(_) => return Ok(()),
        Decision::Give(given) => given,
    };
    let directory = asked
        .bundle
        .canonicalize()
        .context("cannot find the bundle's folder")?;
    let changes = if hook {
        let program = std::env::current_exe().context("cannot tell where this program is")?;
        change::hooked(&bundle.view, &given, &program, &directory)?
    } else {
        let root = bundle
            .view
            .root
            .as_ref()
            .context("the bundle has no root")?;
        change::check_directory(&directory.join(root.path()).join("proc"))?;
        change::direct(&bundle.view, &given)
    };
    bundle.change(&changes)?;
    bundle.write(config)
}

/// Whether what mounts will have `CAP_SYS_ADMIN` in the initial user namespace.
fn privileged(bundle: &Bundle) -> Result<bool> {
    let own = bundle.view.has_user_namespace();
    // Only there are all ids mapped to themselves.
    let map = std::fs::read_to_string("/proc/self/uid_map").context("cannot read uid_map")?;
    let initial = map.split_whitespace().eq(["0", "0", "4294967295"]);
    let may = capabilities(None)?
        .effective
        .contains(CapabilitySet::SYS_ADMIN);
    Ok(!own && initial && may)
}
