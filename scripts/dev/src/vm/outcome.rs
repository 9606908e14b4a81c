// SPDX-License-Identifier: GPL-2.0

//! How a VM has ended.

/// Somebody wants an end: the error of a VM that was stopped by a signal to us.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted; the VM was stopped")
    }
}

impl std::error::Error for Interrupted {}

/// What the error of a VM begins with that stopped by itself: its kernel has panicked.
pub(crate) const STOPPED: &str = "the VM stopped";

/// A VM that has run.
pub(crate) struct Outcome {
    /// The command's exit status.
    pub(crate) status: u8,
    /// The whole kernel log.
    pub(crate) kernel_log: String,
    /// Lines of the kernel log that must not be there, with their surroundings.
    pub(crate) complaints: Vec<String>,
}

impl Outcome {
    /// Prints the complaints; the exit status for the whole run.
    pub(crate) fn verdict(&self) -> u8 {
        for complaint in &self.complaints {
            eprintln!("vm: the kernel log holds a warning:\n{complaint}");
        }
        match (self.status, self.complaints.is_empty()) {
            (0, false) => 1,
            (status, _) => status,
        }
    }
}
