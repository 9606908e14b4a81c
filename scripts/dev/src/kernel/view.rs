// SPDX-License-Identifier: GPL-2.0

//! A kernel source as proc2 builds it: links to the files of the original, which stays whole, and
//! copies of the few that are changed.

use super::hash;
use crate::paths;
use anyhow::{bail, Context, Result};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Procfs's Makefile, which must know the file of exports.
const MAKEFILE: &str = "fs/proc/Makefile";
const EXPORTS: &str = "\n# proc2's exports stand in the build tree\n\
                       obj-y += proc2_exports.o\nCFLAGS_proc2_exports.o := -I$(srctree)/fs/proc\n";

/// A patch of `scripts/kernel`.
pub(crate) struct Patch {
    path: PathBuf,
    pub(crate) text: String,
}

/// Makes a view of the tree that `identity` names, unless there is one. Returns where it is, and
/// the identity of what it shows: another checkout's patches make another view, another kernel.
pub(super) fn of(original: &Path, identity: &str, given: bool) -> Result<(PathBuf, String)> {
    let patches = patches()?;
    let texts = patches.iter().map(|patch| patch.text.as_str());
    let identity = hash(&[identity].into_iter().chain(texts).collect::<Vec<_>>());
    let path = paths::cache()?
        .join("kernel")
        .join(format!("view-{}", &identity[..12]));
    if given || !path.exists() {
        let new = path.with_extension("new");
        let _ = fs::remove_dir_all(&new);
        make(original, &new, &patches, given)?;
        let _ = fs::remove_dir_all(&path);
        fs::rename(new, &path)?;
    }
    Ok((path, identity))
}

fn make(original: &Path, view: &Path, patches: &[Patch], given: bool) -> Result<()> {
    link_all(original, view)?;
    copy(original, view, MAKEFILE)?;
    let makefile = fs::read_to_string(view.join(MAKEFILE))?;
    if !makefile.contains("proc2_exports.o") {
        fs::write(view.join(MAKEFILE), makefile + EXPORTS)?;
    }
    for patch in patches {
        patch.copy_files(original, view)?;
        if patch.is_in(view)? {
            continue;
        }
        match patch.run(view, &["--dry-run"])? {
            Ok(()) => patch.run(view, &[])?.map_err(anyhow::Error::msg)?,
            Err(why) if given => eprintln!(
                "proc2: {} does not apply to KSRC={}; the README says what is lost:\n{why}",
                patch.path.display(),
                original.display()
            ),
            Err(why) => bail!("{} does not apply:\n{why}", patch.path.display()),
        }
        // As if they were links: made anew, they are no newer than what was built of them.
        for file in files(&patch.text) {
            let modified = fs::metadata(original.join(file))?.modified()?;
            File::options()
                .append(true)
                .open(view.join(file))?
                .set_modified(modified)?;
        }
    }
    Ok(())
}

/// The patches, by name.
pub(crate) fn patches() -> Result<Vec<Patch>> {
    let folder = paths::checkout()?.join("scripts/kernel");
    let entries = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|suffix| suffix == "patch"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Patch { path, text })
    };
    paths.into_iter().map(read).collect()
}

/// The patches that a source lacks.
pub(super) fn lacking(source: &Path) -> Result<Vec<String>> {
    let mut lacking = Vec::new();
    for patch in patches()? {
        if !patch.is_in(source)? {
            lacking.extend(
                patch
                    .path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    Ok(lacking)
}

/// The files that a patch changes.
pub(crate) fn files(patch: &str) -> impl Iterator<Item = &str> {
    patch.lines().filter_map(|line| line.strip_prefix("+++ b/"))
}

impl Patch {
    /// A patch with this text, which is kept in a file.
    pub(crate) fn new(path: PathBuf, text: String) -> Result<Self> {
        fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path, text })
    }

    /// Makes a view of a source with the patch alone.
    pub(crate) fn view(&self, original: &Path, view: &Path) -> Result<()> {
        link_all(original, view)?;
        self.copy_files(original, view)?;
        let shown = self.path.display();
        let applied = self.run(view, &[])?.map_err(anyhow::Error::msg);
        applied.with_context(|| format!("{shown} does not apply to {}", original.display()))
    }

    /// Puts copies of the files that it changes in the place of their links.
    fn copy_files(&self, original: &Path, view: &Path) -> Result<()> {
        files(&self.text).try_for_each(|file| copy(original, view, file))
    }

    /// Whether a tree has all that the patch adds.
    fn is_in(&self, tree: &Path) -> Result<bool> {
        let mut text = String::new();
        let mut added = String::new();
        for line in self.text.lines().chain([""]) {
            if let Some(file) = line.strip_prefix("+++ b/") {
                // A tree without the file does not have the patch.
                text = fs::read_to_string(tree.join(file)).unwrap_or_default();
            } else if let Some(line) = line.strip_prefix('+') {
                added += line;
                added.push('\n');
            } else if !text.contains(&std::mem::take(&mut added)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Runs patch(1) in a view; where it fails, what it said.
    fn run(&self, view: &Path, more: &[&str]) -> Result<Result<(), String>> {
        // Forced: a patch that is there already is not taken out.
        let output = Command::new("patch")
            .args(["-p1", "--force", "--no-backup-if-mismatch"])
            .args(["--reject-file=-", "--directory"])
            .arg(view)
            .args(more)
            .stdin(File::open(&self.path)?)
            .output()
            .context("cannot run patch")?;
        if output.status.success() {
            return Ok(Ok(()));
        }
        let said = [output.stdout, output.stderr].concat();
        Ok(Err(String::from_utf8_lossy(&said).trim_end().to_owned()))
    }
}

/// Puts a copy of one file in the place of its link, with folders above it in place of theirs.
fn copy(original: &Path, view: &Path, file: &str) -> Result<()> {
    let file = Path::new(file);
    let mut above: Vec<&Path> = file.ancestors().skip(1).collect();
    above.reverse();
    for folder in above {
        let here = view.join(folder);
        if here.is_symlink() {
            fs::remove_file(&here)?;
            link_all(&original.join(folder), &here)?;
        }
    }
    let here = view.join(file);
    if here.is_symlink() {
        fs::remove_file(&here)?;
        fs::copy(original.join(file), &here)
            .with_context(|| format!("the kernel source has no {}", file.display()))?;
    }
    Ok(())
}

/// Makes a folder of links to all that another one has.
fn link_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        symlink(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "Subject: a test\n---\n--- a/fs/proc/one.c\n+++ b/fs/proc/one.c\n\
                         @@ -1,3 +1,4 @@\n head\n-old\n+new\n+newer\n end\n";

    /// A source with a file that holds `text`, and a view of it with the patch.
    fn view_of(text: &str, given: bool) -> Result<(tempfile::TempDir, PathBuf, PathBuf)> {
        let folder = tempfile::tempdir()?;
        let (original, view) = (folder.path().join("original"), folder.path().join("view"));
        fs::create_dir_all(original.join("fs/proc"))?;
        fs::create_dir_all(original.join("kernel"))?;
        fs::write(original.join(MAKEFILE), "obj-y += proc.o\n")?;
        fs::write(original.join("fs/proc/one.c"), text)?;
        fs::write(original.join("fs/proc/two.c"), "two\n")?;
        let path = folder.path().join("test.patch");
        fs::write(&path, PATCH)?;
        let text = PATCH.to_owned();
        make(&original, &view, &[Patch { path, text }], given)?;
        Ok((folder, original, view))
    }

    #[test]
    fn a_view_has_what_is_changed_and_the_original_stays() -> Result<()> {
        let (_folder, original, view) = view_of("head\nold\nend\n", false)?;
        let read = |root: &Path, name: &str| fs::read_to_string(root.join(name));
        assert_eq!(read(&view, "fs/proc/one.c")?, "head\nnew\nnewer\nend\n");
        assert_eq!(read(&original, "fs/proc/one.c")?, "head\nold\nend\n");
        assert!(read(&view, MAKEFILE)?.ends_with(EXPORTS));
        assert_eq!(read(&original, MAKEFILE)?, "obj-y += proc.o\n");
        assert!(view.join("fs/proc/two.c").is_symlink() && view.join("kernel").is_symlink());
        let modified = |root: &Path| fs::metadata(root.join("fs/proc/one.c"))?.modified();
        assert_eq!(modified(&view)?, modified(&original)?);
        Ok(())
    }

    #[test]
    fn a_source_that_has_the_patch_keeps_it() -> Result<()> {
        let (_folder, _, view) = view_of("head\nnew\nnewer\nend\n", false)?;
        assert_eq!(
            fs::read_to_string(view.join("fs/proc/one.c"))?,
            "head\nnew\nnewer\nend\n"
        );
        Ok(())
    }

    #[test]
    fn where_it_does_not_apply_only_a_given_source_does_without() -> Result<()> {
        assert!(view_of("other\n", false).is_err());
        assert!(view_of("head\nnew\nend\n", false).is_err());
        let (_folder, _, view) = view_of("other\n", true)?;
        assert_eq!(fs::read_to_string(view.join("fs/proc/one.c"))?, "other\n");
        Ok(())
    }
}
