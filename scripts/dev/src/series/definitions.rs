// SPDX-License-Identifier: GPL-2.0

//! C source, taken apart into what it defines: functions, tables, structures. Good enough for code in the kernel's style, in which
//! every definition begins and ends in the first column.

use std::collections::BTreeMap;

/// Definitions by their names: each the file that it is in, and its text.
pub(super) type Definitions = BTreeMap<String, (String, String)>;

/// Adds what a file defines. A name that is defined twice, under other options, has both texts.
pub(super) fn add(all: &mut Definitions, file: &str, text: &str) {
    let mut piece = String::new();
    let mut depth = 0usize;
    for line in without_comments(text).lines() {
        let starts_anew = depth == 0 && line.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if starts_anew && (piece.contains('}') || piece.trim_end().ends_with(';')) {
            keep(all, file, &std::mem::take(&mut piece));
        }
        if line.starts_with('#') && depth == 0 {
            continue;
        }
        piece.push_str(line.trim_end());
        piece.push('\n');
        for brace in braces(line) {
            depth = match brace {
                '{' => depth + 1,
                _ => depth.saturating_sub(1),
            };
        }
    }
    keep(all, file, &piece);
}

fn keep(all: &mut Definitions, file: &str, piece: &str) {
    if !piece.contains('{') {
        return;
    }
    if let Some(name) = name(piece) {
        let (_, text) = all
            .entry(name)
            .or_insert_with(|| (file.to_owned(), String::new()));
        text.push_str(piece);
    }
}

/// The name that a definition begins with: what stands before the parameters, the array or the value.
fn name(piece: &str) -> Option<String> {
    let head = piece.split(['{', '=']).next()?;
    let before = head.split(['(', '[']).next()?;
    let word = words(before).last()?;
    // A structure's definition has nothing but its name.
    Some(word.to_owned())
}

/// The identifiers in a text.
pub(super) fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// The braces of a line, but for those in quotes.
fn braces(line: &str) -> impl Iterator<Item = char> + '_ {
    let (mut quote, mut escaped) = (None, false);
    line.chars().filter(move |&c| {
        let inside = quote.is_some();
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(begin), end) if begin == end => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        !inside && matches!(c, '{' | '}')
    })
}

/// A text whose comments are blanks. Quotes are looked at, so that none begins in a string.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('/', Some('*')) => {
                let mut last = ' ';
                rest.next();
                for c in rest.by_ref() {
                    if c == '\n' {
                        out.push(c);
                    }
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            ('/', Some('/')) => {
                let _ = rest.by_ref().find(|c| *c == '\n');
                out.push('\n');
            }
            ('"' | '\'', _) => {
                out.push(c);
                while let Some(inner) = rest.next() {
                    out.push(inner);
                    match inner {
                        '\\' => out.extend(rest.next()),
                        end if end == c || end == '\n' => break,
                        _ => {}
                    }
                }
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
/* A comment with { a brace. */
#include <x.h>

struct pair {
	int a;	/* one */
};

static int counter;

static int first(struct seq_file *m,
		 void *v)
{
	// "quoted
	if (v) {
		seq_puts(m, "a { \" // no comment");
	}
	return second(v);
}

#ifdef CONFIG_A
static const struct proc_ops table = {
	.proc_read	= first,
};
#endif

static const struct pid_entry entries[] = {
	ONE("one", 0444, first),
};
"#;

    #[test]
    fn definitions_have_names() {
        let mut all = Definitions::new();
        add(&mut all, "a.c", SOURCE);
        let names: Vec<&str> = all.keys().map(String::as_str).collect();
        assert_eq!(names, ["entries", "first", "pair", "table"]);
        let (file, text) = &all["first"];
        assert_eq!(file, "a.c");
        assert!(text.contains("second(v)") && text.contains("// no comment"));
        assert!(!text.contains("quoted\n") && !all["pair"].1.contains("one"));
    }
}
