// SPDX-License-Identifier: GPL-2.0

//! QEMU's command line.

use super::{accel::Accel, Options};
use crate::kernel::config;
use proc2_vm_init::{OVER_TAG, ROOT_TAG};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the kernel is always told. Only the kernel's log goes to the serial port; a panic ends
/// QEMU; KUnit suites run only where `kunit.enable=1` follows. On a busy machine the emulated timer
/// is too late for the kernel's check of it, which panics.
const KERNEL_ARGS: &str = "console=ttyS0 ignore_loglevel printk.time=1 printk.devkmsg=on \
                           tsc=reliable no_timer_check panic=-1 oops=panic kunit.enable=0 rdinit=/init";

/// What a kernel that looks for mistakes is told beside: freed pages are filled, and looked at
/// before they are used again. With five levels of page tables, an interrupt while the boot CPU is
/// identified, which forgets for a moment that it has them, is reported by KASAN, which reports
/// once.
const DEBUG_ARGS: &str = "page_poison=1 no5lvl";

pub(super) struct Machine<'a> {
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

pub(super) fn command(machine: &Machine<'_>) -> Command {
    let Machine { options, .. } = machine;
    let mut qemu = Command::new("qemu-system-x86_64");
    qemu.args([
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
        "-M",
        "q35",
    ]);
    qemu.args(["-m", &options.memory]);
    if options.count {
        qemu.args([
            "-accel",
            "tcg",
            "-cpu",
            "max",
            "-smp",
            "1",
            "-icount",
            "shift=0,sleep=off",
        ]);
    } else {
        qemu.args(machine.accel.arguments());
        qemu.args(["-smp", &options.cpus.to_string()]);
    }
    qemu.arg("-kernel")
        .arg(machine.kernel)
        .arg("-initrd")
        .arg(machine.initramfs);
    let debug = if config::debug() { DEBUG_ARGS } else { "" };
    let words = format!("{KERNEL_ARGS} {debug} {}", options.kernel_args);
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
