// SPDX-License-Identifier: GPL-2.0

//! The task of a token is the token's, whose lock keeps the answer true.

use crate::gate::{
    ptrace::Read,
    Permitted, //
};
use kernel::task::Task;

fn keep<'a>(permitted: Permitted<'a, Read>) -> &'a Task {
    permitted.task() //~ E0515
}
