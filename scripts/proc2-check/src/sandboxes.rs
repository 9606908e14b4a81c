// SPDX-License-Identifier: GPL-2.0

//! Whether sandboxes of ordinary users will start: they mount a procfs of their own in a user
//! namespace, which the kernel allows where a whole one is visible.

use crate::finding::Finding;
use crate::mounts::{on_top, Mount};
use std::fs;
use std::path::Path;

/// Settings that shut ordinary users out of user namespaces, with the value that does.
const SHUT: [(&str, &str); 3] = [
    ("proc/sys/user/max_user_namespaces", "0"),
    ("proc/sys/kernel/unprivileged_userns_clone", "0"),
    ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
];

pub(crate) fn look(root: &Path, mounts: &[Mount]) -> Vec<Finding> {
    for (file, shut) in SHUT {
        let value = fs::read_to_string(root.join(file)).unwrap_or_default();
        if value.trim() == shut {
            let text =
                format!("/{file} is {shut}: ordinary users have no sandboxes, by any procfs");
            return vec![Finding::note(text)];
        }
    }
    let own = on_top(mounts, "/proc").filter(|mount| mount.kind == "proc2");
    let Some(own) = own else {
        return vec![Finding::ok(
            "/proc is no instance: sandboxes find what they always did",
        )];
    };
    // The kernel asks for one that is whole and has nothing mounted over it but empty directories.
    let covered = |place: &str| {
        let below = format!("{place}/");
        let mut others = mounts
            .iter()
            .filter(|mount| mount.place.starts_with(&below));
        others.any(|mount| mount.kind != "binfmt_misc" && mount.kind != "autofs")
    };
    let whole = |mount: &&Mount| {
        let subset = mount
            .options
            .split(',')
            .any(|option| option.starts_with("subset="));
        let on_top = on_top(mounts, &mount.place) == Some(mount);
        mount.whole("proc") && !subset && on_top && !covered(&mount.place)
    };
    if let Some(procfs) = mounts.iter().find(whole) {
        let text = format!(
            "sandboxes of ordinary users will start: a procfs is on {}",
            procfs.place
        );
        return vec![Finding::ok(text)];
    }
    let text =
        "sandboxes of ordinary users (bubblewrap, unshare --mount-proc) will get EPERM, for \
                no whole procfs is mounted";
    if ["hide=", "subset=", "show="]
        .iter()
        .any(|option| own.options.contains(option))
    {
        let text = format!("{text}; with one, they would see what the instance on /proc hides");
        return vec![Finding::note(text)];
    }
    let lines = [
        "mkdir -m 700 /run/proc2",
        "mkdir /run/proc2/procfs",
        "mount -t proc -o nosuid,nodev,noexec proc /run/proc2/procfs",
    ];
    vec![Finding::to_do(
        format!("{text}; one out of everybody's reach is enough"),
        lines,
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    fn mount(place: &str, kind: &str, options: &str) -> Mount {
        Mount {
            device: place.into(),
            root: "/".into(),
            place: place.into(),
            kind: kind.into(),
            options: options.into(),
        }
    }

    fn verdict(mounts: &[Mount]) -> Verdict {
        let nowhere = Path::new("/nonexistent");
        look(nowhere, mounts)[0].verdict
    }

    #[test]
    fn a_whole_procfs_is_what_they_need() {
        let own = mount("/proc", "proc2", "rw");
        let other = mount("/run/proc2/procfs", "proc", "rw");
        assert_eq!(verdict(&[mount("/proc", "proc", "rw")]), Verdict::Ok);
        assert_eq!(
            verdict(&[mount("/proc", "proc", "rw"), own.clone()]),
            Verdict::Do
        );
        assert_eq!(verdict(&[own.clone(), other.clone()]), Verdict::Ok);
        let masked = mount("/run/proc2/procfs/sys", "tmpfs", "ro");
        assert_eq!(verdict(&[own.clone(), other, masked]), Verdict::Do);
        let pids = mount("/run/proc2/procfs", "proc", "rw,subset=pid");
        assert_eq!(verdict(&[own, pids]), Verdict::Do);
        assert_eq!(
            verdict(&[mount("/proc", "proc2", "rw,hide=kcore")]),
            Verdict::Note
        );
    }
}
