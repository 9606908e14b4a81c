// SPDX-License-Identifier: GPL-2.0

//! `/<pid>/timers` (show_timer() in fs/proc/base.c).

use crate::pure::text::Text;

/// SIGEV_THREAD_ID: one thread is notified.
const THREAD_ID: i32 = 4;

/// A POSIX timer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    /// Its number in the process.
    pub(crate) id: i32,
    /// The signal that it sends.
    pub(crate) signal: i32,
    /// The value that goes with the signal.
    pub(crate) value: u64,
    /// How it notifies: a SIGEV_ number.
    pub(crate) notify: i32,
    /// Whom it notifies.
    pub(crate) target: i32,
    /// Its clock.
    pub(crate) clock: i32,
}

impl Timer {
    /// Writes the timer's lines.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.field_signed(b"ID: ", self.id.into());
        out.field_signed(b"\nsignal: ", self.signal.into());
        out.byte(b'/');
        // "%px": all digits of an address.
        out.hex_width(self.value, 16);
        out.bytes(match self.notify & !THREAD_ID {
            0 => b"\nnotify: signal/",
            1 => b"\nnotify: none/",
            _ => b"\nnotify: thread/",
        });
        out.bytes(if self.notify & THREAD_ID != 0 {
            b"tid."
        } else {
            b"pid."
        });
        out.dec_signed(self.target.into());
        out.field_signed(b"\nClockID: ", self.clock.into());
        out.byte(b'\n');
    }
}
