// SPDX-License-Identifier: GPL-2.0

//! What the program in the VM and the host's tool agree on when one watches the other.

/// The variable with the path of a file that appears when the watching has begun.
pub const GO: &str = "PROC2_BENCH_GO";

/// How often each thing is done while it is watched. One of them may be interrupted.
pub const REPETITIONS: usize = 3;

/// What the program calls before each repetition and behind it.
pub const MARK: &str = "__x64_sys_getppid";

/// What it calls before the first repetition of the next thing; before each where something else is done between them.
pub const NEXT: &str = "__x64_sys_getuid";
