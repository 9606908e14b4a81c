// SPDX-License-Identifier: GPL-2.0

//! How much readers on several processors get done, in a VM whose processors are the machine's own.

use super::program;
use crate::kernel::tree::Tree;
use crate::module::Modules;
use crate::vm;
use anyhow::{bail, ensure, Result};
use clap::Args;
use std::thread::available_parallelism;

/// How it is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// Processors of the VM (as many as this machine has)
    #[arg(long, value_name = "N")]
    cpus: Option<u32>,
    /// For how long each number of readers reads
    #[arg(long, default_value_t = 2)]
    seconds: u32,
    /// Without KVM too, to see that it runs: what an emulated processor takes says nothing of a real one
    #[arg(long)]
    emulated: bool,
}

/// Measures, and prints a table.
pub(super) fn run(tree: &Tree, modules: &Modules, options: &Options) -> Result<()> {
    if !vm::has_kvm(tree.kernel())? && !options.emulated {
        bail!(
            "there is no KVM here, and the time that emulated processors take says nothing of shared cache lines: run this on a \
             machine with KVM and many processors, or with --emulated to see that it runs"
        );
    }
    let cpus = match options.cpus {
        Some(cpus) => cpus,
        None => u32::try_from(available_parallelism()?.get())?,
    };
    let machine = vm::Options {
        modules: vec![modules.proc2()],
        cpus,
        ..vm::Options::default()
    };
    let command = [
        program()?.display().to_string(),
        "readers".into(),
        options.seconds.to_string(),
    ];
    let outcome = vm::run(tree.kernel(), &machine, &command, vm::Output::Inherited)?;
    ensure!(outcome.verdict() == 0, "the bench failed in the VM");
    Ok(())
}
