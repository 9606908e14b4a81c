// SPDX-License-Identifier: GPL-2.0

//! A token is made where the gate is asked, and nowhere else.

use crate::gate::{
    Anyone,
    Permitted, //
};
use kernel::task::Task;

fn token(task: &Task) -> Permitted<'_, Anyone> {
    Permitted { task, held: () } //~ E0451
}
