// SPDX-License-Identifier: GPL-2.0

//! Files of rows without end: a read goes on from row to row until the reader's buffer is full.
//!
//! Unlike seq_file's, one read can take all rows there are. What a file keeps between reads is
//! where it goes on, and the rest of the rows that the last read ended in; rows are written when
//! they are read, and what they were written into is kept no longer: each pass takes it anew, and
//! an open file that nobody reads is small. The position counts bytes, but can only be set back to
//! the beginning. sendfile() and splice() read as read() does, with the checks of a read.
//!
//! Locks: a mutex for each open file, held while a read writes rows and copies them out, so that
//! only readers of one open file wait for each other.

use crate::rust_bindings::{
    memory::scratch,
    tasks::task::with_current,
    vfs::{
        file::{
            File,
            FileOperations,
            FileOps,
            SeekFrom, //
        },
        inode::Inode, //
    }, //
};
use core::{
    marker::PhantomData,
    pin::Pin, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    iov::IovIterDest,
    new_mutex,
    page::PAGE_SIZE,
    prelude::*,
    sync::Mutex, //
};

/// The room for rows before they are copied out, unless one is longer.
const ROOM: usize = 4 * PAGE_SIZE;

/// A position that no read is at.
const NOWHERE: i64 = -1;

/// What a file of rows has, and what it remembers while it is open.
pub(crate) trait Rows: Send + Unpin + Sized + 'static {
    /// A file that has just been opened.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, and what opening it gives.
    fn new(file: &File) -> Result<Self>;

    /// Called at the beginning of each read; an error is what the reader gets.
    fn begin(&mut self, file: &File) -> Result;

    /// Goes back to the beginning.
    fn restart(&mut self);

    /// Whether no row is left.
    fn is_at_end(&self) -> bool;

    /// Writes the next rows into `buf`, none of them in part, until they are `wanted` bytes or
    /// there is no room for another one. May sleep. Each byte of what it says it has written must
    /// be: the reader gets what was in `buf` otherwise.
    ///
    /// With `patient` the reader has no rows yet; otherwise an error is better than to wait for
    /// what another task does.
    ///
    /// # Errors
    ///
    /// What the next row fails with; it goes on with that row. Only where no row was written, as
    /// those would be lost.
    fn fill(&mut self, file: &File, buf: &mut [u8], wanted: usize, patient: bool)
        -> Result<Filled>;
}

/// What [`Rows::fill`] has done.
pub(crate) enum Filled {
    /// Written so many bytes; none at the end.
    Rows(usize),
    /// Nothing, as the next row needs so many bytes. It goes on with that row.
    Longer(usize),
}

/// An open file.
struct State<T> {
    rows: T,
    /// The position that the next read has to be at, if it is not at the beginning.
    pos: i64,
    buf: KVVec<u8>,
    /// The rest of rows, in `buf`.
    rest: core::ops::Range<usize>,
}

/// The file of [`Rows`].
struct RowsFile<T>(PhantomData<T>);

impl FileOps {
    /// A file of rows.
    pub(crate) const fn rows<T: Rows>() -> Self {
        Self::of::<RowsFile<T>>()
    }
}

#[vtable]
impl<T: Rows> FileOperations for RowsFile<T> {
    type Data = Pin<KBox<Mutex<State<T>>>>;

    fn open(_inode: &Inode, file: &File) -> Result<Self::Data> {
        let state = State {
            rows: T::new(file)?,
            pos: 0,
            buf: KVVec::new(),
            rest: 0..0,
        };
        KBox::pin_init(new_mutex!(state, "Rows"), GFP_KERNEL_ACCOUNT)
    }

    fn read_iter(
        state: Pin<&Mutex<State<T>>>,
        file: &File,
        reader: &mut IovIterDest<'_>,
        pos: &mut i64,
    ) -> Result<usize> {
        state.lock().read(file, reader, pos)
    }

    /// To the beginning, or nowhere.
    fn llseek(_state: Pin<&Mutex<State<T>>>, _file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        match to {
            SeekFrom::Start(0) => *pos = 0,
            SeekFrom::Start(offset) if offset == *pos => {}
            SeekFrom::Current(0) => {}
            _ => return Err(EINVAL),
        }
        Ok(())
    }
}

impl<T: Rows> State<T> {
    fn read(&mut self, file: &File, reader: &mut IovIterDest<'_>, pos: &mut i64) -> Result<usize> {
        self.rows.begin(file)?;
        if *pos == 0 {
            self.rows.restart();
            self.rest = 0..0;
            self.pos = 0;
        } else if *pos != self.pos {
            return Err(EINVAL);
        }
        let copied = self.copy(file, reader);
        if self.rest.is_empty() {
            // An open file that nobody reads takes no more than it needs to go on.
            self.buf = KVVec::new();
        }
        let done = copied?;
        *pos = pos.saturating_add(done as i64);
        if self.pos != NOWHERE {
            self.pos = *pos;
        }
        Ok(done)
    }

    /// Copies rows until the reader's buffer is full. An error after the first byte is left for the
    /// next read to find again.
    fn copy(&mut self, file: &File, reader: &mut IovIterDest<'_>) -> Result<usize> {
        let mut done = 0;
        while !reader.is_empty() {
            if self.rest.is_empty() {
                if self.rows.is_at_end() {
                    break;
                }
                match self.next_rows(file, reader.len(), done == 0) {
                    Ok(0) => break,
                    Ok(len) => self.rest = 0..len,
                    Err(_) if done > 0 => break,
                    Err(err) => return Err(err),
                }
            }
            let copied = reader.copy_to_iter(self.buf.get(self.rest.clone()).unwrap_or(&[]));
            self.rest.start += copied;
            done += copied;
            if !self.rest.is_empty() && !reader.is_empty() {
                // Bad memory. Rows that are left must not wait for a later read, as they were asked
                // for this one.
                self.pos = NOWHERE;
                self.rest = 0..0;
                return if done > 0 { Ok(done) } else { Err(EFAULT) };
            }
            if with_current(|current| current.signal_pending()) {
                break;
            }
        }
        Ok(done)
    }

    /// Writes rows into `buf`, which is made larger where one of them asks for it.
    fn next_rows(&mut self, file: &File, wanted: usize, patient: bool) -> Result<usize> {
        let mut room = ROOM;
        loop {
            if self.buf.len() < room {
                // What stands in the old one has been copied out.
                self.buf = scratch::bytes(room)?;
            }
            match self.rows.fill(file, &mut self.buf, wanted, patient)? {
                Filled::Rows(len) => return Ok(len),
                Filled::Longer(needed) => room = needed.max(self.buf.len() + ROOM),
            }
        }
    }
}
