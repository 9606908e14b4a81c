// SPDX-License-Identifier: GPL-2.0

//! The id maps of user namespaces.
//!
//! The functions of `kernel/user_namespace.c` that set them want a seq_file whose `private` is the namespace, and decide by the
//! file's credentials who may. So a file that is open for writing has a seq_file, and the functions that show them too; who only
//! reads pays for neither.
//!
//! Locks: none. A map is written once, its length last; who sees the length sees the map, which then never changes.
//!
//! C header: [`include/linux/user_namespace.h`](srctree/include/linux/user_namespace.h)

use crate::rust_bindings::{
    credentials::cred::UserNamespace,
    raw,
    vfs::{
        file::{
            File,
            FileOperations,
            FileOps,
            Seek, //
        },
        file_operations::SeqOpen,
        inode::Inode,
        user::UserBuf, //
    }, //
};
use core::{
    marker::PhantomData,
    ptr,
    sync::atomic::{
        AtomicU32,
        Ordering, //
    }, //
};
use kernel::{
    prelude::*,
    sync::aref::ARef, //
};

/// A kind of ids that a user namespace maps.
#[derive(Clone, Copy)]
pub(crate) enum Ids {
    /// Users.
    Uid,
    /// Groups.
    Gid,
    /// Projects of disk quotas.
    Projid,
}

/// A range of ids of a namespace: the first, what another namespace calls it, and how many there are.
pub(crate) type Extent = (u32, u32, u32);

/// The extents of `ns` in their order, from the one at `from` on, as who reads them in the namespace `reader` numbers them: its own by
/// the numbers of its parent.
pub(crate) fn extents<'a>(
    ns: &'a UserNamespace,
    ids: Ids,
    reader: &'a UserNamespace,
    from: usize,
) -> impl Iterator<Item = Extent> + 'a {
    let raw = ns.as_ptr();
    // SAFETY: The namespace is valid. The length is loaded before what it is the length of, as `m_start()` does; the extents that
    // it counts stand in the map or, if they are too many, in memory that lives as long as the namespace.
    let (map, len, lower) = unsafe {
        let map = match ids {
            Ids::Uid => &raw mut (*raw).uid_map,
            Ids::Gid => &raw mut (*raw).gid_map,
            Ids::Projid => &raw mut (*raw).projid_map,
        };
        let near = &raw mut (*map).__bindgen_anon_1.__bindgen_anon_1;
        let len = AtomicU32::from_ptr(&raw mut (*near).nr_extents).load(Ordering::Acquire);
        let first: *const raw::uid_gid_extent = if len <= raw::UID_GID_MAP_MAX_BASE_EXTENTS {
            (&raw const (*near).extent).cast()
        } else {
            (*map).__bindgen_anon_1.__bindgen_anon_2.forward
        };
        let parent = (*raw).parent;
        let own = ptr::eq(reader.as_ptr(), raw) && !parent.is_null();
        (
            first,
            len as usize,
            if own { parent } else { reader.as_ptr() },
        )
    };
    (from..len).map(move |at| {
        // SAFETY: As above; `at` is below the length. `lower` is `reader` or the parent of `ns`, which pins it; both are borrowed for
        // as long as this may be called.
        unsafe {
            let extent = map.add(at).read();
            let first = extent.lower_first;
            let called = match ids {
                Ids::Uid => raw::from_kuid(lower, raw::kuid_t { val: first }),
                Ids::Gid => raw::from_kgid(lower, raw::kgid_t { val: first }),
                Ids::Projid => raw::from_kprojid(lower, raw::kprojid_t { val: first }),
            };
            (extent.first, called, extent.count)
        }
    })
}

/// A file about a user namespace.
pub(crate) trait Subject: 'static {
    /// Finds the namespace when the file is opened, and decides whether it may be opened at all; `writable` says whether for writing.
    fn open(inode: &Inode, writable: bool) -> Result<ARef<UserNamespace>>;
}

/// A file that shows a map of ids.
pub(crate) trait IdMap: Subject {
    /// The ids.
    const IDS: Ids;

    /// Reads the lines of `ns` from `pos` on into `buf`, moves `pos`, and returns how much was read.
    fn read(file: &File, ns: &UserNamespace, buf: &mut UserBuf, pos: &mut i64) -> Result<usize>;
}

/// A file that shows a map of ids.
struct MapFile<T>(PhantomData<T>);

/// The same that is open for writing.
struct WritableMap<T>(PhantomData<T>);

impl FileOps {
    /// A map of ids, shaped like `proc_uid_map_operations`.
    pub(crate) const fn id_map<T: IdMap>() -> Self {
        Self::of::<MapFile<T>>()
    }
}

#[vtable]
impl<T: IdMap> FileOperations for MapFile<T> {
    type Data = ARef<UserNamespace>;

    const SEEK: Seek = Seek::NoEnd;
    const PWRITE: bool = false;
    const WRITABLE: Option<&'static FileOps> = Some(WritableMap::<T>::OPS);

    fn open(inode: &Inode, _file: &File) -> Result<Self::Data> {
        T::open(inode, false)
    }

    fn read(ns: &UserNamespace, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        T::read(file, ns, buf, pos)
    }
}

impl<T: IdMap> WritableMap<T> {
    const OPS: &'static FileOps = &{
        let mut ops = FileOps::of::<Self>();
        ops.0.write = Some(match T::IDS {
            Ids::Uid => raw::proc_uid_map_write,
            Ids::Gid => raw::proc_gid_map_write,
            Ids::Projid => raw::proc_projid_map_write,
        });
        ops
    };
}

#[vtable]
impl<T: IdMap> FileOperations for WritableMap<T> {
    type Data = ARef<UserNamespace>;

    const SEQ: Option<SeqOpen> = Some(
        // SAFETY: The tables are constants of the kernel, whose functions take `private` for a user namespace.
        unsafe {
            SeqOpen::records(match T::IDS {
                Ids::Uid => &raw const raw::proc_uid_seq_operations,
                Ids::Gid => &raw const raw::proc_gid_seq_operations,
                Ids::Projid => &raw const raw::proc_projid_seq_operations,
            })
        },
    );

    fn open(inode: &Inode, _file: &File) -> Result<Self::Data> {
        T::open(inode, true)
    }
}
