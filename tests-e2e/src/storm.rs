// SPDX-License-Identifier: GPL-2.0

//! What proc2 must survive: the machinery of the tests named `storm::*`.
//!
//! Each of them runs at the size that `PROC2_SIZE` says ([`size`]) and prints a line of figures
//! ([`figures`]). What they look for, beside what each checks by itself, is a report in the kernel's
//! log, which the runner reads.

pub mod board;
pub mod brood;
pub mod crew;
pub mod fault;
pub mod figures;
pub mod flip;
pub mod fuzz;
pub mod kcov;
pub mod ledger;
pub mod life;
pub mod program;
pub mod progress;
pub mod reader;
pub mod secret;
pub mod size;
pub mod token;
pub mod words;
