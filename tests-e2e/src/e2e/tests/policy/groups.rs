// SPDX-License-Identifier: GPL-2.0

//! Several groups in `gid=`: the members of each are exempt from `hidepid=`, and nobody else is.

use std::os::fd::AsFd;

use anyhow::{ensure, Result};
use proc2_e2e::caller::{Caller, ORDINARY, OTHER};
use proc2_e2e::child::in_child;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::{dirent, fstype, target_kinds};

use super::super::Test;
use super::who::{as_container, outcome, there};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::groups":
        each_is_exempt, how_they_are_said, by_remount, in_a_user_namespace,
    ]
}

/// Users that are in one group each; the last three in none that is listed below.
const MEMBERS: [&[u32]; 11] = [
    &[2001],
    &[2002],
    &[2003],
    &[2004],
    &[2005],
    &[2006],
    &[2007],
    &[2008],
    &[2009],
    &[0],
    &[],
];

/// Which of [`MEMBERS`] see a process of another user, by name and in the listing.
fn who_sees(instance: &Instance, pid: i32) -> Result<Vec<bool>> {
    let root = instance.root()?;
    let mut all = Vec::new();
    for groups in MEMBERS {
        let caller = Caller { groups, ..ORDINARY };
        let ways = in_child(|| {
            caller.become_it()?;
            let pid = pid.to_string();
            let own = instance.root()?;
            Ok([
                there(&root, &pid) == "there",
                there(&root, &format!("{pid}/status")) == "there",
                dirent::names(own.as_fd())?.contains(&pid),
            ])
        })?;
        ensure!(
            ways.iter().all(|way| *way == ways[0]),
            "a member of {groups:?}: by name, below it, listed {ways:?}"
        );
        all.push(ways[0]);
    }
    Ok(all)
}

/// The members of the groups from 2001 on, so many of them.
fn the_first(count: usize) -> Vec<bool> {
    (0..MEMBERS.len()).map(|at| at < count).collect()
}

fn each_is_exempt() -> Result<()> {
    let other = target_kinds::plain(OTHER)?;
    for hidepid in ["2", "4"] {
        for (gid, want) in [
            ("2001", the_first(1)),
            ("2001:2002", the_first(2)),
            ("2008:2007:2006:2005:2004:2003:2002:2001", the_first(8)),
            ("2001:2001:2002:2003:2003:2004", the_first(4)),
        ] {
            let list = format!("hidepid={hidepid},gid={gid}");
            // With a policy and without, which has no say in it.
            for rest in ["", "subset=container,hide=uptime,"] {
                let instance = Instance::new(&fstype(), &format!("{rest}{list}"))?;
                let got = who_sees(&instance, other.id())?;
                // `ptraceable` asks for the right to trace, whatever the group.
                let want = if hidepid == "4" {
                    the_first(0)
                } else {
                    want.clone()
                };
                ensure!(got == want, "[{rest}{list}] of {MEMBERS:?}: {got:?}");
            }
        }
    }
    Ok(())
}

fn how_they_are_said() -> Result<()> {
    for (values, want) in [
        (&["7:5:6"][..], "rw,gids=7:5:6"),
        (&["5:5"], "rw,gid=5"),
        (&["0"], "rw"),
        (&["0:0"], "rw"),
        (&["0:5"], "rw,gids=0:5"),
        (&["5:0"], "rw,gids=5:0"),
        (&["0x10:010"], "rw,gids=16:8"),
        // mount(8) passes old and new together: the last one counts, whole.
        (&["5:6", "7"], "rw,gid=7"),
        (&["5:6", "7:8"], "rw,gids=7:8"),
        (&["5", "0"], "rw"),
        (&["1:2:3:4:5:6:7:8"], "rw,gids=1:2:3:4:5:6:7:8"),
        (&["1:2:3:4:5:6:7:8:8:1"], "rw,gids=1:2:3:4:5:6:7:8"),
    ] {
        let mut got = String::new();
        for name in ["gid", "gids"] {
            let options: Vec<_> = values.iter().map(|value| Opt::Text(name, value)).collect();
            got = Instance::with(&fstype(), &options)?.shown()?;
            ensure!(
                got == want,
                "{name}= {values:?} is shown as {got}, not {want}"
            );
        }
        let again = Instance::new(&fstype(), got.trim_start_matches("rw").trim_matches(','))?;
        ensure!(again.shown()? == got, "again: {}", again.shown()?);
    }
    for (value, named) in [
        ("1:2:3:4:5:6:7:8:9", "more than 8 groups"),
        ("5:", "number of a group"),
        (":5", "number of a group"),
        ("5::6", "number of a group"),
        ("5:x", "gid - x"),
        ("5:-1", "gid - -1"),
        ("5 6", "number of a group"),
        ("5:4294967295", "no mapping"),
    ] {
        let got = outcome(mount::detached(&fstype(), &[Opt::Text("gid", value)]));
        ensure!(
            got.starts_with("option gid EINVAL: ") && got.contains(named),
            "gid={value}: {got}, expected {named:?}"
        );
    }
    Ok(())
}

/// A remount names them anew: those that are not named any more are exempt no longer.
fn by_remount() -> Result<()> {
    let other = target_kinds::plain(OTHER)?;
    let instance = Instance::new(&fstype(), "hidepid=2,gid=2001:2002:2003")?;
    for (change, want) in [
        ("", the_first(3)),
        ("gid=2002:2001", the_first(2)),
        ("hidepid=2", the_first(2)),
        ("gid=2009:2003,gid=2001", the_first(1)),
        ("gid=1:2:3:4:5:6:7", the_first(0)),
    ] {
        instance.reconfigure(change)?;
        let got = who_sees(&instance, other.id())?;
        ensure!(got == want, "after [{change}], of {MEMBERS:?}: {got:?}");
    }
    let shown = instance.shown()?;
    let got = outcome(instance.reconfigure("gid=1:2:3:4:5:6:7:8:9"));
    ensure!(
        got.contains("EINVAL") && instance.shown()? == shown,
        "a ninth: {got}"
    );
    Ok(())
}

/// All of them are groups of whoever says it.
fn in_a_user_namespace() -> Result<()> {
    let got = as_container(|| {
        let one = Instance::new(&fstype(), "subset=container,gid=0")?.shown()?;
        let two = [Opt::Text("subset", "container"), Opt::Text("gid", "0:1")];
        Ok([one, outcome(mount::detached(&fstype(), &two))])
    })?;
    ensure!(
        got[0] == "rw,gid=1000,subset=container",
        "gid=0 is shown as {}",
        got[0]
    );
    ensure!(
        got[1].starts_with("option gid EINVAL: ") && got[1].contains("gid - 1 has no mapping"),
        "gid=0:1: {}",
        got[1]
    );
    Ok(())
}
