// SPDX-License-Identifier: GPL-2.0

//! Small crates, and what their files name of each other.

use super::*;

/// What the files of a small crate name.
pub(super) fn of(files: &[(&str, &str)]) -> Vec<Import> {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let texts = files.iter().map(owned).collect();
    let mut imports = resolve::imports(&modules::read(files[0].0, &texts).unwrap());
    imports.sort();
    imports.dedup();
    imports
}

/// The same, as `from -> to` without the lines.
fn edges(files: &[(&str, &str)]) -> Vec<String> {
    let mut edges: Vec<String> = of(files)
        .iter()
        .map(|import| format!("{} -> {}", import.from, import.to))
        .collect();
    edges.dedup();
    edges
}

#[test]
fn a_mod_line_alone_is_no_import() {
    assert!(edges(&[
        ("src/root.rs", "mod a; pub(crate) mod b;"),
        (
            "src/a.rs",
            "pub(super) struct A; pub(in crate::b) struct B;"
        ),
        (
            "src/b.rs",
            "use kernel::prelude::*; fn f() -> core::fmt::Result { Ok(()) }"
        ),
    ])
    .is_empty());
}

#[test]
fn modules_are_found_in_all_the_places_that_rustc_looks_in() {
    let user = "use crate::{a::A, a::inner::I, b::B, b::deep::D, c::C, c::e::E};";
    let found = edges(&[
        (
            "src/root.rs",
            "mod a; mod b; #[path = \"../else/mod.rs\"] mod c; mod user;",
        ),
        ("src/user.rs", user),
        ("src/a.rs", "pub struct A; pub mod inner;"),
        ("src/a/inner.rs", "pub struct I;"),
        ("src/b/mod.rs", "pub struct B; pub mod deep;"),
        ("src/b/deep.rs", "pub struct D;"),
        ("else/mod.rs", "pub struct C; pub mod e;"),
        ("else/e.rs", "pub struct E;"),
    ]);
    let to = [
        "else/e.rs",
        "else/mod.rs",
        "src/a.rs",
        "src/a/inner.rs",
        "src/b/deep.rs",
        "src/b/mod.rs",
    ];
    assert_eq!(found, to.map(|to| format!("src/user.rs -> {to}")));
}

#[test]
fn a_file_that_is_missing_or_declared_nowhere_is_an_error() {
    let texts = Texts::from([("src/root.rs".to_owned(), "mod gone;".to_owned())]);
    let error = modules::read("src/root.rs", &texts).err().unwrap();
    assert!(error.to_string().contains("gone"), "{error}");
}

#[test]
fn what_stands_above_is_an_import_of_the_parents_file() {
    let parent = |child| {
        edges(&[
            ("src/root.rs", "mod a;"),
            ("src/a.rs", "mod b; mod c; struct Above;"),
            ("src/a/b.rs", child),
            ("src/a/c.rs", "pub struct Beside;"),
        ])
    };
    assert_eq!(parent("use super::Above;"), ["src/a/b.rs -> src/a.rs"]);
    assert_eq!(parent("use super::*;"), ["src/a/b.rs -> src/a.rs"]);
    assert_eq!(
        parent("use super::c::Beside;"),
        ["src/a/b.rs -> src/a/c.rs"]
    );
    // The test's parent is the same file.
    assert!(parent("struct T; mod tests { use super::*; use super::T; }").is_empty());
    assert_eq!(
        parent("mod tests { use super::super::Above; }"),
        ["src/a/b.rs -> src/a.rs"]
    );
}

#[test]
fn paths_in_types_patterns_and_macros_count_as_those_of_use() {
    let uses = |user: &str| {
        edges(&[
            ("src/root.rs", "mod a; mod user;"),
            ("src/a.rs", "pub mod b;"),
            ("src/a/b.rs", "pub struct B;"),
            ("src/user.rs", user),
        ])
    };
    let one = ["src/user.rs -> src/a/b.rs"];
    assert_eq!(uses("fn f(_: &crate::a::b::B) {}"), one);
    assert_eq!(
        uses("fn f() { match 0 { crate::a::b::B => {} _ => {} } }"),
        one
    );
    assert_eq!(uses("fn f() { use crate::a::b::B; }"), one);
    assert_eq!(
        uses("fn f() { print!(\"{}\", crate::a::b::B::new(1)) }"),
        one
    );
    assert_eq!(uses("macro_rules! m { () => { $crate::a::b::B } }"), one);
    assert_eq!(uses("impl crate::a::b::B {}"), one);
    assert_eq!(
        uses("#[cfg(test)] fn f() { self::super::a::b::r#fn() }"),
        one
    );
}

#[test]
fn a_module_brought_in_by_use_leads_on() {
    let uses = |user: &str| {
        edges(&[
            ("src/root.rs", "mod a; mod user;"),
            ("src/a.rs", "pub mod b; pub struct A;"),
            ("src/a/b.rs", "pub struct B;"),
            ("src/user.rs", user),
        ])
    };
    // The module on the way is no import, what is named in it is.
    assert_eq!(
        uses("use crate::a; type T = a::b::B;"),
        ["src/user.rs -> src/a/b.rs"]
    );
    assert_eq!(
        uses("use crate::a::b; macro_rules! m { () => { b::B } }"),
        ["src/user.rs -> src/a/b.rs"]
    );
    assert_eq!(
        uses("use crate::a as c; type T = c::A;"),
        ["src/user.rs -> src/a.rs"]
    );
    assert_eq!(
        uses("use crate::a::{self}; type T = a::A;"),
        ["src/user.rs -> src/a.rs"]
    );
    assert!(uses("use crate::a;").is_empty());
}

#[test]
fn what_is_exported_anew_belongs_to_the_file_that_does() {
    let found = of(&[
        ("src/root.rs", "mod a; mod front; mod user;"),
        ("src/a.rs", "pub struct A;"),
        (
            "src/front.rs",
            "pub use crate::a::A; pub use crate::a as module;",
        ),
        (
            "src/user.rs",
            "use crate::front::A;\ntype B = crate::front::module::A;",
        ),
    ]);
    let direct = found.iter().filter(|import| !import.indirect);
    let edges: Vec<_> = direct.map(|i| (&*i.from, &*i.to, i.line)).collect();
    assert_eq!(
        edges,
        [
            ("src/front.rs", "src/a.rs", 1),
            ("src/front.rs", "src/a.rs", 1),
            ("src/user.rs", "src/front.rs", 1),
            ("src/user.rs", "src/front.rs", 2),
        ]
    );
    // The layers must see what it is in the end.
    let indirect = found.iter().filter(|import| import.indirect);
    let names: Vec<_> = indirect.map(|i| (&*i.from, &*i.name)).collect();
    assert_eq!(names, [("src/user.rs", "crate::a::A"); 2]);
}
