// SPDX-License-Identifier: GPL-2.0

//! The page in the cache that says what became of each mutant.

use super::marks::Mutant;
use super::results::Fate;
use super::verdict::Verdict;
use crate::entries::{Row, ROWS};
use crate::paths;
use anyhow::{bail, Context, Result};
use std::fmt::Write;
use std::fs;
use std::process::Command;

/// Below the cache.
const PAGE: &str = "mutants.md";

/// Gates that ask nothing, or leave it to the kernel's own function.
const NOT_OURS: &[&str] = &["Anyone", "Kernel"];

/// Fails if a row has a gate that no mutant leaves out.
pub(super) fn every_gate_has_a_mutant(rows: &[Row], mutants: &[Mutant]) -> Result<()> {
    for row in rows {
        for gate in row
            .gates
            .iter()
            .filter(|gate| !NOT_OURS.contains(&gate.as_str()))
        {
            if !mutants
                .iter()
                .any(|mutant| mutant.subjects.contains(gate) || mutant.subjects.contains(&row.name))
            {
                let Row { name, line, .. } = row;
                bail!("{ROWS}:{line}: no mutant is marked for the gate {gate} of {name}");
            }
        }
    }
    Ok(())
}

/// Writes the page.
pub(super) fn write(verdicts: &[Verdict]) -> Result<()> {
    let count =
        |wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count();
    let noticed = count(|verdict| matches!(verdict.fate, Some(Fate::Noticed { .. })));
    let excused = count(|verdict| verdict.excuse().is_some());
    let mut page = format!(
        "# Mutants\n\n\
         `make mutate` leaves out one check of proc2 after the other and runs the tests that should notice. The checks are\n\
         marked in the source with `mutant!`, and each mode in the table of a task's entries counts as one. Each line below is one mutant.\n\n\
         {}, commit {}, Linux {}: {} mutants, {noticed} noticed, {excused} that cannot be noticed, {} that should have been.\n\n\
         | what is left out | where | noticed by | its first sign |\n|---|---|---|---|\n",
        output("date", &["-u", "+%F"])?,
        output("git", &["-c", "safe.directory=*", "describe", "--always", "--abbrev=12"])?,
        crate::kernel::source::original()?.series,
        verdicts.len(),
        verdicts.len() - noticed - excused,
    );
    for verdict in verdicts {
        let (by, sign) = match (&verdict.fate, verdict.excuse()) {
            (Some(Fate::Noticed { test, sign }), _) => {
                (format!("`{test}`"), code(&placeless(sign)?))
            }
            (_, Some(_)) => ("cannot be noticed, see below".to_owned(), String::new()),
            _ => ("**nobody**".to_owned(), String::new()),
        };
        let mutant = &verdict.mutant;
        let (title, place) = (cell(&mutant.title), &mutant.place);
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {title} | {place} | {by} | {sign} |");
    }
    page += "\n## Mutants that cannot be noticed\n\n";
    for verdict in verdicts {
        if let Some(reason) = verdict.excuse() {
            let _ = writeln!(page, "- {}: {reason}", cell(&verdict.mutant.title));
        }
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
