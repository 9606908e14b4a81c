// SPDX-License-Identifier: GPL-2.0

//! KVM or emulation. `/dev/kvm` can exist and still not run this guest, so KVM is tried on a
//! trivial boot; the answer is kept until the host boots again.

use super::{boot, Captured, Kernel, Options, Output};
use crate::arch::{self, Arch};
use crate::paths;
use anyhow::Result;
use std::fs;

/// A boot under KVM takes a second or two.
const TRIAL_SECONDS: u64 = 8;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Accel {
    Kvm,
    Tcg,
    /// Emulated CPUs that take turns, in one thread.
    TcgInTurns,
}

impl Accel {
    pub(super) fn arguments(self, arch: &Arch) -> [&'static str; 4] {
        let [host, emulated] = arch.cpus;
        match self {
            Self::Kvm => ["-accel", "kvm", "-cpu", host],
            Self::Tcg => ["-accel", "tcg", "-cpu", emulated],
            Self::TcgInTurns => ["-accel", "tcg,thread=single", "-cpu", emulated],
        }
    }

    /// The same for this kernel. A distribution's has jump labels, which it patches while all CPUs run: QEMU can let one of
    /// them execute the breakpoint that another has just taken away, and the kernel panics ("Oops: int3"). The project's own
    /// has none.
    pub(super) fn on(self, kernel: Kernel<'_>) -> Self {
        match (self, kernel) {
            (Self::Tcg, Kernel::Root(_)) => Self::TcgInTurns,
            (accel, _) => accel,
        }
    }
}

pub(super) fn choose(kernel: Kernel<'_>) -> Result<Accel> {
    if arch::foreign()?.is_some() {
        return Ok(Accel::Tcg);
    }
    let file = paths::cache()?.join("kvm");
    // Another boot, user or kernel tree may give another answer.
    let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let user = rustix::process::getuid().as_raw();
    let key = format!("{} {user} {}", boot_id.trim(), kernel.path().display());
    let known = fs::read_to_string(&file).unwrap_or_default();
    if let Some(answer) = known.strip_prefix(&key) {
        return Ok(if answer.trim() == "kvm" {
            Accel::Kvm
        } else {
            Accel::Tcg
        });
    }
    let (accel, why) = attempt(kernel);
    eprintln!("vm: {why}");
    let answer = if accel == Accel::Kvm { "kvm" } else { "tcg" };
    fs::create_dir_all(paths::cache()?)?;
    fs::write(&file, format!("{key} {answer}\n"))?;
    Ok(accel)
}

fn attempt(kernel: Kernel<'_>) -> (Accel, String) {
    let device = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/kvm");
    if let Err(error) = device {
        return (
            Accel::Tcg,
            format!("no KVM (/dev/kvm: {error}); the CPU is emulated"),
        );
    }
    eprintln!("vm: trying KVM, for {TRIAL_SECONDS} seconds at most");
    let options = Options {
        timeout: Some(TRIAL_SECONDS),
        ..Options::default()
    };
    let command = ["/bin/true".to_owned()];
    match boot(
        kernel,
        &options,
        &command,
        Accel::Kvm,
        Output::Captured(Captured::new(false)),
    ) {
        Ok(outcome) if outcome.status == 0 => (Accel::Kvm, "KVM works and is used".into()),
        Ok(_) => (
            Accel::Tcg,
            "KVM boots, but runs no command; the CPU is emulated".into(),
        ),
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().next().unwrap_or_default();
            (
                Accel::Tcg,
                format!("KVM does not work here ({why}); the CPU is emulated"),
            )
        }
    }
}
