// SPDX-License-Identifier: GPL-2.0

//! Every caller of the comparison looks at `.proc2/tasks`, under every hidepid mode: the rows are
//! those of the tasks whose files it can open, and say what the files say.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{self, Caller, Place, EXEMPT};
use proc2_e2e::compare::{exact, Tally};
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::scene::Scene;
use proc2_e2e::target::Target;

use super::beside::{enterable, from_files, from_row, pids, NO_ROW};

/// The modes, each with a group that is exempt where the mode has exemptions.
const MODES: [&str; 4] = ["off", "noaccess", "invisible", "ptraceable"];

pub(super) fn every_caller_sees_what_the_files_show() -> Result<()> {
    let scene = Scene::new()?;
    let mut tally = Tally::default();
    for mode in MODES {
        let options = format!("hidepid={mode},gid={EXEMPT}");
        let mount = |pidns: Option<&OwnedFd>| {
            let mut options = mount::options(&options);
            options.extend(pidns.map(|file| Opt::Fd("pidns", file)));
            Instance::with(&fstype(), &options)
        };
        for caller in caller::everyone() {
            let look = |instance: &Instance, targets: &[&Target]| {
                look(&options, &caller, instance.root()?.as_fd(), targets)
            };
            let seen = scene.look_as(&caller, mount, look);
            let seen = seen.with_context(|| format!("{options}, caller {}", caller.name))?;
            println!(
                "  {mode}, {}: {} rows of {}",
                caller.name, seen.rows, seen.targets
            );
            let due = match sees_all(mode, &caller) {
                true => seen.targets,
                // Its own process, at least.
                false => 1,
            };
            ensure!(
                seen.rows >= due.max(1),
                "{options}: {} sees rows of {} targets, where it sees {due} or more",
                caller.name,
                seen.rows
            );
            tally.add(seen.tally);
        }
    }
    // A set of tasks for each, and the rows of more than forty targets, or of five where those of a
    // pid namespace are looked at.
    tally.verdict(4 * (6 * 41 + 2 * 6))
}

/// Whether a caller sees everybody.
fn sees_all(mode: &str, caller: &Caller) -> bool {
    let traces_all = caller.uid == 0 && !caller.no_ptrace && caller.place != Place::UserNamespace;
    let exempt = mode != "ptraceable" && caller.groups.contains(&EXEMPT);
    mode == "off" || traces_all || exempt
}

/// What a caller has seen.
#[derive(serde::Serialize, serde::Deserialize)]
struct Seen {
    tally: Tally,
    /// How many targets there are to look at.
    targets: usize,
    /// How many of them have a row.
    rows: usize,
}

fn look(options: &str, caller: &Caller, root: BorrowedFd<'_>, targets: &[&Target]) -> Result<Seen> {
    let mut seen = Seen {
        tally: Tally::default(),
        targets: 0,
        rows: 0,
    };
    let name = caller.name;
    seen.tally.compare(
        || format!("[{options}] {name}: tasks"),
        || lines(enterable(root)),
        || lines(pids(root)),
        exact,
    );
    for target in targets {
        // The caller itself, which the others are, never rests.
        let Some(identity) = target.identity else {
            continue;
        };
        let pid = target.path.parse().context(target.path.clone())?;
        seen.tally.compare(
            || format!("[{options}] {name} looks at {}: row", target.name),
            || from_files(root, pid, identity),
            || from_row(root, pid),
            exact,
        );
        seen.targets += 1;
        seen.rows += usize::from(from_row(root, pid) != NO_ROW);
    }
    Ok(seen)
}

fn lines(set: Result<BTreeSet<i32>>) -> Vec<u8> {
    match set {
        Ok(set) => set
            .iter()
            .map(|pid| format!("{pid}\n"))
            .collect::<Vec<_>>()
            .concat()
            .into(),
        Err(error) => format!("{error:#}").into(),
    }
}
