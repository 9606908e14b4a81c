// SPDX-License-Identifier: GPL-2.0

//! The demonstration, part by part.

mod container;
mod limits;
mod private;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use proc2_e2e::caller::{Caller, ROOT};
use proc2_e2e::mount::shown;

use crate::claims::Claims;
use crate::processes::{Processes, NOBODY};
pub(crate) use container::container;
pub(crate) use limits::limits;
pub(crate) use private::{inner_namespace, private_proc};

use crate::view::{mount_command, remount_command, run, show, Proc};

const USER: Caller = Caller {
    name: "nobody",
    uid: NOBODY,
    groups: &[],
    ..ROOT
};
const COLUMNS: &str = "pid,user,nlwp,comm";

/// The processes and the two instances.
pub(crate) struct Stage {
    processes: Processes,
    tight: PathBuf,
    open: PathBuf,
}

impl Stage {
    /// Starts the processes and mounts the instances side by side.
    pub(crate) fn set(claims: &Claims) -> Result<Self> {
        claims.part("Two instances, side by side");
        let processes = Processes::start()?;
        let directory = std::env::temp_dir().join("proc2-demo");
        let (tight, open) = (directory.join("tight"), directory.join("open"));
        for place in [&tight, &open] {
            std::fs::create_dir_all(place)
                .with_context(|| format!("making {}", place.display()))?;
        }
        mount_command("hidepid=invisible,subset=pid", &tight)?;
        mount_command("hidepid=off", &open)?;
        Ok(Self {
            processes,
            tight,
            open,
        })
    }

    fn pids(&self) -> String {
        let ids = self.processes.ids();
        let more = [self.processes.threaded.id(), self.processes.inner.id()];
        let all = ids
            .iter()
            .map(u32::to_string)
            .chain(more.iter().map(i32::to_string));
        all.collect::<Vec<_>>().join(",")
    }
}

/// The first column of ps's lines, below the heading.
fn first_column(text: &str) -> Vec<String> {
    text.lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .map(String::from)
        .collect()
}

/// What root and an ordinary user see in each instance.
pub(crate) fn side_by_side(claims: &mut Claims, stage: &Stage) -> Result<()> {
    let pids = stage.pids();
    let all: Vec<String> = pids.split(',').map(String::from).collect();
    let own = vec![stage.processes.ids()[3].to_string()];
    let line = ["ps", "-o", COLUMNS, "-p", &pids];
    for (name, place, user_sees) in [("tight", &stage.tight, &own), ("open", &stage.open, &all)] {
        claims.part(&format!(
            "The same six processes in the {name} instance ({})",
            shown(place)?
        ));
        let proc = Proc::Bound(place.clone());
        let by_root = show(&proc, &ROOT, &line, 8)?;
        claims.equal(
            &format!("root sees all six in {name}"),
            all.clone(),
            first_column(&by_root.text),
        );
        let by_user = show(&proc, &USER, &line, 8)?;
        claims.equal(
            &format!("nobody sees {} of them in {name}", user_sees.len()),
            user_sees.clone(),
            first_column(&by_user.text),
        );
        let threads = by_root.text.lines().any(|line| {
            line.contains(&format!("{} ", stage.processes.threaded.id()))
                && line.split_whitespace().nth(2) == Some("4")
        });
        claims.that(
            &format!("ps counts four threads in {name}"),
            threads,
            &by_root.text,
        );
        // Everybody's processes, as ps -e lists them.
        let everything = run(&proc, &USER, &["ps", "-eo", "pid,uid"])?;
        let foreign = everything
            .text
            .lines()
            .skip(1)
            .filter(|line| line.split_whitespace().nth(1) != Some(&NOBODY.to_string()));
        let foreign = foreign.count();
        let want = if name == "tight" {
            foreign == 0
        } else {
            foreign > 3
        };
        claims.that(
            &format!("in {name}, nobody's ps -e lists {foreign} processes of others"),
            want,
            foreign,
        );
    }
    claims.part("What does not exist in an instance");
    let (tight, open) = (
        Proc::Bound(stage.tight.clone()),
        Proc::Bound(stage.open.clone()),
    );
    let ls = |proc: &Proc| {
        show(
            proc,
            &ROOT,
            &["ls", "-d", "/proc/self", "/proc/meminfo", "/proc/sys"],
            4,
        )
    };
    let in_tight = ls(&tight)?;
    claims.that(
        "subset=pid has no meminfo and no sys",
        in_tight.text.matches("No such file").count() == 2,
        &in_tight.text,
    );
    let in_open = ls(&open)?;
    claims.that(
        "the other instance has them",
        in_open.success,
        &in_open.text,
    );
    let path = format!("/proc/{}/status", stage.processes.ids()[1]);
    let peek = show(&tight, &USER, &["cat", &path], 3)?;
    claims.that(
        "another's process is not there for nobody",
        peek.text.contains("No such file"),
        &peek.text,
    );
    Ok(())
}

/// One instance changes, the other does not.
pub(crate) fn remount(claims: &mut Claims, stage: &Stage) -> Result<()> {
    claims.part("Remounting one");
    let before = shown(&stage.tight)?;
    remount_command("hidepid=noaccess,gid=33", &stage.open)?;
    let (open, tight) = (shown(&stage.open)?, shown(&stage.tight)?);
    println!("    open now has {open}\n    tight now has {tight}");
    claims.equal(
        "the remounted instance shows its new options",
        "rw,gid=33,hidepid=noaccess",
        &open,
    );
    claims.equal("the other one's options did not change", before, tight);
    let path = format!("/proc/{}/status", stage.processes.ids()[1]);
    let place = Proc::Bound(stage.open.clone());
    let peek = show(&place, &USER, &["cat", &path], 3)?;
    claims.that(
        "nobody may no longer look into another's process",
        peek.text.contains("Operation not permitted"),
        &peek.text,
    );
    let listed = run(&place, &USER, &["ls", "/proc"])?;
    let id = stage.processes.ids()[1].to_string();
    claims.that(
        "but sees that it is there",
        listed.text.lines().any(|line| line == id),
        &listed.text,
    );
    let member = Caller {
        name: "nobody+www-data",
        groups: &[33],
        ..USER
    };
    let peek = show(&place, &member, &["head", "-n1", &path], 1)?;
    claims.that(
        "a member of the group named in gid= may",
        peek.text.contains("Name:\tsleep"),
        &peek.text,
    );
    remount_command("hidepid=off,gid=0", &stage.open)?;
    let again = run(&place, &USER, &["head", "-n1", &path])?;
    claims.that(
        "and after hidepid=off everybody may",
        again.success,
        &again.text,
    );
    Ok(())
}
