// SPDX-License-Identifier: GPL-2.0

//! One virtual machine after the other activates mutants and runs the tests that should notice, until one does.

use super::results::Fate;
use crate::kernel::tree::Tree;
use crate::{module::Modules, vm};
use anyhow::{bail, Context, Result};
use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

/// A mutant's turn, or that of the module without any, which has the number 0.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) id: u32,
    /// The rows that tests look at alone; all if they are none.
    pub(super) rows: Vec<String>,
    /// Tests by name, those first that notice soonest.
    pub(super) tests: Vec<String>,
}

/// Loads the module for one mutant after the other; each stops at the first test that fails.
const SCRIPT: &str = r#"
while read -r number rows tests; do
    for try in 1 2 3 4 5 6 7 8 9; do
        rmmod proc2 2>/dev/null && break
        sleep 0.3
    done
    export PROC2_PARAMETERS="mutant=$number"
    insmod "$PROC2_KO" $PROC2_PARAMETERS || exit 3
    echo "@@ begin $number"
    for test in $tests; do
        PROC2_ROWS=${rows#-} "$0" --exact "$test" </dev/null 2>&1 || break
    done
    echo "@@ end $number"
done <"$1"
"#;

/// Seconds that one turn may take, and the virtual machine besides.
const TURN: u64 = 120;
const REST: u64 = 120;

/// Takes the turns in one virtual machine and hands over each result as it comes; how many there were. One whose tests
/// cannot end because the kernel has stopped counts as noticed.
pub(super) fn run(
    tree: &Tree,
    modules: &Modules,
    program: &Path,
    turns: &[Turn],
    mut each: impl FnMut(&Turn, Fate) -> Result<()>,
) -> Result<usize> {
    let plan = modules.folder.join("plan");
    let lines = turns.iter().map(|turn| {
        let (rows, tests) = (turn.rows.join(","), turn.tests.join(" "));
        format!("{} -{rows} {tests}\n", turn.id)
    });
    fs::write(&plan, lines.collect::<String>()).context("cannot write the plan")?;
    let command = ["/bin/sh", "-c", SCRIPT].map(str::to_owned).into_iter();
    let arguments = [program, &plan].map(|path| path.display().to_string());
    let command: Vec<String> = command.chain(arguments).collect();
    let options = vm::Options {
        modules: vec![modules.proc2()],
        timeout: Some(REST + TURN * turns.len() as u64),
        ..vm::Options::default()
    };
    let captured = vm::Captured::new(false);
    thread::scope(|scope| {
        let output = vm::Output::Captured(captured.clone());
        let machine = scope.spawn(|| vm::run(tree.kernel(), &options, &command, output));
        let mut done = 0;
        loop {
            let last_look = machine.is_finished();
            let text = captured.text();
            for piece in pieces(&text).skip(done) {
                let turn = turns.get(done).context("more turns ended than there are")?;
                each(turn, fate(piece)?)?;
                done += 1;
            }
            if last_look {
                break;
            }
            thread::sleep(Duration::from_millis(500));
        }
        let Ok(outcome) = machine.join() else {
            bail!("the thread that ran the virtual machine panicked");
        };
        let outcome = match (outcome, turns.get(done)) {
            (Err(error), Some(turn)) if error.to_string().starts_with(vm::STOPPED) => {
                let test = "the kernel stopped".to_owned();
                let sign = crate::kernel_log::complaints(&error.to_string());
                let sign = sign.concat().lines().next().unwrap_or_default().to_owned();
                each(turn, Fate::Noticed { test, sign })?;
                return Ok(done + 1);
            }
            (outcome, _) => outcome.with_context(|| last_words(&captured.text()))?,
        };
        if outcome.verdict() != 0 || done < turns.len() {
            bail!(
                "the tests broke off after {done} of {} turns, or left a warning in the kernel log:\n{}",
                turns.len(),
                last_words(&captured.text())
            );
        }
        Ok(done)
    })
}

/// What was printed for each turn that has ended.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split("@@ begin ")
        .skip(1)
        .filter_map(|piece| Some(piece.split_once("\n@@ end ")?.0))
}

fn last_words(text: &str) -> String {
    crate::logs::tail(text, 15)
}

/// Reads what the test programs of one turn have printed.
fn fate(output: &str) -> Result<Fate> {
    let failed = output
        .lines()
        .find_map(|line| line.strip_prefix("---- ")?.strip_suffix(" ----"));
    let Some(test) = failed else {
        if !output.contains("test result: ok.") || output.contains(" 0 passed") {
            bail!("a test did not run:\n{}", last_words(output));
        }
        return Ok(Fate::Unnoticed);
    };
    let (_, report) = output
        .split_once(&format!("---- {test} ----"))
        .unwrap_or_default();
    let lines = report
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    // A comparison counts first, and then shows what differed.
    let told: Vec<&str> = lines
        .take_while(|line| !line.starts_with("failures:"))
        .collect();
    let first = told.iter().position(|line| line.contains(" like "));
    let sign = told[first.unwrap_or(0)..].iter().take(3);
    Ok(Fate::Noticed {
        test: test.to_owned(),
        sign: sign.copied().collect::<Vec<_>>().join("; "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "@@ begin 4\nrunning 1 test\ntest a::b ... FAILED\n\nfailures:\n\n\
        ---- a::b ----\n3 of 9 comparisons differ\n1 like [off] user reads environ\n    -EACCES\n    +ok\n\n\
        failures:\n    a::b\n\ntest result: FAILED. 0 passed; 1 failed\n@@ end 4\n@@ begin 5\nrunning";

    #[test]
    fn a_failed_test_is_the_end_of_a_mutant() {
        let pieces: Vec<&str> = pieces(OUTPUT).collect();
        assert_eq!(pieces.len(), 1);
        assert_eq!(
            fate(pieces[0]).unwrap(),
            Fate::Noticed {
                test: "a::b".into(),
                sign: "1 like [off] user reads environ; -EACCES; +ok".into(),
            }
        );
    }

    #[test]
    fn a_test_that_did_not_run_is_an_error() {
        assert!(fate("4\nrunning 0 tests\ntest result: ok. 0 passed; 0 failed").is_err());
        assert!(fate("4\nsh: no such program").is_err());
        let passed = "4\ntest a::b ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored";
        assert_eq!(fate(passed).unwrap(), Fate::Unnoticed);
    }
}
