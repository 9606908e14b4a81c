// SPDX-License-Identifier: GPL-2.0

//! What the program in the VM tells the host's tool of reading beside lxcfs.

use serde::{Deserialize, Serialize};

/// How the line of the program's output begins that holds the rows as JSON.
pub const MARK: &str = "beside lxcfs: ";

/// One file, in instructions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// The cost in proc2, with a view.
    pub proc2: f64,
    /// The cost in procfs.
    pub procfs: f64,
    /// The cost in lxcfs; none if it has no such file.
    pub lxcfs: Option<f64>,
}
