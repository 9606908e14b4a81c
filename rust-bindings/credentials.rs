// SPDX-License-Identifier: GPL-2.0

//! Credentials: users, groups, capabilities and user namespaces, and what audit and the security modules keep of a task.

#[cfg(CONFIG_AUDIT)]
pub(crate) mod audit;
pub(crate) mod cred;
#[cfg(CONFIG_SECURITY)]
pub(crate) mod lsm;
pub(crate) mod opener;
