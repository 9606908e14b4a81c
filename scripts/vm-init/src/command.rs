// SPDX-License-Identifier: GPL-2.0

//! Runs the command, with pipes or on a terminal, and waits for it as a first program must: orphans
//! of any kind end up here and are reaped.

use crate::ports::{pump, pump_input, Ports};
use anyhow::{anyhow, Context, Result};
use proc2_vm_init::{Job, Request, Size};
use rustix::process::{wait, Pid, WaitOptions, WaitStatus};
use rustix::pty::{grantpt, openpt, ptsname, unlockpt, OpenptFlags};
use rustix::termios::{tcsetwinsize, Winsize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::{thread, time::Duration};

/// How long output may still come after the command itself has ended: a child in the background
/// can keep the pipe open for ever.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Runs the job's command and returns its status as a shell would.
pub(crate) fn run(job: &Job, ports: Ports) -> Result<u8> {
    let [program, arguments @ ..] = &job.command[..] else {
        return Err(anyhow!("the job names no command"));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(job.env.iter().cloned());
    command.current_dir(if job.cwd.is_dir() {
        job.cwd.as_path()
    } else {
        "/".as_ref()
    });
    let (done, finished) = mpsc::channel();
    let child = match job.terminal {
        Some(size) => on_terminal(command, size, ports, done),
        None => on_pipes(command, ports, done),
    };
    let child = child.with_context(|| format!("cannot run {program:?}"))?;
    let status = reap(Pid::from_raw(child.try_into()?).context("the command has no process")?)?;
    // An error says that all output has arrived: the senders are gone.
    while finished.recv_timeout(LAST_WORDS).is_ok() {}
    Ok(status)
}

fn on_pipes(mut command: Command, ports: Ports, done: mpsc::Sender<()>) -> Result<u32> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.process_group(0).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let missing = "a pipe is missing";
    let (stdin, stdout) = (stdin.context(missing)?, stdout.context(missing)?);
    let (stderr, errors) = (stderr.context(missing)?, done.clone());
    thread::spawn(move || pump_input(&ports.stdin, stdin));
    thread::spawn(move || (pump(stdout, ports.stdout), done.send(())));
    thread::spawn(move || (pump(stderr, ports.stderr), errors.send(())));
    Ok(child.id())
}

fn on_terminal(
    mut command: Command,
    size: Size,
    ports: Ports,
    done: mpsc::Sender<()>,
) -> Result<u32> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("no terminal")?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    resize(&master, size);
    let slave = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str()?)?;
    command
        .stdin(slave.try_clone()?)
        .stdout(slave.try_clone()?)
        .stderr(slave);
    // SAFETY: Between fork and exec only two system calls are made, which is async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            rustix::process::setsid()?;
            rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
            Ok(())
        });
    }
    let child = command.spawn()?;
    drop(command); // holds the terminal's other end open
    let master = File::from(master);
    let (input, output) = (master.try_clone()?, master.try_clone()?);
    thread::spawn(move || pump_input(&ports.stdin, input));
    thread::spawn(move || (pump(output, ports.stdout), done.send(())));
    thread::spawn(move || {
        for line in BufReader::new(ports.control).lines().map_while(Result::ok) {
            if let Ok(Request::Resize(size)) = serde_json::from_str(&line) {
                resize(&master, size);
            }
        }
    });
    Ok(child.id())
}

fn resize(master: impl std::os::fd::AsFd, size: Size) {
    let Size {
        rows: ws_row,
        columns: ws_col,
    } = size;
    let _ = tcsetwinsize(
        master,
        Winsize {
            ws_row,
            ws_col,
            ws_xpixel: 0,
            ws_ypixel: 0,
        },
    );
}

fn reap(child: Pid) -> Result<u8> {
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == child => return Ok(shell_status(status)),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("cannot wait for the command"),
        }
    }
}

fn shell_status(status: WaitStatus) -> u8 {
    let code = status
        .exit_status()
        .or_else(|| status.terminating_signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}
