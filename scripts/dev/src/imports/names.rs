// SPDX-License-Identifier: GPL-2.0

//! The paths that the text of a module names: in `use`, in code, in types, and in what is handed to
//! macros, as far as it looks like a path there.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, Path, UseTree, Visibility};

/// A path that is named.
pub(super) struct Name {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    /// By `use`: the name that it brings in; none for `*`.
    pub(super) binds: Option<String>,
    /// That what it names counts, be it no more than a module: by `use a::*` or `pub use a`.
    pub(super) whole: bool,
}

/// The paths in a module, without those in modules within it.
pub(super) fn of(items: &[Item]) -> Vec<Name> {
    let mut finder = Finder::default();
    for item in items {
        finder.visit_item(item);
    }
    finder.0
}

/// An identifier as a module or a file is called.
pub(super) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

#[derive(Default)]
struct Finder(Vec<Name>);

impl Finder {
    /// A path that no `use` brings in. One word alone is no news: if it is another file's, a `use`
    /// has named that file.
    fn add(&mut self, path: Vec<String>, span: Span) {
        if path.len() > 1 {
            self.0.push(Name {
                path,
                line: span.start().line,
                binds: None,
                whole: false,
            });
        }
    }

    fn add_use(&mut self, before: &[String], tree: &UseTree, public: bool) {
        let path = |ident: &Ident| match plain(ident) {
            // `a::{self}` is `a`.
            name if name == "self" && !before.is_empty() => before.to_vec(),
            name => [before, &[name]].concat(),
        };
        let name = |path: Vec<String>, ident: &Ident, binds, whole| Name {
            path,
            line: ident.span().start().line,
            binds,
            whole,
        };
        match tree {
            UseTree::Path(tree) => self.add_use(&path(&tree.ident), &tree.tree, public),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(before, tree, public);
                }
            }
            UseTree::Name(tree) => {
                let path = path(&tree.ident);
                let binds = path.last().cloned();
                self.0.push(name(path, &tree.ident, binds, public));
            }
            UseTree::Rename(tree) => {
                let binds = Some(plain(&tree.rename));
                let path = path(&tree.ident);
                self.0.push(name(path, &tree.ident, binds, public));
            }
            UseTree::Glob(tree) => self.0.push(Name {
                path: before.to_vec(),
                line: tree.star_token.spans[0].start().line,
                binds: None,
                whole: true,
            }),
        }
    }

    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut first = Span::call_site();
        // How many colons stand behind the path so far.
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add(std::mem::take(&mut path), first);
                        first = ident.span();
                    }
                    path.push(plain(&ident));
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                }
                other => {
                    self.add(std::mem::take(&mut path), first);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        self.add(path, first);
    }
}

impl<'ast> Visit<'ast> for Finder {
    /// A module of its own.
    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    /// `pub(in crate::a)` uses nothing of `a`.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.add_use(&[], &item.tree, !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if let (None, Some(first)) = (path.leading_colon, path.segments.first()) {
            let names = path.segments.iter().map(|segment| plain(&segment.ident));
            self.add(names.collect(), first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.add_tokens(call.tokens.clone());
    }
}
