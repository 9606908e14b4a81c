// SPDX-License-Identifier: GPL-2.0

//! Counts of what passed and what failed.

use regex::Regex;
use std::fmt;
use std::ops::AddAssign;
use std::sync::LazyLock;

/// How many passed and failed.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// One thing that passed or failed.
    pub(crate) fn one(passed: bool) -> Self {
        Self {
            passed: passed.into(),
            failed: (!passed).into(),
        }
    }

    /// The exit status of a run with this tally: nothing at all is no success.
    pub(crate) fn status(self) -> u8 {
        u8::from(self.failed > 0 || self.passed == 0)
    }

    /// Adds up the results that test programs of the usual harness printed.
    pub(crate) fn of_harness(output: &str) -> Self {
        static RESULT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?m)^test result: .*?(\d+) passed; (\d+) failed").expect("a constant")
        });
        let mut tally = Self::default();
        for result in RESULT.captures_iter(output) {
            let number = |index: usize| result[index].parse().unwrap_or(0);
            tally += Self {
                passed: number(1),
                failed: number(2),
            };
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_of_several_programs_add_up() {
        let output = "test a ... ok\n\
                      test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
                      test result: FAILED. 2 passed; 4 failed; 0 ignored\n";
        assert_eq!(
            Tally::of_harness(output),
            Tally {
                passed: 5,
                failed: 4
            }
        );
    }

    #[test]
    fn nothing_is_no_success() {
        assert_eq!(Tally::default().status(), 1);
        assert_eq!(
            Tally {
                passed: 1,
                failed: 0
            }
            .status(),
            0
        );
        assert_eq!(
            Tally {
                passed: 1,
                failed: 1
            }
            .status(),
            1
        );
    }
}
