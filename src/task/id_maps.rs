// SPDX-License-Identifier: GPL-2.0

//! `uid_map`, `gid_map`, `projid_map` and `setgroups`: the ids of the user namespace that a task is in.
//!
//! Answers to `proc_id_map_open()` and `proc_setgroups_open()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and to `uid_m_show()` and
//! its like, and `proc_setgroups_show()`, of [`kernel/user_namespace.c`](srctree/kernel/user_namespace.c), which also sets them.
//! Everyone may read; the namespace is fixed at open; who may write is decided there, by the credentials that opened the file. A map
//! once set does not change and its lines are equally long, so that a position is a place in a line whenever it is read.

use crate::{
    fs::node::Node,
    gate,
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
        procfs::{
            id_map::{
                extents,
                IdMap,
                Ids,
                Subject, //
            },
            setgroups::Setgroups, //
        },
        tasks::pid::FindTask,
        vfs::{
            file::{
                File,
                FileOps, //
            },
            inode::Inode,
            user::UserBuf, //
        }, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

struct UidMap;
struct GidMap;
struct ProjidMap;
struct SetgroupsFile;

static UID_OPS: FileOps = FileOps::id_map::<UidMap>();
static GID_OPS: FileOps = FileOps::id_map::<GidMap>();
static PROJID_OPS: FileOps = FileOps::id_map::<ProjidMap>();
static SETGROUPS_OPS: FileOps = FileOps::setgroups::<SetgroupsFile>();

const fn node(file: &'static FileOps) -> Node {
    Node::plain(file)
}

/// The node of `uid_map`.
pub(super) const UID_NODE: Node = node(&UID_OPS);
/// The node of `gid_map`.
pub(super) const GID_NODE: Node = node(&GID_OPS);
/// The node of `projid_map`.
pub(super) const PROJID_NODE: Node = node(&PROJID_OPS);
/// The node of `setgroups`.
pub(super) const SETGROUPS_NODE: Node = node(&SETGROUPS_OPS);

/// How many lines are written together.
const LINES: usize = 24;

/// The most lines that one read gives, as from seq_file's buffer; the rest of a line that it begins in comes on top.
const MOST: usize = PAGE / Extent::LEN;

/// Reads lines of `ns` from `pos` on.
fn read(
    ids: Ids,
    file: &File,
    ns: &UserNamespace,
    buf: &mut UserBuf,
    pos: &mut i64,
) -> Result<usize> {
    let start = usize::try_from(*pos).map_err(|_| EINVAL)?;
    let (line, mut skip) = (start / Extent::LEN, start % Extent::LEN);
    let most = MOST + usize::from(skip > 0);
    let mut lines = extents(ns, ids, file.opener_user_ns(), line).take(most);
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
    ($map:ty, $ids:expr) => {
        impl Subject for $map {
            fn open(inode: &Inode, _writable: bool) -> Result<ARef<UserNamespace>> {
                let rcu = rcu::read_lock();
                let task = inode.task(&rcu).ok_or(EINVAL)?;
                Ok(UserNamespace::of_task(task))
            }
        }

        impl IdMap for $map {
            const IDS: Ids = $ids;

            fn read(
                file: &File,
                ns: &UserNamespace,
                buf: &mut UserBuf,
                pos: &mut i64,
            ) -> Result<usize> {
                read($ids, file, ns, buf, pos)
            }
        }
    };
}

map!(UidMap, Ids::Uid);
map!(GidMap, Ids::Gid);
map!(ProjidMap, Ids::Projid);

impl Subject for SetgroupsFile {
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>> {
        let ns = {
            let rcu = rcu::read_lock();
            let task = inode.task(&rcu).ok_or(ESRCH)?;
            UserNamespace::of_task(task)
        };
        if writable {
            gate::change::administer_ids(&ns)?;
        }
        Ok(ns)
    }
}

impl Setgroups for SetgroupsFile {
    fn show(allowed: bool, buf: &mut [u8]) -> usize {
        let mut text = Text::new(buf);
        text.bytes(if allowed { b"allow\n" } else { b"deny\n" });
        text.len()
    }
}
