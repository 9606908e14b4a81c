// SPDX-License-Identifier: GPL-2.0

//! The pages of docs/ that say which tests there are of something: each of these tests is there.

use crate::{paths, sources};
use anyhow::{ensure, Context, Result};
use regex::Regex;
use std::collections::BTreeSet;
use std::fs;

const PAGES: [&str; 1] = ["docs/views-cases.md"];
/// Below it are the test programs' tests.
const TESTS: &str = "tests-e2e/src/";

/// Checks them.
pub(crate) fn check() -> Result<()> {
    let read = |path: &str| {
        fs::read_to_string(paths::checkout()?.join(path))
            .with_context(|| format!("cannot read {path}"))
    };
    let mut there = BTreeSet::new();
    for path in sources::with_suffix(&[".rs"])? {
        if path.starts_with(TESTS) {
            there.extend(defined(&read(&path)?)?);
        }
    }
    ensure!(there.len() > 100, "only {} tests in {TESTS}", there.len());
    for page in PAGES {
        let named = named(&read(page)?)?;
        ensure!(!named.is_empty(), "{page} names no test");
        let missing: Vec<_> = named.difference(&there).collect();
        ensure!(missing.is_empty(), "{page}: there is no {missing:?}");
    }
    Ok(())
}

/// The tests that a source defines: `tests!["subject": name, name]`.
fn defined(source: &str) -> Result<Vec<String>> {
    let list = Regex::new(r#"tests!\["([a-z0-9_:]+)":([^\]]*)\]"#)?;
    let of = |subject: &str, names: &str| -> Vec<String> {
        let names = names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.map(|name| format!("{subject}::{name}")).collect()
    };
    let lists = list.captures_iter(source);
    Ok(lists.flat_map(|list| of(&list[1], &list[2])).collect())
}

/// The tests that a page names.
fn named(page: &str) -> Result<BTreeSet<String>> {
    let name = Regex::new(r"`([a-z0-9_]+(?:::[a-z0-9_]+)+)`")?;
    let names = name.captures_iter(page);
    Ok(names.map(|name| name[1].to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_over_lines() -> Result<()> {
        let source = "x::tests![\"a::b\": one, two,\n    three]\n tests![\"c\": four]";
        let wanted = ["a::b::one", "a::b::two", "a::b::three", "c::four"];
        assert_eq!(defined(source)?, wanted);
        Ok(())
    }

    #[test]
    fn a_page_names_tests_in_backquotes() -> Result<()> {
        let page = "`a::b::one`, `c::four` and `a::`, c::five, `make check`";
        let found: Vec<_> = named(page)?.into_iter().collect();
        assert_eq!(found, ["a::b::one", "c::four"]);
        Ok(())
    }
}
