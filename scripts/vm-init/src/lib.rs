// SPDX-License-Identifier: GPL-2.0

//! What the host and the first program of the VM tell each other.
//!
//! The host puts a [`Job`] into the initramfs. Afterwards each side writes one JSON value per line
//! to the control port: the host [`Request`]s, the VM [`Report`]s.

use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::PathBuf;

/// Where the job stands in the initramfs.
pub const JOB_FILE: &str = "/job.json";

/// The mount tag of the host's root file system.
pub const ROOT_TAG: &str = "hostroot";

/// The mount tag of the folder that lies over it, if the job has one.
pub const OVER_TAG: &str = "over";

/// The ordinary user whom a VM with such a folder has, who may have containers.
pub const USER: &str = "proc2";
/// The user's id, and the id of the user's group.
pub const USER_ID: u32 = 2000;

/// The first of 65,536 ids that the user may give to containers.
pub const SUBORDINATE: u32 = 100 * USER_ID;

/// First words of the kernel log lines that enclose the loading of a module.
pub const INSMOD_BEGIN: &str = "proc2-vm: insmod begins:";
/// See [`INSMOD_BEGIN`].
pub const INSMOD_END: &str = "proc2-vm: insmod ends:";

/// Directories that are fresh and writable in the VM, whatever the host has there.
pub const SCRATCH: [&str; 4] = ["/tmp", "/run", "/var/tmp", "/dev/shm"];

/// The virtio ports by name.
pub mod port {
    /// To the command's standard input, in [`frame`](super::frame)s; an empty one is its end.
    pub const STDIN: &str = "proc2.stdin";
    /// From the command's standard output, or from its terminal.
    pub const STDOUT: &str = "proc2.stdout";
    /// From the command's standard error.
    pub const STDERR: &str = "proc2.stderr";
    /// Requests and reports.
    pub const CONTROL: &str = "proc2.control";
    /// All of them.
    pub const ALL: [&str; 4] = [STDIN, STDOUT, STDERR, CONTROL];
}

/// A piece of input as it goes through the port: its length, then its bytes. A port has no end of
/// file that could be trusted: QEMU drops what is under way when the host closes its end.
pub fn frame(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(0);
    [&length.to_le_bytes(), bytes].concat()
}

/// Reads the next [`frame`]; nothing at the end of the input.
pub fn read_frame(mut from: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// What the VM is to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// Modules that the VM's devices and filesystems need, as [`modules`](Self::modules); loaded first.
    pub drivers: Vec<String>,
    /// Modules to load, in this order: paths inside the initramfs.
    pub modules: Vec<String>,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// The command's environment.
    pub env: Vec<(String, String)>,
    /// The command's working directory; `/` if the VM does not have it.
    pub cwd: PathBuf,
    /// Host paths to show although they lie below one of [`SCRATCH`].
    pub keep: Vec<PathBuf>,
    /// Directories of the host that the VM may write: mount tag and path.
    pub writable: Vec<(String, PathBuf)>,
    /// Whether a folder of the host lies over its root, which can then be written: in memory.
    pub over: bool,
    /// Let kmemleak look for leaks when the command has ended.
    pub leaks: bool,
    /// Run the command on a terminal of this size.
    pub terminal: Option<Size>,
}

/// Size of a terminal.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Size {
    /// Lines.
    pub rows: u16,
    /// Characters per line.
    pub columns: u16,
}

/// From the host to the VM.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// The host's terminal has a new size.
    Resize(Size),
}

/// From the VM to the host.
#[derive(Debug, Serialize, Deserialize)]
pub enum Report {
    /// Everything is mounted and loaded; the command starts.
    Started,
    /// The command ended with this status; as in a shell, 128 + n for signal n.
    Ended(u8),
    /// The command could not be run.
    Failed(String),
}
