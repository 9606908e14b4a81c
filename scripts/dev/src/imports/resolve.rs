// SPDX-License-Identifier: GPL-2.0

//! From the paths that a module names to the files that define what they name.

use super::modules::{Module, Tree};
use super::Import;

/// A `use` that uses itself would never end.
const DEPTH: usize = 16;

/// What the files of a crate name of each other.
pub(super) fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for (path, module) in &tree.modules {
        for name in &module.names {
            let named_by = (&module.file, name.line);
            let mut from = named_by;
            for stop in stops(tree, path, &name.path) {
                let to = &stop.module.file;
                let mut add = |(file, line): (&String, usize), indirect| {
                    if file != to && (stop.inside || name.whole) {
                        imports.push(Import {
                            from: file.clone(),
                            to: to.clone(),
                            line,
                            name: stop.name.clone(),
                            indirect,
                        });
                    }
                };
                add(from, false);
                if from != named_by {
                    add(named_by, true);
                }
                from = (to, stop.line);
            }
        }
    }
    imports
}

/// A module that a path leads to.
struct Stop<'a> {
    module: &'a Module,
    /// The whole path, from `crate` on.
    name: String,
    /// That something in the module is named, not only the module.
    inside: bool,
    /// Where the module itself has it from, if it exports it anew.
    line: usize,
}

/// Where a path leads to that stands in the module `scope`; if that only exports it anew, where it
/// comes from, and so on. Empty if it belongs to another crate.
fn stops<'a>(tree: &'a Tree, scope: &[String], path: &[String]) -> Vec<Stop<'a>> {
    let mut stops = Vec::new();
    follow(tree, scope, path, DEPTH, &mut stops);
    stops
}

fn follow<'a>(
    tree: &'a Tree,
    scope: &[String],
    path: &[String],
    depth: usize,
    stops: &mut Vec<Stop<'a>>,
) {
    let (Some(first), Some(module), Some(depth)) =
        (path.first(), tree.modules.get(scope), depth.checked_sub(1))
    else {
        return;
    };
    let child = [scope, std::slice::from_ref(first)].concat();
    match first.as_str() {
        "crate" => walk(tree, Vec::new(), &path[1..], depth, stops),
        "self" => walk(tree, scope.to_vec(), &path[1..], depth, stops),
        "super" => walk(tree, scope.to_vec(), path, depth, stops),
        _ if tree.modules.contains_key(&child) => walk(tree, child, &path[1..], depth, stops),
        name => {
            // A name that stands for itself is another crate's.
            if let Some(binding) = module.bindings.get(name).filter(|b| b.path[0] != name) {
                let whole = [&binding.path, &path[1..]].concat();
                follow(tree, scope, &whole, depth, stops);
            }
        }
    }
}

/// Goes down (and up) from the module `at`.
fn walk<'a>(
    tree: &'a Tree,
    mut at: Vec<String>,
    path: &[String],
    depth: usize,
    stops: &mut Vec<Stop<'a>>,
) {
    let mut rest = path;
    while let [next, others @ ..] = rest {
        let child = [&at[..], std::slice::from_ref(next)].concat();
        match next.as_str() {
            "self" => {}
            "super" => _ = at.pop(),
            _ if tree.modules.contains_key(&child) => at = child,
            _ => break,
        }
        rest = others;
    }
    let Some(module) = tree.modules.get(&at) else {
        return;
    };
    let binding = rest.first().and_then(|name| module.bindings.get(name));
    let all = ["crate".to_owned()].into_iter().chain(at.clone());
    stops.push(Stop {
        module,
        name: all
            .chain(rest.iter().cloned())
            .collect::<Vec<_>>()
            .join("::"),
        inside: !rest.is_empty(),
        line: binding.map_or(0, |binding| binding.line),
    });
    if let Some(binding) = binding {
        let whole = [&binding.path, &rest[1..]].concat();
        follow(tree, &at, &whole, depth, stops);
    }
}
