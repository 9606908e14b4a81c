// SPDX-License-Identifier: GPL-2.0

//! The filesystem: instances, and how entries become inodes, directories, texts and links.

#[cfg(CONFIG_SECURITY)]
pub(crate) mod attribute;
pub(crate) mod decide;
pub(crate) mod dir;
pub(crate) mod formatter;
pub(crate) mod instance;
pub(crate) mod link;
pub(crate) mod live;
pub(crate) mod memory;
pub(crate) mod mount;
#[cfg(CONFIG_USER_NS)]
pub(crate) mod namespace;
#[cfg(not(CONFIG_CGROUPS))]
pub(crate) mod no_view;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod permission;
pub(crate) mod policy;
pub(crate) mod records;
pub(crate) mod request;
pub(crate) mod row;
pub(crate) mod stream;
pub(crate) mod task_dir;
pub(crate) mod task_inode;
pub(crate) mod text;
#[cfg(CONFIG_CGROUPS)]
pub(crate) mod view;
#[cfg(not(CONFIG_CGROUPS))]
pub(crate) use no_view as view;
pub(crate) mod write;
