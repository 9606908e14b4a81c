// SPDX-License-Identifier: GPL-2.0

//! A container with 64 MB and one CPU, in which programs say so.

use anyhow::Result;
use proc2_e2e::caller::ROOT;
use proc2_e2e::cgroups::{Group, Tree};

use crate::claims::Claims;
use crate::view::{show, Output, Proc};

/// What such a container has.
fn limited(tree: &Tree) -> Result<Group> {
    let group = tree.group("container")?;
    group.write("memory.max", "64M")?;
    group.write("memory.swap.max", "0")?;
    group.write("cpuset.cpus", "0")?;
    Ok(group)
}

/// `cgroup=` on /proc.
pub(crate) fn limits(claims: &mut Claims) -> Result<()> {
    claims.part("A container with 64 MB and one CPU");
    let tree = Tree::new()?;
    let options = format!("cgroup={}", limited(&tree)?.id()?);
    let proc = Proc::new(&options);
    let shows = |line: &[&str], lines| -> Result<Output> { show(&proc, &ROOT, line, lines) };

    let free = shows(&["free", "-m"], 4)?;
    let memory = free.text.lines().find_map(|line| line.strip_prefix("Mem:"));
    let total = memory.and_then(|line| line.split_whitespace().next());
    claims.equal("free says 64 MB", Some("64"), total);

    let processors = shows(&["grep", "-c", "^processor", "/proc/cpuinfo"], 1)?;
    claims.equal("cpuinfo has one CPU", "1", processors.text.trim());

    let top = shows(&["top", "-b", "-n1", "-1", "-w", "80"], 6)?;
    let rows = top.text.lines().filter(|line| line.starts_with("%Cpu"));
    claims.equal("top shows one CPU", 1, rows.count());
    claims.that(
        "top says 64 MB",
        top.text.contains(" 64.0 total"),
        &top.text,
    );

    let uptime = shows(&["uptime"], 1)?;
    claims.that(
        "nothing has run in it, and so its load is 0",
        uptime.text.contains("load average: 0.00, 0.00, 0.00"),
        &uptime.text,
    );
    Ok(())
}
