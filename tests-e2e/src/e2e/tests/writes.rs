// SPDX-License-Identifier: GPL-2.0

//! Writing to every entry: good, bad, empty and oversized input. One of two processes that are
//! alike is written to through procfs, the other through the type under test; what the calls return
//! and what reads back afterwards must be equal.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{self, Caller, Place};
use proc2_e2e::cells::Reason;
use proc2_e2e::child::{in_child, in_child_with};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::target::Target;
use proc2_e2e::{fstype, target_kinds, target_namespaces};
use rustix::thread::{move_into_link_name_space, LinkNameSpaceType};

use super::Test;
use writer::Writer;

mod input;
mod writer;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["writes": by_users, by_roots, across_namespaces]
}

/// Cells that stay empty.
const REASONS: &[Reason] = &[];

const OPEN: &str = "hidepid=off,gid=4321";
const HIDING: &str = "hidepid=noaccess,gid=4321";

fn by_users() -> Result<()> {
    compare_for(&[caller::ORDINARY, caller::MEMBER], 9_000)
}

fn by_roots() -> Result<()> {
    compare_for(&[caller::ROOT, caller::WEAK_ROOT], 9_000)
}

fn across_namespaces() -> Result<()> {
    compare_for(caller::ELSEWHERE, 12_000)
}

fn compare_for(callers: &[Caller], floor: u64) -> Result<()> {
    // Mapped at the same place in each twin that is forked of this process.
    input::prepare();
    let mut tally = Tally::default();
    let mut suited = BTreeSet::new();
    for options in [OPEN, HIDING] {
        for caller in callers {
            let (found, cells) = write_as(options, caller)
                .with_context(|| format!("{options}, caller {}", caller.name))?;
            tally.add(found);
            suited.extend(cells);
        }
    }
    let names: Vec<&str> = callers.iter().map(|caller| caller.name).collect();
    let known = |(entry, class): (String, String)| {
        let class = input::CLASSES.iter().find(|known| **known == class)?;
        Some((entry, *class))
    };
    let suited = suited.into_iter().filter_map(known).collect();
    let cells = tally.cells.verdict(&suited, &names, REASONS);
    // Differences first: they say more.
    tally.verdict(floor)?;
    cells
}

/// What was compared, and the entries with the classes of input that suit them.
type Found = (Tally, Vec<(String, String)>);

/// Two trees, one of each type.
struct Trees {
    oracle: OwnedFd,
    subject: OwnedFd,
}

impl Trees {
    fn of(oracle: &[Opt<'_>], subject: &[Opt<'_>]) -> Result<Self> {
        Ok(Self {
            oracle: Instance::with("proc", oracle)?.into_root()?,
            subject: Instance::with(&fstype(), subject)?.into_root()?,
        })
    }

    fn new(options: &str) -> Result<Self> {
        Self::of(&mount::options(options), &mount::options(options))
    }
}

/// Lets a caller write, in a process of its own.
fn write_as(options: &str, caller: &Caller) -> Result<Found> {
    let place = caller.place;
    let writer = |trees: &Trees| Writer {
        options,
        caller,
        oracle: trees
            .oracle
            .as_fd()
            .try_clone_to_owned()
            .expect("a descriptor"),
        subject: trees
            .subject
            .as_fd()
            .try_clone_to_owned()
            .expect("a descriptor"),
    };
    match place {
        Place::Ancestor => {
            // Two namespaces that are alike: the twins have the same number.
            let (left, right) = (target_namespaces::inner()?, target_namespaces::inner()?);
            let option = |inner: &target_namespaces::Inner| -> Result<OwnedFd> {
                Ok(std::fs::File::open(format!("/proc/{}/ns/pid", inner.init.id()))?.into())
            };
            let (left_ns, right_ns) = (option(&left)?, option(&right)?);
            let with =
                |namespace| [mount::options(options), vec![Opt::Fd("pidns", namespace)]].concat();
            let trees = Trees::of(&with(&left_ns), &with(&right_ns))?;
            in_child(|| {
                let writer = writer(&trees);
                let mut found = Found::default();
                for (left, right) in left.targets.iter().zip(&right.targets) {
                    if ["the user's", "another user's"].contains(&left.name) {
                        writer.twins(&mut found, left, right)?;
                    }
                }
                Ok(found)
            })
        }
        Place::Inside => {
            let inner = target_namespaces::inner()?;
            let file = std::fs::File::open(format!("/proc/{}/ns/pid", inner.init.id()))?;
            in_child(|| {
                let kind = Some(LinkNameSpaceType::ProcessID);
                move_into_link_name_space(file.as_fd(), kind).context("setns")?;
                in_child(|| writer(&Trees::new(options)?).own(Found::default()))
            })
        }
        Place::Same | Place::UserNamespace | Place::ChildPid => {
            let flags = match place {
                Place::ChildPid => libc::CLONE_NEWPID,
                _ => 0,
            };
            let trees = Trees::new(options)?;
            let others = [(); 2].map(|()| target_kinds::plain(caller::OTHER));
            let [left, right] = others.map(|made| Target::of("another user's", made?));
            let (left, right) = (left?, right?);
            in_child_with(flags, || {
                caller.become_it()?;
                let writer = writer(&trees);
                let mut found = Found::default();
                writer.twins(&mut found, &left, &right)?;
                match options {
                    // Nobody's own processes are hidden from them.
                    HIDING => Ok(found),
                    _ => writer.own(found),
                }
            })
        }
    }
}
