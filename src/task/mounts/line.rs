// SPDX-License-Identifier: GPL-2.0

//! The parts of a line that have names in them.
//!
//! Mirrors `mangle()` and the callers of `seq_path_root()` of
//! [`fs/proc_namespace.c`](srctree/fs/proc_namespace.c).

use crate::{
    pure::text::{
        octal,
        Text, //
    },
    rust_bindings::{
        errno,
        procfs::mount_table::{
            Line,
            Stop,
            Written, //
        },
        vfs::mount::Name, //
    }, //
};

/// What a path has escaped in it.
const IN_PATHS: &[u8] = b" \t\n\\";

/// What other names have escaped in them.
const IN_NAMES: &[u8] = b" \t\n\\#";

/// Appends a name that is no path; nothing for none.
#[inline]
pub(super) fn put_name(name: Option<Name<'_>>, text: &mut Text<'_>) {
    if let Some(name) = name {
        name.with(|bytes, len| text.octal_beginning(bytes, len, IN_NAMES));
    }
}

/// Parts of a line.
pub(super) trait LineExt {
    /// Appends what `write` writes.
    fn text(&self, write: impl FnOnce(&mut Text<'_>));

    /// Appends what is mounted.
    fn put_source(&self) -> Written;

    /// Appends what of its filesystem is mounted.
    fn put_root(&self) -> Written;

    /// Appends where it is mounted, as seen from the task's root.
    fn put_point(&self) -> Written;
}

impl LineExt for Line<'_> {
    #[inline]
    fn text(&self, write: impl FnOnce(&mut Text<'_>)) {
        self.seq.fill(|rest| {
            let mut text = Text::new(rest);
            write(&mut text);
            text.len()
        });
    }

    #[inline]
    fn put_source(&self) -> Written {
        self.own_source().unwrap_or_else(|| {
            self.text(|text| put_name(self.mount.source(), text));
            Ok(())
        })
    }

    #[inline]
    fn put_root(&self) -> Written {
        self.own_root().unwrap_or_else(|| {
            match self.mount.is_whole() {
                true => self.text(|text| text.byte(b'/')),
                false => self.root(),
            }
            Ok(())
        })
    }

    #[inline]
    fn put_point(&self) -> Written {
        let mut named = false;
        self.seq.fill(|rest| {
            let mut text = Text::new(rest);
            named = self.mount.names(|name, len| {
                text.byte(b'/');
                text.octal_beginning(name, len, IN_PATHS);
            });
            match (named, text.len()) {
                (false, _) => return 0,
                (true, 0) => text.byte(b'/'),
                (true, _) => {}
            }
            text.len()
        });
        match named {
            true => Ok(()),
            false => put_point_with_care(self),
        }
    }
}

/// Appends the path that the kernel finds.
#[cold]
fn put_point_with_care(line: &Line<'_>) -> Written {
    let mut written = Ok(());
    line.seq.fill(|rest| {
        // Then seq_file comes back with more room.
        let too_small = rest.len().saturating_add(1);
        match line.mount.path(rest) {
            Ok(Some(start)) => octal::to_front(rest, start, IN_PATHS).unwrap_or(too_small),
            Ok(None) => {
                written = Err(Stop::UNREACHED);
                0
            }
            Err(err) if err == errno::name_too_long() => too_small,
            Err(err) => {
                written = Err(err.into());
                0
            }
        }
    });
    written
}
