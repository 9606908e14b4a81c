// SPDX-License-Identifier: GPL-2.0

//! What proc2 must survive: the machinery of the tests named `storm::*`.
//!
//! Each of them runs at the size that `PROC2_SIZE` says ([`size`]) and prints a line of figures
//! ([`figures`]). What they look for, beside what each checks by itself, is a report in the
//! kernel's log, which the runner reads.

pub mod counters;
pub mod fault;
pub mod figures;
pub mod flip;
pub mod fuzz;
pub mod fuzz_text;
pub mod kcov;
pub mod kernel_objects;
pub mod life;
pub mod light_tasks;
pub mod marker;
pub mod program;
pub mod progress;
pub mod reader;
pub mod restricted;
pub mod size;
pub mod workers;
