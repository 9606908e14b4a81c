// SPDX-License-Identifier: GPL-2.0

//! How an entry is made: it compiles, so that those which forgot their gate do not fail for another
//! reason.

use crate::{
    fs::{
        request::Request,
        row::{
            text,
            Row, //
        },
        text::TextEntry, //
    },
    gate::{
        ptrace::Attach,
        Permitted, //
    },
    pure::{
        entry::Scope,
        text::Text, //
    },
    rust_bindings::tasks::task::TaskExt, //
};
use kernel::prelude::*;

struct Personality;

impl TextEntry<Attach> for Personality {
    fn show(
        permitted: &Permitted<'_, Attach>,
        _request: &Request<'_>,
        out: &mut Text<'_>,
    ) -> Result {
        out.dec(permitted.task().personality().into());
        Ok(())
    }
}

const ROW: Row = text::<Attach, Personality>("personality", 0o400, Scope::Both);
