// SPDX-License-Identifier: GPL-2.0

//! unshare(1) by an ordinary user, nested twice under a `/proc` that is masked.

use anyhow::{ensure, Result};
use rustix::mount::{mount_bind, MountFlags};

use super::{tests, Test};
use crate::command::run;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["unshare": nested_twice]
}

/// Starts a program as the user without rights whom every Debian has.
const NOBODY: &[&str] = &["--reuid=65534", "--regid=65534", "--clear-groups"];

fn nested_twice() -> Result<()> {
    // As a runtime does: a directory of no content over one, a file of no content over another.
    let empty = proc2_e2e::mount::new_directory()?;
    rustix::mount::mount("tmpfs", &empty, "tmpfs", MountFlags::RDONLY, None)?;
    mount_bind(&empty, "/proc/sys")?;
    mount_bind("/dev/null", "/proc/uptime")?;
    let unshare = |inner: &str| -> Result<crate::command::Done> {
        let words = ["unshare", "-Urmpf", "sh", "-c", inner];
        run("setpriv", &[NOBODY, &words].concat())
    };
    let procfs = unshare("mount -t proc proc /proc")?;
    ensure!(procfs.status != 0, "procfs can be mounted there: {procfs}");

    let mount = "mount -t proc2 -o subset=container proc2 /proc";
    let script = questions::script().replace('\'', "'\\''");
    let inner = format!("{mount} && exec sh -c '{script}'").replace('\'', "'\\''");
    let text = unshare(&format!("{mount} && exec unshare -Urmpf sh -c '{inner}'"))?.well()?;
    let answers = Answers::parse(&text)?;
    answers.programs_work()?;
    let mounts = answers.mounts()?;
    let of_proc2 = mounts.iter().filter(|line| line.contains(" - proc2 "));
    ensure!(of_proc2.count() == 2, "not two instances: {mounts:#?}");
    let (status, said) = answers.of("kcore")?;
    ensure!(
        status != 0 && said.contains("No such file"),
        "kcore: {said}"
    );
    Ok(())
}
