// SPDX-License-Identifier: GPL-2.0

//! The tests through system calls, and the demonstration, in the VM.

use crate::kernel::{config, tree::Tree};
use crate::module::Modules;
use crate::{boots, cargo, comparisons, comparisons::Comparisons, figures, selftests, shards};
use crate::{tally::Tally, vm};
use anyhow::{bail, Context, Result};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// A hanging test ends after this many seconds: more than twice what all take on a slow machine.
const LIMIT: u64 = 2400;

/// What is asked where there is no time for all: that every entry is there, listed, counted and
/// permitted as in procfs, and that an instance has options of its own.
pub(crate) const EVERY_ENTRY: [&str; 3] = ["entries::", "private::", "shown::"];

/// A hanging one of these ends after this many seconds.
const SHORT_LIMIT: u64 = 600;

/// Which tests.
pub(crate) enum Which<'a> {
    All,
    /// All whose names do not begin so.
    AllBut(&'a str),
    /// What these arguments of the test program say.
    Asked(&'a [String]),
}

/// Runs tests of the module that was built, on the kernel that it was built for.
pub(crate) fn run(tree: &Tree, modules: &Modules, which: &Which<'_>) -> Result<Tally> {
    let compared = on(
        tree.kernel(),
        modules.proc2(),
        &selftests::build(tree)?,
        which,
    )?;
    let floor = comparisons::floor();
    let mut sum = compared.0;
    if !matches!(which, Which::Asked(_)) && compared.1.made < floor {
        eprintln!("proc2: these are less than {floor}");
        sum += Tally::of("the number of comparisons", false);
    }
    Ok(sum)
}

/// Runs the tests that are asked where there is no time for all.
pub(crate) fn run_short(tree: &Tree, modules: &Modules) -> Result<Tally> {
    some(tree.kernel(), vec![modules.proc2()], &EVERY_ENTRY)
}

/// Runs tests. The test program runs one at a time, so they are divided among as many VMs as there are
/// CPUs, unless they were asked for by name. Those that take a boot of their own come after the others.
pub(crate) fn on(
    kernel: vm::Kernel<'_>,
    module: PathBuf,
    selftests: &Path,
    which: &Which<'_>,
) -> Result<(Tally, Comparisons)> {
    let program = cargo::build("proc2-e2e")?.join("e2e");
    let ps = format!(
        "PROC2_PS={}",
        cargo::example("proc2-tasks", "ps")?.display()
    );
    let selftests = format!("PROC2_SELFTESTS={}", selftests.display());
    let times = shards::known(&kernel.name()?)?;
    let shards = match which {
        Which::All => shards(&times, &[boots::PREFIX])?,
        Which::AllBut(prefix) => shards(&times, &[boots::PREFIX, prefix])?,
        Which::Asked(arguments) if !boots::asked(arguments).is_empty() => Vec::new(),
        Which::Asked(arguments) => vec![arguments.to_vec()],
    };
    let boots = match which {
        Which::All | Which::AllBut(_) => boots::asked(&[boots::PREFIX.to_owned()]),
        Which::Asked(arguments) => boots::asked(arguments),
    };
    vm::settle(kernel)?;
    let program = program.display().to_string();
    let command = |arguments: Vec<String>| {
        let program = [
            "env".to_owned(),
            selftests.clone(),
            ps.clone(),
            program.clone(),
        ];
        [program.to_vec(), arguments].concat()
    };
    let (mut sum, mut times) = (Tally::default(), shards::Times::new());
    let mut compared = Comparisons::default();
    let mut count = |told: Told| {
        sum += told.tally;
        compared += told.comparisons;
        times.extend(told.times);
    };
    thread::scope(|scope| {
        let start = |shard: Vec<String>| {
            let (options, command) = (options(module.clone()), command(shard));
            scope.spawn(move || in_vm(kernel, options, command))
        };
        let running: Vec<_> = shards.into_iter().map(start).collect();
        for vm in running {
            let Ok(result) = vm.join() else {
                bail!("the thread that watched a VM panicked");
            };
            count(result?);
        }
        Ok(())
    })?;
    for (boot, arguments) in boots {
        let options = boot.options(options(module.clone()));
        count(in_vm(kernel, options, command(arguments))?);
    }
    shards::keep(&kernel.name()?, times)?;
    println!("== {compared}");
    Ok((sum, compared))
}

/// Runs the tests whose names have one of `names` in them, in one VM.
pub(crate) fn some(kernel: vm::Kernel<'_>, modules: Vec<PathBuf>, names: &[&str]) -> Result<Tally> {
    let program = cargo::build("proc2-e2e")?.join("e2e").display().to_string();
    let options = vm::Options {
        modules,
        timeout: Some(SHORT_LIMIT),
        ..vm::Options::default()
    };
    // The program takes one filter.
    let runs: Vec<String> = names
        .iter()
        .map(|name| format!("{program} {name}"))
        .collect();
    let command = ["sh", "-c", &runs.join(" && ")].map(str::to_owned);
    Ok(in_vm(kernel, options, command.to_vec())?.tally)
}

/// What a run of the test program told.
pub(crate) struct Told {
    pub(crate) tally: Tally,
    comparisons: Comparisons,
    times: shards::Times,
}

/// The arguments for each VM: the tests that it leaves out, to the others or for how their names begin.
fn shards(times: &shards::Times, but: &[&str]) -> Result<Vec<Vec<String>>> {
    let program = cargo::build_for_host("proc2-e2e")?.join("e2e");
    let list = Command::new(&program)
        .arg("--list")
        .output()
        .context("cannot list the tests")?;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let all = list.lines().filter_map(|line| line.strip_suffix(": test"));
    let unwanted = |name: &str| but.iter().any(|prefix| name.starts_with(prefix));
    let (left_out, names): (Vec<&str>, Vec<&str>) = all.partition(|name| unwanted(name));
    if names.is_empty() {
        bail!("{} --list names no test", program.display());
    }
    let count = thread::available_parallelism()?.get().clamp(1, names.len());
    let shards = shards::divide(&names, times, count);
    let arguments = |shard: Vec<usize>| {
        let others = (0..names.len()).filter(|index| !shard.contains(index));
        let others = others.map(|index| names[index]);
        let skip = others.chain(left_out.iter().copied());
        let skip = skip.flat_map(|name| ["--skip".to_owned(), name.to_owned()]);
        ["--exact".to_owned()].into_iter().chain(skip).collect()
    };
    Ok(shards.into_iter().map(arguments).collect())
}

fn options(module: PathBuf) -> vm::Options {
    vm::Options {
        modules: vec![module],
        timeout: Some(LIMIT),
        leaks: config::debug(),
        ..vm::Options::default()
    }
}

/// Runs the test program in a VM, and keeps the figures that it prints.
pub(crate) fn in_vm(
    kernel: vm::Kernel<'_>,
    options: vm::Options,
    command: Vec<String>,
) -> Result<Told> {
    let captured = vm::Captured::new(true);
    let outcome = vm::run(
        kernel,
        &options,
        &command,
        vm::Output::Captured(captured.clone()),
    );
    figures::keep(&captured.text(), &kernel.name()?)?;
    let tally = match outcome {
        Ok(outcome) => judge(&outcome, &captured.text()),
        // What was found out until then is not lost.
        Err(error) if !error.is::<vm::Interrupted>() => {
            eprintln!("proc2: {error:#}");
            let why = error.to_string();
            let why = why.lines().next().unwrap_or_default();
            Tally::of_broken_off(&captured.text(), why)
        }
        Err(error) => return Err(error),
    };
    let lines = captured.lines();
    Ok(Told {
        tally,
        comparisons: Comparisons::told_in(&captured.text()),
        times: shards::times(lines.iter().map(|(at, line)| (*at, line.as_str()))),
    })
}

fn judge(outcome: &vm::Outcome, output: &str) -> Tally {
    let mut tally = Tally::of_harness(output);
    let verdict = outcome.verdict();
    if outcome.status != 0 && tally.failures().is_empty() {
        let what = format!("the test program ended with status {verdict}: it broke off");
        eprintln!("proc2: {what}");
        tally = Tally::of_broken_off(output, &what);
    }
    if !outcome.complaints.is_empty() {
        let what = "the kernel log holds a warning";
        eprintln!("proc2: {what}");
        tally += Tally::of(what, false);
    }
    tally
}

/// Runs the demonstration, and a shell behind it if there is a terminal.
pub(crate) fn demo(kernel: vm::Kernel<'_>, module: PathBuf) -> Result<u8> {
    let program = cargo::build("proc2-e2e")?
        .join("demo")
        .display()
        .to_string();
    let mut options = vm::Options::default();
    options.modules.push(module);
    let (command, output) = if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        let script = "\"$0\"; status=$?; echo; \
                      echo \"A shell in the virtual machine; exit ends it.\"; \
                      ${SHELL:-sh} -i; exit $status";
        (
            vec!["sh".into(), "-c".into(), script.into(), program],
            vm::Output::Terminal,
        )
    } else {
        (vec![program], vm::Output::Inherited)
    };
    Ok(vm::run(kernel, &options, &command, output)?.verdict())
}
