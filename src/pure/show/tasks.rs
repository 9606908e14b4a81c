// SPDX-License-Identifier: GPL-2.0

//! `.proc2/tasks` and `.proc2/threads`: all tasks, a row each (procfs has no such files).
//!
//! The text is plain ASCII. Its first line names the format and its version, its second one the
//! columns, each row has a value for each of them, and a tab stands between two. No value is empty
//! and none holds a blank, so that `read` and `awk` take rows apart as they are, whatever a task
//! calls itself: a byte of a string that is no printable ASCII character, and the backslash, is
//! written as a backslash and three octal digits, an empty string as `-`, and a string that is `-`
//! as `\055`.

use crate::pure::text::Text;

pub(crate) mod columns;
pub(crate) mod query;
pub(crate) mod row;
mod strings;

use self::columns::Column;
pub(crate) use self::{
    row::{
        show,
        Numbers,
        Strings, //
    },
    strings::{
        Beginning,
        Bytes,
        Name,
        Written, //
    }, //
};

/// The entries of a task whose fields the columns are: who may not have one of them may not have
/// the file.
pub(crate) const SOURCES: [&str; 4] = ["stat", "status", "cmdline", "cgroup"];

/// Writes the lines in front of the rows: the format, which has the file's name, and its version,
/// and the names of the columns.
pub(crate) fn show_header(of: query::Of, columns: &[Column], out: &mut Text<'_>) {
    out.bytes(b"#proc2-");
    out.bytes(of.name().as_bytes());
    out.bytes(b" 1\n");
    let mut before = b'#';
    for column in columns {
        out.byte(before);
        out.bytes(column.name().as_bytes());
        before = b'\t';
    }
    out.byte(b'\n');
}
