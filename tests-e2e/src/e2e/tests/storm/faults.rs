// SPDX-License-Identifier: GPL-2.0

//! Every allocation and every copy to or from the caller fails once: on mount, remount, lookup,
//! readdir, open, read, write and what else a path takes. The call gives an errno or what it gives
//! without the failure, leaves nothing behind, and works the next time.
//!
//! Only a debug kernel can let them fail (`make DEBUG=1`). Elsewhere the figures say `skipped`.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::OwnedFd;

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::{self, options, Opt};
use proc2_e2e::storm::fault::Faults;
use proc2_e2e::storm::figures::Figures;
use proc2_e2e::storm::kernel_objects::KernelObjects;
use proc2_e2e::storm::size::{allow_time, size};
use proc2_e2e::{errno, fstype, is_procfs, target_decorated};
use rustix::thread::{set_thread_groups, Gid};

use super::super::Test;
use cases::{cases, Case, Outcome};

mod cases;

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["storm": failures]
}

/// No call makes this many allocations: a count that gets here does not come to an end.
const MOST: u32 = 5000;

/// How many allocations of a call on an instance fail, the first ones: short forms leave out the
/// long tails of reads, which are copies of one piece after the other.
fn most() -> u32 {
    size().whole(40, MOST.into()) as u32
}

/// What the short form takes beside every twelfth: the record that takes memory for its text.
const ALWAYS: &[&str] = &["/sched"];

/// A mount that needs memory for all that a policy has.
const POLICY: &str = "subset=container,gid=7:8,pid1=visible,show=kcore:sys/kernel/panic:mounts,\
    hide=pid/environ:net/dev:sys/vm,hide=uptime,writable=sys/net:sys/kernel/panic";

/// A control group with limits of each kind, and a process in it.
struct Limited {
    _tree: Tree,
    _process: Sleeper,
    /// What shows its figures.
    options: String,
}

impl Limited {
    fn new() -> Result<Self> {
        let tree = Tree::new()?;
        let group = tree.group("a/b")?;
        let limits = [
            ("memory.max", "64M"),
            ("memory.swap.max", "16M"),
            ("cpu.max", "50000 100000"),
        ];
        for (name, value) in limits {
            group.write(name, value)?;
        }
        Ok(Self {
            _process: group.sleeper()?,
            options: format!("cgroup={},cpus=quota", group.id()?),
            _tree: tree,
        })
    }
}

#[derive(Default)]
struct Sum {
    calls: u64,
    failed: u64,
    /// Texts that ended early, where procfs's do.
    cut: u64,
    refused: BTreeMap<String, u64>,
    wrong: Vec<String>,
}

fn failures() -> Result<()> {
    allow_time();
    let mut figures = Figures::new("storm_failures");
    let Some(faults) = Faults::new()? else {
        figures.skipped("this kernel cannot let allocations fail");
        return Ok(());
    };
    let process = target_decorated::decorated()?;
    let pid = process.id();
    let limited = (!is_procfs()).then(Limited::new).transpose()?;
    let view = limited.as_ref().map(|limited| limited.options.as_str());
    let before = KernelObjects::now()?;
    let mut sum = Sum::default();
    let cases = cases(pid, view)?;
    let step = size().whole(12, 1) as usize;
    let chosen = |(index, case): &(usize, &Case<'_>)| {
        let always = ALWAYS.iter().any(|end| case.name.ends_with(end));
        // Those on an instance with a policy or a view are few.
        index % step == 0 || always || !case.options.is_empty()
    };
    let chosen: Vec<_> = cases.iter().enumerate().filter(chosen).collect();
    for (_, case) in &chosen {
        let failed = sum.failed;
        walk(&faults, case, &mut sum).with_context(|| case.name.clone())?;
        // For those who wait: a full run is long.
        eprintln!("  {}: {} failed", case.name, sum.failed - failed);
    }
    let mut lists = vec!["hidepid=invisible,gid=7,subset=pid"];
    lists.extend((!is_procfs()).then_some(POLICY));
    lists.extend(view);
    for list in &lists {
        mounts(&faults, list, &mut sum)?;
    }
    remounts(&faults, view, &mut sum)?;
    let settled = before.settle();
    let kinds = faults.kinds.join("+");
    figures
        .add("cases", chosen.len() + lists.len() + 1)
        .add("operations", sum.calls)
        .add("allocations_failed", sum.failed)
        .add("cut_as_in_procfs", sum.cut)
        .add("kinds", kinds)
        .print(sum.wrong.len() + usize::from(settled.is_err()));
    println!("  refused with {:?}", sum.refused);
    ensure!(sum.failed > 50, "only {} failures were made", sum.failed);
    ensure!(sum.wrong.is_empty(), "{}", sum.wrong.join("\n"));
    settled
}

/// Lets each allocation of a call fail in turn, on a new instance each time: nothing is cached.
fn walk(faults: &Faults, case: &Case<'_>, sum: &mut Sum) -> Result<()> {
    let usual = (case.call)(&instance(&case.options)?);
    let mut procfs_cuts = None;
    for n in 1..most() {
        let root = instance(&case.options)?;
        let (outcome, failed) = faults.with(n, || (case.call)(&root))?;
        sum.calls += 2;
        if !failed {
            return Ok(());
        }
        sum.failed += 1;
        match (&outcome, &usual) {
            (Err(number), _) => *sum.refused.entry(errno::name(*number)).or_default() += 1,
            (Ok(got), Ok(want)) if case.whole(got, want) => {}
            // The kernel's walk of another's memory says "no more" where it has no memory for a
            // page.
            (Ok(got), Ok(want))
                if case.part(got, want) && cuts(faults, case, &mut procfs_cuts)? =>
            {
                sum.cut += 1;
            }
            _ => sum
                .wrong
                .push(format!("{}, failure {n}: {}", case.name, show(&outcome))),
        }
        let again = (case.call)(&root);
        let as_usual = match (&again, &usual) {
            (Ok(got), Ok(want)) => case.whole(got, want),
            (got, want) => got == want,
        };
        if !as_usual {
            let (again, usual) = (show(&again), show(&usual));
            sum.wrong.push(format!(
                "{}, after failure {n}: {again}, not {usual}",
                case.name
            ));
        }
    }
    ensure!(most() < MOST, "it makes more than {MOST} allocations");
    Ok(())
}

/// Whether procfs, too, gives a part of the text at some failure, as if it ended there. Asked once
/// for a case.
fn cuts(faults: &Faults, case: &Case<'_>, known: &mut Option<bool>) -> Result<bool> {
    if let Some(known) = known {
        return Ok(*known);
    }
    let oracle = || mount::detached("proc", &[]).map_err(anyhow::Error::from);
    let usual = (case.call)(&oracle()?);
    let mut found = false;
    for n in 1..MOST {
        let root = oracle()?;
        let (outcome, failed) = faults.with(n, || (case.call)(&root))?;
        found = matches!((&outcome, &usual), (Ok(got), Ok(want))
            if !case.whole(got, want) && case.part(got, want));
        if found || !failed {
            break;
        }
    }
    *known = Some(found);
    Ok(found)
}

fn show(outcome: &Outcome) -> String {
    match outcome {
        Ok(text) => format!("{} bytes: {:?}", text.len(), String::from_utf8_lossy(text)),
        Err(number) => errno::name(*number),
    }
}

fn instance(list: &str) -> Result<OwnedFd> {
    Ok(mount::detached(&fstype(), &options(list))?)
}

/// Mounts, with each option: an instance or none, and none is left behind (the kernel's objects are
/// counted, for the namespaces go, and the mounter's credentials are others each time).
fn mounts(faults: &Faults, list: &str, sum: &mut Sum) -> Result<()> {
    let abroad = Sleeper::with_flags(libc::CLONE_NEWUSER | libc::CLONE_NEWPID, || Ok(()))?;
    let pidns = File::open(format!("/proc/{}/ns/pid", abroad.id()))?.into();
    let all: Vec<Opt<'_>> = options(list)
        .into_iter()
        .chain([Opt::Fd("pidns", &pidns)])
        .collect();
    for n in 1..MOST {
        set_thread_groups(&[Gid::from_raw(n)])?;
        let (made, failed) = faults.with(n, || mount::detached(&fstype(), &all))?;
        sum.calls += 2;
        if !failed {
            made.map_err(anyhow::Error::from)?;
            return Ok(());
        }
        sum.failed += 1;
        match made {
            Ok(_) => {}
            Err(refusal) => *sum.refused.entry(errno::name(refusal.errno)).or_default() += 1,
        }
        if let Err(refusal) = mount::detached(&fstype(), &all) {
            sum.wrong
                .push(format!("mounting after failure {n}: {refusal}"));
        }
    }
    bail!("a mount makes more than {MOST} allocations")
}

/// Remounts, of an instance with a view if there is one: all of the new options, or all of the old
/// ones.
fn remounts(faults: &Faults, view: Option<&str>, sum: &mut Sum) -> Result<()> {
    let list = ["hidepid=1,gid=5"].into_iter().chain(view);
    let list = list.collect::<Vec<_>>().join(",");
    for n in 1..MOST {
        let instance = mount::Instance::new(&fstype(), &list)?;
        let old = instance.shown()?;
        let change = || instance.reconfigure("hidepid=ptraceable,gid=9");
        let (done, failed) = faults.with(n, change)?;
        sum.calls += 2;
        let shown = instance.shown()?;
        let new = done.is_ok();
        if new == (shown == old) {
            sum.wrong.push(format!(
                "remounting with failure {n}: {done:?}, then {shown}"
            ));
        }
        if !failed {
            return Ok(());
        }
        sum.failed += 1;
        if let Err(refusal) = done {
            *sum.refused.entry(errno::name(refusal.errno)).or_default() += 1;
        }
        change()
            .map_err(anyhow::Error::from)
            .context("remounting after a failure")?;
        ensure!(instance.shown()?.contains("gid=9"), "{}", instance.shown()?);
    }
    bail!("a remount makes more than {MOST} allocations")
}
