// SPDX-License-Identifier: GPL-2.0

//! `uid_map`, `gid_map`, `projid_map` and `setgroups`: the ids of the user namespace that a task is
//! in.
//!
//! Mirrors `proc_id_map_open()` and `proc_setgroups_open()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c), and to `uid_m_show()` and its like, and
//! `proc_setgroups_show()`, of [`kernel/user_namespace.c`](srctree/kernel/user_namespace.c), which
//! also sets them. Everyone may read; the namespace is fixed at open; who may write is decided
//! there, by the credentials that opened the file. A map once set does not change and its lines are
//! equally long, so that a position is a place in a line whenever it is read.

use crate::{
    fs::{
        namespace::{
            IdMapEntry,
            SetgroupsEntry, //
        },
        request::Request, //
    },
    pure::{
        show::id_map::Extent,
        text::Text, //
    },
    rust_bindings::{
        credentials::cred::UserNamespace,
        memory::{
            mm::PAGE,
            scratch::Scratch, //
        },
        procfs::id_map::{
            extents,
            Ids, //
        },
        vfs::user::UserBuf, //
    }, //
};
use kernel::prelude::*;

/// How many lines are written together.
const LINES: usize = 24;

/// The most lines that one read gives, as from seq_file's buffer; the rest of a line that it begins
/// in comes on top.
const MOST: usize = PAGE / Extent::LEN;

/// Reads lines of `ns`, as they are numbered for `reader`, from `pos` on.
fn read(
    ids: Ids,
    reader: &UserNamespace,
    ns: &UserNamespace,
    buf: &mut UserBuf,
    pos: &mut i64,
) -> Result<usize> {
    let start = usize::try_from(*pos).map_err(|_| EINVAL)?;
    let (line, mut skip) = (start / Extent::LEN, start % Extent::LEN);
    let most = MOST + usize::from(skip > 0);
    let mut lines = extents(ns, ids, reader, line).take(most);
    let (mut space, mut total) = (Scratch::<{ LINES * Extent::LEN }>::new(), 0);
    while buf.left() > 0 {
        let mut text = Text::new(space.as_slice());
        for (first, lower, count) in lines.by_ref().take(LINES) {
            Extent {
                first,
                lower,
                count,
            }
            .show(&mut text);
        }
        let Some(text @ [_, ..]) = text.filled().get(skip..) else {
            break;
        };
        let done = buf.write(text);
        if done == 0 && total == 0 {
            return Err(EFAULT);
        }
        total += done;
        if done < text.len() {
            break;
        }
        skip = 0;
    }
    *pos = pos.saturating_add(total as i64);
    Ok(total)
}

macro_rules! map {
    ($(#[doc = $doc:literal] $map:ident = $ids:expr;)+) => {$(
        #[doc = $doc]
        pub(super) struct $map;

        impl IdMapEntry for $map {
            const IDS: Ids = $ids;

            fn read(
                ns: &UserNamespace,
                request: &Request<'_>,
                buf: &mut UserBuf,
                pos: &mut i64,
            ) -> Result<usize> {
                read($ids, request.user_ns(), ns, buf, pos)
            }
        }
    )+};
}

map! {
    /// `uid_map`.
    UidMap = Ids::Uid;
    /// `gid_map`.
    GidMap = Ids::Gid;
    /// `projid_map`.
    ProjidMap = Ids::Projid;
}

/// `setgroups`.
pub(super) struct Setgroups;

impl SetgroupsEntry for Setgroups {
    fn show(allowed: bool, out: &mut Text<'_>) {
        out.bytes(if allowed { b"allow\n" } else { b"deny\n" });
    }
}
