// SPDX-License-Identifier: GPL-2.0

//! Held besides the entries of a process: a working directory, and the links of a closed
//! descriptor.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::Result;
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::At;
use proc2_e2e::{errno, fstype, target_kinds};
use rustix::fs::{readlinkat, statat, AtFlags, OFlags};
use rustix::io::read;

/// A process whose working directory is that of a process that ends.
pub(super) fn working_directory() -> Result<()> {
    let look = |fstype: &str| -> Result<String> {
        let instance = Instance::new(fstype, "")?;
        let mut process = target_kinds::plain(0)?;
        let (pid, root) = (
            process.id().to_string(),
            instance.path.display().to_string(),
        );
        in_child(|| {
            let mut text = String::new();
            for directory in ["", "/task", "/fd", "/ns"] {
                std::env::set_current_dir(instance.join(format!("{pid}{directory}")))?;
                if directory == "/ns" {
                    process.end();
                }
                let here =
                    std::env::current_dir().map_err(|e| errno::name(e.raw_os_error().unwrap_or(0)));
                let here = format!("{here:?}")
                    .replace(&pid, "PID")
                    .replace(&root, "ROOT");
                let link = fs::read_link("/proc/self/cwd")?.display().to_string();
                let link = link.replace(&pid, "PID").replace(&root, "ROOT");
                text += &format!("{directory}: {here} {link}\n");
                for path in [".", "..", "status", "pid", "0", "../status"] {
                    let stat = statat(rustix::fs::CWD, path, AtFlags::SYMLINK_NOFOLLOW);
                    text += &format!("  {path} {}\n", errno::show(stat, |_| "ok".into()));
                    let list = fs::read_dir(path).map(Iterator::count);
                    text += &format!(
                        "  {path} {:?}\n",
                        list.map(|n| n > 0).map_err(|e| e.raw_os_error())
                    );
                }
            }
            Ok(text)
        })
    };
    let mut tally = Tally::default();
    tally.same(
        || "a working directory".into(),
        look("proc")?,
        look(&fstype())?,
    );
    tally.verdict(1)
}

/// Links and records of a descriptor that is closed, and opened again as something else.
pub(super) fn closed_file() -> Result<()> {
    let look = |fstype: &str| -> Result<String> {
        let instance = Instance::new(fstype, "")?;
        let root = instance.root()?;
        let mut text = String::new();
        for (number, path) in [(500, "/dev/null"), (500, "/dev/zero"), (501, "/etc/passwd")] {
            let file = fs::File::open(path)?;
            // SAFETY: the numbers are above those in use.
            unsafe { libc::dup2(std::os::fd::AsRawFd::as_raw_fd(&file), number) };
            let (link, info) = (format!("self/fd/{number}"), format!("self/fdinfo/{number}"));
            let mut look = |when: &str| {
                let link = readlinkat(&root, link.as_str(), Vec::new());
                let stat = statat(
                    &root,
                    format!("self/fd/{number}"),
                    AtFlags::SYMLINK_NOFOLLOW,
                );
                let info = At {
                    root: root.as_fd(),
                    path: &info,
                };
                let info = info.open(OFlags::RDONLY).map(|fd| bytes_of(&fd));
                text += &format!(
                    "{when} {number}: {} {} {:?}\n",
                    errno::show(link, |to| format!("{to:?}")),
                    errno::show(stat, |stat| format!("{:o}", stat.st_mode)),
                    info.map_err(|error| errno::name(error.raw_os_error())),
                );
            };
            look("open");
            // SAFETY: the number is this test's own.
            unsafe { libc::close(number) };
            look("closed");
        }
        Ok(text)
    };
    let mut tally = Tally::default();
    tally.same(
        || "a descriptor that comes and goes".into(),
        look("proc")?,
        look(&fstype())?,
    );
    tally.verdict(1)
}

fn bytes_of(fd: &OwnedFd) -> String {
    let mut buffer = [0; 512];
    let read = read(fd, &mut buffer);
    errno::show(read, |n| String::from_utf8_lossy(&buffer[..n]).into_owned())
}
