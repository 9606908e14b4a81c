// SPDX-License-Identifier: GPL-2.0

//! A ps that reads one file: `ps [INSTANCE]`, where INSTANCE is `/proc` if it is not given.

use std::error::Error;
use std::io::{self, BufWriter, ErrorKind, Write};

use proc2_tasks::{CommandLine, Query, State, Task, Text};

/// The columns that are asked for.
#[derive(serde::Deserialize)]
struct Row {
    pid: i32,
    ppid: i32,
    euid: u32,
    threads: u32,
    state: State,
    vm_rss: u64,
    utime: u64,
    stime: u64,
    comm: Text,
    cmdline: CommandLine,
}

fn main() -> Result<(), Box<dyn Error>> {
    let instance = std::env::args_os().nth(1).unwrap_or_else(|| "/proc".into());
    let rows = Query::tasks()
        .open::<Row>(&instance)
        .map_err(|error| format!("{}: {error}", instance.to_string_lossy()))?;
    match print(rows) {
        // Whoever reads this has seen enough.
        Err(error) if is_broken_pipe(&*error) => Ok(()),
        printed => printed,
    }
}

fn print(
    rows: impl Iterator<Item = Result<Row, proc2_tasks::Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(
        out,
        "{:>8} {:>8} {:>6} {:>4} S {:>10} {:>9} COMMAND",
        "PID", "PPID", "UID", "NLWP", "RSS", "TIME"
    )?;
    for row in rows {
        let row = row?;
        let seconds = Task::time(row.utime + row.stime).as_secs();
        writeln!(
            out,
            "{:>8} {:>8} {:>6} {:>4} {} {:>10} {:>6}:{:02} {}",
            row.pid,
            row.ppid,
            row.euid,
            row.threads,
            row.state.letter(),
            row.vm_rss,
            seconds / 60,
            seconds % 60,
            command(&row)
        )?;
    }
    Ok(out.flush()?)
}

/// The command line, or the name of a task that has none in brackets.
fn command(row: &Row) -> String {
    let arguments = row.cmdline.arguments();
    let arguments: Vec<_> = arguments
        .map(|bytes| Text(bytes.to_vec()).to_string())
        .collect();
    if arguments.is_empty() {
        return format!("[{}]", row.comm);
    }
    let more = if row.cmdline.whole { "" } else { "..." };
    arguments.join(" ") + more
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
