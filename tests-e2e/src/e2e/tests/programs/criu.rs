// SPDX-License-Identifier: GPL-2.0

//! CRIU, which reads nearly all of a task's entries: the images of a process that it makes with the
//! type under test at `/proc` are those that it makes with procfs there, and a process that was
//! dumped and restored with it goes on where it was.
//!
//! Debian 13's knows the vDSO of Linux 7.3, and wants network filters that Debian's own kernel has:
//! so this is run there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{bail, ensure, Context as _, Result};
use proc2_e2e::caller::ROOT;
use proc2_e2e::fstype;
use proc2_e2e::kernel::Lacking;

use super::sandbox::{Outcome, Running, Sandbox, PROGRAM};
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::criu": dump_and_restore, images]
}

/// A process at rest that counts signals into a file. It is one alone: a child of its would be an
/// orphan without it, and its number still that of a session.
const COUNTER: &str = "umask 027; n=0; exec 3>>count; trap 'n=$((n+1)); echo $n >&3' USR1; \
                       mkfifo rest; exec 4<>rest; echo 0 >&3; while :; do read line <&4; done";

/// Beginnings of the names of images that must be among those compared: mappings, descriptors,
/// files, working directories, namespaces, pages and the tree.
const IMAGES: &[&str] = &[
    "mm-", "fdinfo-", "files", "fs-", "ids-", "pagemap-", "pages-", "pstree",
];

/// A sandbox with CRIU, and the process that it is to look at.
struct Checkpoint {
    // Ends before the sandbox, whose end waits for all that were in it.
    counter: Running,
    sandbox: Sandbox,
}

impl Checkpoint {
    /// Starts the process on procfs.
    fn new() -> Result<Self> {
        let version = Command::new("criu").arg("--version").output();
        if !version.is_ok_and(|output| output.status.success()) {
            return Err(Lacking("no CRIU is installed".into()).into());
        }
        let sandbox = Sandbox::new()?;
        sandbox.mount("proc", "")?;
        if run(&sandbox, "criu check")?.text().contains("nftables") {
            return Err(Lacking("CRIU wants network filters".into()).into());
        }
        for command in ["ip link set lo up", "criu check"] {
            let outcome = run(&sandbox, command)?;
            let well = outcome.status == "exit status 0";
            ensure!(well, "{command}: {}", outcome.text());
        }
        sandbox.mount("proc", "")?;
        let directory = sandbox.directory.display();
        let script = format!("cd {directory}; {COUNTER}");
        // It outlives CRIU, which restores it, and ends with the sandbox.
        let command = [
            "setpriv",
            "--pdeathsig",
            "clear",
            "setsid",
            "sh",
            "-c",
            &script,
        ];
        let command = command.map(String::from);
        let counter = sandbox.start(&ROOT, &command, Stdio::null(), "counter")?;
        let checkpoint = Self { counter, sandbox };
        counted(&checkpoint.sandbox, "0\n")?;
        Ok(checkpoint)
    }

    /// Has CRIU dump the process, with `/proc` as it is, and gives the folder of the images.
    fn dump(&self, name: &str, more: &str) -> Result<String> {
        let folder = self.sandbox.directory.join(name);
        fs::create_dir(&folder)?;
        let folder = folder.display().to_string();
        well(
            run(
                &self.sandbox,
                &format!("criu dump -t {PROGRAM} -D {folder} -o log -v4 {more}"),
            )?,
            &folder,
        )?;
        Ok(folder)
    }
}

/// Sends the counter a signal, which it counts.
fn signal(sandbox: &Sandbox, expected: &str) -> Result<()> {
    run(sandbox, &format!("kill -USR1 {PROGRAM}"))?;
    counted(sandbox, expected)
}

/// Waits until it has written what is expected.
fn counted(sandbox: &Sandbox, expected: &str) -> Result<()> {
    let mut text = String::new();
    for _ in 0..200 {
        text = fs::read_to_string(sandbox.directory.join("count")).unwrap_or_default();
        if text == expected {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("counted {text:?}, not {expected:?}")
}

/// Runs a command of blanks and words.
fn run(sandbox: &Sandbox, command: &str) -> Result<Outcome> {
    let words: Vec<String> = command.split_whitespace().map(Into::into).collect();
    sandbox
        .start(&ROOT, &words, Stdio::null(), "program")?
        .finish()
}

/// That CRIU has done it; what it says otherwise is in its log.
fn well(outcome: Outcome, folder: &str) -> Result<()> {
    let log = || {
        let text = fs::read_to_string(Path::new(folder).join("log")).unwrap_or_default();
        let errors = text.lines().filter(|line| line.contains("Error"));
        errors.collect::<Vec<_>>().join("\n")
    };
    let well = outcome.status == "exit status 0";
    ensure!(well, "{}\n{}", outcome.text(), log());
    Ok(())
}

/// The images in a folder.
fn read(folder: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut images = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        images.insert(name, fs::read(entry.path())?);
    }
    Ok(images)
}

fn images() -> Result<()> {
    let checkpoint = Checkpoint::new()?;
    let dump = |name: &str, fstype: &str| -> Result<BTreeMap<String, Vec<u8>>> {
        checkpoint.sandbox.mount(fstype, "")?;
        read(&checkpoint.dump(name, "--leave-running")?)
    };
    // With others it remembers what it has found out of the kernel.
    dump("first", "proc")?;
    let before = [dump("one", "proc")?, dump("two", "proc")?];
    let ours = dump("ours", &fstype())?;
    let after = dump("three", "proc")?;
    let names = |images: &BTreeMap<String, Vec<u8>>| images.keys().cloned().collect::<Vec<_>>();
    ensure!(names(&ours) == names(&after), "{:?}", names(&ours));
    let [one, two] = before;
    // Times, registers and the log are others in each.
    let at_rest =
        |name: &&String| one.get(*name) == two.get(*name) && one.get(*name) == after.get(*name);
    let compared: Vec<&String> = ours.keys().filter(at_rest).collect();
    for wanted in IMAGES {
        let found = compared.iter().any(|name| name.starts_with(wanted));
        ensure!(found, "{wanted} is not among {compared:?}");
    }
    for name in compared {
        ensure!(ours.get(name) == one.get(name), "{name} differs");
    }
    signal(&checkpoint.sandbox, "0\n1\n")
}

fn dump_and_restore() -> Result<()> {
    let checkpoint = Checkpoint::new()?;
    signal(&checkpoint.sandbox, "0\n1\n")?;
    checkpoint.sandbox.mount(&fstype(), "")?;
    let folder = checkpoint.dump("images", "")?;
    let Checkpoint { counter, sandbox } = checkpoint;
    let end = counter.finish()?;
    ensure!(end.status.starts_with("signal"), "{}", end.text());
    // CRIU is not to have the id of the restored one itself.
    run(
        &sandbox,
        &format!("sysctl -q kernel.ns_last_pid={}", PROGRAM * 2),
    )?;
    let restore = format!("criu restore -D {folder} -o log -v4 -d --pidfile {folder}/pid");
    well(run(&sandbox, &restore)?, &folder)?;
    let pid = fs::read_to_string(format!("{folder}/pid")).context("the restored one's pid")?;
    ensure!(pid == PROGRAM.to_string(), "{pid}");
    let arguments = run(&sandbox, &format!("cat /proc/{PROGRAM}/cmdline"))?;
    let text = arguments.text();
    ensure!(arguments.output.contains("umask 027"), "{text}");
    // What it had counted before is in its memory alone.
    signal(&sandbox, "0\n1\n2\n")
}
