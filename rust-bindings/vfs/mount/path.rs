// SPDX-License-Identifier: GPL-2.0

//! The names on the way from a root to a mount, without a lock.
//!
//! `__d_path()` takes each name with care, as its pointer and its length may not belong together,
//! and writes from the end. Here pointers and lengths are collected first. If no dentry was renamed
//! meanwhile they do belong together, and the names are looked at in the order in which they are
//! written; if one is renamed by then, what was written counts for nothing.
//!
//! Mirrors `prepend_path()` of [`fs/d_path.c`](srctree/fs/d_path.c). Locks: RCU, and `rename_lock`
//! as a reader that takes no lock; `namespace_sem` is held by whoever has the [`Mount`].

use super::Mount;
use crate::rust_bindings::raw;
use core::mem::MaybeUninit;
use kernel::sync::rcu;

/// As many names are collected.
const MOST: usize = 16;

/// The words of a name that stands in its dentry.
const WORDS: usize = size_of::<raw::shortname_store>() / size_of::<u64>();

/// A name as it was found: where it stands, and how long it is.
#[derive(Clone, Copy)]
struct Name {
    dentry: *const raw::dentry,
    text: *const u8,
    len: usize,
}

impl Name {
    /// The one of a dentry at this moment.
    ///
    /// # Safety
    ///
    /// The dentry must not be freed meanwhile.
    #[inline]
    unsafe fn of(dentry: *const raw::dentry) -> Self {
        // SAFETY: The caller promises it. Words that change at any time are read whole; all of a
        // union's are integers or pointers.
        unsafe {
            let name = &raw const (*dentry).__bindgen_anon_1.d_name;
            Self {
                dentry,
                text: (&raw const (*name).name).read_volatile(),
                len: (&raw const (*name).__bindgen_anon_1.__bindgen_anon_1.len).read_volatile()
                    as usize,
            }
        }
    }

    /// Calls `each` with bytes that begin with the name, and its length.
    ///
    /// # Safety
    ///
    /// The pointer and the length must belong together, and the RCU read lock must have been held
    /// since they were read.
    #[inline]
    unsafe fn with(self, each: &mut impl FnMut(&[u8], usize)) {
        // SAFETY: The dentry is freed after a grace period.
        let inline = unsafe { &raw const (*self.dentry).d_shortname };
        if self.text == inline.cast() && self.len <= size_of::<u64>() {
            // SAFETY: As above. A rename may change the word under us, and it is read whole.
            let word = unsafe { inline.cast::<u64>().read_volatile() };
            each(&word.to_ne_bytes(), self.len);
        } else if self.text == inline.cast() {
            // SAFETY: As above. A rename may change it under us, a word at a time.
            let words = unsafe { inline.cast::<[u64; WORDS]>().read_volatile() };
            let bytes = words.map(u64::to_ne_bytes);
            each(bytes.as_flattened(), self.len);
        } else {
            // SAFETY: A name that stands elsewhere never changes, and is freed after a grace
            // period; the length is its own, as the caller promises.
            let name = unsafe { core::slice::from_raw_parts(self.text, self.len) };
            each(name, self.len);
        }
    }
}

impl Mount<'_> {
    /// Calls `each` with the names on the way from the root to the mount, each the beginning of
    /// some bytes, and with their lengths. False where the kernel has to be asked
    /// ([`Mount::path`]), and what was given is worth nothing: a rename came in between, there are
    /// too many, or the root does not reach the mount.
    #[inline]
    pub(crate) fn names(self, mut each: impl FnMut(&[u8], usize)) -> bool {
        let mut names = [const { MaybeUninit::<Name>::uninit() }; MOST];
        let mut count = 0;
        let _rcu = rcu::read_lock();
        // SAFETY: By the type invariant the mount is valid, as are all that it is on, and none of
        // them moves; each keeps the dentries that it names. Their parents are freed after a grace
        // period, and so are those that they have had.
        unsafe {
            let lock = &raw const raw::rename_lock;
            let start = raw::proc2_read_seqbegin(lock);
            let root = self.root.as_ptr();
            let (mut mount, mut dentry) = (self.mount.as_ptr(), self.dentry());
            while dentry != (*root).dentry || &raw mut (*mount).mnt != (*root).mnt {
                if dentry == (*mount).mnt.mnt_root {
                    let parent = (*mount).mnt_parent;
                    if parent == mount {
                        return false;
                    }
                    dentry = (*mount).mnt_mountpoint;
                    mount = parent;
                    continue;
                }
                let parent = (&raw const (*dentry).d_parent).read_volatile();
                let place = names.get_mut(count).filter(|_| parent != dentry);
                let Some(place) = place else {
                    return false;
                };
                place.write(Name::of(dentry));
                count += 1;
                dentry = parent;
            }
            if raw::proc2_read_seqretry(lock, start) {
                return false;
            }
            let names = names.get(..count).unwrap_or_default();
            for name in names.iter().rev() {
                // The first `count` are written, and no rename came in between.
                name.assume_init().with(&mut each);
            }
            !raw::proc2_read_seqretry(lock, start)
        }
    }
}
