// SPDX-License-Identifier: GPL-2.0

//! Long steps that show where they are: on a terminal a bar with the time left, elsewhere a plain
//! line now and then. Everything a step prints goes to its log; a failure shows the log's end.

use crate::{logs, paths};
use anyhow::{bail, Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The steps of a whole set-up, in their order. Only those that have something to do show up.
const NAMES: [&str; 12] = [
    "bindgen",
    "kernel source",
    "kernel configuration",
    "kernel build",
    "module",
    "programs",
    "container runtimes",
    "virtual machine",
    "mutants",
    "kernel with proc2 in it",
    "root of Debian's",
    "package",
];

/// How often a plain line may come.
const QUIET: Duration = Duration::from_secs(30);

/// A step that is shorter than this need not be heard of.
const SHORT: Duration = Duration::from_millis(1500);

/// A step under way.
pub(crate) struct Step {
    name: &'static str,
    headline: Option<String>,
    log: PathBuf,
    bar: ProgressBar,
    start: Instant,
    spoke: Instant,
}

/// Begins a step and its log, and says so.
pub(crate) fn begin(name: &'static str, what: &str) -> Result<Step> {
    let mut step = begin_quietly(name, what)?;
    step.announce();
    Ok(step)
}

/// Begins a step that may have nothing to do: it says so only when it takes its time.
pub(crate) fn begin_quietly(name: &'static str, what: &str) -> Result<Step> {
    let number = NAMES.iter().position(|known| *known == name);
    let number = number.with_context(|| format!("{name:?} is no step"))? + 1;
    let headline = Some(format!(
        "proc2: step {number} of {}: {name}: {what}",
        NAMES.len()
    ));
    let log = paths::cache()?
        .join("logs")
        .join(format!("{}.log", name.replace(' ', "-")));
    fs::create_dir_all(log.with_file_name(""))?;
    File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(
        "  {spinner} {elapsed} {wide_msg}",
    )?);
    Ok(Step {
        name,
        headline,
        log,
        bar,
        start: Instant::now(),
        spoke: Instant::now(),
    })
}

impl Step {
    /// Runs a command to its end; its output only goes to the log.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<()> {
        self.run_lines(command, |step, line| step.bar.set_message(line.to_owned()))
    }

    /// Runs a command that prints a line per piece of work, of about `total` pieces. How many are
    /// done is kept in a file, for an interrupted command goes on where it was.
    /// Returns how many there were.
    pub(crate) fn run_counting(
        &mut self,
        command: &mut Command,
        total: u64,
        kept: &Path,
    ) -> Result<u64> {
        self.measure(total)?;
        let before = read_number(kept).unwrap_or(0);
        let mut done = before;
        self.run_lines(command, |step, line| {
            done += 1;
            if done % 20 == 0 {
                // Only the time left depends on it.
                let _ = fs::write(kept, done.to_string());
            }
            step.advance(before, done, total, line);
        })?;
        let _ = fs::remove_file(kept);
        Ok(done)
    }

    /// Runs an apt command that downloads: its status lines tell how far it is.
    pub(crate) fn run_apt(&mut self, command: &mut Command) -> Result<()> {
        self.measure(100)?;
        // On stdout, because the step reads that anyway.
        self.run_lines(command.args(["-o", "APT::Status-Fd=1"]), |step, line| {
            let mut fields = line.split(':');
            if fields.next() == Some("dlstatus") {
                let percent = fields.nth(1).and_then(|field| field.parse::<f64>().ok());
                step.advance(0, percent.unwrap_or_default() as u64, 100, "download");
            }
        })
    }

    /// Ends the step; without this call its bar just goes away.
    pub(crate) fn done(self) {
        self.bar.finish_and_clear();
        let seconds = self.start.elapsed().as_secs();
        if seconds >= 10 {
            eprintln!("proc2: {} took {}", self.name, span(seconds));
        }
    }

    fn announce(&mut self) {
        if let Some(headline) = self.headline.take() {
            eprintln!("{headline}");
            self.bar.enable_steady_tick(Duration::from_millis(250));
        }
    }

    /// Makes the bar one of `total` pieces.
    pub(crate) fn measure(&self, total: u64) -> Result<()> {
        self.bar.set_length(total);
        let template = "  {elapsed} [{bar:30}] {percent}%, about {eta} left  {wide_msg}";
        self.bar
            .set_style(ProgressStyle::with_template(template)?.progress_chars("=> "));
        Ok(())
    }

    /// Shows that `done` pieces are done, `before` of them by an earlier run, and how long the rest will take.
    pub(crate) fn advance(&mut self, before: u64, done: u64, total: u64, line: &str) {
        // The total is what the last build took; this one may have some more.
        let done = done.min(total.saturating_sub(1));
        self.bar.set_position(done);
        self.bar.set_message(line.trim().to_owned());
        if self.bar.is_hidden() && self.spoke.elapsed() >= QUIET {
            self.spoke = Instant::now();
            let new = done.saturating_sub(before).max(1);
            let left = self.start.elapsed().as_secs() * (total - done) / new;
            let left = if done + 1 < total {
                span(left)
            } else {
                "a moment".into()
            };
            let percent = done * 100 / total.max(1);
            eprintln!("proc2: {}: {percent}%, about {left} left", self.name);
        }
    }

    fn run_lines(
        &mut self,
        command: &mut Command,
        mut line: impl FnMut(&mut Self, &str),
    ) -> Result<()> {
        let mut log = OpenOptions::new().append(true).open(&self.log)?;
        writeln!(log, "$ {command:?}")?;
        command
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(Stdio::piped());
        let program = command.get_program().to_owned();
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {program:?}"))?;
        if let Some(stdout) = child.stdout.take() {
            for text in BufReader::new(stdout).split(b'\n') {
                let text = text?;
                if self.start.elapsed() >= SHORT {
                    self.announce();
                }
                let written = log.write_all(&[&text[..], b"\n"].concat());
                let path = &self.log;
                written
                    .with_context(|| format!("{}: cannot write {}", self.name, path.display()))?;
                line(self, &String::from_utf8_lossy(&text));
            }
        }
        let status = child.wait()?;
        if !status.success() {
            self.bar.finish_and_clear();
            let text = fs::read(&self.log).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let help = logs::explain(&text).map_or(String::new(), |help| format!("\n{help}"));
            let text = logs::essence(&text);
            let (name, log) = (self.name, self.log.display());
            bail!("{name}: {program:?} failed ({status}):\n{text}\nthe full log is {log}{help}");
        }
        Ok(())
    }
}

/// The number that a file holds, if it does.
pub(crate) fn read_number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
