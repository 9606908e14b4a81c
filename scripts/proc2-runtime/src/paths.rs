// SPDX-License-Identifier: GPL-2.0

//! Paths of a bundle, seen from `/proc`, and how proc2's options write them.

use std::fmt::Write;

/// The longest value that `fsconfig()` takes, in bytes.
pub const LONGEST_VALUE: usize = 255;

/// Where a path of a bundle is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `/proc` itself.
    Proc,
    /// Below `/proc`, at this path from there.
    Below(String),
    /// Anywhere else, or it cannot be told: with `..` in a path, it takes the links on the way.
    Elsewhere,
}

impl Place {
    /// Where `path` is in a container, by its text. Runtimes take a path without a slash in front
    /// from the root as well.
    pub fn of(path: &str) -> Self {
        let mut parts = path
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        if path.split('/').any(|part| part == "..") || parts.next() != Some("proc") {
            return Self::Elsewhere;
        }
        let below: Vec<&str> = parts.collect();
        if below.is_empty() {
            Self::Proc
        } else {
            Self::Below(below.join("/"))
        }
    }
}

/// Whether `path` is `dir` or lies below it.
pub fn within(path: &str, dir: &str) -> bool {
    path.strip_prefix(dir)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is wrong with a path below `/proc` that no option can name; `None` if one can.
pub fn unnameable(path: &str) -> Option<&'static str> {
    let first = path.split('/').next().unwrap_or_default();
    if first == "self" || first == "thread-self" || first.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(
            "it is of one task; proc2 hides entries of every task (hide=pid/NAME), or none",
        );
    }
    if first == "pid" {
        return Some("the name \"pid\" stands for entries of tasks in proc2's options");
    }
    if path.contains('\0') {
        return Some("there is a byte of zero in it");
    }
    (item(path).len() > LONGEST_VALUE).then_some("it is too long for an option")
}

/// A path as an item of a list: every byte is escaped but those that nothing can take for another.
pub fn item(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-+@/~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02x}"); // A String takes all.
        }
    }
    text
}

/// Lists of items, as values that are not too long.
pub fn values(items: &[String]) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for item in items {
        match values.last_mut() {
            Some(value) if value.len() + 1 + item.len() <= LONGEST_VALUE => {
                value.push(':');
                value.push_str(item);
            }
            _ => values.push(item.clone()),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_the_text() {
        let below = |path: &str| Place::Below(path.into());
        for (path, place) in [
            ("/proc", Place::Proc),
            ("/proc/", Place::Proc),
            ("//proc/./", Place::Proc),
            ("proc", Place::Proc),
            ("/proc/kcore", below("kcore")),
            ("proc//sys/./net/", below("sys/net")),
            ("/proc2/kcore", Place::Elsewhere),
            ("/process", Place::Elsewhere),
            ("/sys/firmware", Place::Elsewhere),
            ("/proc/../etc", Place::Elsewhere),
            ("/x/../proc/kcore", Place::Elsewhere),
            ("", Place::Elsewhere),
            ("/", Place::Elsewhere),
            ("/proc/...", below("...")),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }

    #[test]
    fn a_directory_is_no_prefix_of_a_name() {
        assert!(within("sys", "sys") && within("sys/net", "sys"));
        assert!(!within("sysvipc", "sys") && !within("sys", "sys/net"));
    }

    #[test]
    fn items_are_escaped() {
        assert_eq!(item("bus/pci/0000:00"), "bus/pci/0000%3a00");
        assert_eq!(item("irq/1/PCIe PME,é%"), "irq/1/PCIe%20PME%2c%c3%a9%25");
    }

    #[test]
    fn values_hold_all_items_and_are_short_enough() {
        let items: Vec<String> = (0..100).map(|n| format!("name-{n}")).collect();
        let values = values(&items);
        assert!(values.len() > 1 && values.iter().all(|value| value.len() <= LONGEST_VALUE));
        assert_eq!(values.join(":"), items.join(":"));
        assert_eq!(super::values(&[]), Vec::<String>::new());
    }

    #[test]
    fn what_is_of_one_task_has_no_name() {
        for path in [
            "self/environ",
            "1",
            "42/maps",
            "thread-self",
            "pid/environ",
            "a\0",
        ] {
            assert!(unnameable(path).is_some(), "{path:?}");
        }
        assert!(unnameable(&"x/".repeat(127)).is_none());
        assert!(unnameable(&"x/".repeat(128)).is_some());
        assert!(unnameable("kcore").is_none() && unnameable("net/dev").is_none());
    }
}
