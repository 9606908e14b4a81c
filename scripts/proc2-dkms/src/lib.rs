// SPDX-License-Identifier: GPL-2.0

//! What proc2 asks of a kernel, said once: for the program that builds it there, for the package
//! that calls the program, and for the project's own tool.

/// The series of Linux that proc2 is written for.
pub const SERIES: &str = "7.3";

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

/// Whether a release, as `uname -r` says it, is of [`SERIES`].
pub fn is_of_series(release: &str) -> bool {
    let rest = release.trim().strip_prefix(SERIES);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_not_the_beginning_of_another() {
        let of = |rest: &str| is_of_series(&format!("{SERIES}{rest}"));
        assert!(of("") && of(".4+deb13-amd64\n") && of("-rc1"));
        assert!(!of("0.1") && !is_of_series("6.12.1"));
    }
}
