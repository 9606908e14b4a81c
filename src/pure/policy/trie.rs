// SPDX-License-Identifier: GPL-2.0

//! The names that a policy speaks of, as a tree: what a list says of a name, and whether anything
//! that is shown lies below it.
//!
//! A child is found by one hash of its parent and its name, so the size of a policy is no part of
//! what a lookup costs.

use super::item::components;
use crate::pure::grow::{
    Grow,
    Memory,
    NoMemory, //
};

/// What a list says of a name.
pub(super) const SHOWN: u8 = 1;
/// See [`SHOWN`].
pub(super) const HIDDEN: u8 = 2;
/// See [`SHOWN`].
pub(super) const WRITABLE: u8 = 4;
/// Something that is shown lies below the name.
pub(super) const LEADS: u8 = 8;

/// The number of a node. The root has 0.
pub(super) type Index = u16;

/// The root's number.
pub(super) const ROOT: Index = 0;
/// No node has this number.
pub(super) const NONE: Index = Index::MAX;

/// A name in its directory.
#[derive(Clone, Copy)]
struct Node {
    parent: Index,
    /// Where the name stands among the names, and its length.
    name: u16,
    len: u8,
    flags: u8,
}

/// The tree.
pub(super) struct Trie<M: Memory> {
    nodes: M::Of<Node>,
    /// All names, one after the other.
    names: M::Of<u8>,
    /// Numbers of nodes, each in the first free slot from its own on; [`NONE`] in the others. A
    /// power of two, and at least twice as many as there are nodes.
    slots: M::Of<Index>,
}

/// FNV-1a. A policy that is made of names which meet is slow for those alone who use its instance.
fn hash(parent: Index, name: &[u8]) -> u32 {
    let seed = 0x811c_9dc5 ^ u32::from(parent).wrapping_mul(0x9e37_79b1);
    name.iter().fold(seed, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// Whether two names are the same: a call of `memcmp()` costs more than their few bytes.
#[inline]
fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let (Some((a, left_behind)), Some((b, right_behind))) = (
        left.split_first_chunk::<8>(),
        right.split_first_chunk::<8>(),
    ) {
        if a != b {
            return false;
        }
        (left, right) = (left_behind, right_behind);
    }
    left.iter().eq(right)
}

impl<M: Memory> Trie<M> {
    /// A tree with nothing but its root, and room for the components of `paths`.
    ///
    /// # Errors
    ///
    /// [`NoMemory`], also where there are more components than numbers.
    pub(super) fn with_room_for<'p>(
        paths: impl Iterator<Item = &'p [u8]>,
    ) -> Result<Self, NoMemory> {
        let most = 1 + paths.map(|path| components(path).count()).sum::<usize>();
        if most >= usize::from(NONE) {
            return Err(NoMemory);
        }
        let mut trie = Self {
            nodes: Default::default(),
            names: Default::default(),
            slots: Default::default(),
        };
        trie.slots.fill(NONE, (2 * most).next_power_of_two())?;
        let root = Node {
            parent: NONE,
            name: 0,
            len: 0,
            flags: 0,
        };
        trie.nodes.extend(&[root])?;
        Ok(trie)
    }

    fn node(&self, index: Index) -> Option<&Node> {
        self.nodes.as_slice().get(usize::from(index))
    }

    /// What is said of a node.
    pub(super) fn flags(&self, index: Index) -> u8 {
        self.node(index).map_or(0, |node| node.flags)
    }

    fn set_flags(&mut self, index: Index, flags: u8) {
        if let Some(node) = self.nodes.as_mut_slice().get_mut(usize::from(index)) {
            node.flags |= flags;
        }
    }

    fn is(&self, index: Index, parent: Index, name: &[u8]) -> bool {
        let Some(node) = self.node(index) else {
            return false;
        };
        let start = usize::from(node.name);
        let end = start + usize::from(node.len);
        if node.parent != parent || usize::from(node.len) != name.len() {
            return false;
        }
        let stored = self.names.as_slice().get(start..end);
        stored.is_some_and(|stored| same(stored, name))
    }

    /// The child `name` of a node, or the free slot where it would be.
    fn search(&self, parent: Index, name: &[u8]) -> Result<Index, usize> {
        let slots = self.slots.as_slice();
        let mask = slots.len().wrapping_sub(1);
        let mut at = hash(parent, name) as usize;
        loop {
            at &= mask;
            // There is a free one.
            match slots.get(at) {
                None | Some(&NONE) => return Err(at),
                Some(&index) if self.is(index, parent, name) => return Ok(index),
                Some(_) => at = at.wrapping_add(1),
            }
        }
    }

    /// The child `name` of a node.
    pub(super) fn child(&self, parent: Index, name: &[u8]) -> Option<Index> {
        self.search(parent, name).ok()
    }

    /// The child `name` of a node, which is made if there is none.
    fn make(&mut self, parent: Index, name: &[u8]) -> Result<Index, NoMemory> {
        let slot = match self.search(parent, name) {
            Ok(index) => return Ok(index),
            Err(slot) => slot,
        };
        let number = |len| u16::try_from(len).map_err(|_| NoMemory);
        let index = number(self.nodes.as_slice().len())?;
        let node = Node {
            parent,
            name: number(self.names.as_slice().len())?,
            len: u8::try_from(name.len()).map_err(|_| NoMemory)?,
            flags: 0,
        };
        self.names.extend(name)?;
        self.nodes.extend(&[node])?;
        if let Some(place) = self.slots.as_mut_slice().get_mut(slot) {
            *place = index;
        }
        Ok(index)
    }

    /// Notes what a list says of a path.
    ///
    /// # Errors
    ///
    /// [`NoMemory`].
    pub(super) fn add(&mut self, path: &[u8], flags: u8) -> Result<(), NoMemory> {
        let mut node = ROOT;
        for name in components(path) {
            node = self.make(node, name)?;
        }
        self.set_flags(node, flags);
        Ok(())
    }

    /// Notes that the directories above a shown path lead to it, unless it is hidden with one of
    /// them.
    pub(super) fn lead_to(&mut self, path: &[u8]) {
        let mut node = ROOT;
        for name in components(path) {
            let Some(child) = self.child(node, name) else {
                return;
            };
            if self.flags(child) & HIDDEN != 0 {
                return;
            }
            node = child;
        }
        while node != ROOT {
            node = self.node(node).map_or(ROOT, |node| node.parent);
            self.set_flags(node, LEADS);
        }
    }
}
