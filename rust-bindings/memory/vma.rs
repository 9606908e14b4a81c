// SPDX-License-Identifier: GPL-2.0

//! Mappings, to be looked at while a lock keeps them as they are: `vma_lock.rs` finds and locks
//! them.
//!
//! C headers: [`include/linux/mm_types.h`](srctree/include/linux/mm_types.h),
//! `struct vm_area_struct`, [`include/linux/mm.h`](srctree/include/linux/mm.h)

use crate::rust_bindings::{
    memory::{
        mapped_file::{
            KeptFile,
            MappedFile, //
        },
        mm::PAGE_SHIFT, //
    },
    raw,
    vfs::seq::SeqFile, //
};
use core::{
    ops::Range,
    ptr::NonNull, //
};
use kernel::{
    ffi::c_char,
    prelude::*,
    types::Opaque, //
};

/// A mapping that does not change while it is looked at.
///
/// # Invariants
///
/// Its lock, or that of its address space, is held for reading; or it is the gate, which is a
/// constant.
#[repr(transparent)]
pub(crate) struct Vma(Opaque<raw::vm_area_struct>);

impl Vma {
    /// # Safety
    ///
    /// `ptr` must be a valid mapping that is locked for the lifetime `'a`, or the gate.
    pub(in crate::rust_bindings) unsafe fn from_raw<'a>(
        ptr: *const raw::vm_area_struct,
    ) -> &'a Self {
        // SAFETY: The caller promises validity; the type is transparent.
        // INVARIANT: The caller promises the lock.
        unsafe { &*ptr.cast() }
    }

    fn as_ptr(&self) -> *mut raw::vm_area_struct {
        self.0.get()
    }

    /// First address, and the one behind the last.
    pub(crate) fn range(&self) -> (u64, u64) {
        // SAFETY: By the type invariant; the union's other member overlays freed objects only.
        let range = unsafe { (*self.as_ptr()).__bindgen_anon_1.__bindgen_anon_1 };
        (range.vm_start as u64, range.vm_end as u64)
    }

    fn has(&self, flags: raw::vm_flags_t) -> bool {
        // SAFETY: By the type invariant; both members of the union are the same flags.
        unsafe { (*self.as_ptr()).__bindgen_anon_2.vm_flags & flags == flags }
    }

    /// Whether it is mapped for reading.
    pub(crate) fn readable(&self) -> bool {
        self.has(raw::VM_READ)
    }

    /// Whether it is mapped for writing.
    pub(crate) fn writable(&self) -> bool {
        self.has(raw::VM_WRITE)
    }

    /// Whether it is mapped for execution.
    pub(crate) fn executable(&self) -> bool {
        self.has(raw::VM_EXEC)
    }

    /// Whether it may be shared with others (`VM_MAYSHARE`).
    pub(crate) fn shared(&self) -> bool {
        self.has(raw::proc2_VM_MAYSHARE)
    }

    /// The size of the pages that it is made of.
    pub(crate) fn page_size(&self) -> u64 {
        // SAFETY: By the type invariant.
        unsafe { raw::proc2_vma_kernel_pagesize(self.as_ptr()) as u64 }
    }

    /// The file that it maps.
    pub(crate) fn file(&self) -> Option<MappedFile<'_>> {
        // SAFETY: By the type invariant the field does not change.
        let file = NonNull::new(unsafe { (*self.as_ptr()).vm_file })?;
        // SAFETY: A mapping pins its file.
        Some(unsafe { MappedFile::from_raw(file) })
    }

    /// Where in its file it begins, in bytes.
    pub(crate) fn offset(&self) -> u64 {
        // SAFETY: By the type invariant.
        (unsafe { (*self.as_ptr()).vm_pgoff } as u64) << PAGE_SHIFT
    }

    /// The name that its owner gave it (`anon_vma_name()`).
    fn given_name(&self) -> Option<&[u8]> {
        #[cfg(CONFIG_ANON_VMA_NAME)]
        // SAFETY: By the type invariant; a mapping pins its name, which ends with a NUL.
        unsafe {
            let name = (*self.as_ptr()).anon_name;
            if !name.is_null() {
                return Some(bytes((&raw const (*name).name).cast()));
            }
        }
        None
    }

    /// What it is called, or where its file is (`get_vma_name()`).
    pub(crate) fn name(&self) -> Option<Name<'_>> {
        let vma = self.as_ptr();
        // SAFETY: By the type invariant; the operations and the address space are the mapping's
        // own, and each function takes a locked mapping and returns a string that lives as long as
        // the mapping, or null. The gate has no address space.
        unsafe {
            let given = (!(*vma).vm_mm.is_null()).then(|| self.given_name());
            let given = given.flatten();
            if let Some(file) = self.file() {
                return Some(match given {
                    Some(name) => Name::Given("[anon_shmem:", name),
                    None => Name::Path(file),
                });
            }
            let ops = (*vma).vm_ops.as_ref();
            if let Some(name) = ops.and_then(|ops| ops.name) {
                let name = name(vma);
                if !name.is_null() {
                    return Some(Name::Fixed(bytes(name)));
                }
            }
            let name = raw::arch_vma_name(vma);
            if !name.is_null() {
                return Some(Name::Fixed(bytes(name)));
            }
            let Some(mm) = NonNull::new((*vma).vm_mm) else {
                return Some(Name::Fixed(b"[vdso]"));
            };
            let mm = &raw const (*mm.as_ptr()).__bindgen_anon_1;
            let word = |field: *const kernel::ffi::c_ulong| field.read_volatile() as u64;
            let (start, end) = self.range();
            if start < word(&raw const (*mm).brk) && end > word(&raw const (*mm).start_brk) {
                return Some(Name::Fixed(b"[heap]"));
            }
            let stack = word(&raw const (*mm).start_stack);
            if start <= stack && end >= stack {
                return Some(Name::Fixed(b"[stack]"));
            }
            given.map(|name| Name::Given("[anon:", name))
        }
    }
}

/// # Safety
///
/// `string` must point to a string with a NUL at its end that lives as long as `'a`.
unsafe fn bytes<'a>(string: *const c_char) -> &'a [u8] {
    // SAFETY: The caller promises it.
    unsafe { CStr::from_char_ptr(string) }.to_bytes()
}

/// The file whose place was written last, and where in the text. Mappings of one file stand next to
/// each other, and to find its place is most of the work of a record.
///
/// The file is kept open, so that no other can take its address.
pub(crate) struct LastPlace(Option<(KeptFile, Range<usize>)>);

impl LastPlace {
    /// Nothing is written yet.
    pub(in crate::rust_bindings) const NONE: Self = Self(None);

    /// To be called before each record: a reader that looks for a position makes seq_file throw
    /// records away that it passes, and the text with them.
    #[inline]
    pub(in crate::rust_bindings) fn begin_record(&mut self, seq: &SeqFile) {
        if self
            .0
            .as_ref()
            .is_some_and(|(_, text)| text.end > seq.len())
        {
            *self = Self::NONE;
        }
    }

    /// Writes the place of `file` into `seq`, with `\012` for a newline in it.
    pub(crate) fn show(&mut self, file: MappedFile<'_>, seq: &SeqFile) {
        match &self.0 {
            Some((last, text)) if file.is(last) => seq.repeat(text.clone()),
            _ => {
                let start = seq.len();
                seq.path(file.place().0);
                self.0 = Some((file.keep(), start..seq.len()));
            }
        }
    }
}

/// What a mapping is called.
pub(crate) enum Name<'a> {
    /// After its file.
    Path(MappedFile<'a>),
    /// As the kernel calls it.
    Fixed(&'a [u8]),
    /// As its owner called it: what stands before that, and the name; `]` stands behind it.
    Given(&'static str, &'a [u8]),
}
