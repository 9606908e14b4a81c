// SPDX-License-Identifier: GPL-2.0

//! Which entries an instance has, and which of those can be written.
//!
//! ```text
//! exists   = (base + show=) - hide=     base: all, or by subset= the tasks, or those and the
//! writable = what writable= lists             container list
//! ```
//!
//! A directory stands for all that lies below it. What is above a shown name exists too, and leads
//! to it alone. Without `writable=` everything can be written in an instance without `subset=`, and
//! nothing in one with it; entries of tasks are no matter of either.
//!
//! A policy never changes.

mod container;
mod item;
mod list;
mod lists;
mod trie;

use self::trie::{
    Trie,
    HIDDEN,
    LEADS,
    NONE,
    ROOT,
    SHOWN,
    WRITABLE, //
};
use super::{
    grow::{
        Memory,
        NoMemory, //
    },
    show,
    subset::Subset, //
};

#[cfg(test)]
pub(crate) use container::LEFT_OUT;
pub(crate) use container::{
    Row,
    SHOWN as CONTAINER, //
};
pub(crate) use item::BadItem;
pub(crate) use lists::{
    BadName,
    ListKind,
    Lists,
    Refused,
    MOST, //
};

/// What a policy says of an entry and of what is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// Its node in the tree; [`NONE`] where nothing below it is spoken of.
    node: trie::Index,
    /// It and what is below it is shown, but for what is hidden. Otherwise it leads to what is.
    shown: bool,
    /// It can be written.
    writable: bool,
}

impl State {
    const SHOWN: u64 = 1 << trie::Index::BITS;
    const WRITABLE: u64 = Self::SHOWN << 1;
    /// So many bits are enough for [`State::to_word`].
    #[allow(dead_code)] // In an assertion.
    pub(crate) const BITS: u32 = trie::Index::BITS + 2;

    /// Whether it is there for the sake of what is below it, and so can only be a directory.
    #[inline]
    pub(crate) fn only_leads(self) -> bool {
        !self.shown
    }

    /// Whether it can be written, as far as its mode allows it.
    #[inline]
    pub(crate) fn writable(self) -> bool {
        self.writable
    }

    /// A number for it, of [`State::BITS`] bits.
    pub(crate) fn to_word(self) -> u64 {
        let flag = |set, bit| if set { bit } else { 0 };
        u64::from(self.node) | flag(self.shown, Self::SHOWN) | flag(self.writable, Self::WRITABLE)
    }

    /// What [`State::to_word`] has made a number of.
    #[inline]
    pub(crate) fn from_word(word: u64) -> Self {
        Self {
            node: word as trie::Index,
            shown: word & Self::SHOWN != 0,
            writable: word & Self::WRITABLE != 0,
        }
    }
}

/// The policy of an instance.
pub(crate) struct Policy<M: Memory> {
    subset: Subset,
    lists: Lists<M>,
    trie: Trie<M>,
}

impl<M: Memory> Policy<M> {
    /// The policy that these options make; `None` where there is nothing to decide.
    ///
    /// # Errors
    ///
    /// [`NoMemory`].
    pub(crate) fn new(subset: Subset, lists: Lists<M>) -> Result<Option<Self>, NoMemory> {
        let base: &[Row] = match subset {
            Subset::Container => CONTAINER,
            Subset::All | Subset::Pid => &[],
        };
        if base.is_empty() && ListKind::ALL.into_iter().all(|kind| !lists.said(kind)) {
            return Ok(None);
        }
        let shown = || {
            let listed = lists.paths(ListKind::Show);
            base.iter().map(|row| row.path.as_bytes()).chain(listed)
        };
        let hidden = || lists.paths(ListKind::Hide);
        let writable = || lists.paths(ListKind::Writable);
        let mut trie = Trie::with_room_for(shown().chain(hidden()).chain(writable()))?;
        shown().try_for_each(|path| trie.add(path, SHOWN))?;
        hidden().try_for_each(|path| trie.add(path, HIDDEN))?;
        writable().try_for_each(|path| trie.add(path, WRITABLE))?;
        shown().for_each(|path| trie.lead_to(path));
        Ok(Some(Self {
            subset,
            lists,
            trie,
        }))
    }

    /// What the lists say.
    pub(crate) fn lists(&self) -> &Lists<M> {
        &self.lists
    }

    /// The root directory.
    pub(crate) fn root(&self) -> State {
        let all = self.subset == Subset::All;
        State {
            node: ROOT,
            shown: all,
            writable: all && !self.lists.said(ListKind::Writable),
        }
    }

    /// An entry of a directory that is no task's; `None` if there is no such name.
    pub(crate) fn child(&self, dir: State, name: &[u8]) -> Option<State> {
        let node = match dir.node {
            NONE => None,
            node => self.trie.child(node, name),
        };
        let Some(node) = node else {
            return dir.shown.then_some(State { node: NONE, ..dir });
        };
        let flags = self.trie.flags(node);
        if mutant!("hidden: hide= hides", flags & HIDDEN != 0 => false) {
            return None;
        }
        let shown = dir.shown || flags & SHOWN != 0;
        (shown || flags & LEADS != 0).then_some(State {
            node,
            shown,
            writable: dir.writable || flags & WRITABLE != 0,
        })
    }

    /// An entry of the root that speaks of nothing but tasks, which every `subset=` leaves; `None`
    /// if it is hidden, or one of the entries of tasks that it tells of.
    pub(crate) fn of_tasks(&self, name: &[u8]) -> Option<State> {
        let mut sources = show::tasks::SOURCES.iter();
        let hidden = sources.any(|source| self.hides_of_tasks(source.as_bytes()));
        if mutant!("hidden: .proc2 tells nothing hidden", hidden => false) {
            return None;
        }
        let root = State {
            shown: true,
            ..self.root()
        };
        self.child(root, name)
    }

    /// The directory `net` of a task, which shares its name with the link in the root; `None` if it
    /// is hidden. With `subset=` it is there all the same, as in procfs: whose network it may show
    /// is asked for each reader.
    pub(crate) fn net(&self) -> Option<State> {
        let root = State {
            shown: true,
            ..self.root()
        };
        self.child(root, b"net")
    }

    /// Whether the entry `name` of every task is hidden.
    pub(crate) fn hides_of_tasks(&self, name: &[u8]) -> bool {
        let node = self
            .trie
            .child(ROOT, b"pid")
            .and_then(|pid| self.trie.child(pid, name));
        mutant!(
            "hidden: hide=pid/NAME hides",
            node.is_some_and(|node| self.trie.flags(node) & HIDDEN != 0) => false
        )
    }
}
