// SPDX-License-Identifier: GPL-2.0

mod dir;
mod self_link;
