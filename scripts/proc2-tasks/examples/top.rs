// SPDX-License-Identifier: GPL-2.0

//! A top that reads one file each time it draws: `top [INSTANCE]`, where INSTANCE is `/proc` if it is not given. `q` ends it.

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proc2_tasks::{Query, State, Text};
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind};
use ratatui::layout::Constraint;
use ratatui::style::{Style, Stylize};
use ratatui::widgets::{Row, Table};
use ratatui::{DefaultTerminal, Frame};

/// The columns that are asked for.
#[derive(Debug, Clone, serde::Deserialize)]
struct Process {
    pid: i32,
    ino: u64,
    euid: u32,
    state: State,
    utime: u64,
    stime: u64,
    vm_rss: u64,
    comm: Text,
}

/// How often it draws.
const EVERY: Duration = Duration::from_secs(1);

/// What was read at a moment.
struct Look {
    at: Instant,
    processes: Vec<Process>,
    /// The ticks of each, by its identity: a number can be another process's by now.
    ticks: HashMap<u64, u64>,
}

impl Look {
    fn at(instance: &PathBuf) -> Result<Self, proc2_tasks::Error> {
        let processes: Vec<Process> = Query::tasks().open(instance)?.collect::<Result<_, _>>()?;
        let ticks = processes
            .iter()
            .map(|process| (process.ino, process.utime + process.stime));
        Ok(Self {
            at: Instant::now(),
            ticks: ticks.collect(),
            processes,
        })
    }

    /// The shares of a CPU that processes have had since the look before, the largest first.
    fn shares(&self, before: &Self) -> Vec<(f64, &Process)> {
        let ticks = (self.at - before.at).as_secs_f64() * 100.0;
        let share = |process: &Process| {
            let now = process.utime + process.stime;
            let then = before.ticks.get(&process.ino).copied().unwrap_or(now);
            100.0 * now.saturating_sub(then) as f64 / ticks.max(1.0)
        };
        let mut shares: Vec<_> = self.processes.iter().map(|one| (share(one), one)).collect();
        shares.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(b.vm_rss.cmp(&a.vm_rss)));
        shares
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let instance: PathBuf = std::env::args_os()
        .nth(1)
        .map_or_else(|| "/proc".into(), PathBuf::from);
    // Before the terminal is another one: what is wrong is said where it can be read.
    let first = Look::at(&instance).map_err(|error| format!("{}: {error}", instance.display()))?;
    let mut terminal = ratatui::init();
    let drawn = draw_on(&mut terminal, &instance, first);
    ratatui::restore();
    drawn
}

fn draw_on(
    terminal: &mut DefaultTerminal,
    instance: &PathBuf,
    mut before: Look,
) -> Result<(), Box<dyn Error>> {
    loop {
        let now = Look::at(instance)?;
        terminal.draw(|frame| draw(frame, &now, &before))?;
        before = now;
        let until = Instant::now() + EVERY;
        while event::poll(until.saturating_duration_since(Instant::now()))? {
            if let Event::Key(key) = event::read()? {
                if key.kind == KeyEventKind::Press && key.code == KeyCode::Char('q') {
                    return Ok(());
                }
            }
        }
    }
}

fn draw(frame: &mut Frame<'_>, now: &Look, before: &Look) {
    let shares = now.shares(before);
    let height = usize::from(frame.area().height);
    let rows = shares.iter().take(height).map(|(share, process)| {
        Row::new([
            process.pid.to_string(),
            process.euid.to_string(),
            process.state.letter().to_string(),
            format!("{share:.1}"),
            process.vm_rss.to_string(),
            process.comm.to_string(),
        ])
    });
    let widths = [8, 8, 1, 6, 10].map(Constraint::Length);
    let widths = widths.into_iter().chain([Constraint::Fill(1)]);
    let head = Row::new(["PID", "UID", "S", "%CPU", "RSS kB", "COMMAND"]);
    let table = Table::new(rows, widths).header(head.style(Style::new().reversed()));
    frame.render_widget(table, frame.area());
}
