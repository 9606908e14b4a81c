// SPDX-License-Identifier: GPL-2.0

//! Who may mount which policy: an administrator of the machine any; everybody else tasks and the
//! container list, less what is hidden, with nothing that can be written.

use anyhow::{ensure, Result};
use proc2_e2e::fstype;
use proc2_e2e::mount;
use rustix::mount::MountFlags;

use super::super::Test;
use super::who::{as_bare_root, as_container, made};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::authority":
        container_root, bare_root, administrator, show_needs_a_subset, old_api,
    ]
}

/// What anybody may mount, though no instance is visible.
const ANYBODY: &[&str] = &[
    "subset=pid",
    "subset=pid,hidepid=2",
    "subset=pid,hide=pid/environ",
    "subset=pid,show=meminfo:sys/net",
    "subset=pid,show=sys/kernel/random/uuid",
    "subset=pid,show=net:mounts",
    "subset=container",
    "subset=container,hidepid=4,pid1=visible",
    "subset=container,gid=0",
    "subset=container,hide=meminfo:sys/net:pid/cmdline",
    "subset=container,show=version",
    "subset=container,show=sys/net/core/somaxconn",
    // Wider than the list, and taken back by hide=, which no privilege is needed for.
    "subset=container,hide=kcore",
];

/// What needs an administrator, and what the sentence must name.
const PRIVILEGED: &[(&str, &str)] = &[
    ("subset=pid,show=kcore", "show - kcore"),
    ("subset=pid,show=sys", "show - sys"),
    ("subset=pid,show=sys/kernel", "show - sys/kernel"),
    (
        "subset=pid,show=sys/kernel/core_pattern",
        "show - sys/kernel/core_pattern",
    ),
    ("subset=pid,show=sys/%6bernel", "show - sys/kernel"),
    ("subset=pid,show=pressure", "show - pressure"),
    ("subset=pid,show=meminfo:vmstat:sys/net", "show - vmstat"),
    ("subset=pid,show=meminfo,show=vmstat", "show - vmstat"),
    ("subset=container,show=sys/kernel", "show - sys/kernel"),
    ("subset=container,show=kcore", "show - kcore"),
    // What only begins as a name of the list does.
    ("subset=container,show=meminfox", "show - meminfox"),
    ("subset=container,show=sys/network", "show - sys/network"),
    ("subset=container,show=sys/us", "show - sys/us"),
    // A hidden name is no right to show it.
    ("subset=container,show=kcore,hide=kcore", "show - kcore"),
    ("hide=kcore", "hide - kcore"),
    ("hide=pid/environ", "hide - pid/environ"),
    ("writable=none", "writable - "),
    ("writable=sys/net", "writable - sys/net"),
    ("subset=pid,writable=none", "writable - "),
    ("subset=container,writable=none", "writable - "),
    ("subset=container,writable=sys/net", "writable - sys/net"),
    (
        "subset=container,hide=meminfo,writable=sys/net",
        "writable - sys/net",
    ),
    // Everything, with or without what procfs has too.
    ("", "userns_mounts"),
    ("hidepid=2", "userns_mounts"),
    ("gid=0", "userns_mounts"),
    ("pid1=visible", "userns_mounts"),
];

/// What the mounter without privilege gets by [`ANYBODY`] and [`PRIVILEGED`].
fn without_privilege() -> Result<String> {
    let mut wrong = String::new();
    for list in ANYBODY {
        let got = made(list);
        if got != "ok" {
            wrong += &format!("[{list}] {got}, expected ok\n");
        }
    }
    for (list, named) in PRIVILEGED {
        let got = made(list);
        let told =
            got.contains(named) && got.contains("CAP_SYS_ADMIN in the initial user namespace");
        if !(got.starts_with("create EPERM: ") && told) {
            wrong += &format!("[{list}] {got}, expected EPERM by create and {named:?}\n");
        }
    }
    Ok(wrong)
}

fn container_root() -> Result<()> {
    let wrong = as_container(without_privilege)?;
    ensure!(wrong.is_empty(), "root of a user namespace:\n{wrong}");
    Ok(())
}

/// Whose uid is the machine's root's, with no capability over it.
fn bare_root() -> Result<()> {
    let wrong = as_bare_root(without_privilege)?;
    ensure!(wrong.is_empty(), "uid 0 with CAP_SETFCAP alone:\n{wrong}");
    Ok(())
}

fn administrator() -> Result<()> {
    let privileged = PRIVILEGED.iter().map(|(list, _)| list);
    for list in ANYBODY.iter().chain(privileged) {
        let got = made(list);
        ensure!(got == "ok", "[{list}] gave {got} to an administrator");
    }
    Ok(())
}

/// `show=` alone would be a second meaning for the word: EINVAL, to everybody, with or without
/// privilege.
fn show_needs_a_subset() -> Result<()> {
    let ask = || {
        Ok(["show=meminfo", "show=kcore", "show=meminfo,hide=meminfo"]
            .map(|list| (list.to_owned(), made(list))))
    };
    for (who, outcomes) in [
        ("root", ask()?),
        ("root of a user namespace", as_container(ask)?),
    ] {
        for (list, got) in outcomes {
            let as_wanted = got.starts_with("create EINVAL: ")
                && got.contains("show=")
                && got.contains("subset=pid or subset=container");
            ensure!(as_wanted, "{who}: [{list}] gave {got}");
        }
    }
    Ok(())
}

/// By mount(2), which has no log of its own, the same.
fn old_api() -> Result<()> {
    let wrong = as_container(|| {
        let directory = mount::new_directory()?;
        let mut wrong = String::new();
        let allowed = ANYBODY.iter().map(|list| (list, "ok"));
        let refused = PRIVILEGED.iter().map(|(list, _)| (list, "EPERM"));
        for (list, want) in allowed.chain(refused) {
            let data = std::ffi::CString::new(*list)?;
            let none = MountFlags::empty();
            let done = rustix::mount::mount("none", &directory, fstype(), none, &*data);
            let got = proc2_e2e::errno::show(done, |()| "ok".into());
            if got != want {
                wrong += &format!("[{list}] {got}, expected {want}\n");
            }
        }
        Ok(wrong)
    })?;
    ensure!(wrong.is_empty(), "mount(2):\n{wrong}");
    Ok(())
}
