// SPDX-License-Identifier: GPL-2.0

//! Files that list the mappings of an address space, a record each, and can be asked for single
//! ones.
//!
//! Such a file fixes the address space at open and keeps its memory, not its users: once those are
//! gone the file is empty. A reader goes on by address, so that mappings which come and go
//! meanwhile neither repeat a record nor lose another. Mirrors `m_start()`, `m_next()`,
//! `m_stop()` and `proc_maps_open()` of [`fs/proc/task_mmu.c`](srctree/fs/proc/task_mmu.c).
//!
//! Locks: seq_file's own, and inside it those of [`Walk`]; never while the reader's memory is
//! written.

use crate::rust_bindings::{
    memory::{
        vma::{
            LastPlace,
            Vma, //
        },
        vma_lock::Walk, //
    },
    procfs::procmap_query::UserQuery,
    raw,
    tasks::pid::FindTask,
    vfs::{
        file::{
            File,
            FileOperations,
            FileOps, //
        },
        inode::Inode,
        private_data,
        seq::SeqFile,
        seq_open::SeqOpen, //
    }, //
};
use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ptr, //
};
use kernel::{
    ffi::{
        c_int,
        c_void, //
    },
    mm::Mm,
    prelude::*,
    sync::aref::ARef, //
};

/// What lists mappings.
pub(crate) trait Mappings: 'static {
    /// Finds the address space, after asking whether the opener may see it; `None` for an empty
    /// file.
    fn open(inode: &Inode) -> Result<Option<ARef<Mm>>>;

    /// Writes the record of a mapping. It is locked, and so may RCU be: must not sleep.
    fn show(seq: &SeqFile, vma: &Vma, last: &mut LastPlace);

    /// Answers the ioctl `PROCMAP_QUERY`.
    fn query(mm: Option<&Mm>, query: UserQuery) -> Result;
}

/// The positions behind the last mapping: at the gate, which no address space lists, and at the
/// end.
const GATE: i64 = -2;
const END: i64 = -1;

/// What an open file keeps.
struct State {
    /// Does not change.
    mm: Option<ARef<Mm>>,
    /// Covered by seq_file's lock.
    reader: UnsafeCell<Reader>,
}

// SAFETY: Any thread may use and drop the count of an address space. The rest is used under
// seq_file's lock alone, and holds nothing of a thread's outside of a read.
unsafe impl Send for State {}

// SAFETY: As above.
unsafe impl Sync for State {}

/// What seq_file's lock covers.
struct Reader {
    /// Holds what the current record is of; `None` outside of a read.
    walk: Option<Walk>,
    /// Where the search for the current record began. A record that did not fit is found again from
    /// there.
    last_pos: i64,
    /// Holds nothing outside of a read, for seq_file's buffer may be another one then.
    last_place: LastPlace,
}

/// The gate's mapping, if `mm` has one; it is no part of any address space and never changes.
fn gate(mm: &Mm) -> *mut raw::vm_area_struct {
    // SAFETY: The address space is valid.
    unsafe { raw::proc2_get_gate_vma(mm.as_raw()) }
}

impl Reader {
    /// The record at `pos`, null for none.
    fn start(&mut self, mm: Option<&Mm>, inode: &Inode, pos: &mut i64) -> Result<*mut c_void> {
        if *pos == END {
            return Ok(ptr::null_mut());
        }
        inode.get_task().ok_or(ESRCH)?;
        let Some((mm, users)) = mm.and_then(|mm| Some((mm, mm.mmget_not_zero()?))) else {
            return Ok(ptr::null_mut());
        };
        if *pos > 0 {
            *pos = self.last_pos;
        }
        self.walk = Some(Walk::start(users, *pos as u64)?);
        if *pos == GATE {
            return Ok(gate(mm).cast());
        }
        self.find(mm, pos)
    }

    /// The record behind the one that was found last, which `pos` is the end of.
    fn next(&mut self, mm: Option<&Mm>, pos: &mut i64) -> Result<*mut c_void> {
        match mm {
            Some(mm) if *pos != GATE => self.find(mm, pos),
            _ => {
                *pos = END;
                Ok(ptr::null_mut())
            }
        }
    }

    fn find(&mut self, mm: &Mm, pos: &mut i64) -> Result<*mut c_void> {
        let Some(walk) = &mut self.walk else {
            return Ok(ptr::null_mut());
        };
        let vma = walk.next(*pos as u64)?;
        self.last_pos = *pos;
        Ok(match vma {
            Some(vma) => {
                *pos = vma.range().1 as i64;
                ptr::from_ref(vma).cast_mut().cast()
            }
            None => {
                *pos = GATE;
                gate(mm).cast()
            }
        })
    }
}

struct SeqOps(raw::seq_operations);

// SAFETY: The table is never written.
unsafe impl Sync for SeqOps {}

struct OpsOf<T>(PhantomData<T>);

impl<T: Mappings> OpsOf<T> {
    const TABLE: &'static SeqOps = &SeqOps(raw::seq_operations {
        start: Some(start),
        next: Some(next),
        stop: Some(stop),
        show: Some(show::<T>),
    });
}

/// The file of [`Mappings`].
struct MappingsFile<T>(PhantomData<T>);

impl FileOps {
    /// A list of mappings, shaped like `proc_pid_maps_operations`.
    pub(crate) const fn mappings<T: Mappings>() -> Self {
        Self::of::<MappingsFile<T>>()
    }
}

#[vtable]
impl<T: Mappings> FileOperations for MappingsFile<T> {
    type Data = KBox<State>;

    const SEQ: Option<SeqOpen> = Some(
        // SAFETY: The table is a constant, and its functions take `private` for the word of a
        // `KBox<State>`.
        unsafe { SeqOpen::records(&raw const OpsOf::<T>::TABLE.0) },
    );

    fn open(inode: &Inode, _file: &File) -> Result<KBox<State>> {
        let state = State {
            mm: T::open(inode)?,
            reader: UnsafeCell::new(Reader {
                walk: None,
                last_pos: 0,
                last_place: LastPlace::NONE,
            }),
        };
        Ok(KBox::new(state, GFP_KERNEL_ACCOUNT)?)
    }

    fn ioctl(state: &State, cmd: u32, arg: usize) -> Result<isize> {
        if cmd != raw::proc2_PROCMAP_QUERY {
            return Err(ENOIOCTLCMD);
        }
        T::query(state.mm.as_deref(), UserQuery::new(arg)).map(|()| 0)
    }
}

/// The address space of a file, and what seq_file's lock covers.
///
/// # Safety
///
/// `m` must be the seq_file of an open [`MappingsFile`], and its lock must be held for `'a`, in
/// which this is called once.
unsafe fn locked<'a>(m: *mut raw::seq_file) -> (Option<&'a Mm>, &'a mut Reader) {
    // SAFETY: The caller promises the file, which keeps such a box in its seq_file; and the lock,
    // which makes it the only one to use the reader's part.
    unsafe {
        let state = private_data::of_seq::<KBox<State>>(m);
        (state.mm.as_deref(), &mut *state.reader.get())
    }
}

fn to_ptr(found: Result<*mut c_void>) -> *mut c_void {
    found.unwrap_or_else(|err| err.to_ptr())
}

/// `->start()`.
///
/// # Safety
///
/// `m` must be the seq_file of an open [`MappingsFile`], with its lock held and no mapping found
/// yet; `pos` must be the call's alone.
unsafe extern "C" fn start(m: *mut raw::seq_file, pos: *mut raw::loff_t) -> *mut c_void {
    // SAFETY: The caller promises a valid `m` of ours with its lock held, and a position for this
    // call alone.
    unsafe {
        let inode = File::from_raw((*m).file).inode();
        let (mm, reader) = locked(m);
        to_ptr(reader.start(mm, inode, &mut *pos))
    }
}

/// `->next()`.
///
/// # Safety
///
/// `m` must be the seq_file of an open [`MappingsFile`], with its lock held since [`start`], which
/// found a mapping as all calls of this since have; `pos` must be the call's alone.
unsafe extern "C" fn next(
    m: *mut raw::seq_file,
    _v: *mut c_void,
    pos: *mut raw::loff_t,
) -> *mut c_void {
    // SAFETY: The caller promises a valid `m` of ours with its lock held, and a position for this
    // call alone.
    unsafe {
        let (mm, reader) = locked(m);
        to_ptr(reader.next(mm, &mut *pos))
    }
}

/// `->stop()`.
///
/// # Safety
///
/// `m` must be the seq_file of an open [`MappingsFile`], with its lock held.
unsafe extern "C" fn stop(m: *mut raw::seq_file, _v: *mut c_void) {
    // SAFETY: The caller promises a valid `m` of ours with its lock held.
    let (_, reader) = unsafe { locked(m) };
    reader.walk = None;
    reader.last_place = LastPlace::NONE;
}

/// `->show()`.
///
/// # Safety
///
/// As for [`next`]; `v` must be what that or [`start`] returned last, a mapping.
unsafe extern "C" fn show<T: Mappings>(m: *mut raw::seq_file, v: *mut c_void) -> c_int {
    // SAFETY: The caller promises a valid `m` of ours and what `start()` or `next()` returned last:
    // a mapping that the walk keeps locked until `next()` or `stop()`, or the gate.
    let (seq, vma, last) = unsafe {
        (
            SeqFile::from_raw(m),
            Vma::from_raw(v.cast()),
            &mut locked(m).1.last_place,
        )
    };
    last.begin_record(seq);
    T::show(seq, vma, last);
    0
}
