// SPDX-License-Identifier: GPL-2.0

//! What a policy means, said over sets of paths: which names there are, and which can be written.

use proc2_e2e::mount::Opt;

use super::list::CONTAINER;

/// What `subset=` leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Base {
    #[default]
    All,
    Pid,
    Container,
}

/// What becomes of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is there.
    Shown,
    /// It is there if it is a directory, for the sake of what is below it.
    Leads,
    /// It is not there.
    Hidden,
}

/// The options of an instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) base: Base,
    pub(super) show: Vec<String>,
    pub(super) hide: Vec<String>,
    /// Nothing if the option is not given.
    pub(super) writable: Option<Vec<String>>,
}

/// Whether `path` is `item` or lies below it.
pub(super) fn covers(item: &str, path: &str) -> bool {
    let rest = path.strip_prefix(item);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn any(items: &[String], path: &str) -> bool {
    items.iter().any(|item| covers(item, path))
}

impl Model {
    /// That of `subset=container`.
    pub(super) fn container() -> Self {
        Self {
            base: Base::Container,
            ..Self::default()
        }
    }

    fn shown(&self) -> impl Iterator<Item = &str> {
        let list = match self.base {
            Base::Container => CONTAINER,
            _ => &[],
        };
        list.iter()
            .copied()
            .chain(self.show.iter().map(String::as_str))
    }

    /// What becomes of a path that is no task's.
    pub(super) fn fate(&self, path: &str) -> Fate {
        if any(&self.hide, path) {
            return Fate::Hidden;
        }
        if self.base == Base::All || self.shown().any(|item| covers(item, path)) {
            return Fate::Shown;
        }
        let mut shown = self.shown();
        match shown.any(|item| covers(path, item) && !any(&self.hide, item)) {
            true => Fate::Leads,
            false => Fate::Hidden,
        }
    }

    /// Whether a path that procfs has is there.
    pub(super) fn has(&self, path: &str, is_dir: bool) -> bool {
        match self.fate(path) {
            Fate::Shown => true,
            Fate::Leads => is_dir,
            Fate::Hidden => false,
        }
    }

    /// Whether a path below the `net` of a task is there; "" is that directory itself.
    pub(super) fn has_in_net(&self, below: &str) -> bool {
        match below {
            "" => !any(&self.hide, "net"),
            below => !any(&self.hide, &format!("net/{below}")),
        }
    }

    /// Whether a path that is there can be written, as far as its mode lets one.
    pub(super) fn writes(&self, path: &str) -> bool {
        match &self.writable {
            Some(items) => any(items, path),
            None => self.base == Base::All,
        }
    }

    /// Whether tasks do not have the entry `name`.
    pub(super) fn hides_row(&self, name: &str) -> bool {
        let row = format!("pid/{name}");
        self.hide.contains(&row) || name == "net" && !self.has_in_net("")
    }

    /// Whether there is `.proc2`.
    pub(super) fn has_own(&self) -> bool {
        let told = ["stat", "status", "cmdline", "cgroup"];
        !any(&self.hide, ".proc2") && !told.iter().any(|row| self.hides_row(row))
    }

    /// Whether it is listed.
    pub(super) fn lists_own(&self) -> bool {
        self.has_own() && self.base == Base::All
    }

    /// The options that an instance is mounted with: one for each name.
    pub(super) fn options(&self) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        match self.base {
            Base::All => {}
            Base::Pid => all.push(("subset", "pid".into())),
            Base::Container => all.push(("subset", "container".into())),
        }
        all.extend(self.show.iter().map(|path| ("show", escaped(path))));
        all.extend(self.hide.iter().map(|path| ("hide", escaped(path))));
        if let Some(writable) = &self.writable {
            all.push(("writable", "none".into()));
            all.extend(writable.iter().map(|path| ("writable", escaped(path))));
        }
        all
    }
}

/// The options as the mount API takes them.
pub(super) fn as_opts<'a>(options: &'a [(&'static str, String)]) -> Vec<Opt<'a>> {
    let opts = options.iter().map(|(key, value)| Opt::Text(key, value));
    opts.collect()
}

/// A name as the lists take it.
fn escaped(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        match byte {
            b'!'..=b'~' if !b":,%*?[]\\\"".contains(&byte) => text.push(char::from(byte)),
            byte => text += &format!("%{byte:02x}"),
        }
    }
    text
}
