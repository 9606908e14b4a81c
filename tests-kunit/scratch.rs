// SPDX-License-Identifier: GPL-2.0

use crate::testing::scratch::{
    bytes,
    MOST, //
};
use kernel::{
    ffi::c_int,
    prelude::*, //
};

#[kernel::prelude::kunit_tests(proc2_scratch)]
mod tests {
    use super::*;

    /// Without the bound the log would have a warning, which fails the run.
    #[test]
    fn no_size_that_the_allocator_warns_of_reaches_it() {
        let most = c_int::MAX as usize;
        for len in [MOST + 1, most, most + 1, isize::MAX as usize, usize::MAX] {
            assert_eq!(bytes(len).err(), Some(ENOMEM));
        }
    }

    /// `seq_buf_alloc()` gives a gigabyte and refuses two.
    #[test]
    fn the_bound_is_that_of_seq_file() {
        assert!(MOST >= 1 << 30);
        assert!(MOST < 1 << 31);
    }

    #[test]
    fn there_are_as_many_bytes_as_asked_for() {
        for len in [0, 1, 4096, 4097, 1 << 20] {
            assert_eq!(bytes(len).map(|bytes| bytes.len()), Ok(len));
        }
    }
}
