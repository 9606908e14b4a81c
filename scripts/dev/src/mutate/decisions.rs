// SPDX-License-Identifier: GPL-2.0

//! The decisions of `hidepid=`: each pair of a mode and a place where a task is refused, as the arms of `visibility()` have it.

use super::mutant::{Form, Mutant, Subject, AWAKE};
use anyhow::{Context, Result};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Arm, BinOp, Expr, ExprBinary, ExprMatch, File, Item, ItemFn, Pat};

/// Where they are made.
pub(super) const FILE: &str = "src/pure/access.rs";

/// Finds them in the source.
pub(super) fn find(source: &str) -> Result<Vec<Mutant>> {
    let file = syn::parse_file(source).with_context(|| format!("{FILE} is not Rust"))?;
    let function = file.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == "visibility" => Some(function),
        _ => None,
    });
    let function = function.with_context(|| format!("{FILE} has no function visibility"))?;
    let mut mutants = Vec::new();
    for mode in variants(&file, "HidePid")? {
        for place in variants(&file, "Place")? {
            mutants.extend(decision(function, &mode, &place)?);
        }
    }
    let mut conditions = Conditions(Vec::new());
    conditions.visit_item_fn(function);
    mutants.extend(conditions.0.into_iter().map(|condition| Mutant {
        title: format!("visibility(): {}", &source[condition.byte_range()]),
        place: at(condition),
        range: condition.byte_range(),
        form: Form::True,
        ..blank()
    }));
    Ok(mutants)
}

fn blank() -> Mutant {
    Mutant {
        title: String::new(),
        place: String::new(),
        file: FILE.to_owned(),
        range: 0..0,
        form: Form::True,
        guard: None,
        subject: Subject::Hiding,
    }
}

fn at(span: Span) -> String {
    format!("{FILE}:{}", span.start().line)
}

fn variants(file: &File, name: &str) -> Result<Vec<String>> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == name => Some(&item.variants),
        _ => None,
    });
    let found = found.with_context(|| format!("{FILE} has no enum {name}"))?;
    Ok(found
        .iter()
        .map(|variant| variant.ident.to_string())
        .collect())
}

/// The mutant that lets everyone through for a mode and a place, unless the source does so.
fn decision(function: &ItemFn, mode: &str, place: &str) -> Result<Option<Mutant>> {
    let arm = first_match(function)
        .and_then(|cases| {
            cases
                .arms
                .iter()
                .find(|arm| matches(&arm.pat, &[mode, place]))
        })
        .with_context(|| format!("{FILE}: no arm of visibility() decides {mode} at {place}"))?;
    if allows(arm) {
        return Ok(None);
    }
    let inside = function.block.brace_token.span.open().byte_range().end;
    Ok(Some(Mutant {
        title: format!("hidepid: {mode} at {place}"),
        place: at(arm.span()),
        range: inside..inside,
        form: Form::Insert(format!(
            "if {AWAKE} && mode == HidePid::{mode} && place == Place::{place} \
             {{ return Visibility::Allowed; }}"
        )),
        ..blank()
    }))
}

fn first_match(function: &ItemFn) -> Option<&ExprMatch> {
    struct First<'a>(Option<&'a ExprMatch>);
    impl<'a> Visit<'a> for First<'a> {
        fn visit_expr_match(&mut self, found: &'a ExprMatch) {
            self.0.get_or_insert(found);
        }
    }
    let mut first = First(None);
    first.visit_item_fn(function);
    first.0
}

fn allows(arm: &Arm) -> bool {
    matches!(&*arm.body, Expr::Return(answer) if matches!(answer.expr.as_deref(),
        Some(Expr::Path(path)) if path.path.segments.last().is_some_and(|last| last.ident == "Allowed")))
}

/// Whether a pattern of paths, `_` and `|` takes these variants.
fn matches(pattern: &Pat, variants: &[&str]) -> bool {
    match (pattern, variants) {
        (Pat::Wild(_), _) => true,
        (Pat::Tuple(tuple), variants) => tuple
            .elems
            .iter()
            .zip(variants)
            .all(|(element, variant)| matches(element, &[variant])),
        (Pat::Or(or), variants) => or.cases.iter().any(|case| matches(case, variants)),
        (Pat::Path(path), [variant]) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident == variant)
        }
        _ => false,
    }
}

/// What stands in front of `&&`: a condition for an exemption.
struct Conditions(Vec<Span>);

impl<'a> Visit<'a> for Conditions {
    fn visit_expr_binary(&mut self, binary: &'a ExprBinary) {
        if matches!(binary.op, BinOp::And(_)) {
            self.0.push(binary.left.span());
        }
        syn::visit::visit_expr_binary(self, binary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "
        enum HidePid { Off, On, Hard }
        enum Place { Door, Window }
        fn visibility(mode: HidePid, place: Place) -> Visibility {
            let refusal = match (mode, place) {
                (HidePid::Off, _) => return Visibility::Allowed,
                (HidePid::On, Place::Door) => Visibility::Denied,
                (HidePid::On, _) => return Visibility::Allowed,
                (HidePid::Hard | HidePid::On, _) => Visibility::Hidden,
            };
            if mode != HidePid::Hard && in_group() { Visibility::Allowed } else { refusal }
        }";

    #[test]
    fn each_refusal_is_a_decision() {
        let titles: Vec<String> = find(SOURCE).unwrap().into_iter().map(|m| m.title).collect();
        assert_eq!(
            titles,
            [
                "hidepid: On at Door",
                "hidepid: Hard at Door",
                "hidepid: Hard at Window",
                "visibility(): mode != HidePid::Hard",
            ]
        );
    }

    #[test]
    fn what_no_arm_decides_is_an_error() {
        let source = SOURCE.replace("HidePid::Hard | HidePid::On", "HidePid::On");
        assert!(find(&source).is_err());
    }
}
