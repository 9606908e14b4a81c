// SPDX-License-Identifier: GPL-2.0

//! Tests of the pure core, by the same paths as in `src/pure/`. The same bodies run on the host
//! and, as KUnit suites, in the kernel.
//!
//! What is expected was worked out by hand from the C sources and their documentation, never copied
//! from what the code printed. KUnit replaces `assert!` and `assert_eq!` in `#[test]` functions
//! alone: anywhere else they would panic the kernel, so helpers return what they found.

mod access;
mod cmdline;
mod entry;
mod ino;
mod kstrto;
mod load;
mod map_files;
mod mem_force;
mod memory;
mod options;
mod parse;
mod policy;
mod procmap_query;
pub(crate) mod show;
mod subset;
mod text;
mod timens;
mod view;

use crate::pure::text::Text;

/// The longest text that a test may expect.
const ROOM: usize = 2048;

/// Whether `write` writes exactly `expected`, and into a buffer that is too small the beginning of
/// it, at every size.
///
/// Never inlined: a kernel stack has no place for the buffers of several assertions.
#[inline(never)]
fn writes(expected: &str, mut write: impl FnMut(&mut Text<'_>)) -> bool {
    let expected = expected.as_bytes();
    let mut buf = [0xa5; ROOM];
    for room in (0..=expected.len()).chain([ROOM]) {
        let (buf, beyond) = buf.split_at_mut(room);
        let mut text = Text::new(buf);
        write(&mut text);
        let beginning = &expected[..room.min(expected.len())];
        if text.filled() != beginning || text.len() != expected.len() {
            #[cfg(test)]
            std::eprintln!(
                "in {room} bytes: {} bytes\n{}\nexpected {} bytes\n{}",
                text.len(),
                std::string::String::from_utf8_lossy(text.filled()),
                expected.len(),
                std::string::String::from_utf8_lossy(beginning),
            );
            return false;
        }
        if text.overflowed() != (room < expected.len()) || beyond.iter().any(|byte| *byte != 0xa5) {
            return false;
        }
    }
    true
}
