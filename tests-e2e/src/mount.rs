// SPDX-License-Identifier: GPL-2.0

//! Mounted instances, and the mount API with what it says about failures.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail, Context as _, Result};
use rustix::fs::CWD;
use rustix::mount::{
    fsconfig_create, fsconfig_set_fd, fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen,
    move_mount, unmount, FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, UnmountFlags,
};

use crate::errno;

/// An option as fsconfig(2) takes it.
#[derive(Clone, Copy)]
pub enum Opt<'a> {
    /// A key alone.
    Flag(&'a str),
    /// A key and a string.
    Text(&'a str, &'a str),
    /// A key and a descriptor.
    Fd(&'a str, &'a OwnedFd),
}

/// A failed step of the mount API: its errno and what the fs_context's log says.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What was being done.
    pub step: String,
    /// What it failed with.
    pub errno: i32,
    /// What the context's log says, line by line.
    pub log: Vec<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {}, log {:?}",
            self.step,
            errno::name(self.errno),
            self.log
        )
    }
}

impl std::error::Error for Refusal {}

/// Parses an `a=b,c` list into options.
pub fn options(list: &str) -> Vec<Opt<'_>> {
    let words = list.split(',').filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.split_once('=')
                .map_or(Opt::Flag(word), |(k, v)| Opt::Text(k, v))
        })
        .collect()
}

/// Opens a context of `fstype` and sets `options` on it.
pub fn context(fstype: &str, options: &[Opt<'_>]) -> Result<OwnedFd, Refusal> {
    let fd = fsopen(fstype, FsOpenFlags::FSOPEN_CLOEXEC).map_err(|e| Refusal {
        step: format!("fsopen {fstype}"),
        errno: e.raw_os_error(),
        log: Vec::new(),
    })?;
    configure(&fd, options)?;
    Ok(fd)
}

/// Sets `options` on a context.
pub fn configure(fd: &OwnedFd, options: &[Opt<'_>]) -> Result<(), Refusal> {
    for option in options {
        let (step, done) = match option {
            Opt::Flag(key) => (format!("option {key}"), fsconfig_set_flag(fd, *key)),
            Opt::Text(key, value) => (
                format!("option {key}={value}"),
                fsconfig_set_string(fd, *key, *value),
            ),
            Opt::Fd(key, value) => (
                format!("option {key}=<fd>"),
                fsconfig_set_fd(fd, *key, value),
            ),
        };
        checked(fd, step, done)?;
    }
    Ok(())
}

/// Turns the failure of a step into a refusal that carries the context's log.
pub fn checked(fd: &OwnedFd, step: String, done: rustix::io::Result<()>) -> Result<(), Refusal> {
    done.map_err(|e| Refusal {
        step,
        errno: e.raw_os_error(),
        log: log(fd),
    })
}

/// The messages waiting in a context's log.
pub fn log(fd: &OwnedFd) -> Vec<String> {
    let mut messages = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(n) = rustix::io::read(fd, &mut buffer) {
        messages.push(String::from_utf8_lossy(&buffer[..n]).trim_end().to_string());
    }
    messages
}

/// Makes a detached mount of `fstype`.
pub fn detached(fstype: &str, options: &[Opt<'_>]) -> Result<OwnedFd, Refusal> {
    let fd = context(fstype, options)?;
    checked(&fd, "create".into(), fsconfig_create(&fd))?;
    let mount = fsmount(&fd, FsMountFlags::FSMOUNT_CLOEXEC, MountAttrFlags::empty());
    mount.map_err(|e| Refusal {
        step: "fsmount".into(),
        errno: e.raw_os_error(),
        log: log(&fd),
    })
}

/// Attaches a detached mount at `path`.
pub fn attach(mount: &OwnedFd, path: &Path) -> rustix::io::Result<()> {
    move_mount(
        mount.as_fd(),
        "",
        CWD,
        path,
        MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH,
    )
}

/// A mounted instance on a directory of its own; unmounted when dropped.
pub struct Instance {
    /// Where it is mounted.
    pub path: PathBuf,
}

impl Instance {
    /// Mounts `fstype` with a list of options as in `-o`.
    pub fn new(fstype: &str, list: &str) -> Result<Self> {
        Self::with(fstype, &options(list))
    }

    /// Mounts `fstype` with options.
    pub fn with(fstype: &str, options: &[Opt<'_>]) -> Result<Self> {
        let mount = detached(fstype, options).map_err(|e| anyhow!("mounting {fstype}: {e}"))?;
        let path = new_directory()?;
        attach(&mount, &path)
            .with_context(|| format!("attaching {fstype} at {}", path.display()))?;
        Ok(Self { path })
    }

    /// A path inside.
    pub fn join(&self, rest: impl AsRef<Path>) -> PathBuf {
        self.path.join(rest)
    }

    /// A descriptor of the root directory.
    pub fn root(&self) -> Result<OwnedFd> {
        crate::probe::open_root(&self.path)
    }

    /// A descriptor of the root directory that outlives the mount's place in the tree.
    pub fn into_root(self) -> Result<OwnedFd> {
        self.root()
    }

    /// Changes the instance's options through fspick(2).
    pub fn reconfigure(&self, list: &str) -> Result<(), Refusal> {
        reconfigure(&self.path, &options(list))
    }

    /// The options of the superblock as mountinfo shows them.
    pub fn shown(&self) -> Result<String> {
        shown(&self.path)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // Fails where a test has unmounted it already.
        let _ = unmount(&self.path, UnmountFlags::DETACH);
        let _ = fs::remove_dir(&self.path);
    }
}

/// Changes the options of the mount at `path` through fspick(2).
pub fn reconfigure(path: &Path, options: &[Opt<'_>]) -> Result<(), Refusal> {
    let picked = rustix::mount::fspick(CWD, path, rustix::mount::FsPickFlags::FSPICK_CLOEXEC);
    let fd = picked.map_err(|e| Refusal {
        step: "fspick".into(),
        errno: e.raw_os_error(),
        log: Vec::new(),
    })?;
    configure(&fd, options)?;
    checked(
        &fd,
        "reconfigure".into(),
        rustix::mount::fsconfig_reconfigure(&fd),
    )
}

/// Enters a mount namespace of its own; what is mounted there shows nowhere else.
pub fn own_namespace() -> Result<()> {
    use rustix::mount::{mount_change, MountPropagationFlags};
    use rustix::thread::{unshare_unsafe, UnshareFlags};
    // SAFETY: a mount namespace is no memory; the working directory, which it unshares as well,
    // belongs to a thread that is alone.
    unsafe { unshare_unsafe(UnshareFlags::NEWNS) }.context("unshare of mounts")?;
    mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )
    .context("making mounts private")
}

/// The superblock's options that mountinfo shows for the mount at `path`, the topmost if several.
pub fn shown(path: &Path) -> Result<String> {
    let table = fs::read_to_string("/proc/self/mountinfo").context("reading mountinfo")?;
    let path = path.to_str().context("mount point is not UTF-8")?;
    let line = table
        .lines()
        .rfind(|line| line.split(' ').nth(4) == Some(path));
    let line = line.with_context(|| format!("no mount at {path} in mountinfo"))?;
    let Some((_, last)) = line.rsplit_once(' ') else {
        bail!("short line in mountinfo: {line}")
    };
    Ok(last.to_string())
}

/// Mounts the hierarchy of control groups on a new directory.
pub fn cgroups() -> Result<PathBuf> {
    let tree = new_directory()?;
    rustix::mount::mount(
        "none",
        &tree,
        "cgroup2",
        rustix::mount::MountFlags::empty(),
        c"",
    )
    .context("mounting cgroup2")?;
    Ok(tree)
}

/// A new directory that every user can pass through.
pub fn new_directory() -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::Builder::new()
        .prefix("proc2-e2e-")
        .tempdir()?
        .keep();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755))?;
    Ok(directory)
}
