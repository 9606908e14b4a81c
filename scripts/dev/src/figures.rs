// SPDX-License-Identifier: GPL-2.0

//! The lines of figures that storms and fuzz targets print, kept in the cache, and the table of them in
//! docs/survival.md.
//!
//! A line is `figures: NAME key=value ...`. The latest of each name, size and kernel is kept, with its
//! date and commit.

use crate::paths;
use anyhow::{bail, Context, Result};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

const PAGE: &str = "docs/survival.md";
const BEGIN: &str = "<!-- figures: made by `make survival` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// One line, with where it is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    name: String,
    kernel: String,
    date: String,
    commit: String,
    values: Vec<(String, String)>,
}

impl Line {
    fn value(&self, key: &str) -> &str {
        let found = self.values.iter().find(|(name, _)| name == key);
        found.map_or("", |(_, value)| value)
    }

    /// What a later line takes the place of: the same on the same kernel and as many CPUs.
    fn key(&self) -> [String; 4] {
        let [size, cpus] = ["size", "cpus"].map(|key| self.value(key).to_owned());
        [self.name.clone(), self.kernel.clone(), size, cpus]
    }
}

/// The figures in what a program printed: name, and keys with values.
fn parse(output: &str) -> Vec<(String, Vec<(String, String)>)> {
    let lines = output
        .lines()
        .filter_map(|line| line.split_once("figures: "));
    lines
        .filter_map(|(_, line)| {
            let mut words = line.split_whitespace();
            let name = words.next()?.to_owned();
            let pairs = words.filter_map(|word| word.split_once('='));
            Some((
                name,
                pairs
                    .map(|(key, value)| (key.into(), value.into()))
                    .collect(),
            ))
        })
        .collect()
}

/// Keeps the figures in what a program printed; `kernel` says what it ran on.
pub(crate) fn keep(output: &str, kernel: &str) -> Result<()> {
    let found = parse(output);
    if found.is_empty() {
        return Ok(());
    }
    // Several VMs may end at the same time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut all = kept()?;
    for (name, values) in found {
        let line = Line {
            name,
            kernel: kernel.to_owned(),
            date: said_by("date", &["-u", "+%F"])?,
            commit: commit()?,
            values,
        };
        all.retain(|other| other.key() != line.key());
        all.push(line);
    }
    let file = file()?;
    fs::write(&file, serde_json::to_vec_pretty(&all)?)
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Writes the table into docs/survival.md.
pub(crate) fn write_page() -> Result<()> {
    let path = paths::checkout()?.join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let parts = page.split_once(BEGIN).and_then(|(head, rest)| {
        let (_, tail) = rest.split_once(END)?;
        Some((head, tail))
    });
    let Some((head, tail)) = parts else {
        bail!("{PAGE} has no lines {BEGIN:?} and {END:?}");
    };
    let lines = kept()?;
    if lines.is_empty() {
        bail!("no figures are kept yet: run the storms first");
    }
    fs::write(&path, format!("{head}{BEGIN}{}{END}{tail}", table(lines)))
        .with_context(|| format!("cannot write {PAGE}"))?;
    println!("{}", path.display());
    Ok(())
}

fn table(mut lines: Vec<Line>) -> String {
    lines.sort_by_key(Line::key);
    let mut text =
        "| storm | kernel | size | date | commit | seconds | figures | reports |\n".to_owned();
    text += "|---|---|---|---|---|---|---|---|\n";
    for line in &lines {
        let own = ["size", "seconds", "reports"];
        let others = line
            .values
            .iter()
            .filter(|(key, _)| !own.contains(&key.as_str()));
        let figures: Vec<_> = others
            .map(|(key, value)| format!("{} {}", key.replace('_', " "), grouped(value)))
            .collect();
        let reports = match line.value("reports") {
            "0" => "none",
            "" => "not run",
            some => some,
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {reports} |",
            line.name,
            line.kernel,
            line.value("size"),
            line.date,
            line.commit,
            line.value("seconds"),
            figures.join(", ")
        );
    }
    text
}

/// A number with a blank between thousands.
fn grouped(value: &str) -> String {
    if value.len() < 5 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.to_owned();
    }
    let mut text = String::new();
    for (at, digit) in value.chars().enumerate() {
        if at > 0 && (value.len() - at) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The commit, marked if files differ from it.
fn commit() -> Result<String> {
    let folder = paths::checkout()?.display().to_string();
    let git = ["-c", "safe.directory=*", "-C", &folder];
    let arguments = ["describe", "--always", "--dirty", "--exclude=*"];
    said_by("git", &[&git[..], &arguments].concat())
}

fn said_by(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("cannot run {program}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn kept() -> Result<Vec<Line>> {
    let text = fs::read_to_string(file()?).unwrap_or_else(|_| "[]".into());
    serde_json::from_str(&text).context("the figures kept in the cache; remove the file")
}

fn file() -> Result<PathBuf> {
    Ok(paths::cache()?.join("figures.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_wherever_a_line_has_them() {
        let output = "test storm ... figures: one size=full tasks=20000 reports=0\nnoise a=b\n\
                      figures: two skipped=no-such-thing\n";
        let found = parse(output);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].0, "one");
        assert_eq!(found[0].1[1], ("tasks".into(), "20000".into()));
    }

    #[test]
    fn the_table_says_what_was_not_run() {
        let line = |name: &str, values: &[(&str, &str)]| Line {
            name: name.into(),
            kernel: "debug".into(),
            date: "2026-01-02".into(),
            commit: "abc".into(),
            values: values
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
        };
        let text = table(vec![
            line("two", &[("skipped", "why")]),
            line(
                "one",
                &[
                    ("size", "full"),
                    ("seconds", "3"),
                    ("in_all", "1234567"),
                    ("reports", "0"),
                ],
            ),
        ]);
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            rows[0],
            "| one | debug | full | 2026-01-02 | abc | 3 | in all 1 234 567 | none |"
        );
        assert!(rows[1].ends_with("| skipped why | not run |"));
    }
}
