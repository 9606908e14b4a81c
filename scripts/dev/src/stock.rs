// SPDX-License-Identifier: GPL-2.0

//! proc2 on Debian's own kernel: the package proc2-dkms is installed in a root of Debian's, where dkms
//! builds the module, and the kernel of that root is booted on it.

mod root;

use crate::kernel::source;
use crate::{e2e, kernel, paths, selftests, sudo, survival, tally::Tally, toolchain, vm};
use anyhow::{bail, Result};
use root::Root;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{env, fs};

/// Where dkms puts the module, below the folder of a kernel's modules.
const MODULE: &str = "updates/dkms/proc2.ko.xz";
/// A boot and what it is for take less.
const LIMIT: u64 = 600;

/// What an administrator does who has installed the package; each line must succeed.
const FIRST_USE: &str = "\
! grep -q '^proc2 ' /proc/modules
modinfo -F version proc2 | grep -q .
modinfo -F alias proc2 | grep -qx fs-proc2
mkdir -p /run/one /run/two
mount -t proc2 -o hidepid=invisible,subset=pid proc2 /run/one
mount -t proc2 -o subset=container proc2 /run/two
grep -q '^proc2 /run/one proc2 .*hidepid=invisible,subset=pid' /proc/mounts
cmp /run/one/self/maps /proc/self/maps
cmp /run/two/1/status /proc/1/status
test -e /run/two/meminfo
! test -e /run/two/kcore
umount /run/one /run/two
modprobe -r proc2
! grep -q '^proc2 ' /proc/modules";

/// What a kernel that is locked down, as under Secure Boot, does with a module whose key it does not
/// know, and what the package says of it.
const LOCKED_DOWN: &str = "\
grep -q '\\[integrity\\]' /sys/kernel/security/lockdown
! mount -t proc2 proc2 /mnt
! /usr/lib/proc2-dkms/proc2-dkms build $(uname -r) /usr/src/proc2-* 2>/run/said
grep -q 'is locked down (integrity) and takes no module' /run/said";

/// What is tried there alone: the root has the program.
const ITS_OWN: [&str; 1] = ["programs::criu::"];

/// How much is asked.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Extent {
    /// The package, its first use, and one comparison of every entry.
    Short,
    /// The package from nothing, and all tests through system calls but the storms.
    Full,
}

/// What asks for a kernel that is built here.
const OWN_KERNEL: [&str; 6] = ["ARCH", "KERNEL", "KDIR", "KSRC", "DEBUG", "GCC"];

/// Whether the demonstration is to boot Debian's own kernel: `STOCK=1` says so and `STOCK=0` not; otherwise the one that is
/// there sooner. Says which, and why.
pub(crate) fn wanted() -> Result<bool> {
    let said = env::var("STOCK").unwrap_or_default();
    match said.as_str() {
        "1" => return Ok(true),
        "0" => return Ok(false),
        "" => {}
        _ => bail!("STOCK={said}: 1 is Debian's own kernel, 0 one that is built here"),
    }
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let stock = !OWN_KERNEL.iter().any(is_set) && !kernel::is_there()? && possible();
    if stock {
        eprintln!(
            "proc2: on Debian's own kernel, which takes a few minutes the first time; `make run STOCK=0` builds a kernel, \
             which takes longer and is what the tests run on"
        );
    } else {
        eprintln!("proc2: on a kernel that is built here; `make run STOCK=1` takes Debian's own");
    }
    Ok(stock)
}

/// Whether a root of Debian's can be made and entered here: that takes root's rights, and mounts.
pub(crate) fn possible() -> bool {
    let tried = sudo::command("unshare")
        .args(["--mount", "true"])
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

/// The root with the package in it.
pub(crate) fn root() -> Result<PathBuf> {
    let root = Root::ensure()?;
    root.install()?;
    Ok(root.path)
}

/// Runs the demonstration.
pub(crate) fn demo() -> Result<u8> {
    let root = root()?;
    e2e::demo(vm::Kernel::Root(&root), module(&root)?)
}

/// Runs a few tests where that is possible and adds something.
pub(crate) fn test_in_short(tree: &kernel::tree::Tree) -> Result<Tally> {
    let why = if !tree.is_own() || env::var_os("KERNEL").is_some_and(|series| !series.is_empty()) {
        "another kernel was asked for"
    } else if !possible() {
        "a root of Debian's cannot be made without root's rights and mounts"
    } else {
        return test(Extent::Short, &[]);
    };
    println!("proc2: left out: the package on Debian's own kernel, for {why}");
    Ok(Tally::default())
}

/// Runs the tests.
pub(crate) fn test(extent: Extent, arguments: &[String]) -> Result<Tally> {
    let root = Root::ensure()?;
    let mut tally = Tally::default();
    if extent == Extent::Full && arguments.is_empty() {
        // What was kept of the kernel goes too: the package then makes it anew.
        root.install()?;
        root.purge()?;
        let left = left_behind(&root.path)?;
        for path in &left {
            eprintln!("proc2: left behind by the package: {}", path.display());
        }
        tally += told("removal leaves nothing", left.is_empty());
    }
    root.install()?;
    tally += told("the package builds the module for Debian's kernel", true);
    let kernel = vm::Kernel::Root(&root.path);
    if arguments.is_empty() {
        let used = succeeds(kernel, FIRST_USE, "")?;
        tally += told("`mount -t proc2` loads it, and it goes again", used);
        let refused = succeeds(kernel, LOCKED_DOWN, "lockdown=integrity")?;
        tally += told(
            "a kernel that is locked down refuses it, and the package says why",
            refused,
        );
    }
    let module = module(&root.path)?;
    if extent == Extent::Short {
        let names = [&e2e::EVERY_ENTRY[..], &ITS_OWN[..]].concat();
        tally += e2e::some(kernel, vec![module], &names)?;
        return Ok(tally);
    }
    let which = if arguments.is_empty() {
        e2e::Which::AllBut(survival::STORMS)
    } else {
        e2e::Which::Asked(arguments)
    };
    tally += e2e::on(kernel, module, &selftests()?, &which)?.0;
    Ok(tally)
}

fn told(what: &str, passed: bool) -> Tally {
    println!("stock: {what}: {}", if passed { "ok" } else { "FAILED" });
    Tally::of(what, passed)
}

/// Whether each line of a script succeeds on a kernel that is told these words.
fn succeeds(kernel: vm::Kernel<'_>, script: &str, words: &str) -> Result<bool> {
    // Not `sh -e`, which does not end where a command behind `!` succeeds.
    let lines = script.lines();
    let script: String = lines
        .map(|line| {
            format!("{line} || {{ echo \"failed: $(cat <<'.'\n{line}\n.\n)\" >&2; exit 1; }}\n")
        })
        .collect::<Vec<_>>()
        .concat();
    let options = vm::Options {
        kernel_args: words.to_owned(),
        timeout: Some(LIMIT),
        ..vm::Options::default()
    };
    let command = ["/bin/sh", "-c", &script].map(str::to_owned);
    let outcome = vm::run(kernel, &options, &command, vm::Output::Inherited)?;
    Ok(outcome.verdict() == 0)
}

/// The module as a file that can be loaded with parameters: what dkms installed is packed.
fn module(root: &Path) -> Result<PathBuf> {
    let release = vm::release(root)?;
    let packed = root.join("lib/modules").join(release).join(MODULE);
    let folder = paths::build()?.join("stock");
    fs::create_dir_all(&folder)?;
    vm::unpack(&packed, &folder)
}

/// What a package that is gone has left in a root.
fn left_behind(root: &Path) -> Result<Vec<PathBuf>> {
    let modules = root
        .join("lib/modules")
        .join(vm::release(root)?)
        .join("updates");
    let places = [
        root.join("usr/src"),
        root.join("usr/lib"),
        root.join("usr/bin"),
        root.join("var/lib"),
        root.join("var/lib/dkms"),
        root.join("var/tmp"),
        modules.join("dkms"),
    ];
    let mut left = Vec::new();
    for place in places {
        for entry in fs::read_dir(&place).into_iter().flatten() {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("proc2") {
                left.push(path);
            }
        }
    }
    Ok(left)
}

/// The kernel's selftests, of the series that the root's kernel is of.
fn selftests() -> Result<PathBuf> {
    let source = source::original()?.path;
    let output = paths::cache()?.join("stock/headers");
    fs::create_dir_all(&output)?;
    let mut make = toolchain::make(toolchain::llvm().as_deref())?;
    make.arg("-C")
        .arg(&source)
        .arg(format!("O={}", output.display()));
    selftests::of(&source, &output, make)
}
