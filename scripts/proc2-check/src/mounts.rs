// SPDX-License-Identifier: GPL-2.0

//! The mounts of our mount namespace, as mountinfo tells them.

use anyhow::{Context, Result};

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// Device number of the superblock.
    pub(crate) device: String,
    /// What of the filesystem is mounted.
    pub(crate) root: String,
    /// Where.
    pub(crate) place: String,
    /// Type of the filesystem.
    pub(crate) kind: String,
    /// Options of the superblock.
    pub(crate) options: String,
}

impl Mount {
    /// All of them, in the order in which they were mounted.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let path = "/proc/self/mountinfo";
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
        text.lines()
            .map(|line| Self::parse(line).with_context(|| format!("{path} has the line {line:?}")))
            .collect()
    }

    fn parse(line: &str) -> Option<Self> {
        let (mount, filesystem) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(2);
        let mut filesystem = filesystem.split(' ');
        let device = mount.next()?.to_owned();
        let (root, place) = (unmangle(mount.next()?), unmangle(mount.next()?));
        let kind = filesystem.next()?.to_owned();
        let options = filesystem.nth(1)?.to_owned();
        Some(Self {
            device,
            root,
            place,
            kind,
            options,
        })
    }

    /// Whether all of a filesystem of this type is mounted there.
    pub(crate) fn whole(&self, kind: &str) -> bool {
        self.kind == kind && self.root == "/"
    }
}

/// What is on top at `place`.
pub(crate) fn on_top<'m>(mounts: &'m [Mount], place: &str) -> Option<&'m Mount> {
    mounts.iter().rev().find(|mount| mount.place == place)
}

/// Takes back the octal numbers that stand for bytes.
fn unmangle(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let number = behind.get(..3).filter(|_| byte == b'\\');
        let number = number.and_then(|digits| std::str::from_utf8(digits).ok());
        match number.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(number) => {
                bytes.push(number);
                rest = &behind[3..];
            }
            None => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_mountinfo_is_understood() {
        let line = "36 35 0:52 / /a\\040b rw,nosuid shared:1 master:2 - proc2 proc2 rw,hide=a";
        let mount = Mount::parse(line).unwrap();
        let parts = [
            &mount.device,
            &mount.root,
            &mount.place,
            &mount.kind,
            &mount.options,
        ];
        assert_eq!(parts, ["0:52", "/", "/a b", "proc2", "rw,hide=a"]);
        assert!(mount.whole("proc2") && Mount::parse("36 35 0:52 /").is_none());
    }

    #[test]
    fn ones_own_mounts_are_read() {
        assert!(Mount::all()
            .unwrap()
            .iter()
            .any(|mount| mount.place == "/proc"));
    }
}
