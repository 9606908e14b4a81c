// SPDX-License-Identifier: GPL-2.0

//! Writing `comm`, the one entry so far that takes data: who may, what becomes of it.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{ensure, Result};
use proc2_e2e::caller::{self, Caller};
use proc2_e2e::child::in_child;
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::Instance;
use proc2_e2e::probe::{self, At};
use proc2_e2e::{errno, fstype, target_kinds};
use rustix::fs::OFlags;

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["comm": own_names, of_a_thread, of_others]
}

const NAMES: &[&[u8]] = &[
    b"plain",
    b"with\n",
    b"",
    b"\n",
    b"fifteen-letters",
    b"sixteen-letters!",
    b"much longer than any name can be",
    b"a\0b",
    b"\xff\xfe",
    b"back\\slash",
    b"(x) R",
    b" ",
];

/// Writes a name, and gives the outcome and the name as each way to read it shows.
fn written(root: &OwnedFd, path: &str, name: &[u8]) -> Vec<u8> {
    let write = |flags: OFlags| {
        let opened = At {
            root: root.as_fd(),
            path,
        }
        .open(flags);
        let result = opened.and_then(|fd| rustix::io::write(&fd, name));
        errno::show(result, |n| format!("{n} written, "))
    };
    let mut text = write(OFlags::WRONLY).into_bytes();
    text.extend_from_slice(write(OFlags::RDWR | OFlags::TRUNC).as_bytes());
    text.extend_from_slice(&probe::read_all(At {
        root: root.as_fd(),
        path,
    }));
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    for entry in ["stat", "status"] {
        let path = format!("{directory}/{entry}");
        let record = probe::read_all(At {
            root: root.as_fd(),
            path: &path,
        });
        text.extend_from_slice(
            record
                .split(|&byte| byte == b'\n')
                .next()
                .unwrap_or(&[])
                .get(..30)
                .unwrap_or(&[]),
        );
    }
    text
}

fn own_names() -> Result<()> {
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let mut tally = Tally::default();
    for caller in [caller::ROOT, caller::ORDINARY] {
        tally.add(in_child(|| {
            let (oracle, subject) = (oracle.root()?, subject.root()?);
            caller.become_it()?;
            let mut tally = Tally::default();
            for path in ["self/comm", "thread-self/comm"] {
                for name in NAMES {
                    let want = written(&oracle, path, name);
                    rustix::thread::set_name(c"reset")?;
                    let got = written(&subject, path, name);
                    tally.same(|| format!("{}: {name:?} to {path}", caller.name), want, got);
                }
            }
            // Again on the same descriptor, and away from the start.
            let again = |root: &OwnedFd| -> Result<String> {
                let fd = At {
                    root: root.as_fd(),
                    path: "self/comm",
                }
                .open(OFlags::RDWR)?;
                let mut text = String::new();
                for (name, offset) in [
                    ("one", None),
                    ("two", None),
                    ("three", Some(100)),
                    ("four", Some(0)),
                ] {
                    let done = match offset {
                        None => rustix::io::write(&fd, name.as_bytes()),
                        Some(offset) => rustix::io::pwrite(&fd, name.as_bytes(), offset),
                    };
                    text += &errno::show(done, |n| format!("{n} written"));
                    text += &format!(", {:?}\n", rustix::thread::name()?);
                }
                Ok(text)
            };
            let (want, got) = (again(&oracle)?, again(&subject)?);
            tally.same(|| format!("{}: several names", caller.name), want, got);
            Ok(tally)
        })?);
    }
    tally.verdict(50)
}

/// A thread may name another of its process, also where the files' mode would not let it.
fn of_a_thread() -> Result<()> {
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let look = |instance: &Instance, dumpable: bool| {
        in_child(|| {
            let root = instance.root()?;
            caller::ORDINARY.become_it()?;
            if !dumpable {
                let behavior = rustix::process::DumpableBehavior::NotDumpable;
                rustix::process::set_dumpable_behavior(behavior)?;
            }
            let (tell, told) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let _ = tell.send(rustix::thread::gettid().as_raw_nonzero().get());
                proc2_e2e::child::sleep_forever()
            });
            let thread = told.recv()?;
            // What is compared has its state in it.
            proc2_e2e::child::wait_asleep(thread)?;
            let mut all = Vec::new();
            for path in [format!("self/task/{thread}/comm"), "self/comm".into()] {
                all.extend(written(&root, &path, b"named"));
                all.push(b'\n');
            }
            Ok(String::from_utf8_lossy(&all)
                .replace(&thread.to_string(), "TID")
                .into_bytes())
        })
    };
    let mut tally = Tally::default();
    for dumpable in [true, false] {
        let (want, got): (Vec<u8>, Vec<u8>) = (look(&oracle, dumpable)?, look(&subject, dumpable)?);
        let hide_pid = |bytes: &[u8]| -> Vec<u8> {
            bytes
                .iter()
                .copied()
                .filter(|byte| !byte.is_ascii_digit())
                .collect()
        };
        tally.same(
            || format!("a thread's name, dumpable {dumpable}"),
            hide_pid(&want),
            hide_pid(&got),
        );
    }
    tally.verdict(2)
}

/// Nobody names another process, not even root.
fn of_others() -> Result<()> {
    let other = target_kinds::threads()?;
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    let mut tally = Tally::default();
    for caller in caller::ALL {
        let look = |instance: &Instance, caller: &Caller| {
            in_child(|| {
                let root = instance.root()?;
                caller.become_it()?;
                let paths = [
                    format!("{0}/comm", other.id()),
                    format!("{0}/task/{0}/comm", other.id()),
                ];
                Ok(paths.map(|path| written(&root, &path, b"renamed")).concat())
            })
        };
        let (want, got) = (look(&oracle, caller)?, look(&subject, caller)?);
        ensure!(
            !want.windows(7).any(|part| part == b"renamed"),
            "procfs let {} name it",
            caller.name
        );
        tally.same(|| format!("{} names another's", caller.name), want, got);
    }
    tally.verdict(4)
}
