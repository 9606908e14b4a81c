// SPDX-License-Identifier: GPL-2.0

//! What `show=`, `hide=` and `writable=` say: reading their values, and canonical text.
//!
//! The canonical text is what mountinfo shows: sorted, with nothing twice and nothing that a listed
//! directory covers, in values that `fsconfig()` takes. Mounting with it gives the same lists.

use super::{
    container,
    item::{
        canonical_len,
        components,
        decode,
        write_canonical,
        BadItem,
        LONGEST, //
    },
    list, //
};
use crate::pure::{
    grow::{
        Grow,
        Memory,
        NoMemory, //
    },
    parse::name_to_int,
    text::Text, //
};
use core::ffi::CStr;

/// The lists of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// What is there beside what `subset=` leaves.
    Show = 0,
    /// What is not there.
    Hide = 1,
    /// What can be opened for writing.
    Writable = 2,
}

impl ListKind {
    /// Every one, in the order of the numbers.
    pub(crate) const ALL: [Self; 3] = [Self::Show, Self::Hide, Self::Writable];

    /// The option's name.
    pub(crate) const fn name(self) -> &'static CStr {
        match self {
            Self::Show => c"show",
            Self::Hide => c"hide",
            Self::Writable => c"writable",
        }
    }
}

/// The most bytes that the three lists may have in canonical text, the names of the options
/// included: with the other options it fits into the page that `mount(2)` takes.
pub(crate) const MOST: usize = 3800;

/// The value of `writable=` with nothing in it.
const NONE: &[u8] = b"none";

/// What is wrong with a name of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadName {
    /// The way it is written.
    Item(BadItem),
    /// It is a task, or a link to the caller's own.
    Task,
    /// It is an entry of a task, in another list than `hide=`.
    OnlyHidden,
    /// It is no entry of a task's directory: `pid` alone, or something below an entry.
    NotInTask,
    /// It is the `net` of a task, which has the name `net`.
    NetOfTask,
    /// It lies below `net`, in `show=`.
    BelowNet,
    /// With it the lists are longer than [`MOST`].
    TooMuch,
}

/// Why a value was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused<'v> {
    /// There is no memory.
    NoMemory,
    /// This part of it is no good.
    Bad(&'v [u8], BadName),
}

impl From<NoMemory> for Refused<'_> {
    fn from(_: NoMemory) -> Self {
        Self::NoMemory
    }
}

/// What was said of the three lists.
pub(crate) struct Lists<M: Memory> {
    lists: [M::Of<u8>; 3],
    /// `writable=` was given, be it with no name.
    writable: bool,
}

impl<M: Memory> Default for Lists<M> {
    fn default() -> Self {
        Self {
            lists: Default::default(),
            writable: false,
        }
    }
}

/// Whether the container list has `path`, by itself or with a directory above it.
fn in_container(path: &[u8]) -> bool {
    let mut rows = container::SHOWN.iter();
    rows.any(|row| list::covers(row.path.as_bytes(), path))
}

/// Whether a path may stand in the list `kind`.
fn allowed(kind: ListKind, path: &[u8]) -> Result<(), BadName> {
    let mut components = components(path);
    match (kind, components.next().unwrap_or_default()) {
        (_, b"self" | b"thread-self") => Err(BadName::Task),
        (_, first) if name_to_int(first).is_some() => Err(BadName::Task),
        (ListKind::Hide, b"pid") => match (components.next(), components.next()) {
            (Some(b"net"), _) => Err(BadName::NetOfTask),
            (Some(_), None) => Ok(()),
            _ => Err(BadName::NotInTask),
        },
        (_, b"pid") => Err(BadName::OnlyHidden),
        (ListKind::Show, b"net") if components.next().is_some() => Err(BadName::BelowNet),
        _ => Ok(()),
    }
}

/// Reads the name `item` of the list `kind`.
fn name<'b>(kind: ListKind, item: &[u8], buf: &'b mut [u8; LONGEST]) -> Result<&'b [u8], BadName> {
    let path = decode(item, buf).map_err(BadName::Item)?;
    allowed(kind, path).map(|()| path)
}

impl<M: Memory> Lists<M> {
    /// The paths of one list.
    pub(crate) fn paths(&self, kind: ListKind) -> impl Iterator<Item = &[u8]> {
        list::paths(self.bytes(kind))
    }

    /// One list as it is kept.
    fn bytes(&self, kind: ListKind) -> &[u8] {
        let [show, hide, writable] = &self.lists;
        match kind {
            ListKind::Show => show,
            ListKind::Hide => hide,
            ListKind::Writable => writable,
        }
        .as_slice()
    }

    fn list_mut(&mut self, kind: ListKind) -> &mut M::Of<u8> {
        let [show, hide, writable] = &mut self.lists;
        match kind {
            ListKind::Show => show,
            ListKind::Hide => hide,
            ListKind::Writable => writable,
        }
    }

    /// Whether `kind` was given.
    pub(crate) fn said(&self, kind: ListKind) -> bool {
        match kind {
            ListKind::Writable => self.writable,
            kind => !self.bytes(kind).is_empty(),
        }
    }

    /// Whether the list `kind` is the same in both.
    pub(crate) fn same(&self, other: &Self, kind: ListKind) -> bool {
        self.said(kind) == other.said(kind) && self.bytes(kind) == other.bytes(kind)
    }

    /// The first path of `show=` that the container list does not have.
    pub(crate) fn beyond_container(&self) -> Option<&[u8]> {
        self.paths(ListKind::Show).find(|path| !in_container(path))
    }

    /// Adds what a value of the option `kind` names.
    ///
    /// # Errors
    ///
    /// Why it was refused; the lists are then as they were.
    pub(crate) fn add<'v>(&mut self, kind: ListKind, value: &'v [u8]) -> Result<(), Refused<'v>> {
        let none = kind == ListKind::Writable && value == NONE;
        let items = || value.split(|byte| *byte == b':').filter(|_| !none);
        let mut buf = [0; LONGEST];
        // All are looked at before there is memory for one.
        for item in items() {
            let shown = if item.is_empty() { value } else { item };
            name(kind, item, &mut buf).map_err(|bad| Refused::Bad(shown, bad))?;
        }
        let mut list = M::Of::<u8>::default();
        list.extend(self.bytes(kind))?;
        for item in items() {
            let path = name(kind, item, &mut buf).map_err(|bad| Refused::Bad(item, bad))?;
            list::insert(&mut list, path)?;
        }
        let old = core::mem::replace(self.list_mut(kind), list);
        let said = self.writable;
        self.writable |= kind == ListKind::Writable;
        if self.canonical_len() <= MOST {
            return Ok(());
        }
        *self.list_mut(kind) = old;
        self.writable = said;
        Err(Refused::Bad(value, BadName::TooMuch))
    }

    /// Gives the canonical values of the option `kind`, one after the other, if it was given.
    pub(crate) fn values(&self, kind: ListKind, mut each: impl FnMut(&[u8])) {
        if !self.said(kind) {
            return;
        }
        let word = match kind {
            ListKind::Writable => NONE,
            _ => b"",
        };
        let mut buf = [0; LONGEST];
        let mut value = Text::new(&mut buf);
        for path in self.paths(kind) {
            // The word that has a meaning comes out longer.
            let more = canonical_len(path) + if path == word { 2 } else { 0 };
            if value.len() > 0 && value.len() + 1 + more > LONGEST {
                each(value.filled());
                value = Text::new(&mut buf);
            }
            if value.len() > 0 {
                value.byte(b':');
            }
            write_canonical(path, word, &mut value);
        }
        each(if value.len() > 0 {
            value.filled()
        } else {
            NONE
        });
    }

    /// The length of the canonical text of all three, with names, equals signs and commas.
    fn canonical_len(&self) -> usize {
        let mut len = 0;
        for kind in ListKind::ALL {
            let around = kind.name().count_bytes() + 2;
            self.values(kind, |value| len += around + value.len());
        }
        len
    }
}
