// SPDX-License-Identifier: GPL-2.0

//! What uid 0 reaches by an instance that it has mounted itself, and which ways lead past one.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::child::{in_child, in_child_with, Sleeper};
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::probe::At;
use proc2_e2e::{errno, fstype};
use rustix::fs::OFlags;

use super::super::Test;
use super::who::{as_bare_root, as_container, outcome, there, write_back};

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::nested":
        bare_root_controls_nothing, magic_links_ask_as_ever, pid_namespaces_of_others,
        instances_are_independent, roots_and_namespaces,
    ]
}

/// What controls the machine and asks for its uid 0 alone, and what a container has of it.
const CONTROLS: &[(&str, &str)] = &[
    ("sys/kernel/core_pattern", "ENOENT"),
    ("sys/kernel/modprobe", "ENOENT"),
    ("sys/kernel/hostname", "EROFS"),
    ("sys/kernel/domainname", "EROFS"),
    ("sys/kernel/pid_max", "EROFS"),
    ("sys/kernel/threads-max", "EROFS"),
    ("sys/vm/overcommit_memory", "EROFS"),
    ("sys/fs/file-max", "EROFS"),
    ("sys/net/core/somaxconn", "EROFS"),
    ("sys/vm/drop_caches", "ENOENT"),
    ("sys/kernel/sysrq", "ENOENT"),
    ("sysrq-trigger", "ENOENT"),
    ("sys/kernel/ns_last_pid", "ENOENT"),
    ("sys/fs/suid_dumpable", "ENOENT"),
    ("pressure/cpu", "ENOENT"),
    ("irq/default_smp_affinity", "ENOENT"),
    ("kcore", "ENOENT"),
    ("kmsg", "ENOENT"),
    ("keys", "ENOENT"),
];

/// A nested full procfs is a way to the whole machine for a uid 0 with CAP_SETFCAP alone; a nested
/// container instance is none.
fn bare_root_controls_nothing() -> Result<()> {
    let on_procfs = as_bare_root(|| {
        let full = mount::detached("proc", &[])?;
        Ok(write_back(&full, "sys/kernel/core_pattern"))
    })?;
    ensure!(
        on_procfs == "written",
        "core_pattern by a nested procfs: {on_procfs}; the test shows nothing"
    );
    let got = as_bare_root(|| {
        let own = mount::detached(&fstype(), &mount::options("subset=container"))?;
        Ok(CONTROLS
            .iter()
            .map(|(path, _)| write_back(&own, path))
            .collect::<Vec<_>>())
    })?;
    for ((path, want), got) in CONTROLS.iter().zip(got) {
        ensure!(
            got == *want,
            "{path} by a nested instance: {got}, not {want}"
        );
    }
    Ok(())
}

/// A task that stands in a full procfs leads there whom the kernel lets follow its links, and
/// nobody else: a policy is not about what others hold.
fn magic_links_ask_as_ever() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    let target = Sleeper::with_flags(libc::CLONE_NEWNS, || {
        let full = mount::detached("proc", &[])?;
        rustix::process::fchdir(&full)?;
        let kept = At {
            root: full.as_fd(),
            path: "meminfo",
        }
        .open(OFlags::RDONLY)?;
        // SAFETY: nobody has a descriptor of this number.
        let number = unsafe { libc::dup2(std::os::fd::AsRawFd::as_raw_fd(&kept), 200) };
        ensure!(number == 200, "dup2");
        Ok(())
    })?;
    let pid = target.id();
    let paths = [
        format!("{pid}/cwd/kcore"),
        format!("{pid}/cwd/sys/kernel/core_pattern"),
        format!("{pid}/root/proc/kcore"),
        format!("{pid}/fd/200"),
        format!("{pid}/task/{pid}/cwd/kcore"),
    ];
    let look = |caller: Caller| {
        let root = instance.root()?;
        in_child(|| {
            caller.become_it()?;
            Ok(paths.each_ref().map(|path| {
                let opened = At {
                    root: root.as_fd(),
                    path,
                }
                .open(OFlags::PATH);
                errno::show(opened, |_| "reached".into())
            }))
        })
    };
    let (user, root) = (look(ORDINARY)?, look(ROOT)?);
    ensure!(
        user.iter().all(|got| got == "EACCES"),
        "a user follows {paths:?}: {user:?}"
    );
    ensure!(
        root.iter().all(|got| got == "reached"),
        "root follows {paths:?}: {root:?}"
    );
    Ok(())
}

/// `pidns=` with a policy asks what it asks without.
fn pid_namespaces_of_others() -> Result<()> {
    let host = OwnedFd::from(fs::File::open("/proc/self/ns/pid")?);
    let with = |fstype: &str, rest: &str, namespace: &OwnedFd| {
        let options = [vec![Opt::Fd("pidns", namespace)], mount::options(rest)].concat();
        let text = outcome(mount::detached(fstype, &options));
        text.split(':').next().unwrap_or_default().to_owned()
    };
    let each = |namespace: &OwnedFd| {
        [
            with("proc", "subset=pid", namespace),
            with(&fstype(), "subset=pid", namespace),
            with(&fstype(), "subset=container,hide=uptime", namespace),
        ]
    };
    let below = in_child_with(libc::CLONE_NEWPID, || Ok(each(&host)))?;
    ensure!(
        below.iter().all(|got| got == "option pidns EINVAL"),
        "an ancestor's: {below:?}"
    );
    let unprivileged = as_container(|| Ok(each(&host)))?;
    ensure!(
        unprivileged.iter().all(|got| got == "option pidns EPERM"),
        "of one that the mounter has no power over: {unprivileged:?}"
    );
    let child = Sleeper::with_flags(libc::CLONE_NEWPID, || Ok(()))?;
    let path = format!("/proc/{}/ns/pid", child.id());
    let theirs = OwnedFd::from(fs::File::open(path)?);
    ensure!(
        each(&theirs).iter().all(|got| got == "ok"),
        "a child's: {:?}",
        each(&theirs)
    );
    let options = [
        vec![Opt::Fd("pidns", &theirs)],
        mount::options("subset=container"),
    ]
    .concat();
    let instance = mount::detached(&fstype(), &options)?;
    let shown = ["1/stat", "2", "uptime", "kcore"].map(|path| there(&instance, path));
    ensure!(
        shown == ["there", "ENOENT", "there", "ENOENT"],
        "of a child's: {shown:?}"
    );
    Ok(())
}

/// Instances with other lists, one without, and /proc have nothing of one another's, whichever was
/// looked at first.
fn instances_are_independent() -> Result<()> {
    let lists = [
        "subset=container",
        "subset=container,show=kcore:vmstat,hide=uptime",
        "hide=kcore:sys/vm",
        "subset=pid",
        "writable=none",
        "",
    ];
    let paths = [
        "uptime",
        "kcore",
        "vmstat",
        "sys/vm/overcommit_memory",
        "sys/vm/swappiness",
        "self/stat",
    ];
    let want = [
        [true, false, false, true, false, true],
        [false, true, true, true, false, true],
        [true, false, true, false, false, true],
        [false, false, false, false, false, true],
        [true; 6],
        [true; 6],
    ];
    for round in 0..lists.len() {
        let mut instances = Vec::new();
        for list in lists {
            let made = mount::detached(&fstype(), &mount::options(list));
            instances.push(made.with_context(|| list)?);
        }
        // Each round looks at another one first.
        for at in (round..lists.len()).chain(0..round) {
            for (path, want) in paths.iter().zip(want[at]) {
                let got = there(&instances[at], path);
                ensure!(
                    (got == "there") == want && (want || got == "ENOENT"),
                    "round {round}, [{}]: {path} is {got}",
                    lists[at]
                );
            }
        }
        for path in paths {
            ensure!(
                fs::metadata(format!("/proc/{path}")).is_ok(),
                "/proc has no {path}"
            );
        }
    }
    Ok(())
}

/// A change of root, and of namespaces, is no way past.
fn roots_and_namespaces() -> Result<()> {
    let instance = Instance::new(&fstype(), "subset=container")?;
    let host = OwnedFd::from(fs::File::open("/proc/self/ns/mnt")?);
    let seen = in_child(|| {
        rustix::process::chroot(&instance.path)?;
        std::env::set_current_dir("/")?;
        let paths = [
            "/uptime",
            "/kcore",
            "/../kcore",
            "/sys/../../kcore",
            "/self/../kcore",
        ];
        Ok(paths.map(|path| fs::symlink_metadata(path).is_ok()))
    })?;
    ensure!(
        seen == [true, false, false, false, false],
        "after chroot: {seen:?}"
    );
    let root = instance.root()?;
    let got = as_container(|| {
        use rustix::thread::{move_into_link_name_space, LinkNameSpaceType};
        let joined = move_into_link_name_space(host.as_fd(), Some(LinkNameSpaceType::Mount));
        // What is held stays what it is.
        Ok([
            errno::show(joined, |()| "joined".into()),
            there(&root, "uptime"),
            there(&root, "kcore"),
            there(&root, "sys/kernel/core_pattern"),
        ])
    })?;
    ensure!(
        got == ["EPERM", "there", "ENOENT", "ENOENT"],
        "by a held descriptor: {got:?}"
    );
    Ok(())
}
