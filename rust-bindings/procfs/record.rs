// SPDX-License-Identifier: GPL-2.0

//! Files that are a single record of text, read as seq_file's `single_open()` files are, without
//! their cost.
//!
//! Nothing is allocated at open. A read at the beginning formats into a buffer on the stack and
//! copies it out. A reader that took less than the whole leaves the rest behind, so that a file
//! read in pieces is one snapshot; one that took it all leaves "end at N" behind, so that text
//! which has grown since yields no stray bytes. A read elsewhere starts anew, as seq_file's
//! `traverse()` does. Mirrors [`fs/seq_file.c`](srctree/fs/seq_file.c).
//!
//! Locks: none, but an exchange of what a read leaves behind, a [`Word`]. (A lock held across the
//! copy would let a reader whose memory faults slowly hold up another, and sharing locks between
//! files would let it hold up strangers.)

use crate::rust_bindings::{
    memory::scratch::{
        self,
        Scratch, //
    },
    procfs::record_state::{
        Formatted,
        State,
        Word, //
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
        user::UserBuf, //
    }, //
};
use core::marker::PhantomData;
use kernel::{
    iov::IovIterDest,
    page::PAGE_SIZE,
    prelude::*, //
};

/// What most records fit in, `status` and `limits` among them; a longer one is formatted again,
/// into memory of its size.
const SMALL: usize = 1536;

/// Writes a file's single record.
pub(crate) trait Record: 'static {
    /// Whether most records do not fit in [`SMALL`] bytes: then it is not tried.
    const LONG: bool = false;

    /// Writes the record into `buf`, as much as fits, and returns how long the whole is, or a guess
    /// above the length of `buf`, to be tried next. Each byte of the record must be written: the
    /// reader gets what was in `buf` otherwise.
    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize>;
}

/// Where a record is copied to: the caller's memory.
pub(super) trait Sink {
    /// How many bytes there is still room for.
    fn left(&self) -> usize;

    /// Copies the beginning of `data` that there is room for and returns how much could be written.
    /// Sleeps.
    fn put(&mut self, data: &[u8]) -> usize;
}

impl Sink for UserBuf {
    #[inline(always)]
    fn left(&self) -> usize {
        UserBuf::left(self)
    }

    #[inline(always)]
    fn put(&mut self, data: &[u8]) -> usize {
        self.write(data)
    }
}

impl Sink for IovIterDest<'_> {
    fn left(&self) -> usize {
        self.len()
    }

    fn put(&mut self, data: &[u8]) -> usize {
        self.copy_to_iter(data)
    }
}

/// What formats a record, as [`Record::show`] does.
pub(super) trait Format {
    /// As [`Record::LONG`].
    const LONG: bool = false;

    /// Writes the record into `buf`, and returns how long the whole is.
    fn show(&self, buf: &mut [u8]) -> Result<usize>;
}

/// The record of a file.
struct Of<'a, T>(&'a File, PhantomData<T>);

impl<T: Record> Format for Of<'_, T> {
    const LONG: bool = T::LONG;

    #[inline]
    fn show(&self, buf: &mut [u8]) -> Result<usize> {
        T::show(self.0, self.0.inode(), buf)
    }
}

/// The file of a [`Record`].
struct RecordFile<T>(PhantomData<T>);

#[vtable]
impl<T: Record> FileOperations for RecordFile<T> {
    type Data = Word;

    const PWRITE: bool = false;

    #[inline(always)]
    fn read(word: &Word, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        read(word, &Of::<T>(file, PhantomData), buf, pos)
    }

    fn llseek(word: &Word, file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        llseek(word, &Of::<T>(file, PhantomData), pos, to)
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

/// Formats the record and hands it to `with`.
#[inline(always)] // So is `with`, which every read of a record goes through.
fn format<F: Format, R>(record: &F, with: impl FnOnce(Formatted<'_>) -> Result<R>) -> Result<R> {
    if F::LONG {
        let mut page = Scratch::<PAGE_SIZE>::allocate()?;
        with(format_in(record, page.as_slice())?)
    } else {
        let mut small = Scratch::<SMALL>::new();
        with(format_in(record, small.as_slice())?)
    }
}

#[inline(always)]
fn format_in<'b>(record: &impl Format, buf: &'b mut [u8]) -> Result<Formatted<'b>> {
    let needed = record.show(buf)?;
    match buf.get(..needed) {
        Some(text) => Ok(Formatted::Short(text)),
        None => format_long(record, needed).map(Formatted::Long),
    }
}

/// Formats a record that needs about `needed` bytes, into memory of whole pages: that leaves most
/// of them room to grow.
#[cold]
#[inline(never)]
fn format_long(record: &impl Format, mut needed: usize) -> Result<KVVec<u8>> {
    loop {
        let room = needed.checked_next_multiple_of(PAGE_SIZE).ok_or(ENOMEM)?;
        let mut text = scratch::bytes(room)?;
        needed = record.show(&mut text)?;
        if needed <= text.len() {
            text.truncate(needed);
            return Ok(text);
        }
    }
}

/// Copies out what `text` has from `pos` on and leaves behind what was not taken; a fault is an
/// error only if nothing was.
#[inline(always)]
fn deliver(word: &Word, text: Formatted<'_>, buf: &mut impl Sink, pos: i64) -> Result<usize> {
    let (tail, from) = text.tail(pos);
    let (len, done) = (tail.len(), buf.put(tail));
    let now = pos.saturating_add(done as i64);
    if done < len {
        word.leave(State::rest(text, from + done, now)?);
        if done == 0 {
            return Err(EFAULT);
        }
    } else {
        word.leave(State::end_at(now));
    }
    Ok(done)
}

/// Reads a record whose file has `word`.
#[inline(always)] // Every read of a record comes here, each kind's from a place of its own.
pub(super) fn read(
    word: &Word,
    record: &impl Format,
    buf: &mut impl Sink,
    pos: &mut i64,
) -> Result<usize> {
    if buf.left() == 0 {
        return Ok(0);
    }
    let at = *pos;
    let done = if at == 0 {
        // Whatever was left behind is for a read elsewhere, and goes when there is something new to
        // leave.
        format(record, |text| deliver(word, text, buf, 0))
            .inspect_err(|_| word.leave(State::Fresh))?
    } else {
        read_on(word, record, buf, at)?
    };
    *pos = at.saturating_add(done as i64);
    Ok(done)
}

/// A read that is not at the beginning.
#[inline(never)]
fn read_on(word: &Word, record: &impl Format, buf: &mut impl Sink, at: i64) -> Result<usize> {
    match word.take() {
        State::EndAt(end) if end == at => {
            word.leave(State::EndAt(end));
            Ok(0)
        }
        State::Rest(mut rest) if rest.pos == at => {
            let text = rest.text.get(rest.from..).unwrap_or(&[]);
            let (len, done) = (text.len(), buf.put(text));
            rest.from += done;
            rest.pos = at.saturating_add(done as i64);
            word.leave(if done == len {
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
        _ => format(record, |text| deliver(word, text, buf, at)),
    }
}

fn do_seek(word: &Word, record: &impl Format, pos: i64) -> Result {
    match word.take() {
        State::EndAt(end) if end == pos => word.leave(State::EndAt(end)),
        State::Rest(rest) if rest.pos == pos => word.leave(State::Rest(rest)),
        _ if pos == 0 => {}
        _ => {
            format(record, |text| {
                word.leave(match text.tail(pos) {
                    ([], _) => State::end_at(pos),
                    (_, from) => State::rest(text, from, pos)?,
                });
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// `seq_lseek()`: a seek to elsewhere takes the snapshot that the next read continues from, and so
/// can fail as a read does.
pub(super) fn llseek(word: &Word, record: &impl Format, pos: &mut i64, to: SeekFrom) -> Result {
    let target = match to {
        SeekFrom::Start(offset) => Some(offset),
        SeekFrom::Current(offset) => offset.checked_add(*pos),
        SeekFrom::Other => None,
    };
    let target = target.filter(|pos| *pos >= 0).ok_or(EINVAL)?;
    *pos = target;
    do_seek(word, record, target).inspect_err(|_| *pos = 0)
}
