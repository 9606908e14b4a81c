// SPDX-License-Identifier: GPL-2.0

//! A file of `pressure` in a view: it is read, a trigger is written into it, and it is polled.
//!
//! Locks: a mutex of the open file's own, while a trigger is made.
//!
//! C source: `psi_write()` and `psi_fop_poll()` of
//! [`kernel/sched/psi.c`](srctree/kernel/sched/psi.c)

use crate::rust_bindings::{
    cgroups::trigger::Trigger,
    procfs::{
        record,
        record_state::Word,
        view_file::{
            self,
            TextOf,
            View, //
        }, //
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
    sync::atomic::{
        AtomicPtr,
        Ordering, //
    }, //
};
use kernel::{
    alloc::flags::GFP_KERNEL_ACCOUNT,
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

/// The file of what tasks wait for.
pub(crate) trait Pressure: View {
    /// Makes the trigger that `text` describes.
    ///
    /// # Errors
    ///
    /// Those of [`Trigger::new`], and `ENODEV` where there is no cgroup.
    fn trigger(file: &File, text: &mut [u8; Trigger::ROOM]) -> Result<Trigger>;
}

/// What an open file keeps.
///
/// # Invariants
///
/// `polled` is null or the trigger in `trigger`, which stays until the file is closed.
#[pin_data]
struct Open {
    word: Word,
    polled: AtomicPtr<raw::psi_trigger>,
    #[pin]
    trigger: Mutex<Option<Trigger>>,
}

/// The file of a [`Pressure`].
struct PressureFile<T>(PhantomData<T>);

#[vtable]
impl<T: Pressure> FileOperations for PressureFile<T> {
    type Data = Pin<KBox<Open>>;

    const PWRITE: bool = false;

    fn hand_over(inode: &Inode) -> Result<Option<&'static FileOps>> {
        view_file::hand_over::<T>(inode)
    }

    fn open(_inode: &Inode, _file: &File) -> Result<Self::Data> {
        // INVARIANT: There is no trigger.
        let open = pin_init!(Open {
            word: Word::new(),
            polled: AtomicPtr::new(core::ptr::null_mut()),
            trigger <- new_mutex!(None, "Pressure"),
        });
        KBox::pin_init(open, GFP_KERNEL_ACCOUNT)
    }

    fn read(open: Pin<&Open>, file: &File, buf: &mut UserBuf, pos: &mut i64) -> Result<usize> {
        record::read(&open.get_ref().word, &TextOf::<T>::new(file), buf, pos)
    }

    fn llseek(open: Pin<&Open>, file: &File, pos: &mut i64, to: SeekFrom) -> Result {
        record::llseek(&open.get_ref().word, &TextOf::<T>::new(file), pos, to)
    }

    fn write(open: Pin<&Open>, file: &File, from: &mut UserData, _pos: &mut i64) -> Result<usize> {
        if from.taken() == 0 {
            return Err(EINVAL);
        }
        let mut text = [0; Trigger::ROOM];
        let len = from.read(&mut text)?;
        // The last byte, a newline as a rule, is left out.
        if let Some(last) = len.checked_sub(1).and_then(|last| text.get_mut(last)) {
            *last = 0;
        }
        let open = open.get_ref();
        let mut trigger = open.trigger.lock();
        if trigger.is_some() {
            return Err(EBUSY);
        }
        let made = trigger.insert(T::trigger(file, &mut text)?);
        // INVARIANT: It stands there now, and no write changes it.
        open.polled.store(made.as_ptr(), Ordering::Release);
        Ok(from.taken())
    }
}

/// `->poll()`.
///
/// # Safety
///
/// `file` must be an open file with the table of a [`PressureFile`], and `wait` be valid.
unsafe extern "C" fn poll<T: Pressure>(
    file: *mut raw::file,
    wait: *mut raw::poll_table_struct,
) -> raw::__poll_t {
    // SAFETY: The caller promises the file, whose word is that of an `Open`; by the type invariant
    // the trigger stays until the file is closed, which it is not before this returns.
    unsafe {
        let open = (*file).private_data.cast::<Open>();
        raw::psi_trigger_poll((&raw mut (*open).polled).cast(), file, wait)
    }
}

impl FileOps {
    /// A file in the place of one of `pressure`.
    pub(crate) const fn pressure<T: Pressure>() -> Self {
        let mut ops = Self::of::<PressureFile<T>>();
        ops.0.poll = Some(poll::<T>);
        ops
    }
}
