// SPDX-License-Identifier: GPL-2.0

//! A ps that reads one file: `ps [FILE]`, where FILE is `/proc/.proc2/tasks` if it is not given.

use std::error::Error;
use std::io::{self, BufWriter, ErrorKind, Write};

use proc2_tasks::{Task, Tasks};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "/proc/.proc2/tasks".into());
    let tasks =
        Tasks::open(&file).map_err(|error| format!("{}: {error}", file.to_string_lossy()))?;
    match print(tasks) {
        // Whoever reads this has seen enough.
        Err(error) if is_broken_pipe(&*error) => Ok(()),
        printed => printed,
    }
}

fn print(
    tasks: impl Iterator<Item = Result<Task, proc2_tasks::Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(
        out,
        "{:>8} {:>8} {:>6} {:>4} S {:>10} {:>9} COMMAND",
        "PID", "PPID", "UID", "NLWP", "RSS", "TIME"
    )?;
    for task in tasks {
        let task = task?;
        let seconds = Task::time(task.utime + task.stime).as_secs();
        writeln!(
            out,
            "{:>8} {:>8} {:>6} {:>4} {} {:>10} {:>6}:{:02} {}",
            task.pid,
            task.ppid,
            task.euid,
            task.threads,
            task.state.letter(),
            task.vm_rss,
            seconds / 60,
            seconds % 60,
            command(&task)
        )?;
    }
    Ok(out.flush()?)
}

/// The command line, or the name of a task that has none in brackets, with nothing that could move a terminal's cursor.
fn command(task: &Task) -> String {
    let arguments: Vec<_> = task.cmdline.arguments().map(printable).collect();
    if arguments.is_empty() {
        return format!("[{}]", printable(&task.comm));
    }
    let more = if task.cmdline.whole { "" } else { "..." };
    arguments.join(" ") + more
}

fn printable(bytes: &[u8]) -> String {
    let shown = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    String::from_utf8_lossy(bytes).chars().map(shown).collect()
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
