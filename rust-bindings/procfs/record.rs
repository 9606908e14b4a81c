// SPDX-License-Identifier: GPL-2.0

//! Files that are a single record of text, read as seq_file's `single_open()` files are, without their cost.
//!
//! Nothing is allocated at open. A read at the beginning formats into a buffer on the stack and copies it out. A reader that took
//! less than the whole leaves the rest behind, so that a file read in pieces is one snapshot; one that took it all leaves "end
//! at N" behind, so that text which has grown since yields no stray bytes. A read elsewhere starts anew, as seq_file's
//! `traverse()` does. Answers to [`fs/seq_file.c`](srctree/fs/seq_file.c).
//!
//! Locks: none. What a read leaves behind is one word, which the next read takes out of the file with an atomic exchange and so
//! owns alone: of two concurrent preads one finds nothing and formats anew. (A lock held across the copy would let a reader whose
//! memory faults slowly hold up another, and sharing locks between files would let it hold up strangers.)

use crate::rust_bindings::{
    memory::scratch::{
        self,
        Scratch, //
    },
    vfs::{
        file::{
            write,
            File,
            FileOperations,
            FileOps,
            SeekFrom,
            Write, //
        },
        inode::Inode,
        private_data::PrivateData,
        user::UserBuf, //
    }, //
};
use core::{
    marker::PhantomData,
    ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    },
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    ffi::c_void,
    page::PAGE_SIZE,
    prelude::*, //
};

/// What most records fit in, `status` and `limits` among them; a longer one is formatted again, into memory of its size.
const SMALL: usize = 1536;

/// Writes a file's single record.
pub(crate) trait Record: 'static {
    /// Whether most records do not fit in [`SMALL`] bytes: then it is not tried.
    const LONG: bool = false;

    /// Writes the record into `buf`, as much as fits, and returns how long the whole is, or a guess above the length of `buf`, to be
    /// tried next. Each byte of the record must be written: the reader gets what was in `buf` otherwise.
    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize>;
}

/// Text that a reader has not taken yet; the next byte of it is at the position `pos` of the file.
struct Rest {
    text: KVVec<u8>,
    from: usize,
    pos: i64,
}

/// What a read leaves behind.
enum State {
    /// Nothing: the next read formats.
    Fresh,
    /// The reader has taken everything up to this position.
    EndAt(i64),
    /// The reader has taken less than the whole.
    Rest(KBox<Rest>),
}

/// Positions above this can't be told from pointers and are remembered as an empty [`Rest`].
const MAX_TAGGED: i64 = i64::MAX >> 1;

impl State {
    /// The word for `private_data`: null, or the position with a lowest bit of 1, or a pointer, whose lowest bit is 0.
    #[inline]
    fn into_word(self) -> *mut c_void {
        match self {
            State::Fresh => ptr::null_mut(),
            State::EndAt(pos) => ptr::without_provenance_mut((pos as usize) << 1 | 1),
            State::Rest(rest) => KBox::into_raw(rest).cast(),
        }
    }

    /// Whether a word stands for more than itself.
    #[inline]
    fn owns_memory(word: *mut c_void) -> bool {
        !word.is_null() && word.addr() & 1 == 0
    }

    /// # Safety
    ///
    /// `word` must come from [`State::into_word`], and be used once.
    unsafe fn from_word(word: *mut c_void) -> Self {
        if word.is_null() {
            State::Fresh
        } else if word.addr() & 1 == 1 {
            State::EndAt((word.addr() >> 1) as i64)
        } else {
            // SAFETY: The caller promises that this is a box that `into_word()` gave away.
            State::Rest(unsafe { KBox::from_raw(word.cast()) })
        }
    }

    /// Frees what a word stands for.
    ///
    /// # Safety
    ///
    /// As for [`State::from_word`].
    #[cold]
    #[inline(never)]
    unsafe fn forget(word: *mut c_void) {
        // SAFETY: The caller promises it.
        drop(unsafe { Self::from_word(word) });
    }

    /// The end of the record, reached at `pos`. Without memory for it, the next read formats anew.
    #[inline]
    fn end_at(pos: i64) -> Self {
        if pos <= MAX_TAGGED {
            State::EndAt(pos)
        } else {
            Self::rest(Formatted::Short(&[]), 0, pos).unwrap_or(State::Fresh)
        }
    }

    /// What the reader has not taken yet of a text: that from `from` on, which is at `pos` of the file. What a reader leaves behind
    /// lives as long as its file, and so counts against the reader's control group.
    ///
    /// # Errors
    ///
    /// `ENOMEM`. Then the reader must not get the part before it either: it would be continued from another text.
    #[cold]
    #[inline(never)]
    fn rest(text: Formatted<'_>, from: usize, pos: i64) -> Result<Self> {
        let (text, from) = match text {
            Formatted::Long(text) => (text, from),
            Formatted::Short(text) => {
                let mut copy = KVVec::new();
                #[expect(
                    clippy::disallowed_methods,
                    reason = "at most a page, or it would be long"
                )]
                copy.extend_from_slice(text.get(from..).unwrap_or(&[]), GFP_KERNEL_ACCOUNT)?;
                (copy, 0)
            }
        };
        let rest = KBox::new(Rest { text, from, pos }, GFP_KERNEL_ACCOUNT)?;
        Ok(State::Rest(rest))
    }
}

/// Where a file keeps the word that a read leaves behind.
///
/// # Safety
///
/// The word must be null when the file is opened, and nobody else's until the file is gone.
pub(in crate::rust_bindings) unsafe trait Place: 'static {
    /// The word.
    fn word(file: &File) -> &AtomicPtr<c_void>;
}

/// In the file itself, in `private_data`.
pub(in crate::rust_bindings) struct InFile;

// SAFETY: The VFS opens files with null there, and only the functions of this module write it once the file is open.
unsafe impl Place for InFile {
    #[inline]
    fn word(file: &File) -> &AtomicPtr<c_void> {
        // SAFETY: As above; the field is aligned for a pointer.
        unsafe { AtomicPtr::from_ptr(&raw mut (*file.as_ptr()).private_data) }
    }
}

impl File {
    fn take_state<P: Place>(&self) -> State {
        let word = P::word(self).swap(ptr::null_mut(), Ordering::Acquire);
        // SAFETY: The exchange makes this the only user of the word.
        unsafe { State::from_word(word) }
    }

    #[inline]
    fn leave_state<P: Place>(&self, state: State) {
        let old = P::word(self).swap(state.into_word(), Ordering::AcqRel);
        if State::owns_memory(old) {
            // SAFETY: The exchange makes this the only user of the word.
            unsafe { State::forget(old) };
        }
    }
}

/// The word of a record's file, which stands for itself: the exchange is with the file's own.
#[repr(transparent)]
pub(crate) struct Word(AtomicPtr<c_void>);

// SAFETY: `Word` is transparent over the kernel's word, so that what borrows it borrows that; null stands for nothing, and every other
// word that is in it at the end comes from `State::into_word()`.
unsafe impl PrivateData for Word {
    const IN_NEW_FILES: bool = true;

    type Borrowed<'a> = &'a Self;

    #[inline]
    fn into_word(self) -> *mut c_void {
        self.0.into_inner()
    }

    #[inline]
    unsafe fn borrow<'a>(word: *mut *mut c_void) -> &'a Self {
        // SAFETY: The caller promises a valid word, which is written by atomic exchanges alone until it is released.
        unsafe { &*word.cast() }
    }

    #[inline]
    unsafe fn release(word: *mut c_void) {
        // SAFETY: The caller promises a word of ours that is used for the last time.
        drop(unsafe { State::from_word(word) });
    }
}

/// The file of a [`Record`].
struct RecordFile<T>(PhantomData<T>);

#[vtable]
impl<T: Record> FileOperations for RecordFile<T> {
    type Data = Word;

    const PWRITE: bool = false;

    fn read(_word: &Word, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        do_read::<T, InFile>(file, buf, pos)
    }

    fn llseek(_word: &Word, file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        llseek::<T, InFile>(file, pos, to)
    }
}

impl FileOps {
    /// A single record, shaped like `proc_single_file_operations`.
    pub(crate) const fn record<T: Record>() -> Self {
        Self::of::<RecordFile<T>>()
    }

    /// A single record that can be written, shaped like `proc_pid_set_comm_operations`.
    pub(crate) const fn record_with_write<T: Record + Write>() -> Self {
        Self::record_with_write_of::<T, T>()
    }

    /// As [`FileOps::record_with_write`], where one type reads and another writes.
    pub(in crate::rust_bindings) const fn record_with_write_of<R: Record, W: Write>() -> Self {
        let mut ops = Self::record::<R>();
        ops.0.write = Some(write::<W>);
        ops
    }
}

/// A record's text: in a buffer of the caller's, or in memory that can be kept.
enum Formatted<'a> {
    Short(&'a [u8]),
    Long(KVVec<u8>),
}

impl Formatted<'_> {
    /// The part that begins at the position `pos`, and where in the text that is.
    #[inline]
    fn tail(&self, pos: i64) -> (&[u8], usize) {
        let text = match self {
            Self::Short(text) => text,
            Self::Long(text) => text.as_slice(),
        };
        let from = usize::try_from(pos).map_or(text.len(), |pos| pos.min(text.len()));
        (text.get(from..).unwrap_or(&[]), from)
    }
}

/// Formats the record and hands it to `with`.
#[inline]
fn format<T: Record, R>(file: &File, with: impl FnOnce(Formatted<'_>) -> Result<R>) -> Result<R> {
    if T::LONG {
        let mut page = Scratch::<PAGE_SIZE>::allocate()?;
        format_in::<T, R>(file, page.as_slice(), with)
    } else {
        let mut small = Scratch::<SMALL>::new();
        format_in::<T, R>(file, small.as_slice(), with)
    }
}

#[inline]
fn format_in<T: Record, R>(
    file: &File,
    buf: &mut [u8],
    with: impl FnOnce(Formatted<'_>) -> Result<R>,
) -> Result<R> {
    let needed = T::show(file, file.inode(), buf)?;
    match buf.get(..needed) {
        Some(text) => with(Formatted::Short(text)),
        None => with(Formatted::Long(long::<T>(file, needed)?)),
    }
}

/// Formats a record that needs about `needed` bytes, into memory of whole pages: that leaves most of them room to grow.
#[cold]
fn long<T: Record>(file: &File, mut needed: usize) -> Result<KVVec<u8>> {
    loop {
        let room = needed.checked_next_multiple_of(PAGE_SIZE).ok_or(ENOMEM)?;
        let mut text = scratch::bytes(room)?;
        needed = T::show(file, file.inode(), &mut text)?;
        if needed <= text.len() {
            text.truncate(needed);
            return Ok(text);
        }
    }
}

/// Copies out what `text` has from `pos` on and leaves behind what was not taken; a fault is an error only if nothing was.
#[inline]
fn deliver<P: Place>(
    file: &File,
    text: Formatted<'_>,
    buf: &mut UserBuf,
    pos: i64,
) -> Result<usize> {
    let (tail, from) = text.tail(pos);
    let (len, done) = (tail.len(), buf.write(tail));
    let now = pos.saturating_add(done as i64);
    if done < len {
        file.leave_state::<P>(State::rest(text, from + done, now)?);
        if done == 0 {
            return Err(EFAULT);
        }
    } else {
        file.leave_state::<P>(State::end_at(now));
    }
    Ok(done)
}

pub(in crate::rust_bindings) fn do_read<T: Record, P: Place>(
    file: &File,
    buf: &mut UserBuf,
    pos: &mut i64,
) -> Result<usize> {
    if buf.left() == 0 {
        return Ok(0);
    }
    let at = *pos;
    let done = if at == 0 {
        // Whatever was left behind is for a read elsewhere, and goes when there is something new to leave.
        format::<T, _>(file, |text| deliver::<P>(file, text, buf, 0))
            .inspect_err(|_| file.leave_state::<P>(State::Fresh))?
    } else {
        read_on::<T, P>(file, buf, at)?
    };
    *pos = at.saturating_add(done as i64);
    Ok(done)
}

/// A read that is not at the beginning.
fn read_on<T: Record, P: Place>(file: &File, buf: &mut UserBuf, at: i64) -> Result<usize> {
    match file.take_state::<P>() {
        State::EndAt(end) if end == at => {
            file.leave_state::<P>(State::EndAt(end));
            Ok(0)
        }
        State::Rest(mut rest) if rest.pos == at => {
            let text = rest.text.get(rest.from..).unwrap_or(&[]);
            let (len, done) = (text.len(), buf.write(text));
            rest.from += done;
            rest.pos = at.saturating_add(done as i64);
            file.leave_state::<P>(if done == len {
                State::end_at(rest.pos)
            } else {
                State::Rest(rest)
            });
            if done == 0 && len != 0 {
                Err(EFAULT)
            } else {
                Ok(done)
            }
        }
        _ => format::<T, _>(file, |text| deliver::<P>(file, text, buf, at)),
    }
}

fn do_seek<T: Record, P: Place>(file: &File, pos: i64) -> Result {
    match file.take_state::<P>() {
        State::EndAt(end) if end == pos => file.leave_state::<P>(State::EndAt(end)),
        State::Rest(rest) if rest.pos == pos => file.leave_state::<P>(State::Rest(rest)),
        _ if pos == 0 => {}
        _ => {
            format::<T, _>(file, |text| {
                file.leave_state::<P>(match text.tail(pos) {
                    ([], _) => State::end_at(pos),
                    (_, from) => State::rest(text, from, pos)?,
                });
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// `seq_lseek()`: a seek to elsewhere takes the snapshot that the next read continues from, and so can fail as a read does.
pub(in crate::rust_bindings) fn llseek<T: Record, P: Place>(
    file: &File,
    pos: &mut i64,
    to: SeekFrom,
) -> Result {
    let target = match to {
        SeekFrom::Start(offset) => Some(offset),
        SeekFrom::Current(offset) => offset.checked_add(*pos),
        SeekFrom::Other => None,
    };
    let target = target.filter(|pos| *pos >= 0).ok_or(EINVAL)?;
    *pos = target;
    do_seek::<T, P>(file, target).inspect_err(|_| *pos = 0)
}

/// Frees what the last read has left behind, when the file goes.
#[inline]
pub(in crate::rust_bindings) fn forget(word: &AtomicPtr<c_void>) {
    // SAFETY: The exchange makes this the only user of the word.
    drop(unsafe { State::from_word(word.swap(ptr::null_mut(), Ordering::Acquire)) });
}
