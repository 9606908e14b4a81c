// SPDX-License-Identifier: GPL-2.0

//! Instances that a mount namespace or a pid namespace has for itself.

use anyhow::Result;
use proc2_e2e::caller::ROOT;

use crate::claims::Claims;
use crate::view::{mount_command, run, show, Proc};

use super::Stage;

/// A private instance on /proc of a new mount namespace, and the usual programs on it.
pub(crate) fn private_proc(claims: &mut Claims, stage: &Stage) -> Result<()> {
    claims.part("A private instance on /proc of a new mount namespace");
    let proc = Proc::new("hidepid=noaccess");
    let mounted = show(&proc, &ROOT, &["grep", " /proc ", "/proc/self/mounts"], 3)?;
    let last = mounted.text.lines().last().unwrap_or("").to_string();
    let fstype = format!(" {} ", proc2_e2e::fstype());
    claims.that(
        "/proc is an instance",
        last.contains(&fstype) && last.contains("hidepid=noaccess"),
        &last,
    );

    let ids: Vec<String> = stage.processes.ids().iter().map(u32::to_string).collect();
    let ps = show(&proc, &ROOT, &["ps", "aux"], 8)?;
    let seen = ps.text.lines().filter(|line| {
        let mut words = line.split_whitespace();
        let (user, pid) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let owner = ["root", "daemon", "www-data", "nobody"];
        ids.iter()
            .zip(owner)
            .any(|(id, name)| id == pid && name == user)
    });
    claims.equal(
        "ps aux shows the four sleeping processes with their users",
        4,
        seen.count(),
    );

    let top = show(&proc, &ROOT, &["top", "-b", "-n1", "-w", "100"], 10)?;
    let tasks = top.text.lines().any(|line| line.starts_with("Tasks:"));
    let lists = ids.iter().filter(|id| {
        top.text
            .lines()
            .any(|line| line.trim_start().starts_with(&format!("{id} ")))
    });
    claims.equal("top -b -n1 lists them", 4, lists.count());
    claims.that("top prints its summary", top.success && tasks, &top.text);

    let pgrep = show(&proc, &ROOT, &["pgrep", "-x", "sleep"], 8)?;
    let found: Vec<&str> = pgrep.text.lines().collect();
    claims.that(
        "pgrep finds them by name",
        ids.iter().all(|id| found.contains(&id.as_str())),
        &found,
    );
    let by_user = show(&proc, &ROOT, &["pgrep", "-u", "daemon", "-a"], 4)?;
    claims.that(
        "pgrep finds daemon's by user",
        by_user.text.contains(&format!("{} sleep 1001", ids[1])),
        &by_user.text,
    );

    let free = show(&proc, &ROOT, &["free", "-k"], 3)?;
    let total = free
        .text
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(1))
        .map(String::from);
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let expected = memory.split_whitespace().nth(1).map(String::from);
    claims.equal("free shows the machine's memory", expected, total);

    let uptime = show(&proc, &ROOT, &["uptime"], 1)?;
    claims.that(
        "uptime tells the load",
        uptime.success && uptime.text.contains("load average"),
        &uptime.text,
    );
    Ok(())
}

/// An instance of a child pid namespace.
pub(crate) fn inner_namespace(claims: &mut Claims, stage: &Stage) -> Result<()> {
    claims.part("The child pid namespace, seen from outside through pidns=");
    let place = stage.open.with_file_name("inner");
    std::fs::create_dir_all(&place)?;
    mount_command(
        &format!("pidns=/proc/{}/ns/pid", stage.processes.inner.id()),
        &place,
    )?;
    let proc = Proc::Bound(place);
    let listed = run(&proc, &ROOT, &["ls", "/proc"])?;
    let mut tasks: Vec<&str> = listed
        .text
        .lines()
        .filter(|l| l.bytes().all(|b| b.is_ascii_digit()))
        .collect();
    tasks.sort_unstable();
    claims.equal(
        "its three processes have ids of their own",
        vec!["1", "2", "3"],
        tasks,
    );
    let name = show(&proc, &ROOT, &["head", "-n1", "/proc/1/status"], 1)?;
    claims.equal(
        "its init is process 1",
        "Name:\tinner-init\n",
        name.text.as_str(),
    );
    let ids = show(
        &Proc::Bound(stage.open.clone()),
        &ROOT,
        &[
            "grep",
            "NSpid",
            &format!("/proc/{}/status", stage.processes.inner.id()),
        ],
        1,
    )?;
    let want = format!("NSpid:\t{}\t1\n", stage.processes.inner.id());
    claims.equal("the outer instance shows both of its ids", want, ids.text);
    Ok(())
}
