// SPDX-License-Identifier: GPL-2.0

//! The argument of the ioctl `PROCMAP_QUERY`, with the sizes that callers of other kernel versions
//! know it by.
//!
//! C header: [`include/uapi/linux/fs.h`](srctree/include/uapi/linux/fs.h), `struct procmap_query`

use crate::rust_bindings::{
    errno,
    memory::{
        mapped_file::BUILD_ID_LEN,
        mm::PAGE,
        vma::Vma, //
    },
    raw,
    vfs::user::{
        UserBuf,
        UserData, //
    }, //
};
use core::mem::{
    offset_of,
    size_of,
    MaybeUninit, //
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

/// Writes `data` to the address `addr` in the caller's memory; nothing if it is empty.
fn write(addr: u64, data: &[u8]) -> Result {
    let mut user = UserBuf::new(addr as usize as *mut c_char, data.len());
    if user.write(data) < data.len() {
        return Err(EFAULT);
    }
    Ok(())
}

/// A query. The structure is large to be moved about, so that it stays where it was copied to.
pub(crate) struct Query<'a> {
    user: UserQuery,
    /// How much of the structure the caller knows.
    size: usize,
    raw: &'a mut raw::procmap_query,
}

impl UserQuery {
    /// `addr` is an address in the caller's memory.
    pub(in crate::rust_bindings) fn new(addr: usize) -> Self {
        Self(addr as *mut c_void)
    }

    /// Copies the query and lets `answer` answer it.
    ///
    /// # Errors
    ///
    /// `EFAULT`; `E2BIG` if it is too large or has something set that this kernel does not know;
    /// `EINVAL` if it is too small; those of `answer`.
    pub(crate) fn read(self, answer: impl FnOnce(Query<'_>) -> Result) -> Result {
        let mut size = [0; size_of::<u64>()];
        UserData::new(self.0.cast(), size.len()).read(&mut size)?;
        let size = u64::from_ne_bytes(size) as usize;
        if size > PAGE {
            return Err(E2BIG);
        }
        if size < offset_of!(raw::procmap_query, query_addr) + size_of::<u64>() {
            return Err(EINVAL);
        }
        let mut query = MaybeUninit::<raw::procmap_query>::uninit();
        // SAFETY: `query` has room for its size; the function checks the caller's addresses.
        to_result(unsafe {
            raw::proc2_copy_struct_from_user(
                query.as_mut_ptr().cast(),
                size_of::<raw::procmap_query>(),
                self.0,
                size,
            )
        })?;
        answer(Query {
            user: self,
            size,
            // SAFETY: The function has filled it, with zeros where the caller's is shorter; any
            // value is a valid one.
            raw: unsafe { query.assume_init_mut() },
        })
    }
}

impl Query<'_> {
    /// The flags.
    pub(crate) fn flags(&self) -> u64 {
        self.raw.query_flags
    }

    /// Checks the places that the caller has for parts of the answer.
    ///
    /// # Errors
    ///
    /// `EINVAL` for an address without room or room without an address.
    pub(crate) fn check_places(&self) -> Result {
        let raw = &*self.raw;
        if (raw.vma_name_size == 0) != (raw.vma_name_addr == 0)
            || (raw.build_id_size == 0) != (raw.build_id_addr == 0)
        {
            return Err(EINVAL);
        }
        Ok(())
    }

    /// The address that is asked about.
    pub(crate) fn addr(&self) -> u64 {
        self.raw.query_addr
    }

    /// How much room the caller has for the name, if it wants that.
    pub(crate) fn name_room(&self) -> Option<usize> {
        (self.raw.vma_name_size != 0).then_some(self.raw.vma_name_size as usize)
    }

    /// Whether the caller wants the build id.
    pub(crate) fn wants_build_id(&self) -> bool {
        self.raw.build_id_size != 0
    }

    /// Takes what is to be known of a mapping, and its access as flags of the query's kind.
    pub(crate) fn describe(&mut self, vma: &Vma, access: u64) {
        let raw = &mut *self.raw;
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
        self,
        name: Option<&[u8]>,
        build_id: Option<(&[u8; BUILD_ID_LEN], u32)>,
    ) -> Result {
        let name = name.unwrap_or(&[]);
        self.raw.vma_name_size = name.len() as u32;
        let (build_id, len) = match build_id {
            Some((id, len)) => (id.get(..len as usize).unwrap_or(id), len),
            None => (&[][..], 0),
        };
        if self.raw.build_id_size < len {
            return Err(errno::name_too_long());
        }
        self.raw.build_id_size = len;
        write(self.raw.vma_name_addr, name)?;
        write(self.raw.build_id_addr, build_id)?;
        let size = self.size.min(size_of::<raw::procmap_query>());
        // SAFETY: The structure is plain words without padding, and at least `size` bytes long.
        let answer = unsafe { core::slice::from_raw_parts((&raw const *self.raw).cast(), size) };
        write(self.user.0.addr() as u64, answer)
    }
}
