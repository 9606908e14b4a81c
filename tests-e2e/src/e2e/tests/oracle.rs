// SPDX-License-Identifier: GPL-2.0

//! Task entries beside procfs's: every entry of every target, for every caller, under every
//! hidepid mode, by every way to look.

use std::os::fd::OwnedFd;

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{self, Caller, Place, EXEMPT};
use proc2_e2e::cells::Reason;
use proc2_e2e::compare::Tally;
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::patience::part;
use proc2_e2e::scene::Scene;
use proc2_e2e::target::{self, Target};

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
    compare_for(OFF, caller::ELSEWHERE, 60_000)
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
    compare_for(options, &caller::everyone(), 30_000)
}

/// Lets each caller compare what it sees of the targets; at least `floor` comparisons are made, and
/// where nothing is hidden no cell stays empty.
fn compare_for(options: &str, callers: &[Caller], floor: u64) -> Result<()> {
    let stage = Stage {
        options,
        names: Names::new(&Instance::new("proc", "")?.root()?)?,
        scene: Scene::new()?,
    };
    let mut tally = Tally::default();
    for caller in callers {
        let looked = stage.look_as(caller);
        tally.add(looked.with_context(|| format!("{options}, caller {}", caller.name))?);
    }
    let names: Vec<&str> = callers.iter().map(|caller| caller.name).collect();
    let cells = match options {
        OFF if part() == 1 => tally.cells.verdict(&stage.suited()?, &names, REASONS),
        _ => Ok(()),
    };
    // Differences first: they say more.
    tally.verdict(floor / (2 * part() as u64 - 1))?;
    cells
}

/// What all callers look at.
struct Stage<'a> {
    options: &'a str,
    names: Names,
    scene: Scene,
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
        // Others for another caller, and for other options.
        let turn = caller.name.len() + self.options.len();
        let look = |trees: &(Instance, Instance), targets: &[&Target]| {
            let last = targets.len().saturating_sub(1);
            let looked_at =
                |(index, _): &(usize, &&Target)| *index == last || (index + turn) % part() == 0;
            let targets = targets.iter().enumerate().filter(looked_at);
            let targets: Vec<&Target> = targets.map(|(_, target)| *target).collect();
            Ok(self.look(caller, trees)?.all(&targets))
        };
        let mount = |pidns: Option<&OwnedFd>| self.trees(pidns);
        self.scene.look_as(caller, mount, look)
    }

    /// All entries with the operations that suit them: by those of a process of root's.
    fn suited(&self) -> Result<std::collections::BTreeSet<(String, &'static str)>> {
        let trees = self.trees(None)?;
        let own = target::own(Place::Same)?;
        Ok(self.look(&caller::ROOT, &trees)?.suited(&own))
    }
}
