// SPDX-License-Identifier: GPL-2.0

//! What an instance with a policy shows of the kernel's registry: the pure core's decisions, on
//! inodes.
//!
//! What a policy says of an entry is kept in the word of its inode, and what it says of the root in
//! the policy.

use crate::{
    pure::{
        entry::TaskWord,
        ino,
        policy::State, //
    },
    rust_bindings::{
        procfs::{
            decide::{
                Decide,
                Verdict, //
            },
            new_inode::NewInode,
            random,
            view_file::ViewOps, //
        },
        vfs::{
            file::FileOps,
            inode::Inode,
            inode_ops::InodeOps,
            super_block::SuperBlock, //
        }, //
    }, //
};

/// The decisions of the instance that an inode is on.
pub(crate) enum Decisions {}

const _: () = assert!(State::BITS + TaskWord::POLICY_SHIFT < 63);

fn word(state: State) -> u64 {
    state.to_word() << TaskWord::POLICY_SHIFT
}

fn state(word: u64) -> State {
    State::from_word(word >> TaskWord::POLICY_SHIFT)
}

impl Decide for Decisions {
    fn child(dir: &Inode, name: &[u8]) -> Option<Verdict> {
        let policy = dir.super_block().data().policy()?.decisions();
        let of_dir = match dir.word() {
            // The root's inode has no word, and no other one's is 0: each is shown, or leads.
            0 => policy.root(),
            word => state(word),
        };
        let child = policy.child(of_dir, name)?;
        Some(Verdict {
            word: word(child),
            only_directory: child.only_leads(),
        })
    }

    fn writable(word: u64) -> bool {
        state(word).writable()
    }

    fn view(sb: &SuperBlock, dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
        sb.data().view()?.ops(dir, name)
    }

    fn number(dir: &Inode, name: &[u8]) -> u64 {
        ino::of_named_child(random::name_key(), dir.ino(), name)
    }
}

/// What an instance without a policy, but with a view, shows of the registry: everything.
pub(crate) enum Everything {}

impl Decide for Everything {
    fn child(_dir: &Inode, _name: &[u8]) -> Option<Verdict> {
        Some(Verdict {
            word: 0,
            only_directory: false,
        })
    }

    fn writable(_word: u64) -> bool {
        true
    }

    fn view(sb: &SuperBlock, dir: Option<&[u8]>, name: &[u8]) -> Option<&'static ViewOps> {
        Decisions::view(sb, dir, name)
    }

    /// Views are of the root's files, and of those of directories that are not `sys`.
    fn number(dir: &Inode, _name: &[u8]) -> u64 {
        dir.ino()
    }
}

/// What makes an inode the `net` of a task in an instance with a policy, its word and its
/// operations; `None` where there is no policy.
#[cfg(not(CONFIG_NET))]
pub(crate) fn net_dir(_new: &NewInode) -> Option<(u64, &'static InodeOps, &'static FileOps)> {
    None
}

/// What makes an inode the `net` of a task in an instance with a policy, its word and its
/// operations; `None` where there is no policy.
#[cfg(CONFIG_NET)]
pub(crate) fn net_dir(new: &NewInode) -> Option<(u64, &'static InodeOps, &'static FileOps)> {
    use crate::rust_bindings::procfs::filtered;

    let inode = new.as_inode();
    let net = inode.super_block().data().policy()?.decisions().net()?;
    let (inode_ops, file_ops) = filtered::net_dir::<Decisions>();
    Some((inode.word() | word(net), inode_ops, file_ops))
}
