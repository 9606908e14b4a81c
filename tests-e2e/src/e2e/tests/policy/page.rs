// SPDX-License-Identifier: GPL-2.0

//! mount(2) cuts its options at the end of a page without a word, which must not let a `hide=` go
//! missing.

use std::ffi::CString;
use std::path::Path;

use anyhow::{ensure, Result};
use proc2_e2e::mount::{self, Instance};
use proc2_e2e::{errno, fstype};
use rustix::mount::{unmount, UnmountFlags};

use super::super::Test;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::page": what_is_cut_is_refused, a_remount_that_is_cut_is_refused]
}

/// mount(2) as it is, with data of any length.
pub(super) fn raw_mount(fstype: &str, directory: &Path, flags: u64, data: &str) -> Result<String> {
    let (fstype, data) = (CString::new(fstype)?, CString::new(data)?);
    let directory = CString::new(directory.as_os_str().as_encoded_bytes())?;
    // SAFETY: all strings live through the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount,
            c"none".as_ptr(),
            directory.as_ptr(),
            fstype.as_ptr(),
            flags,
            data.as_ptr(),
        )
    };
    Ok(errno::show_raw(done))
}

/// Data of `len` bytes, with an option at its end.
fn data(len: usize, last: &str) -> String {
    format!("{}{last}", ",".repeat(len - last.len()))
}

fn what_is_cut_is_refused() -> Result<()> {
    let directory = mount::new_directory()?;
    // The danger: on procfs the option at the end is gone, and nobody is told.
    let got = raw_mount("proc", &directory, 0, &data(5000, "hidepid=2"))?;
    let shown = mount::shown(&directory)?;
    unmount(&directory, UnmountFlags::DETACH)?;
    ensure!(
        got == "0" && !shown.contains("hidepid"),
        "procfs: {got}, shown as {shown}; the test shows nothing"
    );
    for (len, want) in [
        (200, "0"),
        (4093, "0"),
        (4094, "0"),
        (4095, "EINVAL"),
        (4096, "EINVAL"),
        (4097, "EINVAL"),
        (5000, "EINVAL"),
        (9000, "EINVAL"),
    ] {
        for last in ["hide=kcore", "hidepid=2"] {
            let got = raw_mount(&fstype(), &directory, 0, &data(len, last))?;
            ensure!(
                got == want,
                "{len} bytes with {last} at the end: {got}, not {want}"
            );
            if want == "0" {
                let shown = mount::shown(&directory)?;
                let kcore = directory.join("kcore").exists();
                unmount(&directory, UnmountFlags::DETACH)?;
                let kept = match last {
                    "hide=kcore" => !kcore && shown == "rw,hide=kcore",
                    _ => shown == "rw,hidepid=invisible",
                };
                ensure!(
                    kept,
                    "{len} bytes with {last}: kcore is there: {kcore}, shown as {shown}"
                );
            }
        }
    }
    Ok(())
}

fn a_remount_that_is_cut_is_refused() -> Result<()> {
    let instance = Instance::new(&fstype(), "hide=kcore")?;
    for (len, want, then) in [
        (4095, "EINVAL", "rw,hide=kcore"),
        (6000, "EINVAL", "rw,hide=kcore"),
        (4094, "0", "rw,hidepid=invisible,hide=kcore"),
    ] {
        let (flags, data) = (libc::MS_REMOUNT, data(len, "hidepid=2"));
        let got = raw_mount(&fstype(), &instance.path, flags, &data)?;
        let shown = instance.shown()?;
        ensure!(
            got == want && shown == then,
            "a remount with {len} bytes: {got}, not {want}; shown as {shown}"
        );
    }
    Ok(())
}
