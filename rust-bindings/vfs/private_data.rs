// SPDX-License-Identifier: GPL-2.0

//! What an open file keeps from its open to its release, in one word of the kernel's:
//! `private_data` of the file, or, where seq_file has that, `private` of the seq_file.
//!
//! The word has one owner: `->open()` puts a value there, the other operations borrow it,
//! `->release()` takes it out.

use crate::rust_bindings::raw;
use core::{
    pin::Pin,
    ptr::{
        self,
        NonNull, //
    },
};
use kernel::{
    alloc::KBox,
    ffi::c_void,
    sync::aref::{
        ARef,
        AlwaysRefCounted, //
    },
    types::ForeignOwnable, //
};

/// A type whose values can be kept in a word of the kernel's.
///
/// # Safety
///
/// * `borrow()` and `release()` must be sound on a word that `into_word()` made, and where
///   `IN_NEW_FILES` is true also on null.
/// * Nothing may be lost of such a word where `IS_OWNER` is false and it is not released.
/// * Where `IN_NEW_FILES` is false, `into_word()` must not make null.
pub(crate) unsafe trait PrivateData: Sized + Send + Sync + 'static {
    /// Whether null, which the VFS opens files with, is the word of a value.
    const IN_NEW_FILES: bool = false;

    /// Whether a value has something to give back.
    const IS_OWNER: bool = true;

    /// What the operations get of a value.
    type Borrowed<'a>;

    /// The word of a value.
    fn into_word(self) -> *mut c_void;

    /// Borrows the value that a word is of.
    ///
    /// # Safety
    ///
    /// `word` must be valid for `'a`, come from [`Self::into_word`] or be null if `IN_NEW_FILES` is
    /// true, and not be released before the end of `'a`.
    unsafe fn borrow<'a>(word: *mut *mut c_void) -> Self::Borrowed<'a>;

    /// Drops the value that a word is of.
    ///
    /// # Safety
    ///
    /// `word` must come from [`Self::into_word`] or be null if `IN_NEW_FILES` is true, and not be
    /// used any more.
    unsafe fn release(word: *mut c_void);
}

// SAFETY: The word means nothing.
unsafe impl PrivateData for () {
    const IN_NEW_FILES: bool = true;
    const IS_OWNER: bool = false;

    type Borrowed<'a> = ();

    #[inline]
    fn into_word(self) -> *mut c_void {
        ptr::null_mut()
    }

    #[inline]
    unsafe fn borrow<'a>(_word: *mut *mut c_void) -> Self::Borrowed<'a> {}

    #[inline]
    unsafe fn release(_word: *mut c_void) {}
}

// SAFETY: The words of `T` are what `T` promises, and null, which it does not make (checked as the
// code is compiled), is that of `None`.
unsafe impl<T: PrivateData> PrivateData for Option<T> {
    const IN_NEW_FILES: bool = true;

    type Borrowed<'a> = Option<T::Borrowed<'a>>;

    #[inline]
    fn into_word(self) -> *mut c_void {
        const { assert!(!T::IN_NEW_FILES, "null is a word of the type itself") };
        self.map_or(ptr::null_mut(), T::into_word)
    }

    #[inline]
    unsafe fn borrow<'a>(word: *mut *mut c_void) -> Self::Borrowed<'a> {
        // SAFETY: The caller promises a valid word, which does not change while it is borrowed.
        let is_some = unsafe { !(*word).is_null() };
        // SAFETY: One that is not null is of a `T`; the caller promises the rest.
        is_some.then(|| unsafe { T::borrow(word) })
    }

    #[inline]
    unsafe fn release(word: *mut c_void) {
        if !word.is_null() {
            // SAFETY: It is of a `T`, and the caller promises that it is used for the last time.
            unsafe { T::release(word) };
        }
    }
}

// SAFETY: The word is the pointer that `into_raw()` gave away with the reference.
unsafe impl<T: AlwaysRefCounted + 'static> PrivateData for ARef<T>
where
    ARef<T>: Send + Sync,
{
    type Borrowed<'a> = &'a T;

    // Not by `ForeignOwnable`, which it implements from Linux 7.3 on.
    #[inline]
    fn into_word(self) -> *mut c_void {
        ARef::into_raw(self).as_ptr().cast()
    }

    #[inline]
    unsafe fn borrow<'a>(word: *mut *mut c_void) -> Self::Borrowed<'a> {
        // SAFETY: The caller promises a valid word, which has its reference until it is released.
        unsafe { &*(*word).cast() }
    }

    #[inline]
    unsafe fn release(word: *mut c_void) {
        // SAFETY: The pointer came from a reference.
        let object = unsafe { NonNull::new_unchecked(word.cast()) };
        // SAFETY: The caller promises that it is used for the last time, so the reference of
        // `into_word()` is ours.
        drop(unsafe { ARef::<T>::from_raw(object) });
    }
}

/// Boxes, which the kernel crate can hand to C.
macro_rules! foreign_ownable {
    ($(<$t:ident> $ty:ty;)*) => {$(
        // SAFETY: `ForeignOwnable` promises it, and that a pointer is not null.
        unsafe impl<$t: 'static> PrivateData for $ty
        where
            $ty: Send + Sync,
        {
            type Borrowed<'a> = <$ty as ForeignOwnable>::Borrowed<'a>;

            #[inline]
            fn into_word(self) -> *mut c_void {
                self.into_foreign()
            }

            #[inline]
            unsafe fn borrow<'a>(word: *mut *mut c_void) -> Self::Borrowed<'a> {
                // SAFETY: The caller promises a valid word, which does not change while it is
                // borrowed, and what it is made of.
                unsafe { <$ty as ForeignOwnable>::borrow(*word) }
            }

            #[inline]
            unsafe fn release(word: *mut c_void) {
                // SAFETY: The caller promises a word that is used for the last time.
                drop(unsafe { <$ty as ForeignOwnable>::from_foreign(word) });
            }
        }
    )*};
}

foreign_ownable! {
    <T> KBox<T>;
    <T> Pin<KBox<T>>;
}

/// What the seq_file of a file keeps in `private`.
///
/// # Safety
///
/// `m` must be the seq_file of an open file with data of the type `D`, which is not released before
/// the end of `'a`.
#[inline]
pub(in crate::rust_bindings) unsafe fn of_seq<'a, D: PrivateData>(
    m: *mut raw::seq_file,
) -> D::Borrowed<'a> {
    // SAFETY: The caller promises it.
    unsafe { D::borrow(&raw mut (*m).private) }
}
