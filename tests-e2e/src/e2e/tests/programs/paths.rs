// SPDX-License-Identifier: GPL-2.0

//! libpathrs, by its own crate: it takes no directory for a procfs whose magic number, root inode
//! and mount id it has not looked at, and opens nothing through what is mounted over a part of it.

use std::fs::File;
use std::io::{Read as _, Result as IoResult};

use anyhow::{ensure, Context as _, Result};
use pathrs::flags::OpenFlags;
use pathrs::procfs::{ProcfsBase, ProcfsHandle};
use proc2_e2e::caller::{Caller, ORDINARY, ROOT};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use rustix::mount::mount_bind;

use super::sandbox::fresh_proc;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::paths": libpathrs]
}

/// What is opened, and from where. The last one has something mounted over it.
const FILES: [(ProcfsBase, &str); 6] = [
    (ProcfsBase::ProcSelf, "comm"),
    (ProcfsBase::ProcSelf, "fdinfo/0"),
    (ProcfsBase::ProcThreadSelf, "attr/current"),
    (ProcfsBase::ProcRoot, "sys/kernel/ostype"),
    (ProcfsBase::ProcRoot, "net/unix"),
    (ProcfsBase::ProcRoot, COVERED),
];
const COVERED: &str = "sys/kernel/osrelease";

/// What the library says of each: the beginning of a text, or the error.
fn looks(handle: &ProcfsHandle) -> Vec<String> {
    let beginning = |mut file: File| -> IoResult<String> {
        let mut text = [0; 12];
        let length = file.read(&mut text)?;
        Ok(String::from_utf8_lossy(&text[..length]).into_owned())
    };
    let opened = FILES.iter().map(|(base, path)| {
        let file = handle.open(*base, path, OpenFlags::O_RDONLY);
        let text = file.map(beginning).map_err(|error| error.kind());
        format!("{path}: {text:?}")
    });
    let link = handle.readlink(ProcfsBase::ProcSelf, "exe");
    let program = handle.open_follow(ProcfsBase::ProcSelf, "exe", OpenFlags::O_PATH);
    let more = [
        format!("exe: {:?}", link.map_err(|error| error.kind())),
        format!("exe is there: {}", program.is_ok()),
    ];
    opened.chain(more).collect()
}

/// By a handle on what is at `/proc`, and by one that the library finds for itself.
fn libpathrs() -> Result<()> {
    let on = |fstype: &str, caller: &Caller| -> Result<Vec<String>> {
        fresh_proc(fstype, "hidepid=off")?;
        mount_bind("/dev/null", format!("/proc/{COVERED}"))?;
        in_child(|| {
            caller.become_it()?;
            let given = ProcfsHandle::try_from_fd(File::open("/proc")?)
                .with_context(|| format!("libpathrs does not take {fstype}"))?;
            let found = ProcfsHandle::new()?;
            Ok([looks(&given), looks(&found)].concat())
        })
    };
    for caller in [&ROOT, &ORDINARY] {
        let (procfs, ours) = (on("proc", caller)?, on(&fstype(), caller)?);
        let refused = procfs
            .iter()
            .any(|said| said.starts_with(COVERED) && said.contains("Err"));
        ensure!(
            refused,
            "{}: what is mounted over is opened: {procfs:?}",
            caller.name
        );
        ensure!(
            procfs.iter().any(|said| said.contains("Linux")),
            "nothing is read: {procfs:?}"
        );
        ensure!(
            procfs == ours,
            "{}: {procfs:#?} on procfs, {ours:#?}",
            caller.name
        );
    }
    Ok(())
}
