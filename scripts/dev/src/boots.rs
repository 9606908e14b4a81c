// SPDX-License-Identifier: GPL-2.0

//! Tests that take a boot of their own, and what is special about it: what the kernel is told, how
//! many CPUs there are, or that nothing has run before.

use crate::vm;

/// What the names of these tests begin with.
pub(crate) const PREFIX: &str = "boot::";

/// A boot for some tests.
#[derive(Debug)]
pub(crate) struct Boot {
    /// What their names begin with.
    pub(crate) tests: &'static str,
    words: &'static str,
    cpus: u32,
}

const BOOTS: [Boot; 3] = [
    Boot {
        tests: "boot::psi_off::",
        words: "psi=0",
        cpus: 2,
    },
    Boot {
        tests: "boot::four_cpus::",
        words: "",
        cpus: 4,
    },
    // The controller can be moved to another hierarchy as long as no group has used it.
    Boot {
        tests: "boot::v1_cpuset::",
        words: "",
        cpus: 2,
    },
];

impl Boot {
    /// The VM for it.
    pub(crate) fn options(&self, options: vm::Options) -> vm::Options {
        vm::Options {
            kernel_args: self.words.to_owned(),
            cpus: self.cpus,
            ..options
        }
    }
}

/// The boots that a test program's arguments ask for, each with the arguments; none if they ask for
/// tests that take no boot of their own.
pub(crate) fn asked(arguments: &[String]) -> Vec<(&'static Boot, Vec<String>)> {
    let Some(at) = arguments
        .iter()
        .position(|word| word.starts_with(PREFIX.trim_end_matches(':')))
    else {
        return Vec::new();
    };
    let asked = &arguments[at];
    let boots = BOOTS
        .iter()
        .filter(|boot| boot.tests.starts_with(asked.as_str()) || asked.starts_with(boot.tests));
    boots
        .map(|boot| {
            let mut arguments = arguments.to_vec();
            // Not those of another boot.
            if asked.len() < boot.tests.len() {
                arguments[at] = boot.tests.to_owned();
            }
            (boot, arguments)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Vec<Vec<String>> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let all = asked(&words).into_iter();
        all.map(|(_, arguments)| arguments).collect()
    }

    #[test]
    fn tests_are_run_in_their_boots() {
        assert!(of(&["view::"]).is_empty());
        assert!(of(&["--exact", "--skip", "life::registered"]).is_empty());
        let all = of(&["boot::"]);
        assert_eq!(all.len(), BOOTS.len());
        assert_eq!(all[0], ["boot::psi_off::"]);
        assert_eq!(
            of(&["--exact", "boot::four_cpus::quota"]),
            [["--exact", "boot::four_cpus::quota"]]
        );
        assert_eq!(of(&["boot::psi"]), [["boot::psi_off::"]]);
        assert!(of(&["boot::nothing"]).is_empty());
    }

    #[test]
    fn each_boot_has_tests_of_its_own() {
        for boot in &BOOTS {
            assert!(boot.tests.starts_with(PREFIX) && boot.tests.ends_with("::"));
            let same = BOOTS
                .iter()
                .filter(|other| other.tests.starts_with(boot.tests));
            assert_eq!(same.count(), 1, "{boot:?}");
        }
    }
}
