// SPDX-License-Identifier: GPL-2.0

//! The page in the cache that says what became of each mutant.

use super::results::Fate;
use super::rows::Row;
use super::trial::Trial;
use crate::paths;
use anyhow::{bail, Context, Result};
use std::fmt::Write;
use std::fs;
use std::process::Command;

/// Below the cache.
const PAGE: &str = "mutants.md";

/// The rows that no mutant is about, each with the reason; an error if there is none.
pub(super) fn without_mutant(rows: &[Row], trials: &[Trial]) -> Result<Vec<(String, String)>> {
    let named = |row: &Row| trials.iter().any(|trial| trial.about(&row.name));
    let mut reasons = Vec::new();
    for row in rows.iter().filter(|row| !named(row)) {
        let mode = row.mode.unwrap_or(0o777);
        let reason = match row.constructor.as_str() {
            "kern" | "kdir" => "what the kernel's own operations check is no code of proc2's",
            _ if row.show.as_ref().is_some_and(|show| show != "Anyone") => bail!(
                "the row {:?} has a gate, but nothing to mutate was found for it",
                row.name
            ),
            _ => "everyone may read it, and there is nothing to write",
        };
        reasons.push((row.title(), format!("{reason} (mode {mode:o})")));
    }
    Ok(reasons)
}

/// Writes the page.
pub(super) fn write(rows: &[Row], trials: &[Trial]) -> Result<()> {
    let count = |wanted: fn(&Trial) -> bool| trials.iter().filter(|trial| wanted(trial)).count();
    let killed = count(|trial| matches!(trial.fate, Some(Fate::Killed { .. })));
    let excused = count(|trial| trial.excuse().is_some());
    let mut page = format!(
        "# Mutants\n\n\
         `make mutate` leaves out one check of proc2 after the other, in a copy of the source, and runs the tests that\n\
         should notice. A check is a call of the gate, a condition in the gate, a right that a mode gives, or a decision of\n\
         `hidepid=`; they are found by what the source looks like. Each line below is one mutant.\n\n\
         {}, commit {}, Linux {}: {} mutants, {killed} noticed, {excused} that cannot be noticed, {} that should have been.\n\n\
         | what is left out | where | noticed by | its first sign |\n|---|---|---|---|\n",
        output("date", &["-u", "+%F"])?,
        output("git", &["-c", "safe.directory=*", "describe", "--always", "--abbrev=12"])?,
        crate::kernel::source::SERIES,
        trials.len(),
        trials.len() - killed - excused,
    );
    for trial in trials {
        let (by, sign) = match (&trial.fate, trial.excuse()) {
            (Some(Fate::Killed { test, sign }), _) => {
                (format!("`{test}`"), code(&placeless(sign)?))
            }
            (_, Some(_)) => ("cannot be noticed, see below".to_owned(), String::new()),
            _ => ("**nobody**".to_owned(), String::new()),
        };
        let mutant = &trial.mutant;
        let (title, place) = (cell(&mutant.title), &mutant.place);
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {title} | {place} | {by} | {sign} |");
    }
    page += "\n## Mutants that cannot be noticed\n\n";
    for trial in trials {
        if let Some(reason) = trial.excuse() {
            let _ = writeln!(page, "- {}: {reason}", cell(&trial.mutant.title));
        }
    }
    page += "\n## Rows without a mutant\n\n";
    for (row, reason) in without_mutant(rows, trials)? {
        let _ = writeln!(page, "- `{row}`: {reason}");
    }
    let path = paths::cache()?.join(PAGE);
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

/// Text that may stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// Text without the folders of this machine.
fn placeless(text: &str) -> Result<String> {
    let text = text.replace(&*paths::cache()?.to_string_lossy(), "CACHE");
    Ok(text.replace(&*paths::checkout()?.to_string_lossy(), "CHECKOUT"))
}

fn code(text: &str) -> String {
    let text: String = text.chars().take(150).collect();
    format!("`{}`", text.replace('|', "\\|").replace('`', "'"))
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(paths::checkout()?)
        .output()
        .with_context(|| format!("cannot run {program}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
