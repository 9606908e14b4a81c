// SPDX-License-Identifier: GPL-2.0

//! The argument of the ioctl `PROCMAP_QUERY`, with the sizes that callers of other kernel versions know it by.
//!
//! C header: [`include/uapi/linux/fs.h`](srctree/include/uapi/linux/fs.h), `struct procmap_query`

use super::{
    mm::PAGE,
    raw,
    user::{
        UserBuf,
        UserData, //
    },
    vma::{
        Vma,
        BUILD_ID_LEN, //
    }, //
};
use core::mem::{
    offset_of,
    size_of, //
};
use kernel::{
    error::to_result,
    ffi::{
        c_char,
        c_void, //
    },
    prelude::*, //
};

/// Where a caller's query stands in its memory.
pub(crate) struct UserQuery(*mut c_void);

/// A place in the caller's memory for a part of the answer.
#[derive(Clone, Copy)]
struct Place {
    addr: u64,
    room: u32,
}

impl Place {
    /// `None` without a place.
    ///
    /// # Errors
    ///
    /// `EINVAL` for an address without room or room without an address.
    fn new(addr: u64, room: u32) -> Result<Option<Self>> {
        match (addr, room) {
            (0, 0) => Ok(None),
            (0, _) | (_, 0) => Err(EINVAL),
            _ => Ok(Some(Self { addr, room })),
        }
    }

    fn write(self, data: &[u8]) -> Result {
        let mut user = UserBuf::new(self.addr as usize as *mut c_char, data.len());
        if user.write(data) < data.len() {
            return Err(EFAULT);
        }
        Ok(())
    }
}

/// A query.
pub(crate) struct Query {
    user: UserQuery,
    /// How much of the structure the caller knows.
    size: usize,
    raw: raw::procmap_query,
    name: Option<Place>,
    build_id: Option<Place>,
}

impl UserQuery {
    /// `addr` is an address in the caller's memory.
    pub(super) fn new(addr: usize) -> Self {
        Self(addr as *mut c_void)
    }

    /// Copies the query. `check` decides on its flags, before anything else is looked at.
    ///
    /// # Errors
    ///
    /// `EFAULT`; `E2BIG` if it is too large or has something set that this kernel does not know; `EINVAL` if it is too small,
    /// if `check` has no answer, or if a place for a part of the answer has no address or no room.
    pub(crate) fn read<T>(self, check: impl FnOnce(u64) -> Option<T>) -> Result<(Query, T)> {
        let mut size = [0; size_of::<u64>()];
        UserData::new(self.0.cast(), size.len()).read(&mut size)?;
        let size = u64::from_ne_bytes(size) as usize;
        if size > PAGE {
            return Err(E2BIG);
        }
        if size < offset_of!(raw::procmap_query, query_addr) + size_of::<u64>() {
            return Err(EINVAL);
        }
        let mut query = raw::procmap_query::default();
        // SAFETY: `query` has room for its size; the function checks the caller's addresses.
        to_result(unsafe {
            raw::proc2_copy_struct_from_user(
                (&raw mut query).cast(),
                size_of::<raw::procmap_query>(),
                self.0,
                size,
            )
        })?;
        let checked = check(query.query_flags).ok_or(EINVAL)?;
        let query = Query {
            user: self,
            size,
            name: Place::new(query.vma_name_addr, query.vma_name_size)?,
            build_id: Place::new(query.build_id_addr, query.build_id_size)?,
            raw: query,
        };
        Ok((query, checked))
    }
}

impl Query {
    /// The address that is asked about.
    pub(crate) fn addr(&self) -> u64 {
        self.raw.query_addr
    }

    /// How much room the caller has for the name, if it wants that.
    pub(crate) fn name_room(&self) -> Option<usize> {
        Some(self.name?.room as usize)
    }

    /// Whether the caller wants the build id.
    pub(crate) fn wants_build_id(&self) -> bool {
        self.build_id.is_some()
    }

    /// Takes what is to be known of a mapping, and its access as flags of the query's kind.
    pub(crate) fn describe(&mut self, vma: &Vma, access: u64) {
        let raw = &mut self.raw;
        (raw.vma_start, raw.vma_end) = vma.range();
        raw.vma_flags = access;
        raw.vma_page_size = vma.page_size();
        let (offset, (major, minor, ino)) = match vma.file() {
            Some(file) => (vma.offset(), file.identity()),
            None => (0, (0, 0, 0)),
        };
        raw.vma_offset = offset;
        (raw.dev_major, raw.dev_minor, raw.inode) = (major, minor, ino);
    }

    /// Writes the answer: `name` with its NUL, if there is one, and the build id.
    ///
    /// # Errors
    ///
    /// `ENAMETOOLONG` if there is not enough room for the build id; `EFAULT`.
    pub(crate) fn answer(
        mut self,
        name: Option<&[u8]>,
        build_id: Option<(&[u8; BUILD_ID_LEN], u32)>,
    ) -> Result {
        let name = name.unwrap_or(&[]);
        self.raw.vma_name_size = name.len() as u32;
        let (build_id, len) = match build_id {
            Some((id, len)) => (id.get(..len as usize).unwrap_or(id), len),
            None => (&[][..], 0),
        };
        if self.build_id.is_some_and(|place| place.room < len) {
            return Err(ENAMETOOLONG);
        }
        self.raw.build_id_size = len;
        if let Some(place) = self.name {
            place.write(name)?;
        }
        if let Some(place) = self.build_id {
            place.write(build_id)?;
        }
        let size = self.size.min(size_of::<raw::procmap_query>());
        // SAFETY: The structure is plain words without padding, and at least `size` bytes long.
        let answer = unsafe { core::slice::from_raw_parts((&raw const self.raw).cast(), size) };
        let mut user = UserBuf::new(self.user.0.cast(), size);
        if user.write(answer) < size {
            return Err(EFAULT);
        }
        Ok(())
    }
}
