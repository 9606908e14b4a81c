// SPDX-License-Identifier: GPL-2.0

//! Sysctls of a bundle. runc 1.1 writes them through the container's own `/proc`, where nothing is
//! writable any more; so the hook writes those that runc would have taken, and the others stay for
//! runc to refuse.

use anyhow::{bail, Context, Result};
use oci_spec::runtime::{LinuxNamespace, LinuxNamespaceType};
use rustix::fs::{fstatfs, openat, Mode, OFlags, PROC_SUPER_MAGIC};
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

/// Names below `/proc/sys` that belong to a namespace, and how `/proc/self/ns` calls it. A name that
/// ends in a slash stands for all below it.
///
/// Source: runc `libcontainer/configs/validate/validator.go`, sysctl().
const NAMESPACED: [(&str, LinuxNamespaceType, &str); 11] = [
    ("net/", LinuxNamespaceType::Network, "net"),
    ("fs/mqueue/", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/msgmax", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/msgmnb", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/msgmni", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/sem", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/shmall", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/shmmax", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/shmmni", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/shm_rmid_forced", LinuxNamespaceType::Ipc, "ipc"),
    ("kernel/domainname", LinuxNamespaceType::Uts, "uts"),
];

/// The path below `/proc/sys` that a sysctl's name stands for: dots separate, and a slash is a dot;
/// or the other way round, if a slash comes first. `None` if there is no such path.
pub fn path(key: &str) -> Option<String> {
    let swapped: String = match key.chars().find(|letter| "./".contains(*letter)) {
        Some('.') => key
            .chars()
            .map(|letter| match letter {
                '.' => '/',
                '/' => '.',
                other => other,
            })
            .collect(),
        _ => key.to_owned(),
    };
    let good = |part: &str| !["", ".", ".."].contains(&part) && !part.contains('\0');
    swapped.split('/').all(good).then_some(swapped)
}

/// How `/proc/self/ns` calls the namespace that this sysctl belongs to, if it belongs to one.
fn namespace(path: &str) -> Option<(LinuxNamespaceType, &'static str)> {
    let belongs = |name: &str| match name.strip_suffix('/') {
        Some(_) => path.starts_with(name),
        None => path == name,
    };
    let row = NAMESPACED.iter().find(|(name, ..)| belongs(name));
    row.map(|(_, kind, file)| (*kind, *file))
}

/// Whether a sysctl is one of a namespace that the container does not share with us, as far as the
/// bundle says.
pub fn movable(key: &str, namespaces: &[LinuxNamespace]) -> bool {
    let kind = path(key)
        .and_then(|path| namespace(&path))
        .map(|(kind, _)| kind);
    kind.is_some_and(|kind| namespaces.iter().any(|namespace| namespace.typ() == kind))
}

/// The number of one of our own namespaces.
pub fn own_namespace(file: &str) -> Result<u64> {
    let path = format!("/proc/self/ns/{file}");
    let metadata = fs::metadata(&path).with_context(|| format!("cannot look at {path}"))?;
    Ok(metadata.ino())
}

/// The number of the namespace that the sysctl `key` belongs to, here.
pub fn number(key: &str) -> Result<u64> {
    let file = path(key)
        .and_then(|path| namespace(&path))
        .map(|(_, file)| file);
    own_namespace(file.with_context(|| format!("the sysctl {key} belongs to no namespace"))?)
}

/// Writes a sysctl into the namespaces that we are in, through the directory `proc` of a procfs.
/// `outside` is the number of the namespace that it must not be written into.
pub fn write(proc: impl AsFd, key: &str, value: &str, outside: u64) -> Result<()> {
    let context = || format!("cannot set the sysctl {key}");
    let path = path(key).with_context(|| format!("{key:?} is no name of a sysctl"))?;
    if number(key)? == outside {
        bail!(
            "the sysctl {key} is not the container's own: it shares that namespace with the host"
        );
    }
    let flags = OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = openat(proc, format!("sys/{path}"), flags, Mode::empty()).with_context(context)?;
    is_procfs(&file).with_context(context)?;
    rustix::io::write(&file, value.as_bytes()).with_context(context)?;
    Ok(())
}

/// Checks that this is a file of a procfs, and not of something that is mounted over it.
fn is_procfs(file: &OwnedFd) -> Result<()> {
    if fstatfs(file)?.f_type != PROC_SUPER_MAGIC {
        bail!("it is no file of a procfs");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_paths() {
        for (key, expected) in [
            ("net.ipv4.ip_forward", Some("net/ipv4/ip_forward")),
            ("net/ipv4/ip_forward", Some("net/ipv4/ip_forward")),
            (
                "net.ipv4.conf.eth0/100.forwarding",
                Some("net/ipv4/conf/eth0.100/forwarding"),
            ),
            (
                "net/ipv4/conf/eth0.100/forwarding",
                Some("net/ipv4/conf/eth0.100/forwarding"),
            ),
            ("net..ipv4", None),
            ("net/../kernel/core_pattern", None),
            (
                "net.//.kernel.core_pattern",
                Some("net/../kernel/core_pattern"),
            ),
            ("", None),
            (".", None),
        ] {
            let expected = expected.filter(|path| !path.split('/').any(|part| part == ".."));
            assert_eq!(path(key).as_deref(), expected, "{key}");
        }
    }

    #[test]
    fn only_sysctls_of_own_namespaces_move() {
        let own = |kind| {
            let mut namespace = LinuxNamespace::default();
            namespace.set_typ(kind);
            namespace
        };
        let net = [own(LinuxNamespaceType::Network)];
        assert!(movable("net.ipv4.ip_unprivileged_port_start", &net));
        assert!(!movable(
            "net.ipv4.ip_forward",
            &[own(LinuxNamespaceType::Ipc)]
        ));
        assert!(!movable("kernel.core_pattern", &net) && !movable("network.x", &net));
        assert!(movable("kernel.shmmax", &[own(LinuxNamespaceType::Ipc)]));
        assert!(!movable("kernel.shmmax2", &[own(LinuxNamespaceType::Ipc)]));
        assert!(!movable("net.//.kernel.core_pattern", &net));
    }
}
