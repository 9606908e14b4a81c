// SPDX-License-Identifier: GPL-2.0

//! The patches: a scratch repository with the kernel's files that they change, in which they are
//! made as commits and written by `git format-patch`.

use crate::kernel::{source, view};
use crate::{paths, sources};
use anyhow::{bail, ensure, Context, Result};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Where proc2 goes.
pub(super) const FOLDER: &str = "fs/proc2";

/// Lines that lead there: the file, the line that they come behind, and what comes.
const HOOKS: [(&str, &str, &str); 2] = [
    (
        "fs/Kconfig",
        "source \"fs/proc/Kconfig\"",
        "source \"fs/proc2/Kconfig\"",
    ),
    // As a module too it has a part in the kernel: the exports.
    (
        "fs/Makefile",
        "obj-$(CONFIG_PROC_FS)\t\t+= proc/",
        "obj-$(subst m,y,$(CONFIG_PROC2))\t+= proc2/",
    ),
];

/// What is taken along with the module, and its place there.
const MORE: [(&str, &str); 3] = [
    ("scripts/kernel/Kconfig", "Kconfig"),
    ("scripts/kernel/proc2_exports.c", "proc2_exports.c"),
    ("tests-kunit/", "tests-kunit/"),
];

const MESSAGE: &str = "proc2: Add a procfs in which every mount is a private instance

Each mount has its own pid namespace, hidepid, gid and subset, and its
own say over which entries exist, which of them can be written, and what
is shown of the first process. What is not shown does not exist, for root
neither; what nobody decided on is not shown to a container.

Entries of tasks are written in Rust; everything else comes from procfs's
registry. As a module it needs the exports of proc2_exports.c, built in
it needs none.
";

/// All patches in one text, as `git am` takes it.
pub(super) fn series() -> Result<String> {
    let scratch = tempfile::tempdir()?;
    let tree = Tree::new(scratch.path())?;
    let base = tree.commit_base()?;
    for patch in patches()? {
        tree.git(
            &["am", "--quiet", "--committer-date-is-author-date"],
            Some(&patch),
        )?;
    }
    tree.add_proc2()?;
    let range = format!("{base}..HEAD");
    let series = tree.git(
        &[
            "format-patch",
            "--stdout",
            "--zero-commit",
            "--no-signature",
            "--numbered",
            &range,
        ],
        None,
    )?;
    tree.takes(&base, &series)?;
    Ok(series)
}

/// The patches to the kernel, as mails with a date.
fn patches() -> Result<Vec<String>> {
    let date = of_head("%aD")?;
    let dated = |patch: view::Patch| format!("Date: {date}\n{}", patch.text);
    Ok(view::patches()?.into_iter().map(dated).collect())
}

/// What git says of the checkout's last commit, whose name and date the patches carry.
fn of_head(format: &str) -> Result<String> {
    let said = sources::git(&["log", "-1", &format!("--format={format}")])?;
    Ok(said.trim().to_owned())
}

/// The scratch repository.
struct Tree<'a> {
    path: &'a Path,
    author: (String, String, String),
}

impl<'a> Tree<'a> {
    fn new(path: &'a Path) -> Result<Self> {
        let author = (of_head("%an")?, of_head("%ae")?, of_head("%aD")?);
        let tree = Self { path, author };
        tree.git(&["init", "--quiet"], None)?;
        Ok(tree)
    }

    /// Runs git there, with the author and the date of the checkout's last commit, and with no
    /// configuration but its own.
    fn git(&self, arguments: &[&str], input: Option<&str>) -> Result<String> {
        let (name, mail, date) = &self.author;
        let file = self.path.join(".git/input");
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.path);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), name);
            git.env(format!("GIT_{who}_EMAIL"), mail);
            git.env(format!("GIT_{who}_DATE"), date);
        }
        if let Some(text) = input {
            fs::write(&file, text)?;
            git.stdin(fs::File::open(&file)?);
        }
        let output = git.output().context("cannot run git")?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            bail!(
                "git {} failed:\n{}",
                arguments.join(" "),
                String::from_utf8_lossy(&said).trim()
            );
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Commits the kernel's files that are to be changed, as the source has them. Returns its id.
    fn commit_base(&self) -> Result<String> {
        let original = source::original()?.path;
        let patches = view::patches()?;
        let patched = patches.iter().flat_map(|patch| view::files(&patch.text));
        for file in patched.chain(HOOKS.iter().map(|(file, ..)| *file)) {
            let to = self.path.join(file);
            fs::create_dir_all(to.with_file_name(""))?;
            let text = fs::read(original.join(file))
                .with_context(|| format!("the kernel source has no {file}"))?;
            fs::write(&to, text)?;
        }
        self.commit("base")?;
        Ok(self.git(&["rev-parse", "HEAD"], None)?.trim().to_owned())
    }

    fn commit(&self, message: &str) -> Result<()> {
        self.git(&["add", "--all"], None)?;
        self.git(&["commit", "--quiet", "--file=-"], Some(message))
            .map(drop)
    }

    /// Commits proc2's own files and the lines that lead to them.
    fn add_proc2(&self) -> Result<()> {
        let checkout = paths::checkout()?;
        for file in sources::all()? {
            let module = sources::MODULE.map(|part| (part, part));
            let place = module.iter().chain(&MORE).find_map(|(from, to)| {
                let rest = file.strip_prefix(from)?;
                Some(format!("{to}{rest}"))
            });
            let Some(place) = place else { continue };
            let to = self.path.join(FOLDER).join(place);
            fs::create_dir_all(to.with_file_name(""))?;
            fs::write(&to, fs::read(checkout.join(&file))?)?;
            fs::set_permissions(&to, Permissions::from_mode(0o644))?;
        }
        for (file, behind, line) in HOOKS {
            let path = self.path.join(file);
            let text = fs::read_to_string(&path)?;
            let (before, after) = text
                .split_once(&format!("{behind}\n"))
                .with_context(|| format!("{file} has no line {behind:?}"))?;
            fs::write(&path, format!("{before}{behind}\n{line}\n{after}"))?;
        }
        let (name, mail, _) = &self.author;
        self.commit(&format!("{MESSAGE}\nSigned-off-by: {name} <{mail}>\n"))
    }

    /// Fails unless `git am` makes of the base and the patches what is here.
    fn takes(&self, base: &str, series: &str) -> Result<()> {
        let id = || self.git(&["rev-parse", "HEAD^{tree}"], None);
        let made = id()?;
        self.git(&["checkout", "--quiet", base], None)?;
        self.git(&["am", "--quiet"], Some(series))?;
        ensure!(id()? == made, "git am makes another tree of the patches");
        Ok(())
    }
}
