// SPDX-License-Identifier: GPL-2.0

//! What a read of a record leaves behind in its file, for the next read: one word.
//!
//! The next read takes it out with an atomic exchange and so owns it alone; of two concurrent
//! preads one finds nothing and formats anew. That is why the word is not what other files keep in
//! theirs, a pointer that only open and release write.

use crate::rust_bindings::vfs::private_data::PrivateData;
use core::{
    ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    },
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    ffi::c_void,
    prelude::*, //
};

/// A record's text: in a buffer of the caller's, or in memory that can be kept.
pub(super) enum Formatted<'a> {
    Short(&'a [u8]),
    Long(KVVec<u8>),
}

impl Formatted<'_> {
    /// The part that begins at the position `pos`, and where in the text that is.
    #[inline]
    pub(super) fn tail(&self, pos: i64) -> (&[u8], usize) {
        let text = match self {
            Self::Short(text) => text,
            Self::Long(text) => text.as_slice(),
        };
        let from = usize::try_from(pos).map_or(text.len(), |pos| pos.min(text.len()));
        (text.get(from..).unwrap_or(&[]), from)
    }
}

/// Text that a reader has not taken yet; the next byte of it is at the position `pos` of the file.
pub(super) struct Rest {
    pub(super) text: KVVec<u8>,
    pub(super) from: usize,
    pub(super) pos: i64,
}

/// What a read leaves behind.
pub(super) enum State {
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
    /// The word for `private_data`: null, or the position with a lowest bit of 1, or a pointer,
    /// whose lowest bit is 0.
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
    pub(super) fn end_at(pos: i64) -> Self {
        if pos <= MAX_TAGGED {
            State::EndAt(pos)
        } else {
            Self::rest(Formatted::Short(&[]), 0, pos).unwrap_or(State::Fresh)
        }
    }

    /// What the reader has not taken yet of a text: that from `from` on, which is at `pos` of the
    /// file. What a reader leaves behind lives as long as its file, and so counts against the
    /// reader's control group.
    ///
    /// # Errors
    ///
    /// `ENOMEM`. Then the reader must not get the part before it either: it would be continued from
    /// another text.
    #[cold]
    #[inline(never)]
    pub(super) fn rest(text: Formatted<'_>, from: usize, pos: i64) -> Result<Self> {
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

/// The word of a file, empty when it is opened.
///
/// # Invariants
///
/// Whatever stands in it comes from [`State::into_word`], and whoever takes it out owns it.
#[repr(transparent)]
pub(crate) struct Word(AtomicPtr<c_void>);

impl Word {
    /// A word of its own, with nothing left behind.
    pub(super) fn new() -> Self {
        // INVARIANT: Null is the word of `State::Fresh`.
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Takes out what the last read has left.
    #[inline]
    pub(super) fn take(&self) -> State {
        let word = self.0.swap(ptr::null_mut(), Ordering::Acquire);
        // SAFETY: By the type invariant; the exchange makes this the only user.
        unsafe { State::from_word(word) }
    }

    /// Leaves something for the next read, in place of what was left before.
    #[inline]
    pub(super) fn leave(&self, state: State) {
        let old = self.0.swap(state.into_word(), Ordering::AcqRel);
        if State::owns_memory(old) {
            // SAFETY: By the type invariant; the exchange makes this the only user.
            unsafe { State::forget(old) };
        }
    }
}

impl Drop for Word {
    fn drop(&mut self) {
        drop(self.take());
    }
}

// SAFETY: `Word` is transparent over the kernel's word, so that what borrows that is a `Word`,
// whose invariant null fulfils, too.
unsafe impl PrivateData for Word {
    const IN_NEW_FILES: bool = true;

    type Borrowed<'a> = &'a Self;

    #[inline]
    fn into_word(self) -> *mut c_void {
        self.0.swap(ptr::null_mut(), Ordering::Relaxed)
    }

    #[inline]
    unsafe fn borrow<'a>(word: *mut *mut c_void) -> &'a Self {
        // SAFETY: The caller promises a valid word, which is written by atomic exchanges alone
        // until it is released.
        unsafe { &*word.cast() }
    }

    #[inline]
    unsafe fn release(word: *mut c_void) {
        // SAFETY: The caller promises a word of ours that is used for the last time.
        drop(unsafe { State::from_word(word) });
    }
}
