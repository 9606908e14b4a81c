// SPDX-License-Identifier: GPL-2.0

//! Everything around the module: set-up, kernel, virtual machine, tests. `make` calls it.

mod arch;
mod bench;
mod boots;
mod cargo;
mod cases;
mod check;
mod commands;
mod comparisons;
mod cross;
mod deb;
mod e2e;
mod entries;
mod exports;
mod figures;
mod fuzz;
mod hardening;
mod host;
mod imports;
mod install;
mod intree;
mod kernel;
mod kernel_log;
mod kunit;
mod lock;
mod logs;
mod misuse;
mod module;
mod mutate;
mod packages;
mod parts;
mod paths;
mod roots;
mod runtimes;
mod selftests;
mod series;
mod shards;
mod sources;
mod steps;
mod stock;
mod sudo;
mod survival;
mod tally;
mod toolchain;
mod verdicts;
mod version;
mod vm;

use anyhow::{ensure, Result};
use clap::Parser;
use commands::{Cli, Command};
use parts::test;
use runtimes::Extent;
use std::process::ExitCode;
use tally::Tally;

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
    if let Some(arch) = arch::foreign()? {
        ensure!(
            command.is_for_any_architecture(),
            "ARCH={}: this is for the host's own architecture alone",
            arch.name
        );
    }
    match command {
        Command::Clean => return module::clean().map(|()| 0),
        Command::Docs => {
            entries::update()?;
            return hardening::update().map(|()| 0);
        }
        Command::Host => return host::run().map(report),
        Command::Deb => {
            println!("{}", deb::build()?.display());
            return Ok(0);
        }
        Command::Patch => return intree::write().map(|()| 0),
        Command::SeriesDiff { from, to } => return series::print(&from, &to).map(|()| 0),
        Command::InstallRuntime => return install::runtime().map(|()| 0),
        Command::UnpackRuntimes => {
            println!("{}", runtimes::unpacked(Extent::Full)?.display());
            return Ok(0);
        }
        Command::Mutate { list: true, .. } => return mutate::list().map(|()| 0),
        Command::Fuzz { seconds, targets } => return fuzz::run(&targets, seconds).map(report),
        Command::Run if stock::wanted()? => return stock::demo(),
        Command::TestStock { short, arguments } => {
            let extent = if short {
                stock::Extent::Short
            } else {
                stock::Extent::Full
            };
            return stock::test(extent, &arguments).map(report);
        }
        Command::Vm {
            options,
            stock: true,
            command,
        } => return vm_command(vm::Kernel::Root(&stock::root()?), &options, &command),
        Command::Shell {
            options,
            stock: true,
        } => return vm_shell(vm::Kernel::Root(&stock::root()?), &options),
        _ => {}
    }
    if matches!(command, Command::TestDebug) {
        kernel::config::ask_for_debug();
    }
    let tree = kernel::ensure()?;
    match command {
        Command::Setup => println!("the kernel is {}", tree.path.display()),
        Command::Install => {
            module::install(&tree)?;
            install::beside_the_module()?;
        }
        Command::TestPatch => return intree::test(&tree).map(report),
        Command::RustAnalyzer => module::rust_analyzer(&tree)?,
        Command::Mutate { part, .. } => return mutate::run(&tree, part.as_deref()).map(report),
        Command::Vm {
            options, command, ..
        } => return vm_command(tree.kernel(), &with_module(&tree, options)?, &command),
        Command::Shell { options, .. } => {
            return vm_shell(tree.kernel(), &with_module(&tree, options)?)
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
        Command::Run => return e2e::demo(tree.kernel(), modules.proc2()),
        Command::Check => check::run(tree, modules)?,
        Command::Kunit => kunit::run(tree, modules)?,
        Command::Bench { what } => return bench::run(tree, modules, what).map(|()| 0),
        Command::BenchCheck => bench::check(tree, modules)?,
        Command::E2e { arguments } if arguments.is_empty() => {
            e2e::run(tree, modules, &e2e::Which::All)?
        }
        Command::E2e { arguments } => e2e::run(tree, modules, &e2e::Which::Asked(&arguments))?,
        Command::Survival(storms) => survival::run(tree, modules, &storms)?,
        Command::TestRuntimes { short, arguments } => {
            let extent = if short { Extent::Short } else { Extent::Full };
            runtimes::run(tree, modules, extent, &arguments)?
        }
        Command::Test if arch::foreign()?.is_some() => test(&[
            ("kunit", &|| kunit::run(tree, modules)),
            ("e2e", &|| e2e::run_short(tree, modules)),
        ]),
        Command::Test => test(&[
            ("check", &|| check::run(tree, modules)),
            ("host", &host::run),
            ("kunit", &|| kunit::run(tree, modules)),
            ("e2e", &|| e2e::run(tree, modules, &e2e::Which::All)),
            ("runtimes", &|| {
                runtimes::run(tree, modules, Extent::Short, &[])
            }),
            ("patch", &|| intree::test(tree)),
            ("stock", &|| stock::test_in_short(tree)),
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

fn vm_command(kernel: vm::Kernel<'_>, options: &vm::Options, command: &[String]) -> Result<u8> {
    let output = if options.tty {
        vm::Output::Terminal
    } else {
        vm::Output::Inherited
    };
    Ok(vm::run(kernel, options, command, output)?.verdict())
}

fn vm_shell(kernel: vm::Kernel<'_>, options: &vm::Options) -> Result<u8> {
    let shell = ["/bin/bash", "-i"].map(str::to_owned);
    Ok(vm::run(kernel, options, &shell, vm::Output::Terminal)?.verdict())
}

fn with_module(tree: &kernel::tree::Tree, mut options: vm::Options) -> Result<vm::Options> {
    if !options.no_module {
        options.modules.push(module::build(tree)?.proc2());
    }
    Ok(options)
}

fn report(tally: Tally) -> u8 {
    println!("{tally}");
    tally.status()
}
