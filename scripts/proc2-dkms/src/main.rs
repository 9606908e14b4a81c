// SPDX-License-Identifier: GPL-2.0

//! Makes proc2.ko for a distribution's kernel as it is.

mod convert;
mod kernel;
mod kit;
mod module;
mod running;
mod source;
mod symvers;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build proc2.ko for an installed kernel
    Build {
        /// What `uname -r` says of it
        release: String,
        /// proc2's source; the module is left there
        source: PathBuf,
    },
    /// Let the kernel look up by name what it does not export to a module
    Convert {
        /// The module as kbuild made it, which is replaced
        module: PathBuf,
        /// The kernel's Module.symvers
        symvers: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Build { release, source } => module::build(&release, &source),
        Command::Convert { module, symvers } => module::convert(&module, &symvers).map(drop),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proc2-dkms: {error:#}");
            ExitCode::FAILURE
        }
    }
}
