// SPDX-License-Identifier: GPL-2.0

//! `maps`: the mappings of an address space, a line each, and [`query`], an ioctl that asks for one
//! of them.
//!
//! Mirrors `show_map_vma()` of [`fs/proc/task_mmu.c`](srctree/fs/proc/task_mmu.c). Whoever opens
//! the file must have `PTRACE_MODE_READ` then, and is not asked again: the file stays with the
//! address space that the task had.

use crate::{
    fs::memory::MappingsEntry,
    pure::{
        show::maps::Mapping,
        text::Text, //
    },
    rust_bindings::{
        memory::vma::{
            LastPlace,
            Name,
            Vma, //
        },
        procfs::procmap_query::UserQuery,
        vfs::seq::SeqFile, //
    }, //
};
use kernel::{
    mm::Mm,
    prelude::*, //
};

mod access;
mod query;

/// `maps`.
pub(super) struct Maps;

fn mapping(vma: &Vma) -> Mapping {
    let (start, end) = vma.range();
    let (offset, (major, minor, ino)) = match vma.file() {
        Some(file) => (vma.offset(), file.identity()),
        None => (0, (0, 0, 0)),
    };
    Mapping {
        start,
        end,
        access: access::of(vma),
        offset,
        major,
        minor,
        ino,
    }
}

impl MappingsEntry for Maps {
    fn show(seq: &SeqFile, vma: &Vma, last: &mut LastPlace) {
        let (mapping, name) = (mapping(vma), vma.name());
        seq.fill(|buf| {
            let mut line = Text::new(buf);
            match &name {
                Some(_) => mapping.show_before_name(&mut line),
                None => mapping.show(&mut line),
            }
            match &name {
                Some(Name::Path(_)) => return line.len(),
                None => {}
                Some(Name::Fixed(name)) => line.bytes(name),
                Some(Name::Given(kind, name)) => {
                    line.bytes(kind.as_bytes());
                    line.bytes(name);
                    line.byte(b']');
                }
            }
            line.byte(b'\n');
            line.len()
        });
        if let Some(Name::Path(file)) = name {
            last.show(file, seq);
            seq.fill(|buf| {
                let mut end = Text::new(buf);
                end.byte(b'\n');
                end.len()
            });
        }
    }

    fn query(mm: Option<&Mm>, user: UserQuery) -> Result {
        query::answer(mm, user)
    }
}
