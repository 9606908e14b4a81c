// SPDX-License-Identifier: GPL-2.0

//! Files of the kernel's registry that show something else than the kernel's own: the inode stays
//! the registry's, with its number, mode and owner, and only what is opened on it is other.
//!
//! Who is to have the kernel's own file all the same gets that at open, as `chrdev_open()` hands a
//! file over.
//!
//! Locks: none.
//!
//! C source: [`fs/proc/inode.c`](srctree/fs/proc/inode.c)

use crate::rust_bindings::{
    procfs::{
        new_inode::NewInode,
        record::{
            self,
            Format, //
        },
        record_state::Word, //
    },
    raw,
    vfs::{
        file::{
            File,
            FileOperations,
            FileOps,
            SeekFrom, //
        },
        inode::Inode,
        user::{
            UserBuf,
            UserData, //
        }, //
    }, //
};
use core::{
    marker::PhantomData,
    ptr,
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    }, //
};
use kernel::{
    ffi::c_int,
    iov::IovIterDest,
    prelude::*, //
};

/// The kernel's own operations of an entry, once an inode of it was seen.
///
/// # Invariants
///
/// The pointer is null, or to a table that is never freed.
pub(crate) struct KernelFile(AtomicPtr<raw::file_operations>);

impl KernelFile {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        // INVARIANT: It is null.
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// The kernel's table.
    pub(crate) fn ops(&self) -> Option<&'static FileOps> {
        // SAFETY: By the type invariant; `FileOps` is transparent over the kernel's table.
        unsafe { self.0.load(Ordering::Acquire).cast::<FileOps>().as_ref() }
    }
}

/// What takes the place of the kernel's own file.
pub(crate) struct ViewOps {
    /// Its operations.
    pub(crate) file: &'static FileOps,
    /// Where those of the kernel's are kept.
    pub(crate) kernel: fn() -> &'static KernelFile,
}

impl ViewOps {
    /// Puts the operations into an inode that the registry's code has just made of an entry.
    pub(super) fn replace(&self, inode: NewInode) -> NewInode {
        // SAFETY: The inode is valid, and nobody else looks at the field. The tables that the
        // registry's code gives to files are constants of the kernel, whoever has registered them.
        let ops = unsafe { (*inode.as_inode().as_ptr()).__bindgen_anon_3.i_fop };
        // INVARIANT: It is such a table.
        (self.kernel)().0.store(ops.cast_mut(), Ordering::Release);
        inode.file_ops(self.file)
    }
}

/// A text in the place of the kernel's own file.
pub(crate) trait View: 'static {
    /// Whether most texts are longer than what a record calls small.
    const LONG: bool = false;

    /// Where the kernel's own operations of the entry are kept.
    fn kernel() -> &'static KernelFile;

    /// Whether a reader is to have the kernel's own file.
    ///
    /// # Errors
    ///
    /// Those of opening it.
    fn is_kernels(inode: &Inode) -> Result<bool>;

    /// Writes the text into `buf`, as [`Record::show`](record::Record::show) does.
    fn show(file: &File, inode: &Inode, buf: &mut [u8]) -> Result<usize>;
}

/// The kernel's own file, if the reader is to have that.
///
/// # Errors
///
/// Those of [`View::is_kernels`].
pub(super) fn hand_over<T: View>(inode: &Inode) -> Result<Option<&'static FileOps>> {
    Ok(T::is_kernels(inode)?.then(|| T::kernel().ops()).flatten())
}

/// The text of a file.
pub(super) struct TextOf<'a, T>(&'a File, PhantomData<T>);

impl<'a, T: View> TextOf<'a, T> {
    pub(super) fn new(file: &'a File) -> Self {
        Self(file, PhantomData)
    }
}

impl<T: View> Format for TextOf<'_, T> {
    const LONG: bool = T::LONG;

    fn show(&self, buf: &mut [u8]) -> Result<usize> {
        T::show(self.0, self.0.inode(), buf)
    }
}

/// The file of a [`View`].
struct ViewFile<T>(PhantomData<T>);

#[vtable]
impl<T: View> FileOperations for ViewFile<T> {
    type Data = Word;

    const PWRITE: bool = false;

    fn hand_over(inode: &Inode) -> Result<Option<&'static FileOps>> {
        hand_over::<T>(inode)
    }

    fn read_iter(
        word: &Word,
        file: &File,
        reader: &mut IovIterDest<'_>,
        pos: &mut i64,
    ) -> Result<usize> {
        record::read(word, &TextOf::<T>::new(file), reader, pos)
    }

    fn llseek(word: &Word, file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        record::llseek(word, &TextOf::<T>::new(file), pos, to)
    }

    /// As `pde_write()` of an entry that nobody writes.
    fn write(_word: &Word, _file: &File, _from: &mut UserData, _pos: &mut i64) -> Result<usize> {
        Err(EIO)
    }
}

/// The same, where the kernel's file knows no iterators.
struct PlainViewFile<T>(PhantomData<T>);

#[vtable]
impl<T: View> FileOperations for PlainViewFile<T> {
    type Data = Word;

    const PWRITE: bool = false;

    fn hand_over(inode: &Inode) -> Result<Option<&'static FileOps>> {
        hand_over::<T>(inode)
    }

    fn read(word: &Word, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        record::read(word, &TextOf::<T>::new(file), buf, pos)
    }

    fn llseek(word: &Word, file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        record::llseek(word, &TextOf::<T>::new(file), pos, to)
    }

    /// As `pde_write()` of an entry that nobody writes.
    fn write(_word: &Word, _file: &File, _from: &mut UserData, _pos: &mut i64) -> Result<usize> {
        Err(EIO)
    }
}

/// `->poll()` of a file that can always be read and nothing wakes anybody for, with this answer.
///
/// # Safety
///
/// None: nothing is looked at.
unsafe extern "C" fn poll<const MASK: raw::__poll_t>(
    _file: *mut raw::file,
    _wait: *mut raw::poll_table_struct,
) -> raw::__poll_t {
    MASK
}

/// `->mmap()`, as `pde_mmap()` of an entry that nobody maps.
///
/// # Safety
///
/// None: nothing is looked at.
unsafe extern "C" fn mmap(_file: *mut raw::file, _vma: *mut raw::vm_area_struct) -> c_int {
    EIO.to_errno()
}

impl FileOps {
    /// With what procfs's tables have for every entry.
    const fn with_what_entries_have<const POLLMASK: raw::__poll_t>(mut self) -> Self {
        self.0.poll = Some(poll::<POLLMASK>);
        self.0.mmap = Some(mmap);
        self
    }

    /// A text in the place of a file that is shaped like `proc_iter_file_ops`.
    pub(crate) const fn view<T: View>() -> Self {
        Self::of::<ViewFile<T>>().with_what_entries_have::<{ raw::proc2_DEFAULT_POLLMASK }>()
    }

    /// A text in the place of a file that is shaped like `proc_reg_file_ops`, which `sendfile()`
    /// and `splice()` refuse.
    pub(crate) const fn plain_view<T: View>() -> Self {
        // The only one is `swaps`, whose readers are told of changes; here there are none.
        Self::of::<PlainViewFile<T>>()
            .with_what_entries_have::<{ raw::proc2_POLLMASK_OF_A_READER }>()
    }
}
