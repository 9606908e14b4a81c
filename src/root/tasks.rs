// SPDX-License-Identifier: GPL-2.0

//! `.proc2/tasks`: all processes whose files the reader may open in this instance, with what
//! monitors read of `stat`, `status`, `cmdline` and `cgroup`, in one read. procfs has nothing like
//! it; where a column is a field of one of those, it mirrors the same C source.
//!
//! Locks: those of [`process`], and then, with a count of the process, those of [`row`].

use self::process::Process;
use crate::{
    fs::node::Node,
    gate::{
        hidepid::MayEnter,
        Permitted, //
    },
    pure::{
        show,
        text::Text, //
    },
    rust_bindings::{
        credentials::opener::Opener,
        procfs::rows::{
            Filled,
            Rows, //
        },
        tasks::task::with_current,
        vfs::file::{
            File,
            FileOps, //
        }, //
    }, //
};
use kernel::prelude::*;

#[cfg(CONFIG_CGROUPS)]
mod cgroup;
mod process;
mod row;

static FILE_OPS: FileOps = FileOps::rows::<Tasks>();

/// The row's node.
pub(super) const NODE: Node = Node::plain(&FILE_OPS);

/// With less room than this in the buffer, no row is begun: most need less.
const USUAL: usize = 1024;

/// What an open file remembers.
struct Tasks {
    next: Next,
    scratch: row::Scratch,
}

/// Where the file goes on.
enum Next {
    Header,
    /// The process with the smallest number from here on.
    Process(i32),
    End,
}

impl Tasks {
    /// Writes the next piece into `out`: the header, or a row if there is one for the next process.
    /// Returns where it goes on then.
    fn piece(&mut self, file: &File, out: &mut Text<'_>) -> Result<Next> {
        let from = match self.next {
            Next::Header => {
                show::tasks::show_header(out);
                return Ok(Next::Process(0));
            }
            Next::Process(from) => from,
            Next::End => return Ok(Next::End),
        };
        let sb = file.inode().super_block();
        let Some(process) = Process::next(sb, from) else {
            return Ok(Next::End);
        };
        let permitted = match Permitted::<MayEnter>::ask(&process.task, Some(Opener::of(file))) {
            Ok(permitted) => Some(permitted),
            Err(err) if err == EINTR => return Err(err),
            // The caller must not enter the directory, or not even know of it.
            Err(_) => None,
        };
        if let Some(permitted) = permitted {
            let reader = row::Reader {
                pid_ns: sb.pid_ns(),
                user_ns: file.opener_user_ns(),
            };
            if !row::show(permitted, &process, &reader, &mut self.scratch, out)? {
                // The same number again: where a thread executes a program, it takes over the
                // number of its process, which goes on. A task that is reaped has lost its number
                // before, and so is not found twice.
                return Ok(Next::Process(process.nr));
            }
        }
        Ok(process.nr.checked_add(1).map_or(Next::End, Next::Process))
    }
}

impl Rows for Tasks {
    fn new() -> Result<Self> {
        Ok(Self {
            next: Next::Header,
            scratch: row::Scratch::new()?,
        })
    }

    fn begin(&mut self, file: &File) -> Result {
        // Every check below is of the reader. A descriptor that got to another one, who may see
        // more, must not show that to the first.
        if !mutant!("tasks_gate: the opener", file.is_opener_current()) {
            return Err(EPERM);
        }
        self.scratch.forget();
        Ok(())
    }

    fn restart(&mut self) {
        self.next = Next::Header;
    }

    fn fill(&mut self, file: &File, buf: &mut [u8], wanted: usize) -> Result<Filled> {
        let mut filled = 0;
        while !matches!(self.next, Next::End) && filled < wanted {
            let rest = buf.get_mut(filled..).unwrap_or_default();
            if filled > 0 && rest.len() < USUAL {
                break;
            }
            let mut text = Text::new(rest);
            let next = match self.piece(file, &mut text) {
                Ok(next) => next,
                // The reader gets the rows before it first, and then the error, unless the row can
                // be made by then.
                Err(_) if filled > 0 => break,
                Err(err) => return Err(err),
            };
            if text.overflowed() {
                // It is written again, as the task is then.
                return Ok(match filled {
                    0 => Filled::Longer(text.len()),
                    filled => Filled::Rows(filled),
                });
            }
            filled += text.len();
            self.next = next;
            // After each task: there may be millions that are hidden, and so fill no buffer.
            if with_current(|current| current.signal_pending()) {
                break;
            }
        }
        match (filled, &self.next) {
            // Not the end: the next read goes on here, restarted or not.
            (0, Next::Header | Next::Process(_)) => Err(ERESTARTSYS),
            _ => Ok(Filled::Rows(filled)),
        }
    }
}
