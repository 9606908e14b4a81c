// SPDX-License-Identifier: GPL-2.0

//! The mutants, as the marks `mutant!(...)` in the module's source have them (`src/pure/mutant.rs` says what they are), and
//! the rows of the table of a task's entries.

use crate::entries::Row;
use anyhow::{bail, Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, LitStr, Token};

#[path = "../../../../src/pure/mutant/id.rs"]
mod id;

/// The macro, and where it is defined.
const MARK: &str = "mutant";
const DEFINITION: &str = "src/pure/mutant.rs";
/// What is marked for each row that has more for its owner than for others.
const MODE: &str = "mode widened";

/// One check that is left out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mutant {
    /// Who should notice, a colon, and what is left out: no other mutant's.
    pub(super) title: String,
    /// The number by which the module knows it.
    pub(super) id: u32,
    /// The file and the line.
    pub(super) place: String,
    /// Who should notice: gates, rows, tests, and modules of tests.
    pub(super) subjects: Vec<String>,
}

impl Mutant {
    fn new(title: String, subject: &str, place: String) -> Self {
        let id = id::id(&[&title]);
        let subjects = subject.split(", ").map(str::to_owned).collect();
        Self {
            title,
            id,
            place,
            subjects,
        }
    }
}

/// The mutants of these files and rows, the latter from the file `table`.
pub(super) fn all(
    files: &BTreeMap<String, String>,
    rows: &[Row],
    table: &str,
) -> Result<Vec<Mutant>> {
    let mut mutants = Vec::new();
    let marked = |name: &str| name.ends_with(".rs") && name != DEFINITION;
    for (name, text) in files.iter().filter(|(name, _)| marked(name)) {
        for (mark, line) in marks(text).with_context(|| name.clone())? {
            let place = format!("{name}:{line}");
            match mark {
                Mark::Check(title) => {
                    let subject = title
                        .split_once(": ")
                        .map(|(subject, _)| subject.to_owned());
                    let subject = subject.with_context(|| {
                        format!("{place}: {title:?} does not say who should notice")
                    })?;
                    mutants.push(Mutant::new(title, &subject, place));
                }
                Mark::Rows(what) if what == MODE => {
                    let wide = rows.iter().filter(|row| row.widened() != row.mode);
                    mutants.extend(wide.map(|row| {
                        let title = format!("{}: {what}", row.path());
                        Mutant::new(title, &row.name, format!("{table}:{}", row.line))
                    }));
                }
                Mark::Rows(what) => bail!("{place}: no rows are known for {what:?}"),
            }
        }
    }
    distinct(&mutants)?;
    Ok(mutants)
}

/// Fails if two mutants have one title, or one number, or the number for none.
fn distinct(mutants: &[Mutant]) -> Result<()> {
    let mut seen: BTreeMap<u32, &Mutant> = BTreeMap::new();
    for mutant in mutants {
        let Mutant {
            title, id, place, ..
        } = mutant;
        if let Some(other) = seen.insert(*id, mutant) {
            bail!(
                "{place}: the mutant {title:?} has the number of {:?} ({})",
                other.title,
                other.place
            );
        }
        if *id == 0 {
            bail!("{place}: the mutant {title:?} has the number 0, which is for none");
        }
    }
    Ok(())
}

/// What a mark marks.
#[derive(Debug, PartialEq)]
enum Mark {
    /// A check, under this title.
    Check(String),
    /// Something that each row has.
    Rows(String),
}

impl Parse for Mark {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let of_rows = input.peek(Ident);
        if of_rows {
            let word: Ident = input.parse()?;
            if word != "row" {
                return Err(syn::Error::new(
                    word.span(),
                    "`row:` or a title was expected",
                ));
            }
            input.parse::<Token![:]>()?;
            input.parse::<Expr>()?;
            input.parse::<Token![,]>()?;
        }
        let title: LitStr = input.parse()?;
        input.parse::<Token![,]>()?;
        input.parse::<Expr>()?;
        if of_rows || !input.is_empty() {
            input.parse::<Token![=>]>()?;
            input.parse::<Expr>()?;
        }
        Ok(match of_rows {
            true => Self::Rows(title.value()),
            false => Self::Check(title.value()),
        })
    }
}

/// The marks of a file, each with its line; marks within marks, and within other macros, too.
fn marks(source: &str) -> Result<Vec<(Mark, usize)>> {
    let tokens = source.parse::<TokenStream>();
    let tokens = tokens.map_err(|err| anyhow::anyhow!("this is not Rust: {err}"))?;
    let mut found = Vec::new();
    collect(tokens, &mut found)?;
    Ok(found)
}

fn collect(tokens: TokenStream, found: &mut Vec<(Mark, usize)>) -> Result<()> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        if let [.., TokenTree::Ident(name), TokenTree::Punct(bang)] = &tokens[..at] {
            if name == MARK && bang.as_char() == '!' {
                let line = name.span().start().line;
                let mark = syn::parse2(group.stream());
                found.push((
                    mark.with_context(|| format!("line {line}: a bad mark"))?,
                    line,
                ));
            }
        }
        collect(group.stream(), found)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, mode: u16, scope: &str) -> Row {
        let (name, scope) = (name.to_owned(), scope.to_owned());
        Row {
            name,
            mode,
            scope,
            line: 7,
            ..Row::default()
        }
    }

    fn of(source: &str) -> Result<Vec<Mutant>> {
        let rows = [
            row("fd", 0o500, "Both"),
            row("comm", 0o644, "Thread"),
            row("stat", 0o444, "Both"),
        ];
        all(
            &BTreeMap::from([("src/a.rs".to_owned(), source.to_owned())]),
            &rows,
            "src/task.rs",
        )
    }

    #[test]
    fn marks_are_found_wherever_they_stand() {
        let source = r#"
            // mutant!("no: comment", x)
            macro_rules! mutant { () => {} }
            fn a() { if mutant!("A: one", x && y) {} }
            other! { fn b() -> u8 { mutant!(
                "B: two", mutant!("B, c::d: three", f(|x| x)?) => g(1, 2)
            ) } }
        "#;
        let found = of(source).unwrap();
        assert_eq!(found[2].subjects, ["B", "c::d"]);
        let found: Vec<_> = found
            .iter()
            .map(|m| (&*m.title, &*m.subjects[0], &*m.place))
            .collect();
        assert_eq!(
            found,
            [
                ("A: one", "A", "src/a.rs:4"),
                ("B: two", "B", "src/a.rs:5"),
                ("B, c::d: three", "B", "src/a.rs:6")
            ]
        );
    }

    #[test]
    fn a_mark_of_rows_is_a_mutant_of_each() {
        let found = of(r#"fn a() { mutant!(row: r, "mode widened", m => m | 1) }"#).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|m| (&*m.title, &*m.subjects[0], &*m.place))
            .collect();
        assert_eq!(
            found,
            [
                ("fd: mode widened", "fd", "src/task.rs:7"),
                ("task/<tid>/comm: mode widened", "comm", "src/task.rs:7"),
            ]
        );
    }

    #[test]
    fn bad_marks_are_errors() {
        for bad in [
            r#"mutant!("nobody", x)"#,
            r#"mutant!(title, x)"#,
            r#"mutant!("A: one")"#,
            r#"mutant!("A: one", x => )"#,
            r#"mutant!(row: r, "colour", m => 1)"#,
            r#"mutant!("A: one", x), mutant!("A: one", y)"#,
        ] {
            assert!(of(&format!("fn a() {{ f({bad}) }}")).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_number_is_that_of_the_parts() {
        assert_eq!(
            id::id(&["task/<tid>/", "comm", ": ", "x"]),
            id::id(&["task/<tid>/comm: x"])
        );
        // A known value of the hash.
        assert_eq!(id::id(&["foobar"]), 0xbf9c_f968);
    }
}
