// SPDX-License-Identifier: GPL-2.0

//! The architecture that kernel, modules and virtual machine are of: the host's own, or the one that `ARCH=` names. All
//! that differs between them here stands in [`ALL`]; the options of the kernel that only one has are marked with its name
//! in `scripts/kernel`, and the packages in `scripts/packages`.

use anyhow::{Context, Result};
use std::env;

/// An architecture.
pub(crate) struct Arch {
    /// As the kernel's make calls it.
    pub(crate) name: &'static str,
    /// As others do: uname and Rust, and Debian.
    others: [&'static str; 2],
    /// The kernel that a VM boots, below a built tree.
    pub(crate) image: &'static str,
    /// QEMU's program, and the machine that it is to be.
    pub(crate) qemu: &'static str,
    pub(crate) machine: &'static str,
    /// The CPU under KVM, and the one that is emulated.
    pub(crate) cpus: [&'static str; 2],
    /// What the kernel is told of that machine.
    pub(crate) words: &'static str,
    /// And what one that looks for mistakes is told beside.
    pub(crate) debug_words: &'static str,
    /// What the names begin with that figures are kept under.
    pub(crate) figures: &'static str,
    /// Whether bench/result.json has its figures.
    pub(crate) has_bench: bool,
}

const ALL: [Arch; 2] = [
    Arch {
        name: "x86",
        others: ["x86_64", "amd64"],
        image: "arch/x86/boot/bzImage",
        qemu: "qemu-system-x86_64",
        machine: "q35",
        // Without that bit: some hosts have a value for it that KVM then refuses to set.
        cpus: ["host,-arch-capabilities", "max"],
        // On a busy machine the emulated timer is too late for the kernel's check of it, which panics.
        words: "console=ttyS0 tsc=reliable no_timer_check",
        // With five levels of page tables, an interrupt while the boot CPU is identified, which forgets for a moment that
        // it has them, is reported by KASAN, which reports once.
        debug_words: "no5lvl",
        figures: "",
        has_bench: true,
    },
    Arch {
        name: "arm64",
        others: ["aarch64", "arm64"],
        image: "arch/arm64/boot/Image",
        qemu: "qemu-system-aarch64",
        machine: "virt,gic-version=max",
        // Signatures of pointers as the architecture has them cost an emulated CPU half of its time.
        cpus: ["host", "max,pauth-impdef=on"],
        words: "console=ttyAMA0 earlycon",
        debug_words: "",
        figures: "arm64-",
        has_bench: false,
    },
];

impl Arch {
    /// As uname and Rust call it.
    pub(crate) fn machine_name(&self) -> &'static str {
        self.others[0]
    }

    /// As Debian calls it.
    pub(crate) fn debian(&self) -> &'static str {
        self.others[1]
    }

    /// The triple of a program for it.
    pub(crate) fn triple(&self) -> String {
        format!("{}-unknown-linux-gnu", self.machine_name())
    }

    /// What the name of a cross compiler for it begins with.
    pub(crate) fn cross(&self) -> String {
        format!("{}-linux-gnu-", self.machine_name())
    }

    fn is(&self, name: &str) -> bool {
        self.name == name || self.others.contains(&name)
    }
}

/// The architecture in question.
pub(crate) fn target() -> Result<&'static Arch> {
    let asked = env::var("ARCH").unwrap_or_default();
    let asked = if asked.is_empty() {
        env::consts::ARCH
    } else {
        &asked
    };
    named(asked)
}

/// It, if it is not the host's own.
pub(crate) fn foreign() -> Result<Option<&'static Arch>> {
    let target = target()?;
    Ok(Some(target).filter(|target| !target.is(env::consts::ARCH)))
}

/// Whether a text is the name of an architecture that is known.
pub(crate) fn is_known(name: &str) -> bool {
    ALL.iter().any(|arch| arch.name == name)
}

fn named(name: &str) -> Result<&'static Arch> {
    let found = ALL.iter().find(|arch| arch.is(name));
    found.with_context(|| {
        let known = ALL.map(|arch| arch.name).join(" and ");
        format!("ARCH={name}: this proc2 is for {known}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_architecture_has_several_names() {
        for (name, found) in [
            ("x86_64", "x86"),
            ("x86", "x86"),
            ("aarch64", "arm64"),
            ("arm64", "arm64"),
        ] {
            assert_eq!(named(name).unwrap().name, found);
        }
        assert!(named("s390").is_err());
    }
}
