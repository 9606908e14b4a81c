// SPDX-License-Identifier: GPL-2.0

//! Which bytes of a program's memory `/<pid>/cmdline` is (get_mm_cmdline() and get_mm_proctitle()
//! in fs/proc/base.c).
//!
//! A program may write a title over its arguments, and past their end into the environment that
//! lies behind; it is taken for one when the last byte of the arguments is no longer 0. So a read
//! is planned in two steps, with a look at that byte between.

/// Where a program's arguments and environment lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The first address of the arguments.
    pub(crate) arg_start: u64,
    /// The address after the arguments.
    pub(crate) arg_end: u64,
    /// The first address of the environment.
    pub(crate) env_start: u64,
    /// The address after the environment.
    pub(crate) env_end: u64,
}

/// A read that depends on one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    arg_start: u64,
    arg_end: u64,
    pos: u64,
    count: u64,
}

/// What to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nothing: end of file.
    Nothing,
    /// `count` bytes from `start` on.
    Arguments {
        /// The address.
        start: u64,
        /// How many at most.
        count: u64,
    },
    /// Up to a page from `start` on, of which [`title`] gives the part.
    Title {
        /// The address.
        start: u64,
        /// How many of the part at most.
        count: u64,
    },
}

impl Layout {
    /// Plans a read of `count` bytes at `pos`; nothing if there is nothing to read.
    pub(crate) fn request(&self, pos: u64, count: u64) -> Option<Request> {
        let Self {
            arg_start,
            arg_end,
            env_start,
            env_end,
        } = *self;
        // An environment that ends at 0: the program is not far enough to have arguments.
        if env_end == 0 || arg_start >= arg_end {
            return None;
        }
        let adjacent = env_start == arg_end && env_end >= env_start;
        let end = if adjacent { env_end } else { arg_end };
        let rest = (end - arg_start).checked_sub(pos)?;
        match count.min(rest) {
            0 => None,
            count => Some(Request {
                arg_start,
                arg_end,
                pos,
                count,
            }),
        }
    }
}

impl Request {
    /// The address of the byte that [`Request::source`] must know.
    pub(crate) fn probe(&self) -> u64 {
        self.arg_end - 1
    }

    /// Where the arguments that are asked for begin and how many bytes of them there are, if those
    /// are at most `most` and the byte at [`Request::probe`] is the last of them. Should it turn
    /// out to be 0, they are what [`Request::source`] says to read.
    pub(crate) fn with_last(&self, most: u64) -> Option<(u64, usize)> {
        let start = self.arg_start.checked_add(self.pos)?;
        let rest = self.arg_end.checked_sub(start)?;
        if rest == 0 || rest > self.count.min(most) {
            return None;
        }
        usize::try_from(rest).ok().map(|rest| (start, rest))
    }

    /// What to read, given the byte at [`Request::probe`], if it could be read.
    pub(crate) fn source(&self, last: Option<u8>) -> Source {
        if !matches!(last, None | Some(0)) {
            return Source::Title {
                start: self.arg_start,
                count: self.count,
            };
        }
        let start = self.arg_start.saturating_add(self.pos);
        match self.arg_end.saturating_sub(start) {
            0 => Source::Nothing,
            rest => Source::Arguments {
                start,
                count: self.count.min(rest),
            },
        }
    }
}

/// The part of a title that a read of `count` bytes at `pos` gives. `page` is what could be read at
/// the title's start; the title ends with its first 0, which belongs to it.
pub(crate) fn title(page: &[u8], pos: u64, count: u64) -> &[u8] {
    let title = page.split_inclusive(|byte| *byte == 0).next();
    let rest = usize::try_from(pos)
        .ok()
        .and_then(|pos| title.unwrap_or_default().get(pos..))
        .unwrap_or_default();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    rest.get(..count).unwrap_or(rest)
}
