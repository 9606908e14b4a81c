// SPDX-License-Identifier: GPL-2.0

//! The task of a token is not to be had for longer than the token, whose lock keeps the answer true.

use crate::gate::{
    ptrace::Read,
    Permitted, //
};
use kernel::{
    prelude::*,
    task::Task, //
};

fn returned(task: &Task) -> Result<&Task> {
    Ok(Permitted::<Read>::ask(task, None)?.task()) //~ E0515
}

fn dropped(task: &Task) -> Result<u32> {
    let permitted = Permitted::<Read>::ask(task, None)?;
    let task = permitted.task();
    drop(permitted); //~ E0505
    Ok(task.uid().into_uid_in_current_ns())
}
