// SPDX-License-Identifier: GPL-2.0

//! What can be judged without running proc2: form, lints, exports. Each check is one item of the
//! tally and says for itself what is wrong.

use crate::kernel::tree::Tree;
use crate::module::{self, Modules};
use crate::{
    cargo, cases, entries, exports, hardening, imports, misuse, mutate, paths, sources,
    tally::Tally,
};
use anyhow::{bail, Context, Result};
use regex::Regex;
use std::fs;
use std::path::Path;
use std::process::Command;

type Check = fn(&Tree, &Modules) -> Result<()>;

const CHECKS: &[(&str, Check)] = &[
    ("rustfmt", rustfmt),
    ("clippy, modules", clippy_modules),
    ("clippy, host programs", clippy_host),
    ("exports", compare_exports),
    ("checkpatch", checkpatch),
    ("no unsafe code in src/", no_unsafe),
    ("misuses that do not compile", |_, modules| {
        misuse::check(modules)
    }),
    ("# Safety says what is passed", |_, _| safety_sections()),
    ("comments end at column 100", |_, _| columns()),
    ("no import circles", |_, _| imports::check_circles()),
    ("layers", |_, _| imports::check_layers()),
    ("SPDX lines", spdx),
    ("man page", man_page),
    ("README's table of entries", |_, _| entries::check()),
    ("the container list in docs/", |_, _| hardening::check()),
    ("marks of mutants", |_, _| mutate::check()),
    ("tests that docs/ names", |_, _| cases::check()),
];

/// Runs them all.
pub(crate) fn run(tree: &Tree, modules: &Modules) -> Result<Tally> {
    let mut tally = Tally::default();
    for (name, check) in CHECKS {
        let result = check(tree, modules);
        println!(
            "check: {name}: {}",
            if result.is_ok() { "ok" } else { "FAILED" }
        );
        if let Err(error) = &result {
            eprintln!("{error:#}");
        }
        tally += Tally::of(*name, result.is_ok());
    }
    Ok(tally)
}

fn rustfmt(_: &Tree, _: &Modules) -> Result<()> {
    let checkout = paths::checkout()?;
    let mut wrong = String::new();
    for path in sources::with_suffix(&[".rs"])? {
        let said = rustfmt_says(&checkout, fs::File::open(checkout.join(&path))?)?;
        if !said.is_empty() {
            wrong += &format!("{path}:\n{said}");
        }
    }
    if !wrong.is_empty() {
        bail!("{wrong}`cargo fmt` and `rustfmt FILE` put it right");
    }
    Ok(())
}

/// What rustfmt would change in a text, and what it cannot read of it.
fn rustfmt_says(checkout: &Path, text: fs::File) -> Result<String> {
    // On its input, for rustfmt follows the `mod` lines of files and would say things twice. Its
    // status is 0 then whatever it finds.
    let output = Command::new("rustfmt")
        .args(["--check", "--color=never", "--config-path=rustfmt.toml"])
        .current_dir(checkout)
        .stdin(text)
        .output()
        .context("cannot run rustfmt")?;
    let said = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&said).into_owned())
}

fn clippy_modules(tree: &Tree, _: &Modules) -> Result<()> {
    module::clippy(tree)
}

fn clippy_host(_: &Tree, _: &Modules) -> Result<()> {
    let mut clippy = cargo::command("clippy")?;
    run_in_checkout(clippy.args(["-q", "--workspace", "--all-targets", "--", "-Dwarnings"]))
}

fn compare_exports(tree: &Tree, modules: &Modules) -> Result<()> {
    let wrong = exports::compare(&tree.path, &modules.all())?;
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn checkpatch(tree: &Tree, _: &Modules) -> Result<()> {
    let checkpatch = || {
        let mut checkpatch = Command::new("perl");
        checkpatch.arg(tree.source().join("scripts/checkpatch.pl"));
        checkpatch.args(["--no-tree", "--quiet", "--no-summary", "--terse"]);
        checkpatch
    };
    // The exports' file is there to export what others define, and the helpers are for more than one series of Linux.
    let mut files = checkpatch();
    files.args(["--ignore=EXPORT_SYMBOL,LINUX_VERSION_CODE", "--file"]);
    run_in_checkout(files.args(sources::with_suffix(&[".c", ".h"])?))?;
    for path in sources::with_suffix(&[".patch"])? {
        // On its input: named, a file that git knows counts as source.
        let patch = fs::File::open(paths::checkout()?.join(&path))?;
        run_in_checkout(checkpatch().args(["--strict", "-"]).stdin(patch)).context(path)?;
    }
    Ok(())
}

fn no_unsafe(_: &Tree, _: &Modules) -> Result<()> {
    let word = Regex::new(r"\bunsafe\b")?;
    let mut found = Vec::new();
    for path in sources::with_suffix(&[".rs"])?
        .iter()
        .filter(|path| path.starts_with("src/"))
    {
        let text = read(path)?;
        let lines = text.lines().enumerate();
        let code = lines.map(|(number, line)| (number, line.split("//").next().unwrap_or(line)));
        let hits = code.filter(|(_, line)| word.is_match(line));
        found.extend(hits.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())));
    }
    if !found.is_empty() {
        bail!("unsafe belongs in rust-bindings/:\n{}", found.join("\n"));
    }
    Ok(())
}

/// What a slot is promised is for the section to say.
fn safety_sections() -> Result<()> {
    report(
        in_modules(says_nothing)?,
        "# Safety is to say what is passed",
    )
}

fn says_nothing(line: &str) -> bool {
    line.contains("which passes what that slot is promised")
}

fn columns() -> Result<()> {
    report(in_modules(too_long)?, "comments end at column 100")
}

/// Code is rustfmt's.
fn too_long(line: &str) -> bool {
    line.contains("//") && line.chars().count() > 100
}

/// The lines of the modules' sources that are wrong.
fn in_modules(is_wrong: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in sources::with_suffix(&[".rs"])? {
        if ["src/", "rust-bindings/"]
            .iter()
            .any(|folder| path.starts_with(folder))
        {
            let text = read(&path)?;
            let wrong = text.lines().enumerate().filter(|(_, line)| is_wrong(line));
            found.extend(
                wrong.map(|(number, line)| format!("{path}:{}: {}", number + 1, line.trim())),
            );
        }
    }
    Ok(found)
}

fn report(found: Vec<String>, rule: &str) -> Result<()> {
    if !found.is_empty() {
        bail!("{rule}; {} lines:\n{}", found.len(), found.join("\n"));
    }
    Ok(())
}

fn spdx(_: &Tree, _: &Modules) -> Result<()> {
    // Texts for people, files that a program writes, and forms that have no comments.
    let exempt = [
        "COPYING",
        "Cargo.lock",
        ".gitignore",
        ".md",
        "src/Makefile",
        ".txt",
        ".json", // have no comments
        ".jsonl",
        "debian/changelog",
        "debian/copyright",
        "debian/source/format",
        ".patch", // has the licences of what it changes
    ];
    let is_exempt = |path: &str| exempt.iter().any(|suffix| path.ends_with(suffix));
    let mut lacking = Vec::new();
    for path in sources::all()?.into_iter().filter(|path| !is_exempt(path)) {
        let head: String = read(&path)?.lines().take(3).collect();
        if !head.contains("SPDX-License-Identifier: GPL-2.0") {
            lacking.push(path);
        }
    }
    if !lacking.is_empty() {
        bail!("no SPDX line on top of: {}", lacking.join(" "));
    }
    Ok(())
}

fn man_page(_: &Tree, _: &Modules) -> Result<()> {
    let pages = sources::with_suffix(&[".5", ".8"])?;
    if pages.is_empty() {
        bail!("there is no man page in docs/");
    }
    let mut groff = Command::new("groff");
    let output = groff.args(["-man", "-Tutf8", "-ww", "-z"]).args(&pages);
    let output = output
        .current_dir(paths::checkout()?)
        .output()
        .context("cannot run groff")?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || !complaints.trim().is_empty() {
        bail!("{}", complaints.trim());
    }
    Ok(())
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(paths::checkout()?.join(path)).with_context(|| format!("cannot read {path}"))
}

/// Runs a program that prints what is wrong and then fails.
fn run_in_checkout(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_owned();
    let output = command.current_dir(paths::checkout()?).output();
    let output = output.with_context(|| format!("cannot run {name:?}"))?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        bail!(
            "{name:?} says:\n{}",
            String::from_utf8_lossy(&text).trim_end()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_formatted_is_found() -> Result<()> {
        let says = |text: &str| -> Result<String> {
            let file = std::env::temp_dir().join(format!("proc2-format-{}", std::process::id()));
            fs::write(&file, text)?;
            let said = rustfmt_says(&paths::checkout()?, fs::File::open(&file)?);
            fs::remove_file(&file)?;
            said
        };
        assert_eq!(says("fn main() {}\n")?, "");
        assert!(says("fn  main( ) { }\n")?.contains("fn main() {}"));
        assert!(!says("fn main( {\n")?.is_empty());
        Ok(())
    }

    #[test]
    fn a_safety_section_that_says_nothing_is_found() {
        assert!(says_nothing(
            "/// For the VFS alone, which passes what that slot is promised."
        ));
        assert!(!says_nothing(
            "/// `dir` is a live inode of a type that the VFS alone passes."
        ));
    }

    #[test]
    fn comments_end_at_column_100() {
        let comment = format!("    // {}", "é".repeat(93));
        assert!(!too_long(&comment) && too_long(&format!("{comment}.")));
        assert!(!too_long(&"x".repeat(101)));
    }
}
