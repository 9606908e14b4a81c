// SPDX-License-Identifier: GPL-2.0

//! A mutant: one change of the source that leaves out one check.

use super::rows::Row;
use std::fmt::Write;
use std::ops::Range;

/// A change that can be slept through: the copy has all of them, and is loaded with the number of the one that is awake.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    /// What is changed: the same after edits elsewhere, and no other mutant's.
    pub(super) title: String,
    /// Where people look for it.
    pub(super) place: String,
    /// The file that is changed.
    pub(super) file: String,
    /// The bytes of the file that it is about; none where something is only put in.
    pub(super) range: Range<usize>,
    pub(super) form: Form,
    /// When the change counts, beside being awake: a row among those that share the code.
    pub(super) guard: Option<String>,
    pub(super) subject: Subject,
}

/// How the source is changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// This instead of the expression.
    Instead(String),
    /// The expression is taken for true.
    True,
    /// The expression is taken for false.
    False,
    /// These statements are put in, which have [`AWAKE`] for the question whether it is awake.
    Insert(String),
}

/// Stands for the question in [`Form::Insert`].
pub(super) const AWAKE: &str = "AWAKE";

/// What a mutant breaks, which says who should notice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    /// Entries of these rows.
    Rows(Vec<String>),
    /// Which tasks can be seen.
    Hiding,
    /// What is there beside the tasks.
    Others,
    /// Who may mount what.
    Mounting,
}

impl Subject {
    /// That of code which serves these rows, or all tasks if they are none.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let mut names: Vec<String> = rows.map(|row| row.name.clone()).collect();
        names.dedup();
        if names.is_empty() {
            Self::Hiding
        } else {
            Self::Rows(names)
        }
    }

    /// Adds what another breaks.
    pub(super) fn join(&mut self, other: &Self) {
        if let (Self::Rows(names), Self::Rows(more)) = (self, other) {
            let new = more.iter().filter(|name| !names.contains(name));
            let new: Vec<String> = new.cloned().collect();
            names.extend(new);
        }
    }
}

/// The text of a file with all mutants in it that are about it, each by its number.
pub(super) fn apply(text: &str, mutants: &[(u32, &Mutant)]) -> String {
    let mut sorted = mutants.to_vec();
    sorted.sort_by_key(|(number, mutant)| (mutant.range.start, mutant.range.end, *number));
    let (mut out, mut at) = (String::new(), 0);
    for group in sorted.chunk_by(|(_, a), (_, b)| a.range == b.range) {
        let Mutant { range, form, .. } = group[0].1;
        out += &text[at..range.start];
        at = range.end;
        let original = &text[range.clone()];
        let awake: Vec<String> = group.iter().map(|(n, mutant)| awake(*n, mutant)).collect();
        let awake = awake.join(" || ");
        // Writing to a string cannot fail.
        let _ = match form {
            Form::Instead(allowed) => {
                write!(out, "(if {awake} {{ {allowed} }} else {{ {original} }})")
            }
            Form::True => write!(out, "({awake} || {original})"),
            Form::False => write!(out, "(!({awake}) && {original})"),
            Form::Insert(_) => group.iter().try_for_each(|(number, mutant)| {
                let Form::Insert(statements) = &mutant.form else {
                    return Ok(());
                };
                write!(out, " {}", statements.replace(AWAKE, &call(*number)))
            }),
        };
    }
    out + &text[at..]
}

fn awake(number: u32, mutant: &Mutant) -> String {
    match &mutant.guard {
        Some(guard) => format!("{} && {guard}", call(number)),
        None => call(number),
    }
}

fn call(number: u32) -> String {
    format!("crate::gate::allow::awake({number})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(range: Range<usize>, form: Form, guard: Option<&str>) -> Mutant {
        Mutant {
            title: String::new(),
            place: String::new(),
            file: String::new(),
            range,
            form,
            guard: guard.map(str::to_owned),
            subject: Subject::Hiding,
        }
    }

    #[test]
    fn mutants_of_one_expression_share_it() {
        let instead = || Form::Instead("b()".into());
        let (one, two) = (
            mutant(4..7, instead(), Some("x")),
            mutant(4..7, instead(), None),
        );
        assert_eq!(
            apply("let a() end", &[(2, &two), (1, &one)]),
            "let (if crate::gate::allow::awake(1) && x || crate::gate::allow::awake(2) \
             { b() } else { a() }) end"
        );
    }

    #[test]
    fn statements_are_put_in_one_after_the_other() {
        let insert = |text: &str| mutant(1..1, Form::Insert(text.into()), None);
        let (one, two) = (insert("if AWAKE {}"), insert("AWAKE;"));
        assert_eq!(
            apply("{}", &[(1, &one), (2, &two)]),
            "{ if crate::gate::allow::awake(1) {} crate::gate::allow::awake(2);}"
        );
    }

    #[test]
    fn a_condition_is_taken_for_true_or_false() {
        assert_eq!(
            apply("if !c {}", &[(3, &mutant(4..5, Form::True, None))]),
            "if !(crate::gate::allow::awake(3) || c) {}"
        );
        assert_eq!(
            apply("if !c {}", &[(3, &mutant(4..5, Form::False, None))]),
            "if !(!(crate::gate::allow::awake(3)) && c) {}"
        );
    }
}
