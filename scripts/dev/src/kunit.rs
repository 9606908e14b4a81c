// SPDX-License-Identifier: GPL-2.0

//! KUnit: the suites run when their modules are loaded; the kernel's kunit.py judges the log of
//! each module by itself (it reads only the first document of a log), and what ran is compared with
//! what stands in the sources.

use crate::kernel::{config, tree::Tree};
use crate::module::Modules;
use crate::{paths, sources, tally::Tally, vm};
use anyhow::{bail, Context, Result};
use proc2_vm_init::{INSMOD_BEGIN, INSMOD_END};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A hanging suite ends after this many seconds.
const LIMIT: u64 = 600;

/// Suites by name, each with its number of tests.
type Suites = BTreeMap<String, u64>;

/// Runs the suites of both modules.
pub(crate) fn run(tree: &Tree, modules: &Modules) -> Result<Tally> {
    let options = vm::Options {
        kernel_args: "kunit.enable=1 kunit.autorun=1".into(),
        modules: modules.all(),
        timeout: Some(LIMIT),
        leaks: config::debug(),
        ..vm::Options::default()
    };
    let nothing = vm::Output::Captured(vm::Captured::new(false));
    let outcome = vm::run(tree.kernel(), &options, &["/bin/true".into()], nothing)?;
    let mut tally = Tally::default();
    let mut ran = Suites::new();
    for (module, log) in logs(&outcome.kernel_log) {
        println!("kunit: {module}");
        if log.lines().any(|line| line.contains("KTAP version")) {
            tally += judge(&tree.source(), &log, &mut ran)?;
        }
    }
    let expected = expected()?;
    for (suite, count) in &expected {
        let seen = ran.get(suite).copied().unwrap_or(0);
        if seen != *count {
            let what = format!("suite {suite}: {count} tests in the sources, {seen} ran");
            eprintln!("kunit: {what}");
            tally += Tally::of(what, false);
        }
    }
    for suite in ran.keys().filter(|suite| !expected.contains_key(*suite)) {
        let what = format!("suite {suite} ran, but does not stand in the sources");
        eprintln!("kunit: {what}");
        tally += Tally::of(what, false);
    }
    if outcome.verdict() != 0 {
        tally += Tally::of("the virtual machine", false);
    }
    Ok(tally)
}

/// The parts of a kernel log that belong to the loading of one module each.
fn logs(log: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in log.lines() {
        if let Some((_, module)) = line.split_once(INSMOD_BEGIN) {
            parts.push((
                module.trim().trim_start_matches('/').to_owned(),
                String::new(),
            ));
            inside = true;
        } else if line.contains(INSMOD_END) {
            inside = false;
        } else if let (true, Some((_, part))) = (inside, parts.last_mut()) {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts
}

/// What kunit.py tells as JSON.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Group {
    name: String,
    test_cases: Vec<Case>,
    sub_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    status: String,
}

/// Lets kunit.py read a log; adds the suites to those that ran.
fn judge(source: &Path, log: &str, ran: &mut Suites) -> Result<Tally> {
    let scratch = tempfile::tempdir()?;
    let (text, json) = (scratch.path().join("log"), scratch.path().join("json"));
    fs::write(&text, log)?;
    let mut kunit = Command::new("python3");
    kunit
        .arg("-B")
        .arg(source.join("tools/testing/kunit/kunit.py"))
        .arg("parse");
    kunit
        .arg(format!("--json={}", json.display()))
        .arg(&text)
        .current_dir(scratch.path());
    let status = kunit.status().context("cannot run python3")?;
    let result = fs::read(&json).context("kunit.py wrote no result")?;
    let result: Group = serde_json::from_slice(&result).context("in kunit.py's result")?;
    let mut tally = Tally::default();
    for suite in &result.sub_groups {
        for case in &suite.test_cases {
            let passed = case.status == "PASS";
            let name = format!("{}.{}", suite.name, case.name);
            if !passed {
                eprintln!("kunit: {name}: {}", case.status);
            }
            tally += Tally::of(name, passed);
        }
        *ran.entry(suite.name.clone()).or_default() += suite.test_cases.len() as u64;
    }
    if !status.success() && tally.failures().is_empty() {
        eprintln!("kunit: kunit.py refuses the log ({status})");
        tally += Tally::of("the log, by kunit.py", false);
    }
    Ok(tally)
}

/// The suites in the sources.
fn expected() -> Result<Suites> {
    let checkout = paths::checkout()?;
    let mut suites = Suites::new();
    let homes = ["src/", "rust-bindings/", "tests-kunit/"];
    let is_home = |path: &&String| homes.iter().any(|home| path.starts_with(home));
    for path in sources::with_suffix(&[".rs"])?.iter().filter(is_home) {
        for (suite, count) in suites_in(&fs::read_to_string(checkout.join(path))?)? {
            if suites.insert(suite.clone(), count).is_some() {
                bail!("two KUnit suites are called {suite}; the second is in {path}");
            }
        }
    }
    Ok(suites)
}

fn suites_in(source: &str) -> Result<Vec<(String, u64)>> {
    let mark = Regex::new(r"(?m)^\s*#\[.*kunit_tests\((\w+)\).*\]|^\s*(#\[test\])")?;
    let mut suites: Vec<(String, u64)> = Vec::new();
    for found in mark.captures_iter(source) {
        match (found.get(1), suites.last_mut()) {
            (Some(name), _) => suites.push((name.as_str().to_owned(), 0)),
            (None, Some((_, count))) => *count += 1,
            (None, None) => {} // a test of the host alone
        }
    }
    Ok(suites)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_cut_at_the_marks() {
        let log = format!(
            "boot\n{INSMOD_BEGIN} /a.ko\none\n{INSMOD_END} /a.ko\nbetween\n\
             [    1.0] {INSMOD_BEGIN} /b.ko\ntwo\n"
        );
        let expected = [("a.ko", "one\n"), ("b.ko", "two\n")];
        assert_eq!(
            logs(&log),
            expected.map(|(module, log)| (module.into(), log.into()))
        );
    }

    #[test]
    fn suites_are_counted_in_sources() {
        let source = "#[cfg_attr(CONFIG_KUNIT, kunit_tests(proc2_a))]\nmod tests {\n    #[test]\n\
                      fn x() {}\n    #[test]\n    fn y() {}\n}\n";
        assert_eq!(suites_in(source).unwrap(), [("proc2_a".to_owned(), 2)]);
    }
}
