// SPDX-License-Identifier: GPL-2.0

//! How many comparisons with procfs the tests made, added up from what each prints.

use crate::kernel::config;
use regex::Regex;
use std::fmt;
use std::ops::AddAssign;
use std::sync::LazyLock;

/// All tests together make at least as many.
pub(crate) fn floor() -> u64 {
    // Sweeps look at a part there (tests-e2e/src/patience.rs).
    match config::debug() {
        true => 100_000,
        false => 500_000,
    }
}

/// What comparisons gave.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub(crate) struct Comparisons {
    pub(crate) made: u64,
    different: u64,
    normalised: u64,
}

impl Comparisons {
    /// Adds up those that the test program told of (`Tally::verdict` of the test program prints them).
    pub(crate) fn told_in(output: &str) -> Self {
        static LINE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(\d+) comparisons, (\d+) different, (\d+) equal only without")
                .expect("a constant")
        });
        let mut sum = Self::default();
        for line in LINE.captures_iter(output) {
            let number = |index: usize| line[index].parse().unwrap_or(0);
            sum += Self {
                made: number(1),
                different: number(2),
                normalised: number(3),
            };
        }
        sum
    }
}

impl AddAssign for Comparisons {
    fn add_assign(&mut self, other: Self) {
        self.made += other.made;
        self.different += other.different;
        self.normalised += other.normalised;
    }
}

impl fmt::Display for Comparisons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} comparisons with procfs, {} different, {} equal only without what changes by itself",
            self.made, self.different, self.normalised
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Comparisons;

    #[test]
    fn tests_add_up() {
        let output = "test a ...   10 comparisons, 0 different, 3 equal only without what changes \
                      by itself\nok\n  7 comparisons, 1 different, 2 equal only without what \
                      changes by itself\n1 of 7 comparisons differ\n";
        let sum = Comparisons::told_in(output);
        assert_eq!(
            sum,
            Comparisons {
                made: 17,
                different: 1,
                normalised: 5
            }
        );
    }
}
