// SPDX-License-Identifier: GPL-2.0

mod inode;
mod instance;
