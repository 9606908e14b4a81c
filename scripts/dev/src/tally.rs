// SPDX-License-Identifier: GPL-2.0

//! Counts of what passed, and names of what failed.

use crate::verdicts::Verdicts;
use regex::Regex;
use std::fmt;
use std::ops::AddAssign;
use std::sync::LazyLock;

/// How many passed, and which failed.
#[derive(Clone, Default, Debug, PartialEq)]
pub(crate) struct Tally {
    passed: u64,
    failures: Vec<String>,
}

impl Tally {
    /// One thing that passed or failed.
    pub(crate) fn of(name: impl Into<String>, passed: bool) -> Self {
        let mut tally = Self::default();
        match passed {
            true => tally.passed = 1,
            false => tally.failures.push(name.into()),
        }
        tally
    }

    /// What failed.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// The exit status of a run with this tally: nothing at all is no success.
    pub(crate) fn status(&self) -> u8 {
        u8::from(!self.failures.is_empty() || self.passed == 0)
    }

    /// Adds up the results that test programs of the usual harness printed.
    pub(crate) fn of_harness(output: &str) -> Self {
        static RESULT: LazyLock<Regex> = LazyLock::new(|| {
            let expression = r"(?m)(?:^failures:\n((?:    .+\n)+)\n*)?^test result: .*?(\d+) passed; (\d+) failed";
            Regex::new(expression).expect("a constant")
        });
        let mut tally = Self::default();
        for result in RESULT.captures_iter(output) {
            let number = |index: usize| result[index].parse().unwrap_or(0);
            tally.passed += number(2) as u64;
            let names = result.get(1).map_or("", |names| names.as_str());
            let names = names.lines().map(|name| name.trim().to_owned());
            let unknown = std::iter::repeat_with(|| "a test that is not named".to_owned());
            tally.failures.extend(names.chain(unknown).take(number(3)));
        }
        tally
    }

    /// What a test program has done that came to no end: its tests so far, and as a failure that it broke off, at the test that it
    /// was at.
    pub(crate) fn of_broken_off(output: &str, why: &str) -> Self {
        let (mut tally, mut verdicts) = (Self::default(), Verdicts::default());
        for line in output.lines() {
            match verdicts.take(line) {
                Some((_, "ok")) => tally.passed += 1,
                Some((name, "FAILED")) => tally.failures.push(name.to_owned()),
                _ => {}
            }
        }
        let at = verdicts.running();
        let at = at.map_or(String::new(), |name| format!(", at {name}"));
        tally.failures.push(format!("{why}{at}"));
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failures.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_of_several_programs_add_up() {
        let output = "test a ... ok\n\
                      test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
                      failures:\n\n---- b::c ----\nno\n\n\n\
                      failures:\n    b::c\n    d - of (line 3)\n\n\
                      test result: FAILED. 2 passed; 2 failed; 0 ignored\n\
                      test result: FAILED. 0 passed; 1 failed; 0 ignored\n";
        let tally = Tally::of_harness(output);
        assert_eq!(tally.to_string(), "5 passed, 3 failed");
        assert_eq!(
            tally.failures(),
            ["b::c", "d - of (line 3)", "a test that is not named"]
        );
    }

    #[test]
    fn what_was_broken_off_says_where() {
        let output =
            "test a       ... ok\ntest d ... \n    no\nFAILED\ntest b::c ... \n    words\n";
        let tally = Tally::of_broken_off(output, "the VM stopped");
        assert_eq!(tally.to_string(), "1 passed, 2 failed");
        assert_eq!(tally.failures(), ["d", "the VM stopped, at b::c"]);
        let between = "test a ... 7\nok\n\ntest result: ok. 1 passed; 0 failed\n";
        let between = Tally::of_broken_off(between, "the VM stopped");
        assert_eq!(between.to_string(), "1 passed, 1 failed");
        assert_eq!(between.failures(), ["the VM stopped"]);
    }

    #[test]
    fn nothing_is_no_success() {
        assert_eq!(Tally::default().status(), 1);
        let mut tally = Tally::of("a", true);
        assert_eq!(tally.status(), 0);
        tally += Tally::of("b", false);
        assert_eq!(tally.status(), 1);
    }
}
