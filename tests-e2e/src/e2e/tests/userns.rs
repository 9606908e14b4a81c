// SPDX-License-Identifier: GPL-2.0

//! Instances that an ordinary user mounts in a user namespace: what procfs allows and refuses,
//! with the same done to the type under test and to procfs.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::ORDINARY;
use proc2_e2e::child::{fork_with, in_child};
use proc2_e2e::compare::Tally;
use proc2_e2e::module::LoadedWith;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::probe::{self, At};
use proc2_e2e::{dirent, errno, fstype, is_procfs, target_decorated, target_kinds};
use rustix::fs::OFlags;
use rustix::mount::{mount, mount_bind, mount_remount, unmount, MountFlags, UnmountFlags};
use rustix::thread::{unshare_unsafe, UnshareFlags};
use serde::{de::DeserializeOwned, Serialize};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["userns": fully_visible, masked, masked_by_a_file, read_only_is_kept, another_type_is_no_help,
        subset_is_no_help, net_needs_the_mounters_right, remounts, gids,
        ids_are_the_readers]
}

/// What makes the module allow what procfs allows: by itself it is stricter.
const AS_PROCFS: &str = "userns_mounts=3";

/// Runs `work` as root of a user namespace of an ordinary user, in pid and mount namespaces of its
/// own; the pid namespace counts from the next child on, so `work` runs in that.
pub(super) fn in_user_namespace<T, F>(extra: UnshareFlags, work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce() -> Result<T>,
{
    in_child(|| {
        // Not attached, so that what is visible stays as the test has arranged it.
        let proc = mount::detached("proc", &[])?;
        let set = |name: &str, text: &str| -> Result<()> {
            let path = format!("self/{name}");
            let file = At {
                root: proc.as_fd(),
                path: &path,
            }
            .open(OFlags::WRONLY);
            rustix::io::write(file.context(path.clone())?, text.as_bytes())
                .context(path.clone())?;
            Ok(())
        };
        ORDINARY.become_it()?;
        let flags = UnshareFlags::NEWUSER | UnshareFlags::NEWNS | UnshareFlags::NEWPID | extra;
        // SAFETY: a child process with one thread; namespaces are no memory.
        unsafe { unshare_unsafe(flags) }.context("unshare as an ordinary user")?;
        let own = format!("0 {} 1", ORDINARY.uid);
        set("setgroups", "deny")?;
        set("uid_map", &own)?;
        set("gid_map", &own)?;
        drop(proc);
        in_child(work)
    })
}

/// What mounting `fstype` with `options` gives, as text.
fn made(fstype: &str, options: &str) -> String {
    match mount::detached(fstype, &mount::options(options)) {
        Ok(_) => "ok".into(),
        Err(refusal) => format!("{} {}", refusal.step, errno::name(refusal.errno)),
    }
}

/// What mounting gives by options, in a user namespace whose mounts `prepare` has arranged, given
/// the place of the only instance of the type.
fn outcomes(fstype: &str, extra: UnshareFlags, prepare: fn(&Path) -> Result<()>) -> Result<String> {
    let place = only_instance(fstype)?;
    prepare(&place)?;
    in_user_namespace(extra, || {
        let lists = [
            "",
            "subset=pid",
            "hidepid=2",
            "hidepid=2,subset=pid",
            "ro",
            "ro,subset=pid",
        ];
        let one = |list: &str| format!("[{list}] {}\n", made(fstype, list));
        Ok(lists.map(one).concat())
    })
}

/// Leaves one instance of the type in the mount namespace: for procfs, that on /proc.
fn only_instance(fstype: &str) -> Result<PathBuf> {
    let table = std::fs::read_to_string("/proc/self/mounts")?;
    let places = table.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        words.next().filter(|_| words.next() == Some(fstype))
    });
    for place in places {
        // Fails where a mount above it has taken it along.
        let _ = unmount(place, UnmountFlags::DETACH);
    }
    let made = mount::detached(fstype, &[])?;
    let place = if fstype == "proc" {
        "/proc".into()
    } else {
        mount::new_directory()?
    };
    mount::attach(&made, &place)?;
    Ok(place)
}

/// Compares what the two types allow after the same preparation; `telling` must be among it.
fn alike(extra: UnshareFlags, prepare: fn(&Path) -> Result<()>, telling: &str) -> Result<()> {
    let _wide = LoadedWith::new(AS_PROCFS)?;
    let want = in_own_mounts(|| outcomes("proc", extra, prepare))?;
    let got = in_own_mounts(|| outcomes(&fstype(), extra, prepare))?;
    ensure!(
        want.contains(telling),
        "procfs gives\n{want}without {telling:?}: the test shows nothing"
    );
    ensure!(
        want == got,
        "procfs gives\n{want}the type under test\n{got}"
    );
    Ok(())
}

/// Runs `work` in a mount namespace of its own.
fn in_own_mounts<T: Serialize + DeserializeOwned>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    proc2_e2e::child::in_child_with(libc::CLONE_NEWNS, work)
}

fn fully_visible() -> Result<()> {
    alike(UnshareFlags::empty(), |_| Ok(()), "[] ok\n")?;
    alike(UnshareFlags::NEWNET, |_| Ok(()), "[] ok\n")
}

/// With a directory of the only instance covered, a full mount would show what the cover hides.
fn masked() -> Result<()> {
    let cover = |place: &Path| {
        let none = MountFlags::empty();
        mount("none", place.join("sys"), "tmpfs", none, c"").context("covering sys")
    };
    alike(UnshareFlags::empty(), cover, "[] fsmount EPERM\n")
}

fn masked_by_a_file() -> Result<()> {
    let cover =
        |place: &Path| mount_bind("/dev/null", place.join("meminfo")).context("covering meminfo");
    alike(UnshareFlags::empty(), cover, "[] fsmount EPERM\n")
}

/// Where the only instance is read-only, a writable one would be more.
fn read_only_is_kept() -> Result<()> {
    let seal = |place: &Path| {
        mount_remount(place, MountFlags::BIND | MountFlags::RDONLY, c"").context("making read-only")
    };
    alike(UnshareFlags::empty(), seal, "[] fsmount EPERM\n")
}

/// A fully visible procfs says nothing about the type under test: what covers hide in the one
/// would show in the other.
fn another_type_is_no_help() -> Result<()> {
    if is_procfs() {
        return Ok(());
    }
    let _wide = LoadedWith::new(AS_PROCFS)?;
    let got = in_user_namespace(UnshareFlags::empty(), || {
        Ok((
            made("proc", ""),
            made(&fstype(), ""),
            made(&fstype(), "subset=pid"),
        ))
    })?;
    let want = (
        "ok".to_string(),
        "fsmount EPERM".to_string(),
        "ok".to_string(),
    );
    ensure!(
        got == want,
        "procfs, full, subset=pid: {got:?}, expected {want:?}"
    );
    Ok(())
}

/// An instance of tasks alone does not make a full mount allowed.
fn subset_is_no_help() -> Result<()> {
    if is_procfs() {
        return Ok(());
    }
    let _wide = LoadedWith::new(AS_PROCFS)?;
    // One that shows the machine's figures is not licensed by one that does not.
    for visible in ["subset=pid", "cgroup=init"] {
        let _visible = Instance::new(&fstype(), visible)?;
        let got = in_user_namespace(UnshareFlags::empty(), || Ok(made(&fstype(), "")))?;
        ensure!(
            got == "fsmount EPERM",
            "a full mount beside one of {visible} gave {got}"
        );
    }
    Ok(())
}

/// Under subset=pid, `net` shows only if the mounter has power over that network.
fn net_needs_the_mounters_right() -> Result<()> {
    for extra in [UnshareFlags::empty(), UnshareFlags::NEWNET] {
        let look = |fstype: &str| -> Result<String> {
            in_user_namespace(extra, || {
                let instance = Instance::new(fstype, "subset=pid")?;
                let root = instance.root()?;
                let mut text = String::new();
                for path in [
                    "self/net",
                    "self/net/dev",
                    "1/net",
                    "self/task/1/net",
                    "self/net/stat",
                ] {
                    let at = At {
                        root: root.as_fd(),
                        path,
                    };
                    let listed = probe::listing(at).map(|list| list.len());
                    text += &format!(
                        "{path}: {} {listed:?}\n",
                        errno::show(at.kind(), |k| format!("{k:?}"))
                    );
                    let named = ["stat", "access", "opens", "whole"];
                    for probe in probe::suited(at.kind().ok()).filter(|p| named.contains(&p.name)) {
                        text += &String::from_utf8_lossy(&(probe.run)(at));
                    }
                }
                Ok(text)
            })
        };
        let mut tally = Tally::default();
        tally.same(
            || format!("net with {extra:?}"),
            look("proc")?,
            look(&fstype())?,
        );
        tally.verdict(1)?;
    }
    Ok(())
}

/// Changes of an instance that the user namespace's root has mounted, and of one it was given.
fn remounts() -> Result<()> {
    let changes = [
        "hidepid=2",
        "hidepid=0",
        "gid=0",
        "subset=pid",
        "subset=",
        "pidns=/proc/self/ns/pid",
        "ro",
    ];
    let look = |fstype: &str| -> Result<String> {
        let given = Instance::new(fstype, "hidepid=4")?;
        in_user_namespace(UnshareFlags::empty(), || {
            let own = Instance::new(fstype, "subset=pid,hidepid=1")?;
            let mut text = String::new();
            for (whose, path) in [("given", &given.path), ("own", &own.path)] {
                for change in changes {
                    let done = mount::reconfigure(path, &mount::options(change));
                    let done =
                        done.map_or_else(|refusal| errno::name(refusal.errno), |()| "ok".into());
                    text += &format!("{whose} {change}: {done}, then {}\n", mount::shown(path)?);
                }
            }
            Ok(text)
        })
    };
    let mut tally = Tally::default();
    tally.same(|| "remounts".into(), look("proc")?, look(&fstype())?);
    tally.verdict(1)
}

/// gid= is a group of the mounter's namespace; what is shown is one of the initial namespace.
fn gids() -> Result<()> {
    let look = |fstype: &str, gid: &str| -> Result<String> {
        in_user_namespace(UnshareFlags::empty(), || {
            let options = [Opt::Text("gid", gid), Opt::Text("subset", "pid")];
            match Instance::with(fstype, &options) {
                Ok(instance) => instance.shown(),
                Err(error) => Ok(format!("{error:#}")),
            }
        })
    };
    let (want, got) = (look("proc", "0")?, look(&fstype(), "0")?);
    ensure!(
        want == got && want.contains("gid=1000"),
        "gid=0 is shown as {got}, in procfs {want}"
    );
    // procfs takes a group without a mapping (design.md, section 7).
    if !is_procfs() {
        let got = look(&fstype(), "5")?;
        ensure!(
            got.contains("EINVAL") && got.contains("gid"),
            "gid=5, which has no mapping, gave {got}"
        );
    }
    // The namespace's root sees its own processes in an instance that hides others'.
    let mine = in_user_namespace(UnshareFlags::empty(), || {
        let instance = Instance::new(&fstype(), "subset=pid,hidepid=4")?;
        let child = fork_with(0, || proc2_e2e::child::sleep_forever())?;
        let names = dirent::names(instance.root()?.as_fd())?;
        rustix::process::kill_process(child, rustix::process::Signal::KILL)?;
        Ok(names
            .iter()
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
            .count())
    })?;
    ensure!(
        mine == 2,
        "the namespace's root sees {mine} tasks of its two"
    );
    Ok(())
}

/// Ids in records are those of the reader's user namespace, whoever has mounted the instance.
fn ids_are_the_readers() -> Result<()> {
    let targets = [
        target_decorated::decorated()?,
        target_kinds::plain(ORDINARY.uid)?,
        target_kinds::plain(0)?,
    ];
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let (oracle, subject) = (oracle.root()?, subject.root()?);
    let tally = in_user_namespace(UnshareFlags::empty(), || {
        let mut tally = Tally::default();
        for target in &targets {
            for entry in [
                "", "/status", "/stat", "/fd", "/fdinfo", "/cwd", "/environ", "/io", "/task",
                "/limits", "/mounts",
            ] {
                let path = format!("{}{entry}", target.id());
                let (theirs, ours) = (
                    At {
                        root: oracle.as_fd(),
                        path: &path,
                    },
                    At {
                        root: subject.as_fd(),
                        path: &path,
                    },
                );
                for probe in probe::suited(theirs.kind().ok()) {
                    let what = || format!("{path}: {}", probe.name);
                    tally.compare(what, || (probe.run)(theirs), || (probe.run)(ours), |_| None);
                }
            }
        }
        Ok(tally)
    })?;
    tally.verdict(300)
}
