// SPDX-License-Identifier: GPL-2.0

//! The pages of docs/runtimes: their lines are what is tested.
//!
//! A block ` ```sh test ` has commands, each on a line; the lines behind one that begin with `#>` are
//! what it prints, errors among it. A block that names a file is what the file is to hold.

use std::fs;
use std::path::Path;

use anyhow::{bail, ensure, Context as _, Result};

use crate::command::{finish, limited};

/// Writes the files that a page names.
pub(crate) fn write_files(page: &str) -> Result<()> {
    for (head, lines) in blocks(page) {
        let Some(file) = head.split(' ').find(|word| word.starts_with('/')) else {
            continue;
        };
        let folder = Path::new(file)
            .parent()
            .context("a file without a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(file, lines.join("\n") + "\n").with_context(|| format!("writing {file}"))?;
    }
    Ok(())
}

/// Runs the commands of a page.
pub(crate) fn run(page: &str) -> Result<()> {
    let mut count = 0;
    for (head, lines) in blocks(page) {
        if head != "sh test" {
            continue;
        }
        let mut rest = &lines[..];
        while let Some((command, behind)) = rest.split_first() {
            let printed = behind
                .iter()
                .take_while(|line| line.starts_with("#> "))
                .count();
            let expected: Vec<_> = behind[..printed].iter().map(|line| &line[3..]).collect();
            one(command, &expected)?;
            rest = &behind[printed..];
            count += 1;
        }
    }
    ensure!(count > 0, "the page has no commands");
    Ok(())
}

/// Runs a command; it fails only where the page says what it prints.
fn one(command: &str, expected: &[&str]) -> Result<()> {
    let mut shell = limited("sh")?;
    shell.args(["-c", command]);
    let done = finish(shell)?;
    let all = format!("{}{}", done.output, done.errors);
    let printed: Vec<_> = all.lines().map(str::trim_end).collect();
    for line in expected {
        ensure!(
            printed.contains(line),
            "{command}\nprints no {line:?}, but:\n{all}"
        );
    }
    if expected.is_empty() && done.status != 0 {
        bail!("{command}\nends with {}:\n{all}", done.status);
    }
    Ok(())
}

/// The blocks of a page: what stands behind the marks that begin one, and its lines.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(head) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| !line.starts_with("```"));
            blocks.push((head, inside.collect()));
        }
    }
    blocks
}
