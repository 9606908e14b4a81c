// SPDX-License-Identifier: GPL-2.0

//! What on this machine goes by the name `proc` of a filesystem's type, and would take an instance
//! on `/proc` for a disk. docs/host.md says of each what it does.

use crate::finding::Finding;
use crate::mounts::{on_top, Mount};
use std::fs;
use std::path::Path;

/// Files in which types of filesystems are listed, and what reads them.
const FILES: [(&str, &str); 4] = [
    ("etc/updatedb.conf", "updatedb (PRUNEFS)"),
    (
        "etc/default/prometheus-node-exporter",
        "node_exporter (fs-types-exclude)",
    ),
    (
        "etc/collectd/collectd.conf",
        "collectd's plugin df (FSType)",
    ),
    (
        "etc/snmp/snmpd.conf",
        "snmpd (skipNFSInHostResources, ignoredisk)",
    ),
];

pub(crate) fn look(root: &Path, mounts: &[Mount]) -> Vec<Finding> {
    let own = on_top(mounts, "/proc").is_some_and(|mount| mount.kind == "proc2");
    let mut findings = Vec::new();
    for (file, reader) in FILES {
        let Ok(text) = fs::read_to_string(root.join(file)) else {
            continue;
        };
        let Some(line) = lacking(&text) else { continue };
        let text = format!("/{file} names the type proc and not proc2, for {reader}");
        if own {
            let better = format!("add proc2 in /{file}: {line}");
            findings.push(Finding::to_do(text, [better]));
        } else {
            findings.push(Finding::note(format!(
                "{text}; it matters with proc2 on /proc"
            )));
        }
    }
    if let Ok(text) = fs::read_to_string(root.join("etc/fstab")) {
        let both = |line: &&str| {
            line.split_whitespace()
                .skip(1)
                .take(2)
                .eq(["/proc", "proc"])
        };
        if own && text.lines().any(|line| both(&line)) {
            let text = "/etc/fstab mounts a procfs on /proc, on top of the instance with mount -a";
            findings.push(Finding::to_do(
                text,
                ["make its type proc2, or take the line out"],
            ));
        }
    }
    findings
}

/// The first line that has `proc` as a word, where no line has `proc2`.
fn lacking(text: &str) -> Option<String> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    let has = |line: &str, word: &str| {
        line.split(|letter: char| !letter.is_ascii_alphanumeric())
            .any(|other| other == word)
    };
    // A path such as /proc is no type.
    let types = |line: &str| line.replace("/proc", "");
    let mut of_proc = lines.filter(|line| has(&types(line), "proc") || has(&types(line), "proc2"));
    let line = of_proc.clone().find(|line| has(&types(line), "proc"))?;
    (!of_proc.any(|line| has(&types(line), "proc2"))).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_types_lacks_proc2_or_has_it() {
        let debian = "PRUNE_BIND_MOUNTS=\"yes\"\nPRUNEPATHS=\"/tmp /var/spool\"\n\
                      PRUNEFS=\"NFS afs autofs proc smbfs sysfs tmpfs\"\n";
        let line = "PRUNEFS=\"NFS afs autofs proc smbfs sysfs tmpfs\"";
        assert_eq!(lacking(debian).as_deref(), Some(line));
        assert_eq!(
            lacking(&debian.replace("proc smbfs", "proc proc2 smbfs")),
            None
        );
        assert_eq!(
            lacking("# FSType proc\nPRUNEPATHS=\"/proc /process\"\n"),
            None
        );
        assert_eq!(lacking("FSType proc\nFSType proc2\n"), None);
    }

    #[test]
    fn files_are_looked_at() {
        let root = tempdir();
        fs::create_dir_all(root.join("etc")).unwrap();
        fs::write(root.join("etc/updatedb.conf"), "PRUNEFS=\"proc sysfs\"\n").unwrap();
        fs::write(root.join("etc/fstab"), "proc /proc proc defaults 0 0\n").unwrap();
        let mount = |kind: &str| Mount {
            device: "0:5".into(),
            root: "/".into(),
            place: "/proc".into(),
            kind: kind.into(),
            options: "rw".into(),
        };
        assert_eq!(look(&root, &[mount("proc")]).len(), 1);
        assert_eq!(look(&root, &[mount("proc"), mount("proc2")]).len(), 2);
        fs::remove_dir_all(root).unwrap();
    }

    fn tempdir() -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("proc2-check-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    }
}
