// SPDX-License-Identifier: GPL-2.0

//! Who may go on reading `.proc2/tasks`, and what of it: asked at every read.

use std::fs::File;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Command, Stdio};

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::caller::{self, Caller, MEMBER, ORDINARY, ROOT};
use proc2_e2e::child::{fork_with, in_child, Sleeper};
use proc2_e2e::errno::show;
use proc2_e2e::mount::Instance;
use proc2_e2e::snapshot::{self, read_on};
use proc2_e2e::{fstype, target_kinds};
use rustix::io::{pread, read, write};
use rustix::net::{
    recvmsg, sendmsg, socketpair, AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage,
    RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use rustix::pipe::pipe;
use rustix::process::{waitpid, WaitOptions};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_gate": every_read_asks_anew, other_credentials_read_nothing, the_same_rights_read_on]
}

fn open(instance: &Instance) -> Result<OwnedFd> {
    snapshot::open(instance.root()?.as_fd()).context("opening .proc2/tasks")
}

/// No row is shown because the file was opened, or read so far, when it could be: what counts is
/// how the instance is at the read.
fn every_read_asks_anew() -> Result<()> {
    let others: Vec<Sleeper> = (0..20)
        .map(|_| target_kinds::plain(caller::OTHER))
        .collect::<Result<_>>()?;
    for mode in ["noaccess", "invisible", "ptraceable"] {
        let instance = Instance::new(&fstype(), "")?;
        let (asked, answered) = (pipe()?, pipe()?);
        let administrator = fork_with(0, || {
            let shut = read(&asked.0, &mut [0; 1]).is_ok()
                && instance.reconfigure(&format!("hidepid={mode}")).is_ok();
            i32::from(!shut || write(&answered.1, b"x").is_err())
        })?;
        let seen = in_child(|| {
            ORDINARY.become_it()?;
            let fd = open(&instance)?;
            let mut text = read_until_row_of(fd.as_fd(), others[3].id())?;
            write(&asked.1, b"x")?;
            read(&answered.0, &mut [0; 1])?;
            text.extend(read_on(fd.as_fd(), 100)?);
            let rows = snapshot::parse(&text)?;
            let seen = |other: &&Sleeper| rows.iter().any(|row| row.task.pid == other.id());
            Ok(others.iter().filter(seen).count())
        })?;
        waitpid(Some(administrator), WaitOptions::empty())?;
        // Of the row that the first part ends in, the rest is read.
        ensure!(
            seen == 4,
            "{seen} of the others' rows, where 4 were read before hidepid={mode}"
        );
    }
    Ok(())
}

/// Reads the file up to the row of a task, and some bytes of that.
fn read_until_row_of(fd: BorrowedFd<'_>, pid: i32) -> Result<Vec<u8>> {
    let (mut text, mut buffer) = (Vec::new(), [0; 16]);
    let start = format!("\n{pid}\t").into_bytes();
    while !text.windows(start.len()).any(|window| window == start) {
        let n = read(fd, &mut buffer)?;
        ensure!(n > 0, "no row of {pid}");
        text.extend_from_slice(&buffer[..n]);
    }
    Ok(text)
}

/// What a read by `reader` gives of a file that `opener` opened, from the beginning and in the
/// middle.
fn passed_on(instance: &Instance, opener: &Caller, reader: &Caller) -> Result<[String; 2]> {
    in_child(|| {
        let fd = opened_by(opener, instance.root()?.as_fd())?;
        in_child(|| {
            reader.become_it()?;
            let length = |result: rustix::io::Result<usize>| show(result, |n| n.to_string());
            Ok([
                length(pread(&fd, &mut [0; 64], 0)),
                length(read(&fd, &mut [0; 64])),
            ])
        })
    })
}

/// The file, opened by a child with a caller's credentials and passed back.
fn opened_by(opener: &Caller, root: BorrowedFd<'_>) -> Result<OwnedFd> {
    let (ours, theirs) = socketpair(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    in_child(|| {
        opener.become_it()?;
        let fd = snapshot::open(root)?;
        // Some of it is read, so that there is a middle to go on from.
        read(&fd, &mut [0; 64])?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let fds = [fd.as_fd()];
        ensure!(
            control.push(SendAncillaryMessage::ScmRights(&fds)),
            "no room for a descriptor"
        );
        sendmsg(
            &theirs,
            &[IoSlice::new(b"x")],
            &mut control,
            SendFlags::empty(),
        )?;
        Ok(())
    })?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    recvmsg(
        &ours,
        &mut [IoSliceMut::new(&mut [0; 1])],
        &mut control,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    let message = control.drain().next();
    let Some(RecvAncillaryMessage::ScmRights(mut fds)) = message else {
        bail!("no descriptor came back");
    };
    fds.next().context("no descriptor in the message")
}

/// A descriptor is of no use to anybody with other rights than it was opened with, more or fewer.
fn other_credentials_read_nothing() -> Result<()> {
    let instance = Instance::new(&fstype(), "hidepid=invisible,gid=4321")?;
    let all = caller::ALL;
    for opener in all {
        for reader in all {
            let got = passed_on(&instance, opener, reader)?;
            let want = if opener.name == reader.name {
                "64"
            } else {
                "EPERM"
            };
            ensure!(
                got == [want, want],
                "opened by {}, read by {}: {got:?}, not {want}",
                opener.name,
                reader.name
            );
        }
    }
    Ok(())
}

/// Fork and exec make other credentials of the same rights: a shell may open the file for a
/// program.
fn the_same_rights_read_on() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    // (Root that has given up capabilities would get them back by exec.)
    for caller in [ORDINARY, MEMBER, ROOT] {
        let copied = in_child(|| {
            caller.become_it()?;
            let file = File::from(open(&instance)?);
            let output = Command::new("cat")
                .stdin(Stdio::from(file))
                .output()
                .context("cannot run cat")?;
            ensure!(
                output.status.success(),
                "cat: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            Ok(output.stdout)
        })?;
        let rows = snapshot::parse(&copied)?;
        ensure!(
            rows.len() > 10,
            "cat run by {} shows {} rows",
            caller.name,
            rows.len()
        );
    }
    Ok(())
}
