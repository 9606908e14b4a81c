// SPDX-License-Identifier: GPL-2.0

mod fdinfo;
mod io;
mod limits;
mod oom_score;
mod personality;
mod stat;
mod state;
mod statm;
pub(crate) mod status;
