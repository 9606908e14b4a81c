// SPDX-License-Identifier: GPL-2.0

//! Markers that tell tasks apart, and what a descriptor shows of them.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{openat, Mode, OFlags};

/// A marker: the only task that has it is the one it was made for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marker(String);

/// What a marker begins with; no other task's name, command line or environment has this in it.
const MARK: &str = "tok";
/// Digits of a marker.
const DIGITS: usize = 9;

impl Marker {
    /// The marker of this number.
    pub fn new(number: u64) -> Self {
        Self(format!("{MARK}{number:0DIGITS$}"))
    }

    /// What a task with the marker has as its name.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The markers in a text.
fn markers_in(text: &[u8]) -> Vec<Marker> {
    let text = String::from_utf8_lossy(text);
    let found = text.match_indices(MARK).filter_map(|(at, _)| {
        let marker = text.get(at..at + MARK.len() + DIGITS)?;
        let digits = &marker[MARK.len()..];
        let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        whole.then(|| Marker(marker.into()))
    });
    found.collect()
}

/// The markers that a descriptor of a task's directory or file shows by now, one of each.
pub fn shown_by(fd: &OwnedFd) -> Vec<Marker> {
    let mut text = read(fd);
    for name in ["comm", "cmdline", "environ", "stat", "status"] {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        if let Ok(file) = openat(fd.as_fd(), name, flags, Mode::empty()) {
            text.extend(read(&file));
            text.push(b'\n');
        }
    }
    let mut markers = markers_in(&text);
    markers.sort();
    markers.dedup();
    markers
}

fn read(fd: &OwnedFd) -> Vec<u8> {
    let mut buffer = vec![0; 8192];
    let count = rustix::io::pread(fd, &mut buffer, 0).unwrap_or(0);
    buffer.truncate(count);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_in_text() {
        let text = format!(
            "Name:\t{}\ntok12 marker {}",
            Marker::new(7).text(),
            Marker::new(8).text()
        );
        assert_eq!(
            markers_in(text.as_bytes()),
            [Marker::new(7), Marker::new(8)]
        );
    }
}
