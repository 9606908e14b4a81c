// SPDX-License-Identifier: GPL-2.0

//! Properties of the pure core that must hold for all input, tried on the host with proptest: each
//! file compares what it tests with a model that is slow, allocates, and is easy to believe.

mod cmdline;
mod entry;
mod ino;
mod kstrto;
mod meminfo;
mod options;
mod parse;
mod policy;
mod stat;
mod tasks;
mod text;
mod view;

use crate::pure::text::Text;

/// The whole text that `write` writes.
fn written(mut write: impl FnMut(&mut Text<'_>)) -> Vec<u8> {
    let mut buf = [0; 1 << 16];
    let mut text = Text::new(&mut buf);
    write(&mut text);
    assert!(!text.overflowed());
    text.filled().to_vec()
}
