// SPDX-License-Identifier: GPL-2.0

//! QEMU's command line.

use super::{accel::Accel, Options};
use crate::arch::{self, Arch};
use crate::kernel::config;
use anyhow::{Context, Result};
use proc2_vm_init::{OVER_TAG, ROOT_TAG};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the kernel is always told, beside the words for its machine. Only the kernel's log goes to the
/// serial port; a panic ends QEMU; KUnit suites run only where `kunit.enable=1` follows.
const KERNEL_ARGS: &str = "ignore_loglevel printk.time=1 printk.devkmsg=on \
                           panic=-1 oops=panic kunit.enable=0 rdinit=/init";

/// What a kernel that looks for mistakes is told beside: freed pages are filled, and looked at
/// before they are used again.
const DEBUG_ARGS: &str = "page_poison=1";

pub(super) struct Machine<'a> {
    pub(super) arch: &'a Arch,
    pub(super) kernel: &'a Path,
    /// What lies over the host's root.
    pub(super) over: Option<&'a Path>,
    pub(super) initramfs: &'a Path,
    /// The serial port's output.
    pub(super) log: &'a Path,
    /// Virtio ports by name, and the sockets that stand for them.
    pub(super) sockets: Vec<(&'static str, PathBuf)>,
    pub(super) options: &'a Options,
    pub(super) writable: &'a [(String, PathBuf)],
    pub(super) accel: Accel,
}

/// Its name and the version of its series: `QEMU 7.2`.
pub(crate) fn version() -> Result<String> {
    let program = arch::target()?.qemu;
    let output = Command::new(program).arg("--version").output();
    let output = output.with_context(|| format!("cannot run {program}"))?;
    let text = String::from_utf8(output.stdout)?;
    series(&text).with_context(|| format!("{program} --version says no version: {text}"))
}

fn series(said: &str) -> Option<String> {
    let (_, version) = said.split_once("version ")?;
    let mut parts = version.split(|letter: char| !letter.is_ascii_digit());
    Some(format!("QEMU {}.{}", parts.next()?, parts.next()?))
}

pub(super) fn command(machine: &Machine<'_>) -> Command {
    let Machine { arch, options, .. } = machine;
    let mut qemu = Command::new(arch.qemu);
    qemu.args([
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
        "-M",
        arch.machine,
    ]);
    qemu.args(["-m", &options.memory]);
    let accel = if options.count {
        Accel::Tcg
    } else {
        machine.accel
    };
    qemu.args(accel.arguments(arch));
    if options.count {
        let cpus = options.counted.to_string();
        qemu.args(["-smp", &cpus, "-icount", "shift=0,sleep=off"]);
    } else {
        qemu.args(["-smp", &options.cpus.to_string()]);
    }
    qemu.arg("-kernel")
        .arg(machine.kernel)
        .arg("-initrd")
        .arg(machine.initramfs);
    let mut words = [arch.words, KERNEL_ARGS].join(" ");
    if config::debug() {
        words = [&words, DEBUG_ARGS, arch.debug_words].join(" ");
    }
    let words = [&words, &options.kernel_args[..]].join(" ");
    qemu.args(["-append", &words]);

    qemu.args([
        "-chardev",
        &format!("file,id=log,path={}", value(machine.log)),
    ]);
    qemu.args(["-serial", "chardev:log"]);
    if let Some(monitor) = &options.monitor {
        let socket = format!("unix:{},server=on,wait=off", value(monitor));
        qemu.args(["-monitor", &socket]);
    }
    qemu.args(["-device", "virtio-rng-pci", "-device", "virtio-serial-pci"]);
    for (name, socket) in &machine.sockets {
        qemu.args([
            "-chardev",
            &format!("socket,id={name},path={}", value(socket)),
        ]);
        qemu.args([
            "-device",
            &format!("virtserialport,chardev={name},name={name}"),
        ]);
    }
    share(&mut qemu, ROOT_TAG, Path::new("/"), ",readonly=on");
    if let Some(over) = machine.over {
        share(&mut qemu, OVER_TAG, over, ",readonly=on");
    }
    for (tag, path) in machine.writable {
        share(&mut qemu, tag, path, "");
    }
    // A process group of its own: ^C on the terminal is for us, and we stop QEMU.
    std::os::unix::process::CommandExt::process_group(&mut qemu, 0);
    qemu.stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    qemu
}

fn share(qemu: &mut Command, tag: &str, path: &Path, more: &str) {
    let path = value(path);
    // "remap": the host's root may span several file systems with equal inode numbers.
    let model = "security_model=none,multidevs=remap";
    qemu.args([
        "-fsdev",
        &format!("local,id={tag},path={path},{model}{more}"),
    ]);
    qemu.args([
        "-device",
        &format!("virtio-9p-pci,fsdev={tag},mount_tag={tag}"),
    ]);
}

/// A path as the value of a QEMU option, where a comma stands twice.
fn value(path: &Path) -> String {
    path.display().to_string().replace(',', ",,")
}

#[cfg(test)]
mod tests {
    use super::series;

    #[test]
    fn the_series_of_qemu() {
        let said = "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)\nCopyright (c) 2003";
        assert_eq!(series(said).as_deref(), Some("QEMU 10.0"));
        assert_eq!(series("no"), None);
    }
}
