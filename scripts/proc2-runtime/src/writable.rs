// SPDX-License-Identifier: GPL-2.0

//! From what a bundle makes read-only to what `writable=` is to list: the rest.
//!
//! What the kernel registers later is in no list, and so is not writable.

use crate::paths::within;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What procfs has, as the one who asks sees it.
pub trait Names {
    /// The names in a directory, a path from the root of procfs, and whether each is a directory or
    /// a file that somebody may write.
    fn list(&self, directory: &str) -> Vec<(String, bool)>;

    /// Whether there is a link at this path.
    fn is_link(&self, path: &str) -> bool;
}

/// The procfs that is mounted at this path.
pub struct Mounted<'p>(pub &'p Path);

impl Names for Mounted<'_> {
    /// What cannot be read counts as empty: what is not listed stays read-only.
    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        let Ok(entries) = std::fs::read_dir(self.0.join(directory)) else {
            return Vec::new();
        };
        let named = entries.flatten().filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let metadata = entry.metadata().ok()?;
            // `net` is a link in the root, and the same name in proc2's options.
            let net = directory.is_empty() && name == "net";
            let file = metadata.is_file() && metadata.permissions().mode() & 0o222 != 0;
            Some((name, net || metadata.is_dir() || file))
        });
        named.collect()
    }

    fn is_link(&self, path: &str) -> bool {
        let metadata = self.0.join(path).symlink_metadata();
        metadata.is_ok_and(|metadata| metadata.is_symlink())
    }
}

/// What can be written beside the paths in `readonly`, as few paths as say it.
pub fn complement(readonly: &[String], names: &dyn Names) -> Vec<String> {
    let mut writable = Vec::new();
    add(String::new(), readonly, names, &mut writable);
    writable.sort();
    writable
}

fn add(directory: String, readonly: &[String], names: &dyn Names, to: &mut Vec<String>) {
    for (name, may_be) in names.list(&directory) {
        let of_tasks = ["self", "thread-self"].contains(&&*name)
            || name.bytes().all(|byte| byte.is_ascii_digit());
        if !may_be || directory.is_empty() && of_tasks {
            continue;
        }
        let path = if directory.is_empty() {
            name
        } else {
            format!("{directory}/{name}")
        };
        if readonly.iter().any(|other| within(&path, other)) {
            continue;
        }
        if readonly.iter().any(|other| within(other, &path)) {
            add(path, readonly, names, to);
        } else {
            to.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Few;

    impl Names for Few {
        fn list(&self, directory: &str) -> Vec<(String, bool)> {
            let names: &[(&str, bool)] = match directory {
                "" => &[
                    ("1", true),
                    ("bus", true),
                    ("meminfo", false),
                    ("mtrr", true),
                    ("net", true),
                    ("self", true),
                    ("sys", true),
                ],
                "sys" => &[("kernel", true), ("net", true), ("vm", true)],
                "sys/kernel" => &[
                    ("core_pattern", true),
                    ("hostname", true),
                    ("osrelease", false),
                ],
                other => panic!("{other} was listed"),
            };
            names
                .iter()
                .map(|(name, may_be)| ((*name).to_owned(), *may_be))
                .collect()
        }

        fn is_link(&self, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn what_is_left_is_writable() {
        let of = |paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
            complement(&paths, &Few).join(":")
        };
        assert_eq!(of(&["bus", "sys"]), "mtrr:net");
        assert_eq!(
            of(&["sys/kernel/core_pattern"]),
            "bus:mtrr:net:sys/kernel/hostname:sys/net:sys/vm"
        );
        assert_eq!(
            of(&["bus", "mtrr", "net", "sys/kernel", "sys/net", "sys/vm"]),
            ""
        );
        assert_eq!(of(&["nothing"]), "bus:mtrr:net:sys");
    }

    #[test]
    fn procfs_has_what_can_be_written_and_what_cannot() {
        let names = Mounted(Path::new("/proc")).list("");
        let is = |name: &str| {
            names
                .iter()
                .find(|(other, _)| other == name)
                .map(|(_, is)| *is)
        };
        assert_eq!(is("sys"), Some(true));
        assert_eq!(is("net"), Some(true));
        assert_eq!(is("uptime"), Some(false));
        assert_eq!(Mounted(Path::new("/proc")).list("no such directory"), []);
        let link = |path: &str| Mounted(Path::new("/proc")).is_link(path);
        assert!(link("mounts") && !link("sys") && !link("no such name"));
    }
}
