// SPDX-License-Identifier: GPL-2.0

//! `proc2-check`: says of a running system whether the module fits the kernel, which instances there
//! are, what goes by the name `proc` and needs a line, and whether sandboxes of ordinary users will
//! start. It changes nothing; any user may run it.

#![forbid(unsafe_code)]

mod by_name;
mod finding;
mod instances;
mod kernel;
mod mounts;
mod sandboxes;

use anyhow::Result;
use clap::Parser;
use finding::{Finding, Verdict};
use mounts::Mount;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Says whether proc2 fits this system, which instances there are, and what needs a line.
///
/// Ends with 0 if nothing is to be done, with 1 if something is, with 2 if it could not look.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Only say what is to be done
    #[arg(short, long)]
    quiet: bool,
    /// Look at the files of this root, as a test does
    #[arg(long, value_name = "DIR", default_value = "/", hide = true)]
    root: PathBuf,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match findings(&cli.root) {
        Ok(findings) => say(&findings, cli.quiet),
        Err(error) => {
            eprintln!("proc2-check: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// What there is to say, by subject.
fn findings(root: &Path) -> Result<Vec<Finding>> {
    let mounts = Mount::all()?;
    let mut findings = kernel::look(root)?;
    findings.extend(instances::look(&mounts));
    findings.extend(by_name::look(root, &mounts));
    findings.extend(sandboxes::look(root, &mounts));
    Ok(findings)
}

fn say(findings: &[Finding], quiet: bool) -> ExitCode {
    let to_do = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Do)
        .count();
    for finding in findings {
        if !quiet || finding.verdict == Verdict::Do {
            println!("{finding}");
        }
    }
    if to_do > 0 {
        return ExitCode::from(1);
    }
    ExitCode::SUCCESS
}
