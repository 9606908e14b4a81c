// SPDX-License-Identifier: GPL-2.0

//! Where the instructions of one operation are executed.
//!
//! The VM does the operation over and over. QEMU, told to through its monitor, logs each instruction for a while; the addresses
//! are resolved with the VM's own kallsyms, modules included.

use super::{counting, program};
use crate::kernel::tree::Tree;
use crate::module::Modules;
use crate::vm;
use anyhow::{bail, ensure, Context, Result};
use clap::Args;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// What to look at.
#[derive(Args)]
pub(crate) struct Options {
    /// read:ENTRY, stat:ENTRY, readlink:ENTRY or dir:ENTRY of a task (stat: alone is its directory); root, lookup, scan, mount
    operation: String,
    /// proc2 or procfs
    #[arg(default_value = "proc2")]
    side: String,
    /// How many functions to show
    #[arg(long, default_value_t = 40)]
    top: usize,
    /// Show who calls this function instead
    #[arg(long, value_name = "FUNCTION")]
    callers: Option<String>,
}

/// Bytes of QEMU's log after which there is enough; an instruction takes about a hundred.
const ENOUGH: u64 = 120 << 20;
/// How long the VM may take to come to the operation, and QEMU to log enough.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the VM calls between one operation and the next.
const MARK: &str = "__x64_sys_getppid";

/// Prints the functions, by the share of instructions.
pub(crate) fn run(tree: &Tree, modules: &Modules, what: &Options) -> Result<()> {
    let scratch = tempfile::Builder::new()
        .prefix("proc2-profile.")
        .tempdir()?;
    let symbols = scratch.path().join("symbols");
    let monitor = scratch.path().join("monitor");
    let trace = scratch.path().join("trace");
    let command = [
        "env".to_owned(),
        format!("PROC2_BENCH_SYMBOLS={}", symbols.display()),
        program()?.display().to_string(),
        "repeat".into(),
        what.operation.clone(),
        what.side.clone(),
    ];
    let mut options = counting(modules)?;
    options.rw.push(scratch.path().into());
    options.monitor = Some(monitor.clone());
    let captured = vm::Captured::new(false);
    let output = vm::Output::Captured(captured.clone());
    let ended = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let watched = watch(&captured, &monitor, &trace);
            // However it went: the VM does not end by itself.
            let _ = tell(&monitor, &["quit"]);
            watched
        });
        let outcome = vm::run(&tree.path, &options, &command, output);
        let watched = watcher.join();
        match watched {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => match outcome {
                Ok(_) => Err(error.context(captured.text())),
                Err(other) => Err(error.context(format!("{other:#}"))),
            },
            Err(_) => bail!("the thread that watched the VM panicked"),
        }
    });
    ended?;
    show(&Symbols::read(&symbols)?, &trace, what)
}

/// Waits until the operation is repeated, then has QEMU log it.
fn watch(captured: &vm::Captured, monitor: &Path, trace: &Path) -> Result<()> {
    let start = Instant::now();
    while !captured.text().contains("repeating ") {
        ensure!(
            start.elapsed() < PATIENCE,
            "the VM did not come to the operation"
        );
        thread::sleep(Duration::from_millis(200));
    }
    let file = format!("logfile {}", trace.display());
    // The names of QEMU 8 and of older ones; the wrong one is an error that changes nothing.
    let single = ["one-insn-per-tb on", "singlestep on"];
    tell(
        monitor,
        &[
            "stop",
            single[0],
            single[1],
            &file,
            "log exec,nochain",
            "cont",
        ],
    )?;
    let start = Instant::now();
    while fs::metadata(trace).map_or(0, |data| data.len()) < ENOUGH {
        ensure!(start.elapsed() < PATIENCE, "QEMU logged too little");
        thread::sleep(Duration::from_millis(50));
    }
    tell(monitor, &["stop", "log none"])
}

/// Types lines at QEMU's monitor, each when it has prompted again.
fn tell(monitor: &Path, lines: &[&str]) -> Result<()> {
    let socket = UnixStream::connect(monitor).context("no connection to QEMU's monitor")?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    let prompt = || -> Result<()> {
        let (mut seen, mut byte) = (Vec::new(), [0]);
        while !seen.ends_with(b"(qemu) ") {
            let read = (&socket).read_exact(&mut byte);
            read.context("QEMU's monitor is silent")?;
            seen.push(byte[0]);
        }
        Ok(())
    };
    for line in lines {
        prompt()?;
        (&socket).write_all(format!("{line}\n").as_bytes())?;
    }
    prompt()
}

/// The kernel's functions by address, and what is no function of it.
struct Symbols(Vec<(u64, String)>);

impl Symbols {
    fn read(kallsyms: &Path) -> Result<Self> {
        let text = fs::read_to_string(kallsyms).context("the VM wrote no symbols")?;
        let mut symbols = Vec::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (Some(address), Some(kind), Some(name)) =
                (words.next(), words.next(), words.next())
            else {
                bail!("no line of kallsyms: {line}");
            };
            if "tTwW".contains(kind) {
                let module = words.next().unwrap_or("");
                let name = format!("{:#} {module}", rustc_demangle::demangle(name));
                symbols.push((
                    u64::from_str_radix(address, 16)?,
                    name.trim_end().to_owned(),
                ));
            }
        }
        symbols.sort();
        Ok(Self(symbols))
    }

    fn name(&self, address: u64) -> &str {
        if address >> 63 == 0 {
            return "user space";
        }
        let after = self.0.partition_point(|(start, _)| *start <= address);
        match self.0.get(after.wrapping_sub(1)) {
            Some((_, name)) => name,
            None => "before every symbol",
        }
    }

    fn address(&self, wanted: &str) -> Result<u64> {
        let found = self.0.iter().find(|(_, name)| name == wanted);
        let (address, _) = found.with_context(|| format!("the kernel has no symbol {wanted}"))?;
        Ok(*address)
    }
}

/// Counts the instructions between the first mark and the last, and prints them for each operation.
fn show(symbols: &Symbols, trace: &Path, what: &Options) -> Result<()> {
    let mark = symbols.address(MARK)?;
    let called = match &what.callers {
        Some(name) => Some(symbols.address(name)?),
        None => None,
    };
    // What the instruction before did counts for callers, the instruction itself otherwise. Counts since the last mark come in
    // when the next one does: a beginning and an end that are no whole operation are left out.
    let (mut whole, mut part) = (HashMap::<u64, u64>::new(), Vec::new());
    let (mut operations, mut begun, mut before) = (0_u64, false, 0);
    for line in BufReader::new(File::open(trace)?).split(b'\n') {
        let line = line?;
        let Some(address) = address(&line) else {
            continue;
        };
        if address == mark {
            if begun {
                operations += 1;
                part.drain(..)
                    .for_each(|address| *whole.entry(address).or_default() += 1);
            }
            begun = true;
            part.clear();
        }
        match called {
            None => part.push(address),
            Some(called) if called == address => part.push(before),
            Some(_) => {}
        }
        before = address;
    }
    ensure!(
        operations > 0,
        "the operation was not logged whole even once"
    );
    let mut functions = HashMap::<&str, u64>::new();
    for (address, count) in whole {
        *functions.entry(symbols.name(address)).or_default() += count;
    }
    let mut functions: Vec<_> = functions.into_iter().collect();
    functions.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let each = |count: u64| count as f64 / operations as f64;
    let sum = each(functions.iter().map(|(_, count)| count).sum());
    let unit = if called.is_some() {
        "calls"
    } else {
        "instructions"
    };
    println!(
        "{} in {}: {sum:.0} {unit}, {operations} operations seen",
        what.operation, what.side
    );
    for (name, count) in functions.iter().take(what.top) {
        println!(
            "{:9.1} {:5.1}%  {name}",
            each(*count),
            each(*count) / sum * 100.0
        );
    }
    Ok(())
}

/// The address in a line of QEMU's log: `Trace 0: HOST [CS_BASE/ADDRESS/FLAGS/CFLAGS] NAME`.
fn address(line: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(line).ok()?;
    let (_, inner) = line.strip_prefix("Trace ")?.split_once('[')?;
    u64::from_str_radix(inner.split('/').nth(1)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{address, Symbols};

    #[test]
    fn lines_of_old_and_new_qemu_are_read() {
        let line = b"Trace 0: 0x7f0d4c0 [0000000000000000/ffffffff81a0b8f0/0000c0b0/ff000001] ";
        assert_eq!(address(line), Some(0xffff_ffff_81a0_b8f0));
        assert_eq!(address(b"Stopped execution of TB chain"), None);
    }

    #[test]
    fn an_address_belongs_to_the_function_before_it() {
        let at = |address, name: &str| (address, name.to_owned());
        let symbols = Symbols(vec![at(1 << 63, "a"), at((1 << 63) + 16, "b")]);
        assert_eq!(symbols.name((1 << 63) + 15), "a");
        assert_eq!(symbols.name((1 << 63) + 16), "b");
        assert_eq!(symbols.name(4096), "user space");
    }
}
