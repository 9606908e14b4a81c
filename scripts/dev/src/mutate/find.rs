// SPDX-License-Identifier: GPL-2.0

//! Finds what can be mutated, by what the source looks like: each call of the gate, each check that the gate makes, each
//! check outside of it, each row's mode. A new entry is found without a word here.

use super::mutant::{Form, Mutant, Subject, AWAKE};
use super::rows::Row;
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
/// Where a row's mode becomes an inode's.
const MODES: &str = "src/fs/inode.rs";

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

/// Code that rows share, and the expression for the inode of the row that it works for.
const SHARED: [(&str, &str); 2] = [
    ("src/fs/text.rs", "reading.inode"),
    ("src/fs/link.rs", "inode"),
];

/// The functions of the gate, each with whom its answers matter to.
pub(super) type Askers = BTreeMap<String, Subject>;

/// Finds the mutants of one file. What it asks of the gate is added to `askers`, so that the gate itself must come last.
pub(super) fn in_file(
    name: &str,
    source: &str,
    rows: &[Row],
    askers: &mut Askers,
) -> Result<Vec<Mutant>> {
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
            file: self.name.to_owned(),
            line: span.start().line,
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
        if self.name == MODES && function.sig.ident == "new" {
            self.modes(function);
        }
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

    /// Rows that are closed to some by their mode.
    fn modes(&mut self, function: &ItemFn) {
        let at = function.block.brace_token.span.open();
        let at = at.byte_range().end;
        for row in self.rows {
            let Some((mode, wide)) = row.mode.zip(row.widened()) else {
                continue;
            };
            let kind = if ["dir", "kdir"].contains(&row.constructor.as_str()) {
                0o040_000
            } else {
                0o100_000
            };
            let level = match row.scope.as_str() {
                "Thread" => "Thread",
                _ => "ThreadGroup",
            };
            self.found.push(Mutant {
                title: format!("{}: mode {mode:o} becomes {wide:o}", row.title()),
                file: MODES.to_owned(),
                line: function.sig.span().start().line,
                range: at..at,
                form: Form::Insert(format!(
                    "let mode = if {AWAKE} && crate::gate::allow::is_row(mode, tag, {:?}, \
                     crate::pure::entry::Level::{level}) {{ {:#o} }} else {{ mode }};",
                    row.name,
                    kind | wide
                )),
                guard: None,
                subject: Subject::Rows(vec![row.name.clone()]),
            });
        }
    }
}
