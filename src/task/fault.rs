// SPDX-License-Identifier: GPL-2.0

//! `make-it-fail` and `fail-nth`: which of a task's requests are to fail, where the kernel injects
//! faults.
//!
//! Mirrors `proc_fault_inject_read()`, `proc_fault_inject_write()`, `proc_fail_nth_read()` and
//! `proc_fail_nth_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).

use crate::{
    fs::{
        live::LiveEntry,
        number,
        request::Request,
        write::WriteEntry, //
    },
    gate::{
        change::InjectFaults,
        Anyone,
        Permitted, //
    },
    pure::text::Text,
    rust_bindings::{
        tasks::task::TaskExt,
        vfs::{
            file::Seek,
            user::UserData, //
        }, //
    }, //
};
use kernel::prelude::*;

/// `make-it-fail`.
pub(super) struct MakeItFail;
/// `fail-nth`.
pub(super) struct FailNth;

impl LiveEntry<Anyone> for MakeItFail {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        number::line(out, permitted.task().make_it_fail().into());
        Ok(())
    }
}

impl WriteEntry<InjectFaults> for MakeItFail {
    type Value = bool;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(bool, usize)> {
        let (fail, taken) = number::stripped_i32(data)?;
        if !(0..=1).contains(&fail) {
            return Err(EINVAL);
        }
        Ok((fail == 1, taken))
    }

    fn apply(
        permitted: &Permitted<'_, InjectFaults>,
        _request: &Request<'_>,
        fail: bool,
    ) -> Result {
        permitted.task().set_make_it_fail(fail);
        Ok(())
    }
}

impl LiveEntry<Anyone> for FailNth {
    const SEEK: Seek = Seek::None;

    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        number::line(out, permitted.task().fail_nth().into());
        Ok(())
    }
}

impl WriteEntry<Anyone> for FailNth {
    type Value = u32;

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<(u32, usize)> {
        Ok((number::u32(data, 0)?, data.taken()))
    }

    fn apply(permitted: &Permitted<'_, Anyone>, _request: &Request<'_>, nth: u32) -> Result {
        permitted.task().set_fail_nth(nth);
        Ok(())
    }
}
