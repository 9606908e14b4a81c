// SPDX-License-Identifier: GPL-2.0

mod dir;
mod proc2_dir;
mod registered;
mod self_link;
