// SPDX-License-Identifier: GPL-2.0

//! The host's ends of the virtio ports, and the conversation with the VM from its start to its end.

use super::streams::{drain, feed, terminal_size, Output, RawTerminal};
use anyhow::{Context, Result};
use proc2_vm_init::{port, Report, Request};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::{mpsc, Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How a VM can end.
pub(super) enum Ending {
    Ended(u8),
    Failed(String),
    TimedOut,
    Interrupted,
    Vanished(String),
}

enum Event {
    Report(Report),
    Gone(io::Result<ExitStatus>, String),
    Interrupt,
}

/// Listening sockets, one per port.
pub(super) struct Link {
    listeners: Vec<(&'static str, PathBuf, UnixListener)>,
}

/// How long QEMU may take to go away after the VM said that it is done.
const GOODBYE: Duration = Duration::from_secs(20);

impl Link {
    pub(super) fn listen(directory: &Path) -> Result<Self> {
        let listener = |name| {
            let path = directory.join(name);
            let socket = UnixListener::bind(&path);
            let socket = socket.with_context(|| format!("no socket at {}", path.display()))?;
            Ok((name, path, socket))
        };
        Ok(Self {
            listeners: port::ALL.into_iter().map(listener).collect::<Result<_>>()?,
        })
    }

    pub(super) fn sockets(&self) -> Vec<(&'static str, PathBuf)> {
        self.listeners
            .iter()
            .map(|(name, path, _)| (*name, path.clone()))
            .collect()
    }

    /// Serves the ports until the VM is gone.
    pub(super) fn converse(
        self,
        qemu: Child,
        output: Output,
        limit: Option<Duration>,
    ) -> Result<Ending> {
        let pid = rustix::process::Pid::from_child(&qemu);
        let (events, inbox) = mpsc::channel();
        let signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGWINCH])?;
        let handle = signals.handle();
        let control = Arc::new(Mutex::new(None::<UnixStream>));
        watch_signals(signals, events.clone(), control.clone());
        watch_qemu(qemu, events.clone());
        let raw = matches!(output, Output::Terminal)
            .then(RawTerminal::enter)
            .transpose()?;
        let mut outputs = Vec::new();
        for (name, _, listener) in self.listeners {
            let (output, events, control) = (output.clone(), events.clone(), control.clone());
            let serve = move || {
                let Ok((socket, _)) = listener.accept() else {
                    return;
                };
                match name {
                    port::STDIN => feed(socket, &output),
                    port::CONTROL => listen(socket, &events, &control),
                    _ => drain(socket, name, &output),
                }
            };
            let thread = thread::spawn(serve);
            if [port::STDOUT, port::STDERR].contains(&name) {
                outputs.push(thread);
            }
        }
        let ending = wait(&inbox, limit);
        handle.close();
        if !matches!(ending, Ending::Vanished(_)) {
            if !matches!(ending, Ending::Ended(_) | Ending::Failed(_)) || !gone(&inbox, GOODBYE) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
                gone(&inbox, GOODBYE);
            }
            // QEMU has closed its ends, so these come to an end too.
            outputs.into_iter().for_each(|thread| drop(thread.join()));
        }
        drop(raw);
        Ok(ending)
    }
}

fn wait(inbox: &mpsc::Receiver<Event>, limit: Option<Duration>) -> Ending {
    let start = Instant::now();
    loop {
        let left = limit.map_or(Duration::MAX, |limit| limit.saturating_sub(start.elapsed()));
        match inbox.recv_timeout(left) {
            Ok(Event::Report(Report::Started)) => {}
            Ok(Event::Report(Report::Ended(status))) => return Ending::Ended(status),
            Ok(Event::Report(Report::Failed(why))) => return Ending::Failed(why),
            Ok(Event::Interrupt) => return Ending::Interrupted,
            Ok(Event::Gone(status, words)) => return vanished(inbox, status, &words),
            Err(_) => return Ending::TimedOut,
        }
    }
}

/// QEMU is gone; its last report may still be in a socket that is being read.
fn vanished(inbox: &mpsc::Receiver<Event>, status: io::Result<ExitStatus>, words: &str) -> Ending {
    while let Ok(event) = inbox.recv_timeout(Duration::from_millis(500)) {
        match event {
            Event::Report(Report::Ended(status)) => return Ending::Ended(status),
            Event::Report(Report::Failed(why)) => return Ending::Failed(why),
            _ => {}
        }
    }
    let words = words.trim();
    Ending::Vanished(match status {
        Ok(status) if words.is_empty() => format!("QEMU: {status}; the kernel panicked?"),
        Ok(status) => format!("QEMU: {status}: {words}"),
        Err(error) => format!("cannot wait for QEMU: {error}"),
    })
}

fn gone(inbox: &mpsc::Receiver<Event>, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while let Ok(event) = inbox.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if matches!(event, Event::Gone(..)) {
            return true;
        }
    }
    false
}

fn watch_qemu(mut qemu: Child, events: mpsc::Sender<Event>) {
    thread::spawn(move || {
        let mut words = String::new();
        if let Some(mut stderr) = qemu.stderr.take() {
            let _ = stderr.read_to_string(&mut words);
        }
        let _ = events.send(Event::Gone(qemu.wait(), words));
    });
}

fn watch_signals(
    mut signals: Signals,
    events: mpsc::Sender<Event>,
    control: Arc<Mutex<Option<UnixStream>>>,
) {
    thread::spawn(move || {
        for signal in signals.forever() {
            if signal != SIGWINCH {
                let _ = events.send(Event::Interrupt);
            } else if let Ok(Some(socket)) = control.lock().as_deref_mut() {
                let _ = serde_json::to_vec(&Request::Resize(terminal_size()))
                    .map(|line| socket.write_all(&[&line[..], b"\n"].concat()));
            }
        }
    });
}

fn listen(socket: UnixStream, events: &mpsc::Sender<Event>, control: &Mutex<Option<UnixStream>>) {
    if let Ok(mut control) = control.lock() {
        *control = socket.try_clone().ok();
    }
    for line in BufReader::new(socket).lines().map_while(Result::ok) {
        if let Ok(report) = serde_json::from_str(&line) {
            let _ = events.send(Event::Report(report));
        }
    }
}
