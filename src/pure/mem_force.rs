// SPDX-License-Identifier: GPL-2.0

//! Whether `/<pid>/mem` may go past the protection of a mapping (proc_mem.force_override= in
//! fs/proc/base.c).

/// The policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    /// Whoever may open the file.
    Always,
    /// Only the task's tracer.
    Ptrace,
    /// Nobody.
    Never,
}

/// Dashes and underscores are the same in the names of parameters.
fn same_name(word: &[u8], name: &[u8]) -> bool {
    let plain = |byte: &u8| if *byte == b'-' { b'_' } else { *byte };
    word.iter().map(plain).eq(name.iter().map(plain))
}

/// The words of a command line; double quotes hold words together.
fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    line.split(move |byte| {
        if *byte == b'"' {
            quoted = !quoted;
        }
        !quoted && matches!(*byte, b'\t'..=b'\r' | b' ' | 0xa0)
    })
    .filter(|word| !word.is_empty())
}

/// A word or value without the quotes around it.
fn unquoted(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    text.strip_suffix(b"\"").unwrap_or(text)
}

impl Force {
    /// The policy of a kernel that was built with `built_in` and started with the command line
    /// `line`: the last value that is one counts, up to a "--".
    pub(crate) fn of(built_in: Self, line: &[u8]) -> Self {
        words(line)
            .map(unquoted)
            .take_while(|word| *word != b"--")
            .fold(built_in, |force, word| {
                let mut parts = word.splitn(2, |byte| *byte == b'=');
                match (parts.next(), parts.next()) {
                    (Some(name), Some(value)) if same_name(name, b"proc_mem.force_override") => {
                        match unquoted(value) {
                            b"always" => Self::Always,
                            b"ptrace" => Self::Ptrace,
                            b"never" => Self::Never,
                            // As in the kernel, a bad value brings back nothing but the current
                            // one.
                            _ => force,
                        }
                    }
                    _ => force,
                }
            })
    }
}
