// SPDX-License-Identifier: GPL-2.0

//! Programs that run with an instance on `/proc`, as some user.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::Caller;
use rustix::mount::{mount, mount_bind, MountFlags};

/// Where `/proc` comes from for a program.
#[derive(Clone)]
pub(crate) enum Proc {
    /// An instance that is mounted somewhere.
    Bound(PathBuf),
    /// A new one with these options.
    New(String),
    /// The kernel's own procfs, as it is.
    Kernel,
    /// The same, with mounts over parts of it, as container runtimes make them.
    Masked,
}

impl Proc {
    /// A new one with these options.
    pub(crate) fn new(options: &str) -> Self {
        Self::New(options.to_owned())
    }
}

/// What a program printed, and whether it succeeded.
pub(crate) struct Output {
    pub(crate) text: String,
    pub(crate) success: bool,
}

/// Runs a command line in a mount namespace of its own with `proc` on `/proc`, as `who`.
pub(crate) fn run(proc: &Proc, who: &Caller, line: &[&str]) -> Result<Output> {
    let (program, arguments) = line.split_first().context("no program")?;
    let (proc, who, fstype) = (proc.clone(), *who, proc2_e2e::fstype());
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .env("TERM", "dumb")
        .env("COLUMNS", "100");
    let prepare = move || -> Result<()> {
        proc2_e2e::mount::own_namespace()?;
        match &proc {
            Proc::Bound(place) => mount_bind(place, "/proc")?,
            Proc::New(options) => {
                let options = std::ffi::CString::new(options.as_str())?;
                mount(&*fstype, "/proc", &*fstype, MountFlags::empty(), &*options)?;
            }
            Proc::Kernel => {}
            Proc::Masked => {
                mount("none", "/proc/sys", "tmpfs", MountFlags::RDONLY, c"")?;
                mount_bind("/dev/null", "/proc/kcore")?;
            }
        }
        who.become_it()
    };
    // SAFETY: the closure makes system calls and allocates, in a program without threads.
    unsafe { command.pre_exec(move || prepare().map_err(std::io::Error::other)) };
    let output = command
        .output()
        .with_context(|| format!("running {program} (apt install procps?)"))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text += &String::from_utf8_lossy(&output.stderr);
    Ok(Output {
        text,
        success: output.status.success(),
    })
}

/// Runs, and prints the command line and the first `lines` lines of what it printed.
pub(crate) fn show(proc: &Proc, who: &Caller, line: &[&str], lines: usize) -> Result<Output> {
    let output = run(proc, who, line)?;
    println!("{}$ {}", who.name, line.join(" "));
    for text in output.text.lines().take(lines) {
        println!("    {text}");
    }
    let rest = output.text.lines().count().saturating_sub(lines);
    if rest > 0 {
        println!("    ... {rest} more lines");
    }
    Ok(output)
}

/// mount(8) with `-t` of the type under test.
pub(crate) fn mount_command(options: &str, place: &Path) -> Result<()> {
    let fstype = proc2_e2e::fstype();
    println!(
        "# mount -t {fstype} -o {options} {fstype} {}",
        place.display()
    );
    let status = Command::new("mount")
        .args(["-t", &fstype, "-o", options, &fstype])
        .arg(place)
        .status()?;
    ensure!(status.success(), "mount(8) failed: {status}");
    Ok(())
}

/// mount(8) with `-o remount`.
pub(crate) fn remount_command(options: &str, place: &Path) -> Result<()> {
    println!("# mount -o remount,{options} {}", place.display());
    let status = Command::new("mount")
        .args(["-o", &format!("remount,{options}")])
        .arg(place)
        .status()?;
    ensure!(status.success(), "mount(8) failed: {status}");
    Ok(())
}
