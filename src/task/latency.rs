// SPDX-License-Identifier: GPL-2.0

//! `latency`: where a task has waited, and for how long, while somebody counts
//! (`sys/kernel/latencytop`).
//!
//! Mirrors `lstats_show_proc()` and `lstats_write()` of [`fs/proc/base.c`](srctree/fs/proc/base.c).
//! Everyone may read; a write, whatever it is, forgets the records.

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
    pure::text::Text,
    rust_bindings::{
        tasks::symbol::{
            self,
            Latency, //
        },
        vfs::user::UserData, //
    }, //
};
use kernel::prelude::*;

/// `latency`.
pub(super) struct Latencies;

impl TextEntry<Anyone> for Latencies {
    fn show(
        permitted: &Permitted<'_, Anyone>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.bytes(b"Latency Top version : v0.1\n");
        for record in Latency::of(permitted.task()) {
            let (count, time, max) = record.figures();
            // The kernel prints all three as signed.
            out.dec_signed((count as i32).into());
            out.field_signed(b" ", time as i64);
            out.field_signed(b" ", max as i64);
            for address in record.backtrace() {
                out.byte(b' ');
                out.fill(|rest| symbol::function(address, rest));
            }
            out.byte(b'\n');
        }
        Ok(())
    }
}

impl WriteEntry<Anyone> for Latencies {
    type Value = ();

    fn parse(data: &UserData, _pos: i64, _request: &Request<'_>) -> Result<((), usize)> {
        Ok(((), data.taken()))
    }

    fn apply(permitted: &Permitted<'_, Anyone>, _request: &Request<'_>, (): ()) -> Result {
        Latency::clear(permitted.task());
        Ok(())
    }
}
