// SPDX-License-Identifier: GPL-2.0

//! Real programs, unmodified, on the type under test at `/proc`: they say what they say on procfs.
//!
//! A program runs on a fresh procfs, on a fresh instance of the type under test, and on procfs
//! again, with the same options and for the same caller, among processes at rest. Its output, its
//! errors and its exit status must be the same bytes. What moves by itself is named, with the
//! reason, where the program is (see [`verdict`]).

use super::Test;

mod criu;
mod debuggee;
mod debuggers;
mod look;
mod lsof;
mod paths;
mod procps;
mod ps;
mod psmisc;
mod reader;
mod sandbox;
mod signalled;
mod top;
mod util_linux;
mod verdict;

pub(super) fn tests() -> Vec<Test> {
    [
        ps::tests(),
        top::tests(),
        procps::tests(),
        psmisc::tests(),
        lsof::tests(),
        util_linux::tests(),
        debuggers::tests(),
        criu::tests(),
        signalled::tests(),
        reader::tests(),
        paths::tests(),
    ]
    .concat()
}
