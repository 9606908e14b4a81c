// SPDX-License-Identifier: GPL-2.0

//! `timens_offsets`: how far the clocks of the time namespace are shifted that a task's children
//! will be in.
//!
//! Mirrors `timens_offsets_show()` and `timens_offsets_write()` of
//! [`fs/proc/base.c`](srctree/fs/proc/base.c), and to
//! [`kernel/time/namespace.c`](srctree/kernel/time/namespace.c), which says how they are shown and
//! decides who may set them.

use crate::{
    fs::{
        request::Request,
        text::TextEntry,
        write::WriteEntry, //
    },
    gate::{
        Anyone,
        Permitted, //
    },
    pure::{
        show,
        text::Text,
        timens::{
            self as parser,
            Clock, //
        }, //
    },
    rust_bindings::{
        memory::mm::PAGE,
        tasks::timens::{
            self,
            Offset, //
        },
        vfs::user::UserData, //
    }, //
};
use kernel::prelude::*;

/// `timens_offsets`.
pub(super) struct Offsets;

impl TextEntry<Anyone> for Offsets {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        if let Some((monotonic, boottime)) = timens::shifts(permitted.task()) {
            show::timens_offsets::Offsets {
                monotonic,
                boottime,
            }
            .show(out);
        }
        Ok(())
    }
}

fn offset(offset: parser::Offset) -> Offset {
    match offset.clock {
        Clock::Monotonic => Offset::monotonic(offset.seconds, offset.nanoseconds),
        Clock::Boottime => Offset::boottime(offset.seconds, offset.nanoseconds),
    }
}

impl WriteEntry<Anyone> for Offsets {
    type Value = (Offset, Option<Offset>);

    fn parse(
        data: &UserData,
        pos: i64,
        _request: &Request<'_>,
    ) -> Result<((Offset, Option<Offset>), usize)> {
        if pos != 0 || data.taken() >= PAGE {
            return Err(EINVAL);
        }
        #[expect(clippy::disallowed_methods, reason = "less than a page")]
        let mut text = KVec::from_elem(0, data.taken(), GFP_KERNEL)?;
        data.read(&mut text)?;
        let parsed = parser::parse(&text).ok_or(EINVAL)?;
        let offsets = (offset(parsed.first), parsed.second.map(offset));
        Ok((offsets, parsed.taken))
    }

    fn apply(
        permitted: &Permitted<'_, Anyone>,
        request: &Request<'_>,
        offsets: (Offset, Option<Offset>),
    ) -> Result {
        let (opener, task) = (request.opener(), permitted.task());
        match offsets {
            (first, Some(second)) => timens::set(opener, task, &mut [first, second]),
            (first, None) => timens::set(opener, task, &mut [first]),
        }
    }
}
