// SPDX-License-Identifier: GPL-2.0

//! A program that looks, run for each caller and each hidepid mode on procfs and on the type under
//! test.

use std::process::Stdio;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::compare::Tally;
use proc2_e2e::fstype;
use proc2_e2e::patience::part;

use super::sandbox::{Outcome, Sandbox};
use super::verdict::{judge, Moves, Verdict};

/// Who looks under which options. Every command runs for root; for the user, commands take turns
/// between the two modes, for programs take long on an emulated CPU.
const ROOTS: (&str, &Caller) = ("hidepid=off", &ROOT);
const USERS: [(&str, &Caller); 2] = [("hidepid=invisible", &ORDINARY), ("hidepid=off", &ORDINARY)];

/// How often what differs is looked at again: something may have happened meanwhile.
const PATIENCE: u32 = 4;

/// A command, and what is expected of it.
pub(super) struct Look {
    /// The words.
    pub(super) command: Vec<String>,
    shows: Vec<String>,
    denied: Option<&'static str>,
    moves: Vec<Moves>,
    renames: Vec<(String, String)>,
    sorted: bool,
}

/// A command, its words separated by blanks.
pub(super) fn look(command: impl AsRef<str>) -> Look {
    let words = command.as_ref().split_whitespace();
    Look {
        command: words.map(Into::into).collect(),
        shows: Vec::new(),
        denied: None,
        moves: Vec::new(),
        renames: Vec::new(),
        sorted: false,
    }
}

impl Look {
    /// What must be in its output, or the comparison would say nothing.
    pub(super) fn shows(mut self, text: impl Into<String>) -> Self {
        self.shows.push(text.into());
        self
    }

    /// What an ordinary user is told instead.
    pub(super) fn denied(mut self, text: &'static str) -> Self {
        self.denied = Some(text);
        self
    }

    /// What moves by itself.
    pub(super) fn moves(mut self, rule: Moves) -> Self {
        self.moves.push(rule);
        self
    }

    /// The program puts its lines in the order of a number that moves by itself: which lines there
    /// are is compared, not which comes first.
    pub(super) fn in_any_order(mut self) -> Self {
        self.sorted = true;
        self
    }

    /// What an outcome says, as it is compared.
    fn text(&self, outcome: &Outcome) -> String {
        let text = outcome.text();
        if !self.sorted {
            return text;
        }
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    /// Where the type under test must say its own name, and procfs says another.
    pub(super) fn renamed(mut self, ours: &str, theirs: &str) -> Self {
        self.renames.push((ours.into(), theirs.into()));
        self
    }

    /// Whether the outcome has what it is there to show.
    pub(super) fn check(&self, caller: &Caller, outcome: &Outcome) -> Result<()> {
        let text = outcome.text();
        let denied = self.denied.filter(|_| caller.uid != 0);
        let wanted: Vec<&str> = match denied {
            Some(denied) => vec![denied],
            None => self.shows.iter().map(String::as_str).collect(),
        };
        ensure!(!wanted.is_empty(), "nothing is said about what it shows");
        for wanted in wanted {
            ensure!(text.contains(wanted), "does not show {wanted:?}:\n{text}");
        }
        Ok(())
    }
}

/// Runs the commands for each case, and compares. On a kernel that looks for mistakes, a part of
/// them is run.
pub(super) fn compare(sandbox: &Sandbox, looks: &[Look]) -> Result<()> {
    let mut tally = Tally::default();
    let looks = looks.iter().enumerate().step_by(part());
    let count = looks.len() as u64;
    for (turn, look) in looks {
        for (options, caller) in [ROOTS, USERS[turn % USERS.len()]] {
            let command = look.command.join(" ");
            let run = |fstype: &str| -> Result<Outcome> {
                sandbox.mount(fstype, options)?;
                sandbox
                    .start(caller, &look.command, Stdio::null(), "program")?
                    .finish()
            };
            let what = format!("[{options}] {} runs {command}", caller.name);
            compare_one(&mut tally, &what, look, run, |outcome| {
                look.check(caller, outcome)
            })?;
        }
    }
    tally.verdict(count * 2)
}

/// Compares what `run` gives on procfs, on the type under test, and on procfs again.
pub(super) fn compare_one(
    tally: &mut Tally,
    what: &str,
    look: &Look,
    mut run: impl FnMut(&str) -> Result<Outcome>,
    check: impl Fn(&Outcome) -> Result<()>,
) -> Result<()> {
    // Reports of a kind are merged by what stands behind the last slash.
    let kind = what.replace('/', "|");
    let mut procfs = || run("proc").with_context(|| what.to_owned());
    let mut before = procfs()?;
    for _ in 1..PATIENCE {
        if check(&before).is_ok() {
            break;
        }
        before = procfs()?;
    }
    if let Err(error) = check(&before) {
        tally.report(kind, b"", format!("{error:#}").as_bytes());
        return Ok(());
    }
    let mut before = look.text(&before);
    for round in 1.. {
        let mut ours = look.text(&run(&fstype()).with_context(|| what.to_owned())?);
        if fstype() != "proc" {
            for (own, theirs) in &look.renames {
                let shown = ours.contains(own);
                ensure!(shown, "{what}: does not show {own:?}:\n{ours}");
                ours = ours.replace(own, theirs);
            }
        }
        if ours == before {
            tally.equal += 1;
            break;
        }
        let after = look.text(&run("proc").with_context(|| what.to_owned())?);
        match judge(&before, &ours, &after, &look.moves) {
            Verdict::Equal => tally.equal += 1,
            Verdict::Normalised => {
                tally.equal += 1;
                tally.normalised += 1;
            }
            Verdict::Different(..) if round < PATIENCE => {
                before = after;
                continue;
            }
            Verdict::Different(want, got) => {
                tally.report(kind, want.as_bytes(), got.as_bytes());
            }
        }
        break;
    }
    Ok(())
}
