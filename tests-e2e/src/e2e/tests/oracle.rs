// SPDX-License-Identifier: GPL-2.0

//! Task entries beside procfs's: every entry of every target, for every caller, under every
//! hidepid mode, by every way to look.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{self, Caller, Place, EXEMPT};
use proc2_e2e::cells::Reason;
use proc2_e2e::child::{in_child, in_child_with};
use proc2_e2e::compare::Tally;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::target::{self, Target};
use proc2_e2e::target_namespaces::{self, Inner};
use rustix::thread::{move_into_link_name_space, LinkNameSpaceType};

use super::Test;
use look::{Look, Names};

mod look;

/// Cells that stay empty.
const REASONS: &[Reason] = &[];

pub(super) fn tests() -> Vec<Test> {
    super::tests!["oracle": off, off_for_root, off_for_others, off_across_namespaces, noaccess, invisible,
        invisible_without_gid, ptraceable]
}

const OFF: &str = "hidepid=off,gid=4321";

/// One who may do little looks at everything.
fn off() -> Result<()> {
    compare_for(OFF, &[caller::ORDINARY], 100_000)
}

/// One who may do everything looks at everything.
fn off_for_root() -> Result<()> {
    compare_for(OFF, &[caller::ROOT], 100_000)
}

fn off_for_others() -> Result<()> {
    compare_for(OFF, &[caller::MEMBER, caller::WEAK_ROOT], 40_000)
}

fn off_across_namespaces() -> Result<()> {
    let callers = [
        caller::NAMESPACE_ROOT,
        caller::BELOW,
        caller::ABOVE,
        caller::INSIDE,
    ];
    compare_for(OFF, &callers, 60_000)
}

fn noaccess() -> Result<()> {
    by_mode(&format!("hidepid=noaccess,gid={EXEMPT}"))
}

fn invisible() -> Result<()> {
    by_mode(&format!("hidepid=invisible,gid={EXEMPT}"))
}

/// Without gid=, group 0 is the exempt one.
fn invisible_without_gid() -> Result<()> {
    by_mode("hidepid=invisible")
}

fn ptraceable() -> Result<()> {
    by_mode(&format!("hidepid=ptraceable,gid={EXEMPT}"))
}

fn by_mode(options: &str) -> Result<()> {
    let callers = [
        caller::ORDINARY,
        caller::MEMBER,
        caller::WEAK_ROOT,
        caller::ROOT,
        caller::NAMESPACE_ROOT,
        caller::BELOW,
        caller::ABOVE,
        caller::INSIDE,
    ];
    compare_for(options, &callers, 30_000)
}

/// Lets each caller compare what it sees of the targets; at least `floor` comparisons are made, and
/// where nothing is hidden no cell stays empty.
fn compare_for(options: &str, callers: &[Caller], floor: u64) -> Result<()> {
    let stage = Stage {
        options,
        names: Names::new(&Instance::new("proc", "")?.root()?)?,
        targets: target::all()?,
        inner: target_namespaces::inner()?,
    };
    let mut tally = Tally::default();
    for caller in callers {
        let looked = stage.look_as(caller);
        tally.add(looked.with_context(|| format!("{options}, caller {}", caller.name))?);
    }
    let names: Vec<&str> = callers.iter().map(|caller| caller.name).collect();
    let cells = match options {
        OFF => tally.cells.verdict(&stage.suited()?, &names, REASONS),
        _ => Ok(()),
    };
    // Differences first: they say more.
    tally.verdict(floor)?;
    cells
}

/// What all callers look at.
struct Stage<'a> {
    options: &'a str,
    names: Names,
    targets: Vec<Target>,
    inner: Inner,
}

impl Stage<'_> {
    /// Two fresh trees: nothing that another caller looked up is cached.
    fn trees(&self, pidns: Option<&OwnedFd>) -> Result<(Instance, Instance)> {
        let mut options = mount::options(self.options);
        options.extend(pidns.map(|file| Opt::Fd("pidns", file)));
        Ok((
            Instance::with("proc", &options)?,
            Instance::with(&fstype(), &options)?,
        ))
    }

    fn look<'a>(
        &'a self,
        caller: &'a Caller,
        (oracle, subject): &(Instance, Instance),
    ) -> Result<Look<'a>> {
        Ok(Look {
            options: self.options,
            caller,
            names: &self.names,
            oracle: oracle.root()?,
            subject: subject.root()?,
        })
    }

    /// What a caller finds, in a process of its own.
    fn look_as(&self, caller: &Caller) -> Result<Tally> {
        let inside = || File::open(format!("/proc/{}/ns/pid", self.inner.init.id()));
        match caller.place {
            Place::Same | Place::UserNamespace | Place::ChildPid => {
                let flags = match caller.place {
                    Place::ChildPid => libc::CLONE_NEWPID,
                    _ => 0,
                };
                let trees = self.trees(None)?;
                in_child_with(flags, || {
                    caller.become_it()?;
                    let own = target::own(caller.place)?;
                    // At the caller itself first, before it has worked for long.
                    let targets = self.targets.iter().chain([&own]);
                    Ok(self.look(caller, &trees)?.all(targets))
                })
            }
            Place::Ancestor => {
                let trees = self.trees(Some(&inside()?.into()))?;
                in_child(|| Ok(self.look(caller, &trees)?.all(self.inner.targets.iter())))
            }
            Place::Inside => in_child(|| {
                let kind = Some(LinkNameSpaceType::ProcessID);
                move_into_link_name_space(inside()?.as_fd(), kind).context("setns")?;
                in_child(|| {
                    let trees = self.trees(None)?;
                    let own = target::own(caller.place)?;
                    let targets = self.inner.targets.iter().chain([&own]);
                    Ok(self.look(caller, &trees)?.all(targets))
                })
            }),
        }
    }

    /// All entries with the operations that suit them: by those of a process of root's.
    fn suited(&self) -> Result<std::collections::BTreeSet<(String, &'static str)>> {
        let trees = self.trees(None)?;
        let own = target::own(Place::Same)?;
        Ok(self.look(&caller::ROOT, &trees)?.suited(&own))
    }
}
