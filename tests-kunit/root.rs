// SPDX-License-Identifier: GPL-2.0

mod dir;
mod own;
mod self_link;
