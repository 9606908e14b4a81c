// SPDX-License-Identifier: GPL-2.0

//! The lines of docs/runtimes/sandboxes.md.

use anyhow::Result;

use super::{tests, Test};
use crate::pages;

pub(super) fn tests() -> Vec<Test> {
    tests!["sandboxes": page]
}

fn page() -> Result<()> {
    pages::run(include_str!("../../../../docs/runtimes/sandboxes.md"))
}
