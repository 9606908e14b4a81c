// SPDX-License-Identifier: GPL-2.0

//! The storms of the test program, in a VM of their own and at a size of one's choice.

use crate::kernel::{config, tree::Tree};
use crate::module::Modules;
use crate::{cargo, e2e, figures, tally::Tally, vm};
use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;

/// What names of storms begin with.
pub(crate) const STORMS: &str = "storm::";

/// Seconds after which a short run hangs. The others end when they end.
const SHORT_LIMIT: u64 = 900;

/// What to run, and how much of it.
#[derive(Args, Debug, Clone)]
pub(crate) struct Storms {
    /// short, full, or a part of the full size such as 10%
    #[arg(long, default_value = "short")]
    size: String,
    /// Where random choices begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of CPUs
    #[arg(long, default_value_t = 2)]
    cpus: u32,
    /// Folder that says how far long runs are; a run that names it again goes on there
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Folder for inputs that reach new code, on a kernel with KCOV
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Write the figures that are kept into docs/survival.md
    #[arg(long)]
    page: bool,
    /// Only run storms whose names have this in them
    #[arg(default_value = "")]
    name: String,
}

impl Storms {
    /// All of them, at a size.
    pub(crate) fn of_size(size: &str) -> Self {
        Self {
            size: size.to_owned(),
            seed: 1,
            cpus: 2,
            state: None,
            corpus: None,
            page: false,
            name: String::new(),
        }
    }
}

/// Runs them.
pub(crate) fn run(tree: &Tree, modules: &Modules, storms: &Storms) -> Result<Tally> {
    let program = cargo::build("proc2-e2e")?.join("e2e");
    let mut command = vec![
        "env".to_owned(),
        format!("PROC2_SIZE={}", storms.size),
        format!("PROC2_SEED={}", storms.seed),
    ];
    let mut options = vm::Options {
        modules: vec![modules.proc2()],
        timeout: (storms.size == "short").then_some(SHORT_LIMIT),
        cpus: storms.cpus,
        leaks: config::debug(),
        ..vm::Options::default()
    };
    let folders = [
        ("PROC2_STATE", &storms.state),
        ("PROC2_CORPUS", &storms.corpus),
    ];
    for (name, folder) in folders {
        let Some(folder) = folder else { continue };
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        command.push(format!("{name}={}", folder.display()));
        options.rw.push(folder);
    }
    command.push(program.display().to_string());
    command.push(format!("{STORMS}{}", storms.name));
    let tally = e2e::in_vm(tree.kernel(), options, command)?.tally;
    if storms.page && tally.failures().is_empty() {
        figures::write_page()?;
    }
    Ok(tally)
}
