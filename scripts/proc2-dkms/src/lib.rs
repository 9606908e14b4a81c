// SPDX-License-Identifier: GPL-2.0

//! What proc2 asks of a kernel, said once: for the program that builds it there, for the package
//! that calls the program, and for the project's own tool.

/// The series of Linux that proc2 is written for, the newest first. What each needs beside the others
/// is in `scripts/kernel/SERIES.config`, where there is such a file, and in C by `LINUX_VERSION_CODE`.
pub const SERIES: [&str; 2] = ["7.3", "7.2"];

/// Options of a distribution's kernel without which the module cannot be had, and why.
pub const OPTIONS: [(&str, &str); 3] = [
    ("CONFIG_RUST", "its modules cannot be in Rust"),
    (
        "CONFIG_LIVEPATCH",
        "it resolves no symbol by name for a module",
    ),
    (
        "CONFIG_KALLSYMS_ALL",
        "it does not know all of its symbols by name",
    ),
];

/// The series of a release, as `uname -r` says it, if it is one of [`SERIES`].
pub fn series_of(release: &str) -> Option<&'static str> {
    SERIES.into_iter().find(|series| {
        let rest = release.trim().strip_prefix(series);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    })
}

/// All series, for a sentence.
pub fn all_series() -> String {
    SERIES.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_not_the_beginning_of_another() {
        for series in SERIES {
            for rest in ["", ".4+deb13-amd64\n", "-rc1"] {
                assert_eq!(series_of(&format!("{series}{rest}")), Some(series));
            }
            assert_eq!(series_of(&format!("{series}0.1")), None);
        }
        assert_eq!(series_of("6.12.1"), None);
    }

    #[test]
    fn a_sentence_names_all() {
        for series in SERIES {
            assert!(all_series().contains(series));
        }
    }
}
