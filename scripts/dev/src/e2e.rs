// SPDX-License-Identifier: GPL-2.0

//! The tests through system calls, and the demonstration, in the VM.

use crate::kernel::tree::Tree;
use crate::module::Modules;
use crate::{cargo, tally::Tally, vm};
use anyhow::Result;
use std::io::IsTerminal;

/// A hanging test ends after this many seconds.
const LIMIT: u64 = 900;

/// Runs the tests; more arguments go to the test program.
pub(crate) fn run(tree: &Tree, modules: &Modules, arguments: &[String]) -> Result<Tally> {
    let program = cargo::build("proc2-e2e")?.join("e2e");
    let captured = vm::Captured {
        shown: true,
        ..vm::Captured::default()
    };
    let mut options = vm::Options::default();
    options.modules.push(modules.proc2());
    options.timeout = Some(LIMIT);
    let mut command = vec![program.display().to_string()];
    command.extend_from_slice(arguments);
    let outcome = vm::run(
        &tree.path,
        &options,
        &command,
        vm::Output::Captured(captured.clone()),
    )?;
    let mut tally = Tally::of_harness(&captured.text());
    let verdict = outcome.verdict();
    if verdict != 0 && tally.failed == 0 {
        let why = if outcome.status == 0 {
            "its kernel log holds a warning"
        } else {
            "it failed"
        };
        eprintln!("proc2: the test program ended with status {verdict}: {why}");
        tally.failed = 1;
    }
    Ok(tally)
}

/// Runs the demonstration, and a shell behind it if there is a terminal.
pub(crate) fn demo(tree: &Tree, modules: &Modules) -> Result<u8> {
    let program = cargo::build("proc2-e2e")?
        .join("demo")
        .display()
        .to_string();
    let mut options = vm::Options::default();
    options.modules.push(modules.proc2());
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
    Ok(vm::run(&tree.path, &options, &command, output)?.verdict())
}
