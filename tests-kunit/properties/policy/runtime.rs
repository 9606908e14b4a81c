// SPDX-License-Identifier: GPL-2.0

//! What `proc2-runtime` writes: the module reads it as it was meant.

use super::{
    heap::Heap,
    names,
    paths, //
};
use crate::pure::policy::{
    ListKind,
    Lists, //
};
use proc2_runtime::options::{
    Options,
    Writable, //
};
use proc2_runtime::paths::unnameable;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Paths as a bundle may have them, but for those that proc2-runtime refuses.
fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "[a-z_]{1,12}",
        1 => "[ -.0-~]{1,12}",
        1 => "\\PC{1,8}",
    ];
    let part = part.prop_map(|part| part.replace('/', "_"));
    let part = part.prop_filter("dots", |part| part != "." && part != "..");
    let path = vec(part, 1..4).prop_map(|parts| parts.join("/"));
    path.prop_filter("not to be named", |path| unnameable(path).is_none())
}

fn canonical(paths: &[String]) -> Vec<Vec<u8>> {
    let names: BTreeSet<_> = paths
        .iter()
        .map(|path| names::name(path.as_bytes()))
        .collect();
    names::canonical(&names).iter().map(names::path).collect()
}

proptest! {
    #[test]
    fn what_proc2_runtime_writes_is_taken(
        show in vec(path(), 0..8), hide in vec(path(), 0..8), writable in vec(path(), 0..8)
    ) {
        let show: Vec<String> = show.into_iter().filter(|path| !path.starts_with("net/")).collect();
        let options = Options {
            show: show.clone(),
            hide: hide.clone(),
            writable: Writable::These(writable.clone()),
            ..Options::default()
        };
        prop_assume!(!options.too_long());
        let mut lists = Lists::<Heap>::default();
        for (name, value) in options.pairs() {
            let kind = ListKind::ALL.into_iter().find(|kind| kind.name().to_bytes() == name.as_bytes());
            prop_assert_eq!(lists.add(kind.unwrap(), value.as_bytes()), Ok(()), "{}={}", name, value);
        }
        for (kind, meant) in ListKind::ALL.into_iter().zip([&show, &hide, &writable]) {
            prop_assert_eq!(paths(&lists, kind), canonical(meant));
            prop_assert_eq!(lists.said(kind), kind == ListKind::Writable || !meant.is_empty());
        }
    }
}
