// SPDX-License-Identifier: GPL-2.0

//! What the list of Debian packages says of versions. `scripts/bootstrap` installs them.

use std::sync::LazyLock;

const LIST: &str = include_str!("../../packages");

/// LLVM's version: Debian 12 and 13 both have this one, and the kernel takes it.
pub(crate) static LLVM: LazyLock<u32> = LazyLock::new(|| {
    let version = LIST.lines().find_map(|line| line.strip_prefix("clang-"));
    version
        .and_then(|version| version.parse().ok())
        .expect("the list names a clang")
});

/// The oldest bindgen that the kernel takes, as the list has it.
pub(crate) fn bindgen() -> &'static str {
    LIST.lines()
        .find_map(|line| line.strip_prefix("bindgen "))
        .expect("the list names bindgen")
}

/// Those that a VM of another architecture has too.
pub(crate) fn in_the_vm() -> impl Iterator<Item = &'static str> {
    LIST.lines().filter_map(|line| line.strip_suffix(" <vm>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_says_what_is_asked_of_it() {
        assert!(*LLVM >= 19, "{}", *LLVM);
        assert!(bindgen().starts_with("(>= 0."), "{}", bindgen());
        assert!(in_the_vm().any(|name| name == "procps"));
    }
}
