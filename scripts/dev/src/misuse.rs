// SPDX-License-Identifier: GPL-2.0

//! Misuses of the wrappers in `rust-bindings/` that must not compile: the files of
//! `tests-compile-fail/`, each as a module of proc2, under the compiler and with the flags that
//! kbuild builds proc2.ko with. What trybuild does for cargo's crates.
//!
//! A comment `//~ E0308` says that its line has this error. A file must have all of its errors and
//! no other; a file without one must compile, and there must be one such file.

use crate::module::Modules;
use crate::paths;
use anyhow::{bail, Context, Result};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, iter, thread};

/// Where the files are.
const FOLDER: &str = "tests-compile-fail";

/// The name that a file has as a module of proc2.
const MODULE: &str = "misuse";

/// A line of a file, and the error that it has.
type Errors = BTreeSet<(usize, String)>;

/// Compiles each file with what built `modules`.
pub(crate) fn check(modules: &Modules) -> Result<()> {
    let compiler = Compiler::of(modules)?;
    let folder = paths::checkout()?.join(FOLDER);
    let files = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let files = files.collect::<Result<Vec<_>>>()?;
    let expected = files
        .iter()
        .map(|file| expected(&fs::read_to_string(file)?));
    let expected = expected.collect::<Result<Vec<_>>>()?;
    if !expected.iter().any(Errors::is_empty) || expected.iter().all(Errors::is_empty) {
        bail!("{FOLDER}/ must have files that compile, and files that do not");
    }
    // As many at a time as there are processors, for each takes some hundred megabytes.
    let pairs: Vec<_> = iter::zip(&files, &expected).collect();
    let mut verdicts = Vec::new();
    for some in pairs.chunks(thread::available_parallelism()?.get()) {
        verdicts.extend(thread::scope(|scope| {
            let judge = |(file, expected)| scope.spawn(|| compiler.judge(file, expected));
            let running: Vec<_> = some.iter().copied().map(judge).collect();
            let joined = running.into_iter().map(|thread| thread.join());
            let joined = joined.map(|joined| joined.unwrap_or_else(|_| bail!("a panic above")));
            joined.collect::<Result<Vec<_>>>()
        })?);
    }
    let wrong: Vec<String> = verdicts.into_iter().flatten().collect();
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// The errors that a file announces.
fn expected(text: &str) -> Result<Errors> {
    let mark = Regex::new(r"//~ (E\d{4})$")?;
    let lines = (1..).zip(text.lines());
    let marked = lines.filter_map(|(number, line)| Some((number, mark.captures(line)?)));
    Ok(marked
        .map(|(number, mark)| (number, mark[1].to_owned()))
        .collect())
}

/// How kbuild has compiled proc2.
struct Compiler {
    /// Where kbuild ran.
    folder: PathBuf,
    environment: Vec<(String, String)>,
    arguments: Vec<String>,
}

impl Compiler {
    /// Takes the command that kbuild saves, as it does for every object.
    fn of(modules: &Modules) -> Result<Self> {
        let saved = modules.folder.join("src/.proc2.o.cmd");
        let text = fs::read_to_string(&saved);
        let text = text.with_context(|| format!("kbuild left no {}", saved.display()))?;
        let line = text.lines().next().unwrap_or_default();
        let command = line.split_once(":=").map(|(_, command)| command);
        let words = command.and_then(shlex::split).unwrap_or_default();
        let mut words = words.into_iter().peekable();
        let mut environment = Vec::new();
        while let Some(word) = words.next_if(|word| word.contains('=')) {
            let (name, value) = word.split_once('=').unwrap_or_default();
            environment.push((name.to_owned(), value.to_owned()));
        }
        let generated = modules.folder.join("rust-bindings/generated.rs");
        let generated = generated.into_os_string().into_string();
        let generated = generated.ok().context("the cache's path is not UTF-8")?;
        // What it exports besides, in its Makefile and in ours.
        environment.push(("RUSTC_BOOTSTRAP".into(), "1".into()));
        environment.push(("PROC2_GENERATED_BINDINGS".into(), generated));
        // Without the place of its output and the crate's root, which others come instead of.
        let mut arguments: Vec<String> =
            words.filter(|word| !word.starts_with("--emit=")).collect();
        match arguments.iter().position(|word| word == "--out-dir") {
            Some(at) if arguments.len() > at + 2 => drop(arguments.drain(at..at + 2)),
            _ => bail!("{} has not the form that it had", saved.display()),
        }
        let root = arguments.pop().unwrap_or_default();
        if !root.ends_with("src/proc2.rs") {
            bail!("{} does not compile proc2.rs", saved.display());
        }
        Ok(Self {
            folder: modules.folder.clone(),
            environment,
            arguments,
        })
    }

    /// What is wrong with the errors of a file, if anything is.
    fn judge(&self, file: &Path, expected: &Errors) -> Result<Option<String>> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let (errors, output) = self.errors(file)?;
        if errors == *expected {
            return Ok(None);
        }
        let (rest, lacking) = (errors.difference(expected), expected.difference(&errors));
        let says = |word, (line, code): &(usize, String)| {
            format!("{FOLDER}/{name}:{line}: {word} {code}\n")
        };
        let lacking: String = lacking.map(|error| says("lacks", error)).collect();
        let rest: String = rest.map(|error| says("has", error)).collect();
        Ok(Some(lacking + &rest + &output))
    }

    /// The errors that the compiler finds, and what it says of them. An error elsewhere is one of line 0.
    fn errors(&self, file: &Path) -> Result<(Errors, String)> {
        let crate_with = Crate::with(file)?;
        let (program, flags) = self.arguments.split_first().context("no compiler")?;
        let mut compiler = Command::new(program);
        compiler.args(flags).current_dir(&self.folder);
        compiler.envs(self.environment.iter().map(|(name, value)| (name, value)));
        // Dead code is what the files are.
        compiler.args([
            "-Awarnings",
            "--error-format=json",
            "--emit=metadata",
            "--out-dir",
        ]);
        compiler
            .arg(crate_with.folder.path())
            .arg(crate_with.root());
        let output = compiler.output().context("cannot run the compiler")?;
        let text = String::from_utf8_lossy(&output.stderr);
        let messages = text.lines().map(serde_json::from_str::<Message>);
        let messages = messages.collect::<Result<Vec<_>, _>>();
        let messages = messages.with_context(|| format!("the compiler says {text}"))?;
        let errors: Vec<_> = messages
            .iter()
            .filter(|message| message.level == "error")
            .collect();
        if output.status.success() != errors.is_empty() {
            bail!("the compiler ends with {} after {text}", output.status);
        }
        let says = errors.iter().map(|error| error.rendered.as_str()).collect();
        let codes = errors.iter().filter_map(|error| {
            let code = &error.code.as_ref()?.code; // "aborting due to" has none
            Some((error.line().unwrap_or(0), code.clone()))
        });
        Ok((codes.collect(), says))
    }
}

/// A line of what the compiler says as JSON.
#[derive(Deserialize)]
struct Message {
    level: String,
    code: Option<Code>,
    spans: Vec<Span>,
    rendered: String,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: PathBuf,
    line_start: usize,
    is_primary: bool,
}

impl Message {
    /// The line of the misuse that it is about.
    fn line(&self) -> Option<usize> {
        let mut spans = self.spans.iter().filter(|span| span.is_primary);
        let span = spans.find(|span| {
            span.file_name
                .file_stem()
                .is_some_and(|stem| stem == MODULE)
        });
        span.map(|span| span.line_start)
    }
}

/// proc2 with one module more: links to its folders, and a root of its own.
struct Crate {
    folder: tempfile::TempDir,
}

impl Crate {
    fn with(file: &Path) -> Result<Self> {
        let checkout = paths::checkout()?;
        let folder = tempfile::tempdir()?;
        let sources = folder.path().join("src");
        fs::create_dir(&sources)?;
        symlink(
            checkout.join("rust-bindings"),
            folder.path().join("rust-bindings"),
        )?;
        for entry in fs::read_dir(checkout.join("src"))? {
            let entry = entry?;
            if entry.file_name() != "proc2.rs" {
                symlink(entry.path(), sources.join(entry.file_name()))?;
            }
        }
        symlink(file, sources.join(MODULE).with_extension("rs"))?;
        let root = fs::read_to_string(checkout.join("src/proc2.rs"))?;
        let root = format!("{root}\n#[deny(unsafe_code)]\nmod {MODULE};\n");
        fs::write(sources.join("proc2.rs"), root)?;
        Ok(Self { folder })
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("src/proc2.rs")
    }
}
