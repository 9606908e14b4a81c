// SPDX-License-Identifier: GPL-2.0

//! What goes through the ports byte by byte: the command's input and output, and our terminal.

use anyhow::{Context, Result};
use proc2_vm_init::{frame, port, Size};
use rustix::termios;
use std::io::{self, IsTerminal, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What becomes of the command's output.
#[derive(Clone)]
pub(crate) enum Output {
    /// Our own stdin, stdout and stderr.
    Inherited,
    /// A terminal in the VM, driven by ours.
    Terminal,
    /// Kept, stdout and stderr together, and shown as well if so wished.
    Captured(Captured),
}

/// Output of a command that is kept, line by line.
#[derive(Clone)]
pub(crate) struct Captured {
    shown: bool,
    start: Instant,
    lines: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl Captured {
    /// Nothing yet; with `shown`, what comes is printed as well.
    pub(crate) fn new(shown: bool) -> Self {
        Self {
            shown,
            start: Instant::now(),
            lines: Arc::default(),
        }
    }

    /// The lines, each with the time when it was complete.
    pub(crate) fn lines(&self) -> Vec<(Duration, String)> {
        self.lines
            .lock()
            .map(|lines| lines.clone())
            .unwrap_or_default()
    }

    /// The lines as one text.
    pub(crate) fn text(&self) -> String {
        self.lines()
            .into_iter()
            .map(|(_, line)| line + "\n")
            .collect()
    }

    fn add(&self, line: &[u8], name: &str) {
        if self.shown {
            show(line, name);
        }
        if let Ok(mut lines) = self.lines.lock() {
            let line = String::from_utf8_lossy(line).trim_end().to_owned();
            lines.push((self.start.elapsed(), line));
        }
    }
}

/// Our input to the VM. A terminal is read only if the command has one too: else it would take the
/// keys that are meant for what comes after us.
pub(super) fn feed(mut socket: UnixStream, output: &Output) {
    let stdin = io::stdin();
    let wanted = match output {
        Output::Inherited => !stdin.is_terminal(),
        Output::Terminal => true,
        Output::Captured(_) => false,
    };
    let mut buffer = vec![0; 16 * 1024];
    let mut stdin = stdin.lock();
    loop {
        let length = if wanted {
            stdin.read(&mut buffer)
        } else {
            Ok(0)
        };
        let Ok(length @ 1..) = length else { break };
        if socket.write_all(&frame(&buffer[..length])).is_err() {
            return;
        }
    }
    let _ = socket.write_all(&frame(&[]));
    // Kept open: closing it could overtake what was written.
    std::mem::forget(socket);
}

pub(super) fn drain(mut socket: UnixStream, name: &str, output: &Output) {
    let mut buffer = vec![0; 64 * 1024];
    let mut line = Vec::new();
    while let Ok(length @ 1..) = socket.read(&mut buffer) {
        let bytes = &buffer[..length];
        let Output::Captured(captured) = output else {
            show(bytes, name);
            continue;
        };
        // Whole lines only: another VM may be printing too.
        line.extend_from_slice(bytes);
        while let Some(end) = line.iter().position(|byte| *byte == b'\n') {
            let rest = line.split_off(end + 1);
            captured.add(&line, name);
            line = rest;
        }
    }
    if let (Output::Captured(captured), false) = (output, line.is_empty()) {
        captured.add(&line, name);
    }
}

fn show(bytes: &[u8], name: &str) {
    // There is nobody to tell that our own output is gone.
    let _ = if name == port::STDERR {
        io::stderr().write_all(bytes)
    } else {
        let mut stdout = io::stdout();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    };
}

/// The size of our terminal, or a usual one.
pub(super) fn terminal_size() -> Size {
    match termios::tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_row > 0 => Size {
            rows: size.ws_row,
            columns: size.ws_col,
        },
        _ => Size {
            rows: 24,
            columns: 80,
        },
    }
}

/// Our terminal, passing every key on untouched until dropped.
pub(super) struct RawTerminal(termios::Termios);

impl RawTerminal {
    pub(super) fn enter() -> Result<Self> {
        let before = termios::tcgetattr(io::stdin()).context("standard input is no terminal")?;
        let mut raw = before.clone();
        raw.make_raw();
        termios::tcsetattr(io::stdin(), termios::OptionalActions::Drain, &raw)?;
        Ok(Self(before))
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        let _ = termios::tcsetattr(io::stdin(), termios::OptionalActions::Drain, &self.0);
    }
}
