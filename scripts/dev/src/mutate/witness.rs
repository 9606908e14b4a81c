// SPDX-License-Identifier: GPL-2.0

//! Which tests should notice a mutant.

use super::mutant::{Mutant, Subject};
use anyhow::{bail, Context, Result};
use std::path::Path;
use std::process::Command;

const ENTRIES: &[&str] = &[
    "gates::looking",
    "gates::writing",
    "gates::opened_by_another",
    "gates::in_borrowed_credentials",
];
const HIDING: &[&str] = &[
    "hiding::decisions",
    "hiding::thread_of_another",
    "differences::cached_but_hidden_is_enoent",
    "differences::held_thread_directory_is_gated",
    "held::by_others",
];
const OTHERS: &[&str] = &["global::hidden_by_subset"];
const MOUNTING: &[&str] = &["pidns::needs_admin_there", "pidns::may_not_look_up"];

/// The tests that there are.
pub(super) struct Tests(Vec<String>);

impl Tests {
    /// Asks the test program.
    pub(super) fn of(program: &Path) -> Result<Self> {
        let list = Command::new(program)
            .arg("--list")
            .output()
            .context("cannot list the tests")?;
        Self::parse(&String::from_utf8_lossy(&list.stdout))
    }

    fn parse(list: &str) -> Result<Self> {
        let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
        let tests = Self(names.map(str::to_owned).collect());
        for name in [ENTRIES, HIDING, OTHERS, MOUNTING].concat() {
            if !tests.0.iter().any(|known| known == name) {
                bail!("there is no test {name}, which should notice mutants");
            }
        }
        Ok(tests)
    }

    /// Those for a mutant, the quickest first; last come those that bear the name of its file or of a folder of it.
    pub(super) fn of_mutant(&self, mutant: &Mutant) -> Vec<String> {
        let first = match mutant.subject {
            Subject::Rows(_) => ENTRIES,
            Subject::Hiding => HIDING,
            Subject::Others => OTHERS,
            Subject::Mounting => MOUNTING,
        };
        let path = mutant.file.trim_end_matches(".rs");
        let namesake = |name: &&String| {
            let subject = name.split("::").next().unwrap_or(name);
            path.split('/').any(|part| part == subject) && !first.contains(&name.as_str())
        };
        let namesakes = self.0.iter().filter(namesake).cloned();
        let first = first.iter().map(|name| (*name).to_owned());
        first.chain(namesakes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::mutant::Form;
    use super::*;

    fn list() -> String {
        let mut names = [ENTRIES, HIDING, OTHERS, MOUNTING].concat();
        names.extend(["comm::long", "tasks::hidden"]);
        names.iter().flat_map(|name| [name, ": test\n"]).collect()
    }

    #[test]
    fn tests_named_after_the_file_come_last() {
        let mutant = Mutant {
            title: String::new(),
            place: String::new(),
            file: "src/root/tasks/row.rs".into(),
            range: 0..0,
            form: Form::True,
            guard: None,
            subject: Subject::Hiding,
        };
        let tests = Tests::parse(&list()).unwrap().of_mutant(&mutant);
        assert_eq!(tests.first().map(String::as_str), Some(HIDING[0]));
        assert_eq!(tests.last().map(String::as_str), Some("tasks::hidden"));
        assert_eq!(tests.len(), HIDING.len() + 1);
    }

    #[test]
    fn a_test_that_is_gone_is_missed() {
        let list = list().replace("hiding::decisions", "hiding::others");
        assert!(Tests::parse(&list).is_err());
    }
}
