// SPDX-License-Identifier: GPL-2.0

//! Mutants that no test can notice, each with the proof. One that a test does notice must go from here.

/// This file, for messages.
pub(super) const FILE: &str = "scripts/dev/src/mutate/equivalent.rs";

/// Titles, and why leaving out the check changes nothing.
pub(super) const EQUIVALENT: &[(&str, &str)] = &[];
