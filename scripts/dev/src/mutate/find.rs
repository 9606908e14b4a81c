// SPDX-License-Identifier: GPL-2.0

//! Finds what can be mutated, by what the source looks like: each call of the gate, each check that the gate makes, each
//! check outside of it. A new entry is found without a word here.

use super::copy::Sources;
use super::mutant::{Form, Mutant, Subject};
use super::rows::{rows, Row, TABLE};
use super::{decisions, modes};
use anyhow::{bail, Context, Result};
use proc_macro2::Span;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Arm, Expr, ExprCall, ExprIf, ExprMethodCall, ImplItemFn, Item, ItemFn, ItemImpl, Pat, Path,
    Type,
};

/// The gate.
pub(super) const GATE: &str = "src/gate.rs";
/// What mutants have instead of it.
pub(super) const ALLOW: &str = include_str!("allow.rs");
/// The function of the gate that asks nothing.
const NOTHING_ASKED: &str = "anyone";
/// Functions that ask the gate or a mode for more than one caller, each with what stands for it with the gate open.
const HELPERS: [(&str, &str, Option<&str>); 3] = [
    ("link", "resolve", Some("resolve")),
    ("base", "getattr", Some("getattr")),
    ("fd", "permission", None),
];
/// Checks outside of the gate: of a mode, with its errno, and of namespaces, which say yes or no.
const PERMISSION: &str = "generic_permission";
const YES_OR_NO: [&str; 2] = ["may_administer", "descends_from"];

/// Whether an instance has tasks alone, and where that hides what else there is.
const ONLY_TASKS: (&str, &str) = ("src/root/", "hides_registry");

/// Code that rows share, and the expression for the inode of the row that it works for.
const SHARED: [(&str, &str); 2] = [
    ("src/fs/text.rs", "reading.inode"),
    ("src/fs/link.rs", "inode"),
];

/// Finds the rows, and the mutants of all files, each with a title of its own.
pub(super) fn all(sources: &Sources) -> Result<(Vec<Row>, Vec<Mutant>)> {
    let text = |name: &str| {
        let text = sources.get(name);
        text.with_context(|| format!("there is no {name}"))
    };
    let rows = rows(text(TABLE)?)?;
    let (mut mutants, mut askers) = (Vec::new(), Askers::new());
    let code = sources
        .iter()
        .filter(|(name, _)| name.starts_with("src/") && name.ends_with(".rs") && *name != GATE);
    for (name, text) in code {
        mutants.extend(in_file(name, text, &rows, &mut askers)?);
    }
    mutants.extend(in_file(GATE, text(GATE)?, &rows, &mut askers)?);
    mutants.extend(modes::find(text(modes::FILE)?, &rows)?);
    mutants.extend(decisions::find(text(decisions::FILE)?)?);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for mutant in &mut mutants {
        let times = seen.entry(mutant.title.clone()).or_default();
        *times += 1;
        if *times > 1 {
            mutant.title += &format!(" ({times})");
        }
    }
    Ok((rows, mutants))
}

/// The functions of the gate, each with whom its answers matter to.
type Askers = BTreeMap<String, Subject>;

/// Finds the mutants of one file. What it asks of the gate is added to `askers`, so that the gate itself must come last.
fn in_file(name: &str, source: &str, rows: &[Row], askers: &mut Askers) -> Result<Vec<Mutant>> {
    let file = syn::parse_file(source).with_context(|| format!("{name} is not Rust"))?;
    let mut finder = Finder {
        name,
        source,
        rows,
        askers,
        inside: Vec::new(),
        show: None,
        found: Vec::new(),
        odd: None,
    };
    finder.visit_file(&file);
    match finder.odd {
        Some(odd) => bail!("{odd}"),
        None => Ok(finder.found),
    }
}

/// The functions that stand for the gate's.
fn twins() -> Result<Vec<String>> {
    let file = syn::parse_file(ALLOW).context("allow.rs is not Rust")?;
    let names = file.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    Ok(names.collect())
}

struct Finder<'s> {
    name: &'s str,
    source: &'s str,
    rows: &'s [Row],
    askers: &'s mut Askers,
    /// The type and the function that are being looked at.
    inside: Vec<String>,
    /// The variant of `Show` whose arm is being looked at.
    show: Option<String>,
    found: Vec<Mutant>,
    odd: Option<String>,
}

impl Finder<'_> {
    fn text(&self, range: Range<usize>) -> &str {
        &self.source[range]
    }

    /// The file's name without folder and ending.
    fn stem(&self) -> &str {
        let name = self.name.rsplit('/').next().unwrap_or(self.name);
        name.trim_end_matches(".rs")
    }

    /// The rows that the code being looked at serves.
    fn served(&self) -> Vec<&Row> {
        let module = self.name.strip_prefix("src/task/");
        let module = module.and_then(|path| path.split(['/', '.']).next());
        let serves = |row: &&Row| match self.name {
            "src/fs/text.rs" => row.show.is_some() && row.show == self.show,
            "src/fs/link.rs" => row.constructor == "link",
            _ => module.is_some() && row.module.as_deref() == module,
        };
        self.rows.iter().filter(serves).collect()
    }

    fn subject(&self) -> Subject {
        let asked = self.inside.last().filter(|_| self.name == GATE);
        let subject = asked.and_then(|function| self.askers.get(function));
        subject
            .cloned()
            .unwrap_or_else(|| Subject::of(self.served().into_iter()))
    }

    fn add(&mut self, span: Span, what: &str, form: Form, subject: Option<Subject>) {
        let served: Vec<&Row> = self.served();
        let mutant = Mutant {
            title: format!("{}.rs, {}: {what}", self.stem(), self.inside.join("::")),
            place: format!("{}:{}", self.name, span.start().line),
            file: self.name.to_owned(),
            range: span.byte_range(),
            form,
            guard: None,
            subject: subject.unwrap_or_else(|| self.subject()),
        };
        let shared = SHARED.iter().find(|(file, _)| *file == self.name);
        let each = |row: &Row| {
            let (_, inode) = shared?;
            Some(Mutant {
                title: format!("{}, for {}", mutant.title, row.title()),
                guard: Some(format!(
                    "crate::gate::allow::in_row({inode}, {:?})",
                    row.name
                )),
                subject: Subject::Rows(vec![row.name.clone()]),
                ..mutant.clone()
            })
        };
        let mut new: Vec<Mutant> = served.into_iter().filter_map(each).collect();
        if new.is_empty() {
            new.push(mutant);
        }
        self.found.extend(new);
    }

    /// A call of the gate, or of a function around it, with the gate open.
    fn opened(&mut self, call: &ExprCall, path: &Path) -> Option<(String, Form, Subject)> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let (name, before) = names.split_last()?;
        let of = before.last().map_or(self.stem(), String::as_str);
        let arguments = call.func.span().byte_range().end..call.span().byte_range().end;
        let arguments = self.text(arguments).to_owned();
        let twin = |twin: &str| Form::Instead(format!("crate::gate::allow::{twin}{arguments}"));
        if before.last().is_some_and(|module| module == "gate") && name != NOTHING_ASKED {
            let known = twins().is_ok_and(|twins| twins.contains(name));
            if !known {
                self.odd = Some(format!(
                    "scripts/dev/src/mutate/allow.rs lacks a twin of gate::{name}(), which {} calls",
                    self.name
                ));
            }
            let form = twin(name);
            let subject = match name.as_str() {
                "visible" | "visible_at" => Subject::Hiding,
                _ => self.subject(),
            };
            let asker = self.askers.entry(name.clone());
            asker
                .and_modify(|all| all.join(&subject))
                .or_insert_with(|| subject.clone());
            return Some((format!("gate::{name}()"), form, subject));
        }
        let helper = HELPERS
            .iter()
            .find(|(module, function, _)| *module == of && function == name);
        let (module, function, open) = helper?;
        let form = open.map_or(Form::Instead("Ok(())".into()), twin);
        let subject = match *function {
            "getattr" => Subject::Hiding,
            _ => self.subject(),
        };
        Some((format!("{module}::{function}()"), form, subject))
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_impl(&mut self, item: &'a ItemImpl) {
        let Type::Path(path) = &*item.self_ty else {
            return;
        };
        let name = path.path.segments.last();
        self.inside.extend(name.map(|name| name.ident.to_string()));
        visit::visit_item_impl(self, item);
        self.inside.pop();
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        self.inside.push(function.sig.ident.to_string());
        visit::visit_impl_item_fn(self, function);
        self.inside.pop();
    }

    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.inside.push(function.sig.ident.to_string());
        visit::visit_item_fn(self, function);
        self.inside.pop();
    }

    fn visit_arm(&mut self, arm: &'a Arm) {
        let variant = match &arm.pat {
            Pat::TupleStruct(pattern) => pattern.path.segments.last(),
            _ => None,
        };
        let outer = self.show.take();
        self.show = variant.map(|variant| variant.ident.to_string());
        visit::visit_arm(self, arm);
        self.show = outer;
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(function) = &*call.func {
            let path = &function.path;
            if let Some((what, form, subject)) = self.opened(call, path) {
                self.add(call.span(), &what, form, Some(subject));
            }
            let last = path.segments.last().map(|part| part.ident.to_string());
            if let Some(check) = last.filter(|name| YES_OR_NO.contains(&name.as_str())) {
                let what = format!("{check}()");
                self.add(call.span(), &what, Form::True, Some(Subject::Mounting));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        // A hook of the security modules, which the gate asks, has its errno too.
        let hook = self.name == GATE && call.method.to_string().starts_with("security_");
        if call.method == PERMISSION || hook {
            let what = format!("{}()", call.method);
            self.add(call.span(), &what, Form::Instead("Ok(())".into()), None);
        }
        let (folder, only_tasks) = ONLY_TASKS;
        if self.name.starts_with(folder) && call.method == only_tasks {
            let what = format!("{only_tasks}()");
            self.add(call.span(), &what, Form::False, Some(Subject::Others));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_if(&mut self, branch: &'a ExprIf) {
        if self.name == GATE {
            self.condition(&branch.cond);
        }
        visit::visit_expr_if(self, branch);
    }
}

impl Finder<'_> {
    /// In the gate, where each condition is a right that the caller may have: takes each for granted.
    fn condition(&mut self, condition: &Expr) {
        match condition {
            Expr::Unary(not) => self.condition(&not.expr),
            Expr::Paren(inner) => self.condition(&inner.expr),
            Expr::Binary(both) => {
                self.condition(&both.left);
                self.condition(&both.right);
            }
            check => {
                let text = self.text(check.span().byte_range());
                let what = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.add(check.span(), &what, Form::True, None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"const ROWS: X = &[
        file("one", 0o400, Scope::Both, one::NODE),
        text("two", 0o400, Show::Attach(two::show)),
        text("three", 0o400, Show::Attach(three::show)),
    ];"#;

    fn found(name: &str, source: &str) -> Vec<Mutant> {
        let mut askers = Askers::from([("spare_more".to_owned(), Subject::Mounting)]);
        in_file(name, source, &rows(TABLE).unwrap(), &mut askers).unwrap()
    }

    fn titles(mutants: &[Mutant]) -> Vec<&str> {
        mutants.iter().map(|mutant| mutant.title.as_str()).collect()
    }

    #[test]
    fn calls_of_the_gate_are_found_where_they_are() {
        let source = "impl Write for One { fn write(f: &File) { gate::own_task(f.inode())?; gate::anyone(x); } }";
        let mutants = found("src/task/one.rs", source);
        assert_eq!(titles(&mutants), ["one.rs, One::write: gate::own_task()"]);
        assert_eq!(
            &source[mutants[0].range.clone()],
            "gate::own_task(f.inode())"
        );
        let instead = "crate::gate::allow::own_task(f.inode())";
        assert_eq!(mutants[0].form, Form::Instead(instead.into()));
        assert_eq!(mutants[0].subject, Subject::Rows(vec!["one".into()]));
    }

    #[test]
    fn code_that_rows_share_is_mutated_for_each() {
        let source =
            "fn show() { match s { Show::Attach(show) => show(&gate::attach(&task)?), _ => 1 } }";
        let mutants = found("src/fs/text.rs", source);
        assert_eq!(
            titles(&mutants),
            [
                "text.rs, show: gate::attach(), for two",
                "text.rs, show: gate::attach(), for three"
            ]
        );
        let guard = "crate::gate::allow::in_row(reading.inode, \"two\")";
        assert_eq!(mutants[0].guard.as_deref(), Some(guard));
    }

    #[test]
    fn each_condition_of_the_gate_is_taken_for_granted() {
        let source = "fn spare_more() { if !(a.may() || !b()) { return Err(EPERM); } }";
        let mutants = found(GATE, source);
        assert_eq!(
            titles(&mutants),
            ["gate.rs, spare_more: a.may()", "gate.rs, spare_more: b()"]
        );
        assert!(mutants.iter().all(|mutant| mutant.form == Form::True));
        assert!(mutants
            .iter()
            .all(|mutant| mutant.subject == Subject::Mounting));
    }

    #[test]
    fn a_function_of_the_gate_without_a_twin_is_an_error() {
        let source = "fn open() { gate::brand_new(task) }";
        assert!(in_file("src/task/one.rs", source, &[], &mut Askers::new()).is_err());
    }

    #[test]
    fn every_function_of_the_gate_has_a_twin() {
        let gate = include_str!("../../../../src/gate.rs");
        let twins = twins().unwrap();
        for item in syn::parse_file(gate).unwrap().items {
            // What others cannot call is nobody's check.
            if let Item::Fn(function) = item {
                let callable = !matches!(function.vis, syn::Visibility::Inherited);
                let name = function.sig.ident.to_string();
                assert!(
                    !callable || name == NOTHING_ASKED || twins.contains(&name),
                    "{name}"
                );
            }
        }
    }
}
