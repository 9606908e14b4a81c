// SPDX-License-Identifier: GPL-2.0

//! Columns and rows of `.proc2/tasks` by its name: what is asked for is what is shown, as in the
//! whole file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{ensure, Context as _, Result};
use fastrand::Rng;
use proc2_e2e::caller::{self, ORDINARY};
use proc2_e2e::cgroups::Tree;
use proc2_e2e::child::{in_child, Sleeper};
use proc2_e2e::errno::show;
use proc2_e2e::mount::Instance;
use proc2_e2e::snapshot::{open_named, table, Table};
use proc2_e2e::storm::kernel_objects::KernelObjects;
use proc2_e2e::{fstype, target_kinds};

use super::tasks_read::in_quiet_namespace;
use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_columns": each_alone, any_list, names_of_nothing, names_leave_nothing, by_number, by_user,
        by_cgroup, of_who_may_be_seen, with_a_policy, busy_tasks]
}

/// The values of each process but the reader itself, by its number and their columns.
type Values = BTreeMap<String, BTreeMap<String, String>>;

fn values(table: &Table) -> Result<Values> {
    let own = std::process::id().to_string();
    let pids = table.column("pid")?;
    let rows = pids.iter().zip(&table.rows);
    let rows = rows.filter(|(pid, _)| **pid != own).map(|(pid, row)| {
        let values = table.columns.iter().cloned().zip(row.iter().cloned());
        (pid.to_string(), values.collect())
    });
    Ok(rows.collect())
}

/// Whether a part shows what the whole file shows of the same.
fn is_part(whole: &Values, part: &Values) -> Result<()> {
    ensure!(
        whole.len() == part.len(),
        "{} rows of {}",
        part.len(),
        whole.len()
    );
    for (pid, values) in part {
        let all = whole.get(pid).with_context(|| format!("{pid} is new"))?;
        for (column, value) in values {
            ensure!(
                all.get(column) == Some(value),
                "{column} of {pid}: {value}, {all:?}"
            );
        }
    }
    Ok(())
}

fn each_alone() -> Result<()> {
    in_quiet_namespace(10, |instance, _| {
        let root = instance.root()?;
        let whole = table(root.as_fd(), "tasks")?;
        ensure!(whole.columns.len() == 53, "{:?}", whole.columns);
        let all = values(&whole)?;
        ensure!(all.len() == 10, "{} processes", all.len());
        for column in whole.columns.iter().filter(|column| *column != "pid") {
            for name in [format!("tasks:pid,{column}"), format!("tasks:{column},pid")] {
                let part = table(root.as_fd(), &name)?;
                ensure!(part.columns.len() == 2, "{name}: {:?}", part.columns);
                is_part(&all, &values(&part)?).context(name)?;
            }
            let alone = table(root.as_fd(), &format!("tasks:{column}"))?;
            ensure!(alone.columns == [column.clone()], "{:?}", alone.columns);
            ensure!(
                alone.rows.len() == 11,
                "{column}: {} rows",
                alone.rows.len()
            );
        }
        Ok(())
    })
}

/// Any columns in any order.
fn any_list() -> Result<()> {
    let seed = fastrand::u64(..);
    in_quiet_namespace(10, |instance, _| {
        let mut rng = Rng::with_seed(seed);
        let root = instance.root()?;
        let whole = table(root.as_fd(), "tasks")?;
        let all = values(&whole)?;
        for _ in 0..200 {
            let mut columns = whole.columns.clone();
            rng.shuffle(&mut columns);
            columns.truncate(rng.usize(1..=columns.len()));
            if !columns.iter().any(|column| column == "pid") {
                columns.insert(rng.usize(..=columns.len()), "pid".into());
            }
            let name = format!("tasks:{}", columns.join(","));
            let part = table(root.as_fd(), &name)?;
            ensure!(part.columns == columns, "{name}: {:?}", part.columns);
            is_part(&all, &values(&part)?).context(name)?;
        }
        Ok(())
    })
    .with_context(|| format!("seed {seed}"))
}

fn names_of_nothing() -> Result<()> {
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let opened = |name: &str| show(open_named(root.as_fd(), name).map(drop), |()| "ok".into());
    let long = format!("tasks:{}", ["pid"; 900].join(","));
    for (name, wanted) in [
        ("tasks:", "EINVAL"),
        ("tasks:tid", "EINVAL"),
        ("tasks:pid,pid", "EINVAL"),
        ("tasks:pid,", "EINVAL"),
        ("tasks:PID", "EINVAL"),
        ("tasks@", "EINVAL"),
        ("tasks@pid=", "EINVAL"),
        ("tasks@pid=9-1", "EINVAL"),
        ("tasks@pid=1@pid=2", "EINVAL"),
        ("tasks@uid=root", "EINVAL"),
        ("tasks@comm=sh", "EINVAL"),
        ("tasks@cgroup=/", "EINVAL"),
        (&long, "EINVAL"),
        // Of a cgroup that there is not only an open can know.
        ("tasks@cgroup=999999999", "ENOENT"),
        ("task:pid", "ENOENT"),
        (":pid", "ENOENT"),
        ("tasks:pid/", "ENOTDIR"),
        ("tasks:pid", "ok"),
    ] {
        let got = opened(name);
        ensure!(got == wanted, "{name}: {got}, not {wanted}");
    }
    // They are files like the one that is listed, and never listed themselves.
    let listed = fs::read_dir(format!(
        "/proc/self/fd/{}/.proc2",
        rustix::fd::AsRawFd::as_raw_fd(&root)
    ))?;
    ensure!(listed.count() == 2, "more than two files are listed");
    Ok(())
}

/// Names that are looked up leave nothing behind, however many there are.
fn names_leave_nothing() -> Result<()> {
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let look = |count: u32| -> Result<()> {
        for number in 0..count {
            let name = format!("tasks:pid@pid={number}");
            rustix::fs::statat(
                &root,
                format!(".proc2/{name}"),
                rustix::fs::AtFlags::empty(),
            )?;
            let bad = format!(".proc2/tasks:pid@pid={number}x");
            let refused = rustix::fs::statat(&root, bad, rustix::fs::AtFlags::empty());
            ensure!(refused.is_err(), "a bad name is found");
        }
        Ok(())
    };
    look(100)?;
    let before = KernelObjects::now()?;
    look(20_000)?;
    before.settle()
}

/// The processes that a name selects.
fn pids(root: BorrowedFd<'_>, selection: &str) -> Result<Vec<i32>> {
    let table = table(root, &format!("tasks:pid{selection}"))?;
    let pids = table.column("pid")?;
    pids.into_iter().map(|pid| Ok(pid.parse()?)).collect()
}

fn by_number() -> Result<()> {
    in_quiet_namespace(20, |instance, _| {
        let root = instance.root()?;
        let all = pids(root.as_fd(), "")?;
        ensure!(all.len() == 21, "{all:?}");
        let (first, last) = (all[5], all[11]);
        for (selection, wanted) in [
            (format!("@pid={first}"), &all[5..6]),
            (format!("@pid={first}-{last}"), &all[5..12]),
            (format!("@pid={first}-"), &all[5..]),
            (format!("@pid=-{last}"), &all[..12]),
            (format!("@pid={}-{}", last + 1000, last + 2000), &[]),
            ("@pid=0".into(), &[]),
            ("@pid=4294967295".into(), &[]),
            ("@pid=0-4294967295".into(), &all[..]),
        ] {
            let got = pids(root.as_fd(), &selection)?;
            ensure!(got == wanted, "{selection}: {got:?}, not {wanted:?}");
        }
        Ok(())
    })
}

fn by_user() -> Result<()> {
    let (user, other) = (
        target_kinds::plain(caller::USER)?,
        target_kinds::plain(caller::OTHER)?,
    );
    let both = Sleeper::new(|| {
        // Real and effective user are two.
        // SAFETY: a child with one thread; ids are no memory.
        ensure!(unsafe { libc::setresuid(caller::USER, caller::OTHER, caller::OTHER) } == 0);
        Ok(())
    })?;
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let (uid, other_uid) = (caller::USER, caller::OTHER);
    for (selection, wanted) in [
        (format!("@uid={uid}"), [true, false, true]),
        (format!("@euid={uid}"), [true, false, false]),
        (format!("@uid={other_uid}"), [false, true, false]),
        (format!("@euid={other_uid}"), [false, true, true]),
        (format!("@uid={uid}@euid={other_uid}"), [false, false, true]),
    ] {
        let got = pids(root.as_fd(), &selection)?;
        let seen = [&user, &other, &both].map(|process| got.contains(&process.id()));
        ensure!(seen == wanted, "{selection}: {seen:?}");
        // What is selected shows what it was selected by.
        let shown = table(root.as_fd(), &format!("tasks:uid,euid{selection}"))?;
        for row in &shown.rows {
            let words = [format!("@uid={}", row[0]), format!("@euid={}", row[1])];
            ensure!(
                words.iter().any(|word| selection.contains(word.as_str())),
                "{selection}: {row:?}"
            );
        }
    }
    Ok(())
}

fn by_cgroup() -> Result<()> {
    let tree = Tree::new()?;
    let (outer, inner) = (tree.group("a")?, tree.group("a/b")?);
    let sleeping = inner.sleeper()?;
    let beside = tree.group("c")?.sleeper()?;
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let number = |group: &proc2_e2e::cgroups::Group| -> Result<String> {
        Ok(format!("@cgroup={}", group.id()?))
    };
    for (selection, wanted) in [
        (number(&outer)?, vec![sleeping.id()]),
        (number(&inner)?, vec![sleeping.id()]),
        (number(&tree.group("d")?)?, vec![]),
    ] {
        let got = pids(root.as_fd(), &selection)?;
        ensure!(got == wanted, "{selection}: {got:?}, not {wanted:?}");
    }
    let got: BTreeSet<i32> = pids(root.as_fd(), &number(&tree.top)?)?
        .into_iter()
        .collect();
    ensure!(
        got == BTreeSet::from([sleeping.id(), beside.id()]),
        "{got:?}"
    );
    let own = in_child(|| {
        tree.group("e")?.enter()?;
        Ok((
            pids(root.as_fd(), "@cgroup=own")?,
            std::process::id() as i32,
        ))
    })?;
    ensure!(own.0 == [own.1], "{own:?}");
    Ok(())
}

/// A name shows nobody more than the whole file does, whatever is asked for.
fn of_who_may_be_seen() -> Result<()> {
    let _others = [
        target_kinds::plain(caller::OTHER)?,
        target_kinds::plain(caller::USER)?,
    ];
    for mode in ["off", "noaccess", "invisible", "ptraceable"] {
        let instance = Instance::new(&fstype(), &format!("hidepid={mode}"))?;
        let root = instance.root()?;
        in_child(|| {
            ORDINARY.become_it()?;
            let whole = table(root.as_fd(), "tasks")?;
            let whole: BTreeSet<&str> = whole.column("pid")?.into_iter().collect();
            ensure!(!whole.is_empty(), "{mode}: nobody is seen");
            for name in [
                "tasks:pid",
                "tasks:comm,pid",
                "tasks:pid,cgroup",
                "tasks:pid,vm_rss,utime",
            ] {
                let part = table(root.as_fd(), name)?;
                let part: BTreeSet<&str> = part.column("pid")?.into_iter().collect();
                // Kernel threads come and go.
                ensure!(
                    part == whole || mode == "off" && !part.is_empty(),
                    "{mode}, {name}: {part:?}, but {whole:?}"
                );
            }
            let other = format!("tasks:pid@uid={}", caller::OTHER);
            let others = table(root.as_fd(), &other)?.rows.len();
            ensure!(
                (others > 0) == (mode == "off"),
                "{mode}: {others} of another user"
            );
            Ok(())
        })?;
    }
    Ok(())
}

/// Where the file is hidden, so is all that it could be asked for.
fn with_a_policy() -> Result<()> {
    for hide in [".proc2", ".proc2/tasks", "pid/stat"] {
        let instance = Instance::new(&fstype(), &format!("subset=pid,hide={hide}"))?;
        let root = instance.root()?;
        for name in ["tasks", "tasks:pid", "tasks:pid,comm@uid=0"] {
            let got = show(open_named(root.as_fd(), name).map(drop), |()| "ok".into());
            ensure!(got == "ENOENT", "hide={hide}: {name} gives {got}");
        }
        let threads = show(open_named(root.as_fd(), "threads:tid").map(drop), |()| {
            "ok".into()
        });
        let gone = hide != ".proc2/tasks";
        ensure!(
            (threads == "ENOENT") == gone,
            "hide={hide}: threads gives {threads}"
        );
    }
    let instance = Instance::new(&fstype(), "subset=container")?;
    ensure!(!pids(instance.root()?.as_fd(), "")?.is_empty());
    Ok(())
}

/// Tasks that execute programs all the time hold the lock that a row is made under.
fn busy_tasks() -> Result<()> {
    let mut turning: Vec<std::process::Child> = (0..4)
        .map(|_| {
            std::process::Command::new("sh")
                .args(["-c", "exec sh -c \"$0\" \"$0\"", "exec sh -c \"$0\" \"$0\""])
                .spawn()
        })
        .collect::<std::io::Result<_>>()?;
    let pids: Vec<String> = turning.iter().map(|child| child.id().to_string()).collect();
    let root = Instance::new(&fstype(), "")?.into_root()?;
    let mut missing = 0;
    for round in 0..2_000 {
        let name = ["tasks:pid,comm", "tasks:pid,utime", "tasks:pid"][round % 3];
        let shown = table(root.as_fd(), name)?;
        let shown = shown.column("pid")?;
        ensure!(shown.is_sorted_by_key(|pid| pid.parse::<u32>().unwrap_or(0)));
        missing += pids
            .iter()
            .filter(|pid| !shown.contains(&pid.as_str()))
            .count();
    }
    for child in &mut turning {
        ensure!(child.try_wait()?.is_none(), "a shell has ended");
        child.kill()?;
        child.wait()?;
    }
    ensure!(
        missing == 0,
        "{missing} times a process that executes was not there"
    );
    Ok(())
}
