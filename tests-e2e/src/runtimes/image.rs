// SPDX-License-Identifier: GPL-2.0

//! A small image, made of what the VM has: busybox, the programs of procps that read `/proc`,
//! nproc, and the libraries that these need.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context as _, Result};

use crate::command::{find, run};

/// Where it is in the VM; the tests share it.
const ROOT: &str = "/tmp/proc2-image";

/// Programs beside those of busybox.
const PROGRAMS: &[&str] = &[
    "ps", "top", "free", "uptime", "w", "vmstat", "pgrep", "nproc",
];

/// Directories that runtimes mount on, and those that a root has.
const DIRECTORIES: &[&str] = &[
    "usr/bin",
    "usr/sbin",
    "usr/lib",
    "usr/lib64",
    "dev",
    "etc",
    "home",
    "proc",
    "root",
    "run",
    "sys",
    "tmp",
    "var/tmp",
    "mnt",
];

/// As in Debian's.
const LINKS: &[(&str, &str)] = &[
    ("bin", "usr/bin"),
    ("sbin", "usr/sbin"),
    ("lib", "usr/lib"),
    ("lib64", "usr/lib64"),
];

/// Files with their contents.
const FILES: &[(&str, &str)] = &[
    (
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n",
    ),
    ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    ("etc/hosts", "127.0.0.1 localhost\n"),
    ("etc/resolv.conf", ""),
    ("etc/os-release", "ID=proc2-image\nNAME=proc2-image\n"),
    ("usr/lib/os-release", "ID=proc2-image\nNAME=proc2-image\n"),
];

/// What top knows a terminal by: where Debian 12 has it, and where 13.
const TERMINAL: [&str; 2] = ["/lib/terminfo/d/dumb", "/usr/share/terminfo/d/dumb"];

/// The image as a root filesystem, made once.
pub(crate) fn root() -> Result<PathBuf> {
    let root = PathBuf::from(ROOT);
    if !root.exists() {
        let new = root.with_extension("new");
        let _ = fs::remove_dir_all(&new);
        fill(&new).context("making the image")?;
        fs::rename(&new, &root)?;
    }
    Ok(root)
}

/// The image as a tar file, for what imports it.
pub(crate) fn tar() -> Result<PathBuf> {
    let tar = Path::new(ROOT).with_extension("tar");
    if !tar.exists() {
        let (root, to) = (root()?, tar.with_extension("new"));
        let (root, new) = (root.display().to_string(), to.display().to_string());
        run("tar", &["-C", &root, "--numeric-owner", "-cf", &new, "."])?.well()?;
        fs::rename(&to, &tar)?;
    }
    Ok(tar)
}

fn fill(root: &Path) -> Result<()> {
    for directory in DIRECTORIES {
        fs::create_dir_all(root.join(directory))?;
    }
    for (name, to) in LINKS {
        symlink(to, root.join(name))?;
    }
    for (name, text) in FILES {
        fs::write(root.join(name), text)?;
    }
    let busybox = root.join("usr/bin/busybox");
    fs::copy(find(Path::new("busybox"))?, &busybox)?;
    for name in run(&busybox, &["--list"])?.well()?.lines() {
        if !PROGRAMS.contains(&name) && name != "busybox" {
            symlink("busybox", root.join("usr/bin").join(name))?;
        }
    }
    for name in PROGRAMS {
        // Some are alternatives: what the link leads to is wanted.
        let program = find(Path::new(name))?.canonicalize()?;
        add(root, &program, &Path::new("/usr/bin").join(name))?;
        for library in libraries(&program)? {
            add(root, &library, &library)?;
        }
    }
    let terminal = TERMINAL.map(Path::new);
    let file = terminal.iter().find(|file| file.exists());
    let file = file.with_context(|| format!("none of {TERMINAL:?} is there"))?;
    add(root, file, file)
}

/// Copies a file; its name in the image is an absolute one.
fn add(root: &Path, file: &Path, name: &Path) -> Result<()> {
    let to = root.join(name.strip_prefix("/")?);
    fs::create_dir_all(to.parent().context("a file without a folder")?)?;
    fs::copy(file, &to).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(())
}

/// The libraries of a program, and its loader.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let text = run("ldd", &[&program.display().to_string()])?.well()?;
    let words = text.split_whitespace().filter(|word| word.starts_with('/'));
    let libraries: Vec<PathBuf> = words.map(PathBuf::from).collect();
    ensure!(
        !libraries.is_empty(),
        "{} has no libraries: {text}",
        program.display()
    );
    Ok(libraries)
}
