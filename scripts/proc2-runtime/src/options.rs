// SPDX-License-Identifier: GPL-2.0

//! The options of an instance that a container gets.

use crate::paths::{item, values};

/// The most that proc2 takes of its three lists together, in bytes.
pub const LONGEST_LISTS: usize = 3800;

/// Which names an instance begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subset {
    /// Every name, as in procfs.
    #[default]
    All,
    /// `subset=container`
    Container,
    /// `subset=pid`
    Pid,
}

/// What is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Writable {
    /// Nothing is said: everything, or nothing with `subset=`.
    #[default]
    Unsaid,
    /// These alone; nothing if there are none.
    These(Vec<String>),
}

/// The options, as paths from the root of the instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `subset=`
    pub subset: Subset,
    /// `show=`
    pub show: Vec<String>,
    /// `hide=`
    pub hide: Vec<String>,
    /// `writable=`
    pub writable: Writable,
    /// `hidepid=`, `gid=` and `pid1=`, each with its value.
    pub others: Vec<(String, String)>,
}

impl Options {
    /// Whether they make an instance that has everything and can be written, as procfs.
    pub fn plain(&self) -> bool {
        self.subset == Subset::All && self.hide.is_empty() && self.writable == Writable::Unsaid
    }

    /// Names and values, in the order in which proc2 shows them. No value is longer than `fsconfig()`
    /// takes.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = self.others.clone();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        match self.subset {
            Subset::All => {}
            Subset::Container => add("subset", "container".into()),
            Subset::Pid => add("subset", "pid".into()),
        }
        for (name, list) in [("show", &self.show), ("hide", &self.hide)] {
            values(&items(list))
                .into_iter()
                .for_each(|value| add(name, value));
        }
        if let Writable::These(list) = &self.writable {
            match values(&items(list)) {
                none if none.is_empty() => add("writable", "none".into()),
                some => some.into_iter().for_each(|value| add("writable", value)),
            }
        }
        pairs
    }

    /// `name=value` for each of [`Options::pairs`].
    pub fn words(&self) -> Vec<String> {
        let pairs = self.pairs().into_iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// Whether the lists are more than proc2 takes.
    pub fn too_long(&self) -> bool {
        let writable = match &self.writable {
            Writable::Unsaid => &[][..],
            Writable::These(list) => list,
        };
        let all = self.show.iter().chain(&self.hide).chain(writable);
        all.map(|path| item(path).len() + ",writable=".len())
            .sum::<usize>()
            > LONGEST_LISTS
    }
}

/// The items of a list: sorted, each once. A path `none` would be a word in `writable=`, so its
/// first letter is escaped.
fn items(list: &[String]) -> Vec<String> {
    let mut items: Vec<String> = list
        .iter()
        .map(|path| {
            if path == "none" {
                "%6eone".into()
            } else {
                item(path)
            }
        })
        .collect();
    items.sort();
    items.dedup();
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> Vec<String> {
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn options_are_written_as_proc2_reads_them() {
        let options = Options {
            subset: Subset::Container,
            show: paths(&["swaps", "diskstats", "swaps"]),
            hide: paths(&["a:b", "pid/environ"]),
            writable: Writable::These(paths(&["sys/net"])),
            others: vec![("hidepid".into(), "invisible".into())],
        };
        let text = "hidepid=invisible,subset=container,show=diskstats:swaps,\
                    hide=a%3ab:pid/environ,writable=sys/net";
        assert_eq!(options.words().join(","), text);
        let nothing = Options {
            writable: Writable::These(Vec::new()),
            ..Options::default()
        };
        assert_eq!(nothing.words(), ["writable=none"]);
        assert!(Options::default().plain() && !nothing.plain());
    }

    #[test]
    fn the_length_of_all_lists_counts() {
        let mut options = Options {
            hide: (0..100).map(|n| format!("{n:020}")).collect(),
            ..Options::default()
        };
        assert!(!options.too_long());
        options.show = options.hide.clone();
        assert!(options.too_long());
    }
}
