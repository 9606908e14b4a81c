// SPDX-License-Identifier: GPL-2.0

//! Everything around the module: set-up, kernel, virtual machine, tests. `make` calls it.

mod bench;
mod cargo;
mod check;
mod comparisons;
mod e2e;
mod entries;
mod exports;
mod figures;
mod fuzz;
mod hardening;
mod host;
mod imports;
mod kernel;
mod kernel_log;
mod kunit;
mod lock;
mod logs;
mod misuse;
mod module;
mod mutate;
mod packages;
mod paths;
mod selftests;
mod shards;
mod sources;
mod steps;
mod survival;
mod tally;
mod toolchain;
mod vm;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tally::Tally;

#[derive(Parser)]
#[command(name = "dev", about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install packages, get the toolchain and build the kernel
    Setup,
    /// Build the modules
    Module,
    /// Install proc2.ko below INSTALL_MOD_PATH
    Install,
    /// Remove what was built of this checkout's modules
    Clean,
    /// Write rust-project.json for an editor
    RustAnalyzer,
    /// Boot a virtual machine and show proc2 in it
    Run,
    /// A shell in a virtual machine with proc2 loaded
    Shell(vm::Options),
    /// Run a command in a virtual machine with proc2 loaded
    Vm {
        #[command(flatten)]
        options: vm::Options,
        /// The command and its arguments
        #[arg(required = true, last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Write the README's table of entries
    Docs,
    /// Form, lints, exports
    Check,
    /// Tests on the host
    Host,
    /// KUnit suites in a virtual machine
    Kunit,
    /// Tests through system calls in a virtual machine
    E2e {
        /// For the test program, for example a part of a test's name
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENT"
        )]
        arguments: Vec<String>,
    },
    /// Leave out one check after the other: a test must notice each
    Mutate {
        /// Only mutants whose description has this in it; no page is written
        #[arg(value_name = "PART")]
        part: Option<String>,
        /// Say what there is to mutate, and do nothing
        #[arg(long)]
        list: bool,
    },
    /// Storms, long runs and hostile calls in a virtual machine, at any size
    Survival(survival::Storms),
    /// Fuzz the pure core on the host
    Fuzz {
        /// Seconds for each target
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Targets; all if there are none
        targets: Vec<String>,
    },
    /// What reading costs, counted in a virtual machine; kept in bench/result.json and docs/
    Bench {
        #[command(subcommand)]
        what: Option<bench::What>,
    },
    /// Fail where reading costs more than 3 % more than in bench/result.json
    BenchCheck,
    /// check, host, kunit, e2e and bench-check
    Test,
    /// kunit and e2e in full on a kernel that looks for mistakes
    TestDebug,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let text = format!("{error:#}");
            eprintln!("proc2: {text}");
            // A step that failed has said it with its whole log in view.
            if let Some(help) = logs::explain(&text).filter(|help| !text.contains(help)) {
                eprintln!("{help}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<u8> {
    match command {
        Command::Clean => return module::clean().map(|()| 0),
        Command::Docs => {
            entries::update()?;
            return hardening::update().map(|()| 0);
        }
        Command::Host => return host::run().map(report),
        Command::Mutate { list: true, .. } => return mutate::list().map(|()| 0),
        Command::Fuzz { seconds, targets } => return fuzz::run(&targets, seconds).map(report),
        _ => {}
    }
    if matches!(command, Command::TestDebug) {
        kernel::config::ask_for_debug();
    }
    let tree = kernel::ensure()?;
    match command {
        Command::Setup => println!("the kernel is {}", tree.path.display()),
        Command::Install => module::install(&tree)?,
        Command::RustAnalyzer => module::rust_analyzer(&tree)?,
        Command::Mutate { part, .. } => return mutate::run(&tree, part.as_deref()).map(report),
        Command::Vm { options, command } => {
            let output = if options.tty {
                vm::Output::Terminal
            } else {
                vm::Output::Inherited
            };
            return in_vm(&tree, options, &command, output);
        }
        Command::Shell(options) => {
            let shell = ["/bin/bash".into(), "-i".into()];
            return in_vm(&tree, options, &shell, vm::Output::Terminal);
        }
        _ => return with_modules(command, &tree, &module::build(&tree)?),
    }
    Ok(0)
}

fn with_modules(
    command: Command,
    tree: &kernel::tree::Tree,
    modules: &module::Modules,
) -> Result<u8> {
    let tally = match command {
        Command::Run => return e2e::demo(tree, modules),
        Command::Check => check::run(tree, modules)?,
        Command::Kunit => kunit::run(tree, modules)?,
        Command::Bench { what } => return bench::run(tree, modules, what).map(|()| 0),
        Command::BenchCheck => bench::check(tree, modules)?,
        Command::E2e { arguments } if arguments.is_empty() => {
            e2e::run(tree, modules, &e2e::Which::All)?
        }
        Command::E2e { arguments } => e2e::run(tree, modules, &e2e::Which::Asked(&arguments))?,
        Command::Survival(storms) => survival::run(tree, modules, &storms)?,
        Command::Test => test(&[
            ("check", &|| check::run(tree, modules)),
            ("host", &host::run),
            ("kunit", &|| kunit::run(tree, modules)),
            ("e2e", &|| e2e::run(tree, modules, &e2e::Which::All)),
            ("bench", &|| bench::check(tree, modules)),
        ]),
        Command::TestDebug => test(&[
            ("kunit", &|| kunit::run(tree, modules)),
            // The storms come in full, by themselves.
            ("e2e", &|| {
                e2e::run(tree, modules, &e2e::Which::AllBut(survival::STORMS))
            }),
            ("survival", &|| {
                survival::run(tree, modules, &survival::Storms::of_size("full"))
            }),
        ]),
        _ => {
            println!("{}", modules.proc2().display());
            return Ok(0);
        }
    };
    Ok(report(tally))
}

/// A part of the tests: its name, and what runs it.
type Part<'a> = (&'a str, &'a dyn Fn() -> Result<Tally>);

/// Several parts; one that cannot run counts as a failure and does not stop the others.
fn test(parts: &[Part<'_>]) -> Tally {
    let mut sum = Tally::default();
    let mut lines = Vec::new();
    for (name, part) in parts {
        println!("== {name}");
        let tally = part().unwrap_or_else(|error| {
            eprintln!("proc2: {name}: {error:#}");
            Tally::one(false)
        });
        lines.push(format!("{name}: {tally}"));
        sum += tally;
    }
    println!("== {}", lines.join("; "));
    sum
}

fn in_vm(
    tree: &kernel::tree::Tree,
    mut options: vm::Options,
    command: &[String],
    output: vm::Output,
) -> Result<u8> {
    if !options.no_module {
        options.modules.push(module::build(tree)?.proc2());
    }
    Ok(vm::run(&tree.path, &options, command, output)?.verdict())
}

fn report(tally: Tally) -> u8 {
    println!("{tally}");
    tally.status()
}
