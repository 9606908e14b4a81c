// SPDX-License-Identifier: GPL-2.0

//! The fuzz targets of the pure core (tests-kunit/fuzz), under libFuzzer. The compiler need not be a
//! nightly: the pass that counts coverage is an option of code generation, and the targets, which have
//! no unsafe code, need no sanitizer.

use crate::tally::Tally;
use crate::{figures, paths, steps};
use anyhow::{bail, Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares \
                     -Ccodegen-units=1 -Cdebug-assertions --cfg fuzzing";

/// Runs those of the targets that are named, or all, each for so many seconds. What they have learnt
/// stays in the cache; an input that fails lies there too, and the output names it.
pub(crate) fn run(names: &[String], seconds: u64) -> Result<Tally> {
    let folder = paths::checkout()?.join("tests-kunit/fuzz");
    let programs = build(&folder)?;
    let all = targets(&folder)?;
    let chosen = if names.is_empty() { &all } else { names };
    let mut tally = Tally::default();
    for name in chosen {
        if !all.contains(name) {
            bail!("{name} is no fuzz target; there are {}", all.join(" "));
        }
        let learnt = paths::cache()?.join("fuzz").join(name);
        fs::create_dir_all(&learnt)?;
        let output = Command::new(programs.join(name))
            .arg(format!("-max_total_time={seconds}"))
            .args(["-print_final_stats=1", "-timeout=10"])
            .arg(format!(
                "-artifact_prefix={}/failed-",
                paths::cache()?.join("fuzz").display()
            ))
            .arg(&learnt)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run the fuzz target {name}"))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let passed = output.status.success();
        if !passed {
            eprintln!(
                "proc2: the fuzz target {name} failed ({}):\n{text}",
                output.status
            );
        }
        let line = format!(
            "figures: fuzz_{name} size={seconds}s seconds={seconds} inputs={} reports={}",
            tried(&text),
            u8::from(!passed)
        );
        println!("{line}");
        figures::keep(&line, "host")?;
        tally += Tally::of(name, passed);
    }
    Ok(tally)
}

/// Whether the targets compile, which says why they do not.
pub(crate) fn fits() -> Result<bool> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(paths::checkout()?.join("tests-kunit/fuzz"))
        .env("CARGO_TARGET_DIR", paths::build()?.join("fuzz"))
        // A target uses a part of the core.
        .env("RUSTFLAGS", "-Awarnings")
        // Nothing is linked: libFuzzer itself, in C++, need not be built.
        .env("CUSTOM_LIBFUZZER_PATH", "/nonexistent/libfuzzer.a")
        .args(["check", "--locked", "--quiet"]);
    let status = cargo.status().context("cannot run cargo")?;
    if !status.success() {
        eprintln!("proc2: the fuzz targets do not fit the pure core, see above");
    }
    Ok(status.success())
}

fn build(folder: &Path) -> Result<PathBuf> {
    let mut step = steps::begin_quietly("programs", "the fuzz targets")?;
    let target = paths::build()?.join("fuzz");
    // The same for every host: flags that name no target would reach build scripts.
    let triple = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(folder)
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &target)
        .args(["build", "--locked", "--target", &triple]);
    step.run(&mut cargo)?;
    step.done();
    Ok(target.join(triple).join("debug"))
}

/// Their names: those of the files.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("targets"))? {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    if names.is_empty() {
        bail!("{} has no fuzz target", folder.display());
    }
    Ok(names)
}

/// How many inputs libFuzzer says that it has tried.
fn tried(text: &str) -> &str {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    line.map_or("unknown", str::trim)
}
