// SPDX-License-Identifier: GPL-2.0

//! `uid_map`, `gid_map`, `projid_map` and `setgroups`: the ids of the user namespace that a task is in.
//!
//! Answers to `proc_id_map_open()` and `proc_setgroups_open()` of [`fs/proc/base.c`](srctree/fs/proc/base.c), and to
//! [`kernel/user_namespace.c`](srctree/kernel/user_namespace.c), which shows and sets them. Everyone may read; the namespace is fixed at
//! open; who may write is decided there, by the credentials that opened the file.

use super::Node;
use crate::{
    fs::text,
    gate,
    rust_bindings::{
        cred::UserNamespace,
        file::FileOps,
        id_map::{
            IdMap,
            Subject, //
        },
        inode::Inode, //
    }, //
};
use kernel::{
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    }, //
};

struct Map;
struct Setgroups;

static UID_OPS: FileOps = FileOps::id_map::<Map>(IdMap::Uid);
static GID_OPS: FileOps = FileOps::id_map::<Map>(IdMap::Gid);
static PROJID_OPS: FileOps = FileOps::id_map::<Map>(IdMap::Projid);
static SETGROUPS_OPS: FileOps = FileOps::id_map::<Setgroups>(IdMap::Setgroups);

const fn node(file: &'static FileOps) -> Node {
    Node::File {
        inode: &text::INODE_OPS,
        file,
    }
}

/// The node of `uid_map`.
pub(super) const UID_NODE: Node = node(&UID_OPS);
/// The node of `gid_map`.
pub(super) const GID_NODE: Node = node(&GID_OPS);
/// The node of `projid_map`.
pub(super) const PROJID_NODE: Node = node(&PROJID_OPS);
/// The node of `setgroups`.
pub(super) const SETGROUPS_NODE: Node = node(&SETGROUPS_OPS);

impl Subject for Map {
    fn open(inode: &Inode, _writable: bool) -> Result<ARef<UserNamespace>> {
        let rcu = rcu::read_lock();
        let task = inode.task(&rcu).ok_or(EINVAL)?;
        Ok(UserNamespace::of_task(gate::anyone(task).task()))
    }
}

impl Subject for Setgroups {
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>> {
        let ns = {
            let rcu = rcu::read_lock();
            let task = inode.task(&rcu).ok_or(ESRCH)?;
            UserNamespace::of_task(gate::anyone(task).task())
        };
        if writable {
            gate::administer_ids(&ns)?;
        }
        Ok(ns)
    }
}
