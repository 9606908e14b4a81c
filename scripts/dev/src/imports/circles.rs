// SPDX-License-Identifier: GPL-2.0

//! Files that name each other in a circle.

use super::Import;
use petgraph::algo::{astar, tarjan_scc};
use petgraph::graphmap::DiGraphMap;

/// For each set of files of which every one leads to every other: the files, and the lines of a
/// shortest circle among them.
pub(super) fn all(imports: &[Import]) -> Vec<String> {
    let mut graph: DiGraphMap<&str, &Import> = DiGraphMap::new();
    // The first line that makes an edge speaks for it.
    for import in imports.iter().rev().filter(|import| !import.indirect) {
        graph.add_edge(&import.from, &import.to, import);
    }
    let components = tarjan_scc(&graph).into_iter();
    let mut tangles: Vec<_> = components.filter(|files| files.len() > 1).collect();
    for files in &mut tangles {
        files.sort_unstable();
    }
    tangles.sort_by_key(|files| (std::cmp::Reverse(files.len()), files[0]));
    tangles
        .iter()
        .map(|files| {
            let lines = shortest(&graph, files).into_iter().map(|import| {
                let Import {
                    from,
                    to,
                    line,
                    name,
                    ..
                } = import;
                format!("  {from}:{line} names {name} of {to}")
            });
            format!(
                "{} files name each other in circles: {}\none of the shortest:\n{}",
                files.len(),
                files.join(" "),
                lines.collect::<Vec<_>>().join("\n")
            )
        })
        .collect()
}

/// The edges of a shortest circle among files of one component.
fn shortest<'a>(graph: &DiGraphMap<&'a str, &'a Import>, files: &[&'a str]) -> Vec<&'a Import> {
    let edges = files.iter().flat_map(|file| graph.edges(file));
    let circles = edges.filter_map(|(from, to, _)| {
        let (_, way) = astar(graph, to, |file| file == from, |_| 1, |_| 0)?;
        Some([vec![from], way].concat())
    });
    let circle = circles.min_by_key(Vec::len).unwrap_or_default();
    circle
        .windows(2)
        .filter_map(|pair| graph.edge_weight(pair[0], pair[1]).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::of;
    use super::all;

    #[test]
    fn a_circle_is_told_with_its_lines() {
        let found = all(&of(&[
            ("src/root.rs", "mod a; mod b; mod c; mod d;"),
            ("src/a.rs", "\nuse crate::b::B;"),
            ("src/b.rs", "fn f() { crate::c::f() }"),
            (
                "src/c.rs",
                "use super::{b::f, a::A}; use crate::d;\nfn f() { d::D }",
            ),
            ("src/d.rs", "struct D;"),
        ]));
        assert_eq!(
            found,
            [
                "3 files name each other in circles: src/a.rs src/b.rs src/c.rs\n\
              one of the shortest:\n  \
              src/b.rs:1 names crate::c::f of src/c.rs\n  \
              src/c.rs:1 names crate::b::f of src/b.rs"
            ]
        );
    }

    #[test]
    fn two_circles_are_two_and_none_is_none() {
        let pair = |one: &str, other: &str| {
            all(&of(&[
                ("src/root.rs", "mod a; mod b { pub mod c; } mod d; mod e;"),
                ("src/a.rs", one),
                ("src/b/c.rs", other),
                ("src/d.rs", "use crate::e::E;"),
                ("src/e.rs", "type T = super::d::D;"),
            ]))
            .len()
        };
        assert_eq!(pair("use crate::b::c::C;", "use crate::a::A;"), 2);
        assert_eq!(pair("use crate::b::c::C;", ""), 1);
    }
}
