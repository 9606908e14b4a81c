// SPDX-License-Identifier: GPL-2.0

//! Boots a virtual machine, runs one command in it, and judges its kernel log.
//!
//! `scripts/vm`, `make shell`, `make run` and the test runners all come through [`run`].

mod accel;
mod initramfs;
mod installed;
mod link;
mod outcome;
mod qemu;
mod streams;

use crate::kernel::config;
use crate::{arch, cross, kernel_log, logs, paths};
use anyhow::{bail, Context, Result};
use clap::{Args, Parser};
pub(crate) use installed::{release, unpack};
use link::Ending;
pub(crate) use outcome::{Interrupted, Outcome, STOPPED};
use proc2_vm_init::Job;
pub(crate) use qemu::version;
use std::path::{Path, PathBuf};
use std::time::Duration;
pub(crate) use streams::{Captured, Output};

/// How a VM is made; every field is an option of `scripts/vm`.
#[derive(Args, Debug, Clone)]
pub(crate) struct Options {
    /// Directory of the host that the VM may write, at the same path; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(crate) rw: Vec<PathBuf>,
    /// Directory to lay over the host's root, which the VM can then write, in its memory
    #[arg(long, value_name = "DIR")]
    pub(crate) over: Option<PathBuf>,
    /// Number of CPUs
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub(crate) cpus: u32,
    /// Memory, as QEMU understands it
    #[arg(long, default_value = "2G", value_name = "SIZE")]
    pub(crate) memory: String,
    /// Count instructions: one CPU, and a nanosecond in the VM is one executed instruction
    #[arg(long)]
    pub(crate) count: bool,
    /// Do not load proc2.ko
    #[arg(long)]
    pub(crate) no_module: bool,
    /// Run the command on a terminal (the default is pipes)
    #[arg(long, short)]
    pub(crate) tty: bool,
    /// Keep the kernel log in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// More words for the kernel's command line
    #[arg(
        long,
        value_name = "WORDS",
        default_value = "",
        allow_hyphen_values = true
    )]
    pub(crate) kernel_args: String,
    /// Stop the VM after this many seconds
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
    /// Let kmemleak look for leaks at the end (the kernel must have it: DEBUG=1)
    #[arg(long)]
    pub(crate) leaks: bool,
    /// How many CPUs a VM that counts has; set by the callers, not by an option.
    #[arg(skip = 1_u32)]
    pub(crate) counted: u32,
    /// Modules to load, proc2.ko first; set by the callers, not by an option.
    #[arg(skip)]
    pub(crate) modules: Vec<PathBuf>,
    /// Socket to make for QEMU's monitor; set by the callers too.
    #[arg(skip)]
    pub(crate) monitor: Option<PathBuf>,
}

impl Default for Options {
    /// What `scripts/vm` does without options.
    fn default() -> Self {
        #[derive(Parser)]
        struct Defaults {
            #[command(flatten)]
            options: Options,
        }
        Defaults::parse_from(["vm"]).options
    }
}

/// The kernel that a VM boots.
#[derive(Clone, Copy)]
pub(crate) enum Kernel<'a> {
    /// Built in this tree.
    Tree(&'a Path),
    /// Installed below this root of Debian's, which lies over the host's.
    Root(&'a Path),
}

impl<'a> Kernel<'a> {
    /// What figures of it are kept under.
    pub(crate) fn name(self) -> Result<String> {
        let kind = match self {
            Self::Tree(_) => config::kind(),
            Self::Root(_) => "stock",
        };
        Ok(format!("{}{kind}", arch::target()?.figures))
    }

    /// Where it is.
    fn path(self) -> &'a Path {
        match self {
            Self::Tree(path) | Self::Root(path) => path,
        }
    }

    /// The file to boot, and the modules that the VM's devices and its root need.
    fn parts(self, scratch: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
        match self {
            Self::Tree(path) => Ok((path.join(arch::target()?.image), Vec::new())),
            Self::Root(path) => installed::parts(path, scratch),
        }
    }

    /// What lies over the host's root: programs of another architecture, if the kernel is of one.
    fn over(self, options: &Options) -> Result<Option<PathBuf>> {
        match (self, arch::foreign()?) {
            (Self::Root(path), _) => Ok(Some(path.to_owned())),
            (Self::Tree(_), None) => Ok(options.over.clone()),
            (Self::Tree(_), Some(arch)) if options.over.is_none() => cross::root(arch).map(Some),
            (Self::Tree(_), Some(arch)) => bail!("--over: a root for {} lies there", arch.name),
        }
    }
}

/// Whether a VM's processors are the machine's own.
pub(crate) fn has_kvm(kernel: Kernel<'_>) -> Result<bool> {
    Ok(accel::choose(kernel)? == accel::Accel::Kvm)
}

/// Makes what VMs need and finds out whether KVM works, before several would do so at once.
pub(crate) fn settle(kernel: Kernel<'_>) -> Result<()> {
    kernel.over(&Options::default())?;
    accel::choose(kernel).map(drop)
}

/// Runs a command in a fresh VM with that kernel; its output goes where `output` says.
pub(crate) fn run(
    kernel: Kernel<'_>,
    options: &Options,
    command: &[String],
    output: Output,
) -> Result<Outcome> {
    let accel = accel::choose(kernel)?;
    let outcome = boot(kernel, options, command, accel, output)?;
    if let Some(log) = &options.log {
        std::fs::write(log, &outcome.kernel_log)
            .with_context(|| format!("cannot write the kernel log to {}", log.display()))?;
    }
    Ok(outcome)
}

fn boot(
    kernel: Kernel<'_>,
    options: &Options,
    command: &[String],
    accel: accel::Accel,
    output: Output,
) -> Result<Outcome> {
    let scratch = tempfile::Builder::new().prefix("proc2-vm.").tempdir()?;
    let (image, drivers) = kernel.parts(scratch.path())?;
    let over = kernel.over(options)?;
    let job = job(kernel, options, over.as_deref(), &drivers, command, &output)?;
    let initramfs = scratch.path().join("initramfs.cpio");
    initramfs::write(&initramfs, &job, &[&drivers[..], &options.modules].concat())?;
    let log = scratch.path().join("kernel.log");

    let link = link::Link::listen(scratch.path())?;
    let mut qemu = qemu::command(&qemu::Machine {
        arch: arch::target()?,
        kernel: &image,
        over: over.as_deref(),
        initramfs: &initramfs,
        log: &log,
        sockets: link.sockets(),
        options,
        writable: &job.writable,
        accel: accel.on(kernel),
    });
    let patience = if config::debug() { 6 } else { 1 };
    let limit = options
        .timeout
        .map(|seconds| Duration::from_secs(seconds * patience));
    let ending = link.converse(qemu.spawn().context("cannot start QEMU")?, output, limit)?;

    let kernel_log = String::from_utf8_lossy(&std::fs::read(&log).unwrap_or_default()).into_owned();
    let complaints = kernel_log::complaints(&kernel_log);
    let tail = || logs::tail(&kernel_log, 25);
    match ending {
        Ending::Ended(status) => Ok(Outcome {
            status,
            kernel_log,
            complaints,
        }),
        Ending::Failed(why) => bail!("the VM could not run the command: {why}\n{}", tail()),
        Ending::TimedOut => bail!("the VM did not end in time and was stopped\n{}", tail()),
        Ending::Interrupted => bail!(Interrupted),
        Ending::Vanished(why) => {
            for complaint in &complaints {
                eprintln!("vm: the kernel log holds a warning:\n{complaint}");
            }
            bail!("{STOPPED} before its command ended ({why})\n{}", tail())
        }
    }
}

fn job(
    kernel: Kernel<'_>,
    options: &Options,
    over: Option<&Path>,
    drivers: &[PathBuf],
    command: &[String],
    output: &Output,
) -> Result<Job> {
    let cwd = std::env::current_dir().context("the working directory is gone")?;
    let mut keep = vec![
        paths::checkout()?,
        paths::cache()?,
        kernel.path().to_owned(),
        cwd.clone(),
    ];
    keep.extend(
        options
            .modules
            .iter()
            .filter_map(|module| Some(module.parent()?.into())),
    );
    keep.retain(|path| path.is_dir());
    keep.sort();
    keep.dedup();
    // A path below another one is visible already.
    let all = keep.clone();
    keep.retain(|path| {
        !all.iter()
            .any(|other| other != path && path.starts_with(other))
    });

    if let Some(over) = over.filter(|over| !over.is_dir()) {
        bail!("{}: there is no such directory", over.display());
    }
    let writable = options.rw.iter().enumerate().map(|(index, directory)| {
        let directory = directory.canonicalize();
        let shown = options.rw[index].display();
        Ok((
            format!("rw{index}"),
            directory.with_context(|| format!("--rw {shown}"))?,
        ))
    });
    let inside = |modules: &[PathBuf]| -> Vec<String> {
        let names = modules.iter().filter_map(|path| path.file_name());
        names
            .map(|name| format!("/{}", name.to_string_lossy()))
            .collect()
    };
    let mut env = vec![
        (
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
        ),
        ("HOME", "/root".into()),
        ("USER", "root".into()),
        ("LOGNAME", "root".into()),
        ("SHELL", "/bin/bash".into()),
        ("LANG", "C.UTF-8".into()),
    ];
    if let Some(module) = options.modules.first() {
        env.push(("PROC2_KO", module.display().to_string()));
    }
    env.extend(std::env::var("TERM").ok().map(|term| ("TERM", term)));
    Ok(Job {
        drivers: inside(drivers),
        modules: inside(&options.modules),
        command: command.to_vec(),
        env: env
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        cwd,
        keep,
        writable: writable.collect::<Result<_>>()?,
        over: over.is_some(),
        leaks: options.leaks,
        terminal: match output {
            Output::Terminal => Some(streams::terminal_size()),
            _ => None,
        },
    })
}
