// SPDX-License-Identifier: GPL-2.0

//! Marks of the checks that `make mutate` leaves out, one after the other, to see that a test
//! notices.
//!
//! A mark is the check itself, and nothing else, in every build but that of the mutants (`--cfg
//! mutate`), where a parameter of the module names the one mutant that is active:
//!
//! * `mutant!("who: what", condition)`: a condition that the mutant takes for true;
//! * `mutant!("who: what", check => instead)`: a check, and what the mutant does instead;
//! * `mutant!(row: row, "what", value => instead)`: a mutant for each row of the table of a task's
//!   entries.
//!
//! `who` should notice: a gate or a row of that table, whose callers look, a test, or a module of
//! tests; several with commas between them.

#[cfg(mutate)]
mod id;

#[cfg(mutate)]
pub(crate) use id::id;

#[cfg(not(mutate))]
macro_rules! mutant {
    (row: $row:expr, $what:literal, $check:expr => $instead:expr) => {
        $check
    };
    ($name:literal, $check:expr $(=> $instead:expr)?) => {
        $check
    };
}

#[cfg(mutate)]
macro_rules! mutant {
    // What the kernel crate gives of a parameter is a reference before Linux 7.3.
    (@active $($part:expr),+) => {
        *core::borrow::Borrow::<u32>::borrow(&crate::module_parameters::mutant.value())
            == crate::pure::mutant::id(&[$($part),+])
    };
    (row: $row:expr, $what:literal, $check:expr => $instead:expr) => {{
        let at = match $row.scope {
            crate::pure::entry::Scope::Thread => "task/<tid>/",
            _ => "",
        };
        if mutant!(@active at, $row.name, ": ", $what) { $instead } else { $check }
    }};
    ($name:literal, $check:expr) => {
        (mutant!(@active $name) || $check)
    };
    ($name:literal, $check:expr => $instead:expr) => {
        if mutant!(@active $name) { $instead } else { $check }
    };
}
