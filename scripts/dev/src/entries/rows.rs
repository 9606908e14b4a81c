// SPDX-License-Identifier: GPL-2.0

//! The rows of a task's table, as the macro call in `src/task.rs` has them. A row is a call of its constructor, as in
//! `text_rw::<Anyone, SameProcess, comm::Comm>("comm", 0o644, Both)`: the gates, of reading and of writing, and who writes the entry;
//! name, mode and scope.

use anyhow::{bail, Context, Result};
use std::collections::BTreeSet;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{
    braced, Attribute, Expr, ExprCall, ExprLit, GenericArgument, Ident, Item, ItemMod, Lit, Macro,
    PathArguments, Token, Type, Visibility,
};

/// The macro that the rows stand in.
pub(crate) const MACRO: &str = "entries";

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The permissions.
    pub(crate) mode: u16,
    /// The levels where it stands.
    pub(crate) scope: String,
    /// The function that makes it, which says of what kind it is and who serves it.
    pub(crate) constructor: String,
    /// The gate of reading and, if there is one, that of writing.
    pub(crate) gates: Vec<String>,
    /// The options of the kernel that it needs.
    pub(crate) options: Vec<String>,
    /// The line where it stands.
    pub(crate) line: usize,
}

impl Row {
    /// The mode that gives everyone what the owner has.
    pub(crate) fn widened(&self) -> u16 {
        self.mode | (((self.mode >> 6) & 7) * 0o11)
    }

    /// What tells this row from others of its name.
    pub(crate) fn path(&self) -> String {
        match self.scope.as_str() {
            "Thread" => format!("task/<tid>/{}", self.name),
            _ => self.name.clone(),
        }
    }
}

/// Rows that share a module or what they need.
struct Group {
    config: Vec<Attribute>,
    module: Option<(Visibility, Token![mod], Ident)>,
    rows: Punctuated<Expr, Token![,]>,
}

struct Groups(Vec<Group>);

impl Parse for Groups {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut groups = Vec::new();
        while !input.is_empty() {
            let config = input.call(Attribute::parse_outer)?;
            let module = if input.peek(syn::token::Brace) {
                None
            } else {
                Some((input.parse()?, input.parse()?, input.parse()?))
            };
            let content;
            braced!(content in input);
            groups.push(Group {
                config,
                module,
                rows: Punctuated::parse_terminated(&content)?,
            });
        }
        Ok(Self(groups))
    }
}

/// The modules that the macro call declares.
pub(crate) fn modules(call: &Macro) -> Result<Vec<ItemMod>> {
    let groups = call.parse_body::<Groups>()?.0.into_iter();
    let modules = groups.filter_map(|group| {
        let (vis, mod_token, ident) = group.module?;
        Some(ItemMod {
            attrs: group.config,
            vis,
            unsafety: None,
            mod_token,
            ident,
            content: None,
            semi: None,
        })
    });
    Ok(modules.collect())
}

/// The rows in the source of the table.
pub(crate) fn read(source: &str) -> Result<Vec<Row>> {
    let file = syn::parse_file(source).context("the table is not Rust")?;
    let call = file.items.iter().find_map(|item| match item {
        Item::Macro(call) if call.mac.path.is_ident(MACRO) => Some(&call.mac),
        _ => None,
    });
    let call = call.with_context(|| format!("the table has no `{MACRO}! {{ ... }}`"))?;
    let mut rows = Vec::new();
    for group in call.parse_body::<Groups>()?.0 {
        let options = options(&group.config);
        for expr in &group.rows {
            rows.push(Row {
                options: options.clone(),
                ..row(expr).with_context(|| format!("line {}", expr.span().start().line))?
            });
        }
    }
    Ok(rows)
}

/// The options that attributes name.
fn options(config: &[Attribute]) -> Vec<String> {
    let mut options = BTreeSet::new();
    for attribute in config {
        if let Ok(list) = attribute.meta.require_list() {
            let text = list.tokens.to_string();
            let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            options.extend(
                words
                    .filter(|word| word.starts_with("CONFIG_"))
                    .map(str::to_owned),
            );
        }
    }
    options.into_iter().collect()
}

fn row(expr: &Expr) -> Result<Row> {
    // `.open_to::<Gate>()` and the like say more of the same row.
    let Some(call) = Calls::of(expr) else {
        bail!("a row is no call of its constructor");
    };
    let Expr::Path(function) = &*call.func else {
        bail!("a row's constructor has no name");
    };
    let Some(constructor) = function.path.segments.last() else {
        bail!("a row's constructor has no name");
    };
    let mut types = match &constructor.arguments {
        PathArguments::AngleBracketed(types) => {
            types.args.iter().map(type_name).collect::<Result<_>>()?
        }
        _ => Vec::new(),
    };
    let name = constructor.ident.to_string();
    if name.starts_with("kernel_") {
        types = vec!["Kernel".to_owned(), String::new()];
    }
    // The last is who writes the entry.
    types.pop();
    let mut arguments = call.args.iter();
    let mut next = || {
        arguments
            .next()
            .context("a row has a name, a mode and a scope")
    };
    Ok(Row {
        name: match next()? {
            Expr::Lit(ExprLit {
                lit: Lit::Str(name),
                ..
            }) => name.value(),
            _ => bail!("a row's name is no text"),
        },
        mode: match next()? {
            Expr::Lit(ExprLit {
                lit: Lit::Int(mode),
                ..
            }) => mode.base10_parse()?,
            _ => bail!("a row's mode is no number"),
        },
        scope: match next()? {
            Expr::Path(scope) => last_of(&scope.path)?,
            _ => bail!("a row's scope is no name"),
        },
        constructor: name,
        gates: types,
        options: Vec::new(),
        line: expr.span().start().line,
    })
}

/// The innermost call of a row: that of its constructor.
#[derive(Default)]
struct Calls<'a>(Option<&'a ExprCall>);

impl<'a> Calls<'a> {
    fn of(expr: &'a Expr) -> Option<&'a ExprCall> {
        let mut calls = Self::default();
        calls.visit_expr(expr);
        calls.0
    }
}

impl<'a> Visit<'a> for Calls<'a> {
    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        self.0.get_or_insert(call);
    }
}

fn type_name(argument: &GenericArgument) -> Result<String> {
    match argument {
        GenericArgument::Type(Type::Path(path)) => last_of(&path.path),
        _ => bail!("a row's gate is no type"),
    }
}

fn last_of(path: &syn::Path) -> Result<String> {
    let last = path.segments.last().context("a path without a name")?;
    Ok(last.ident.to_string())
}
