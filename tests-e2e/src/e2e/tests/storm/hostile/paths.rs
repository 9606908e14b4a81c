// SPDX-License-Identifier: GPL-2.0

//! Paths of components that exist, nearly exist and cannot exist, in every call that takes a path.

use anyhow::Result;
use arbitrary::{Arbitrary, Unstructured};
use proc2_e2e::mount;
use proc2_e2e::storm::fuzz::Campaign;
use proc2_e2e::storm::fuzz_text::Text;
use proc2_e2e::storm::size::{allow_time, seed, size};
use proc2_e2e::target_decorated;
use rustix::fs::FileType;
use serde::{Deserialize, Serialize};

use super::super::super::Test;
use super::calls::Call;
use super::{below, Pair};

pub(super) fn tests() -> Vec<Test> {
    super::super::super::tests!["storm": hostile_paths]
}

/// A piece of a path.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
enum Piece {
    /// The process that is looked at.
    Target,
    /// The path of one of its entries, from its directory on.
    Entry(u16),
    /// Anything.
    Name(Text),
}

/// A call on a path.
#[derive(Debug, Clone, Serialize, Deserialize, Arbitrary)]
struct Step {
    #[arbitrary(with = pieces)]
    path: Vec<Piece>,
    call: Call,
}

fn pieces(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<Piece>> {
    let mut path = Vec::new();
    if u.ratio(2, 3)? {
        path.push(Piece::Target);
    }
    for _ in 0..u.int_in_range(0..=3)? {
        path.push(u.arbitrary()?);
    }
    Ok(path)
}

fn hostile_paths() -> Result<()> {
    allow_time();
    let target = target_decorated::decorated()?;
    let pid = target.id().to_string();
    let pair = Pair::new("")?;
    let entries = below(&pair.oracle, &pid, &|kind: FileType| {
        kind != FileType::Unknown
    })?;
    // Where links lead out of the tree, names that are made up must find nothing.
    rustix::process::chdir(&mount::new_directory()?)?;
    let campaign = Campaign {
        name: "hostile_paths",
        corpus: include_str!("../../../../../corpus/hostile_paths.jsonl"),
        count: size().of(6000, 100_000),
        seed: seed(),
    };
    campaign.run(|steps: &[Step]| {
        for step in steps {
            let path = text(&step.path, &pid, &entries);
            if let Some(wrong) = pair.agree(|root| step.call.make(root, &path)) {
                let path = String::from_utf8_lossy(&path).into_owned();
                return Ok(Some(format!("{:?} of {path:?}: {wrong}", step.call)));
            }
        }
        Ok(None)
    })
}

fn text(path: &[Piece], pid: &str, entries: &[String]) -> Vec<u8> {
    let pieces = path.iter().map(|piece| match piece {
        Piece::Target => pid.as_bytes().to_vec(),
        Piece::Entry(number) => {
            let entry = &entries[usize::from(*number) % entries.len()];
            let (_, rest) = entry.split_once('/').unwrap_or(("", "."));
            rest.as_bytes().to_vec()
        }
        Piece::Name(name) => name.string().into_bytes(),
    });
    let mut text = pieces.collect::<Vec<_>>().join(&b'/');
    // An absolute path would leave both trees.
    while text.first() == Some(&b'/') {
        text.remove(0);
    }
    text
}
