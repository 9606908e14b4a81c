// SPDX-License-Identifier: GPL-2.0

//! The filesystem: instances, and how entries become inodes, directories, texts and links.

pub(crate) mod base;
pub(crate) mod formatter;
pub(crate) mod inode;
pub(crate) mod instance;
pub(crate) mod link;
pub(crate) mod live;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod permission;
pub(crate) mod records;
pub(crate) mod request;
pub(crate) mod row;
pub(crate) mod stream;
pub(crate) mod text;
pub(crate) mod write;
