// SPDX-License-Identifier: GPL-2.0

//! From what a bundle says of `/proc` to the instance of proc2 that says the same, or more tightly.
//!
//! Whatever comes out, the instance shows nothing that the bundle masks, and lets nothing be written
//! that the bundle makes read-only.

mod below;
mod narrow;

use crate::annotations::{self, Asked};
use crate::bundle::View;
use crate::options::{Options, Subset};
use crate::paths::{unnameable, within, Place};
use crate::writable::Names;
use crate::{flags, hook, lists};
use below::mounts_below;
use narrow::{hide, unprivileged, write};
use oci_spec::runtime::LinuxNamespaceType;
use std::fmt;
use std::path::Path;

/// Who is going to mount the instance, and where.
pub struct Mounter<'n> {
    /// Whether it has `CAP_SYS_ADMIN` in the initial user namespace.
    pub privileged: bool,
    /// Whether it is a hook that mounts, after all mounts of the bundle.
    pub hook: bool,
    /// Whether the real runtime masks paths before its hooks run, as crun does.
    pub masks_first: bool,
    /// What the kernel's procfs has.
    pub names: &'n dyn Names,
}

/// What a container gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The bundle as it is, for this reason.
    Leave(&'static str),
    /// An instance.
    Give(Given),
}

/// An instance that takes the place of a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The index of the mount of type proc.
    pub mount: usize,
    /// Those of its options that are no filesystem's.
    pub flags: Vec<String>,
    /// The instance's options.
    pub options: Options,
    /// The masked paths that are for the runtime, as the bundle has them.
    pub masked: Vec<String>,
    /// The read-only paths that are.
    pub readonly: Vec<String>,
    /// Paths from the root of procfs where the bundle mounts something else.
    pub below: Vec<String>,
}

/// What cannot be translated, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    path: String,
    why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, why, mount) = (&self.path, &self.why, annotations::MOUNT);
        write!(
            f,
            "{path}: {why} (the annotation {mount}=off leaves the bundle as it is)"
        )
    }
}

impl std::error::Error for Refused {}

fn refused<T>(path: impl Into<String>, why: impl Into<String>) -> Result<T, Refused> {
    let (path, why) = (path.into(), why.into());
    Err(Refused { path, why })
}

fn full(path: &str) -> String {
    format!("/proc/{path}")
}

/// Decides.
///
/// # Errors
///
/// The first path or option that no instance can stand for.
pub fn decide(view: &View, mounter: &Mounter<'_>) -> Result<Decision, Refused> {
    let asked =
        annotations::read(&view.annotations).or_else(|why| refused("its annotations", why))?;
    let asked = match asked {
        Asked::Off => return Ok(Decision::Leave("its annotations say so")),
        Asked::Nothing => None,
        Asked::These(options) => Some(options),
    };
    let is_proc = |destination: &Path| destination.to_str().map(Place::of) == Some(Place::Proc);
    let on_proc = || {
        view.mounts
            .iter()
            .enumerate()
            .filter(|(_, m)| is_proc(m.destination()))
    };
    let Some((index, mount)) = on_proc().next() else {
        return Ok(Decision::Leave("nothing is mounted on its /proc"));
    };
    let words = mount.options().as_deref().unwrap_or_default();
    if mount.typ().as_deref() != Some("proc") || flags::bind(words) {
        return Ok(Decision::Leave("no new procfs is mounted on its /proc"));
    }
    if on_proc().count() > 1 {
        return refused("/proc", "more than one filesystem is mounted there");
    }
    if view.hooks.iter().any(hook::is_ours) {
        return Ok(Decision::Leave("it was changed before"));
    }
    if !view.has_namespace(LinuxNamespaceType::Mount) {
        return refused("/proc", "the bundle has no mount namespace of its own");
    }

    let whole = "the whole of /proc is masked";
    let (masked, masked_elsewhere) = split(&view.masked, whole, mounter)?;
    let mut whole_readonly = false;
    let readonly = view.readonly.iter().filter(|path| {
        let whole = Place::of(path) == Place::Proc;
        whole_readonly |= whole;
        !whole
    });
    let (readonly, readonly_elsewhere) = split(readonly, "", mounter)?;
    let (mut flags, theirs) = mount_options(words, mounter.hook)?;
    if whole_readonly {
        flags.push("ro".into());
    }
    let mut options = merge(theirs, asked.unwrap_or_default())?;
    if options.subset == Subset::All && is_default(&masked, &readonly) {
        options.subset = Subset::Container;
    }
    if let (Subset::All, Some(path)) = (options.subset, options.show.first()) {
        return refused(
            full(path),
            "nothing can be shown beside everything: show= adds to a subset=",
        );
    }
    let below = mounts_below(view, index, mounter, &mut options)?;
    hide(&masked, &mut options);
    if let (true, Some(path)) = (mounter.hook && mounter.masks_first, below.first()) {
        return refused(
            full(path),
            "crun is not done with this mount when the hook has to move it",
        );
    }
    let inside = |path: &&String| below.iter().any(|mount| within(path, mount));
    if let Some(path) = masked.iter().chain(&readonly).find(inside) {
        return refused(
            full(path),
            "it is of a mount of the bundle's, where no option reaches",
        );
    }
    if let Some(path) = below
        .iter()
        .find(|path| masked.iter().any(|m| within(path, m)))
    {
        return refused(full(path), "it is masked, and a mount is to be there");
    }
    write(&readonly, mounter, &mut options)?;
    if !mounter.privileged {
        unprivileged(&options)?;
    }
    if options.too_long() {
        return refused(
            "/proc",
            "the lists of its paths are longer than proc2's options can be",
        );
    }
    Ok(Decision::Give(Given {
        mount: index,
        flags,
        options,
        masked: masked_elsewhere,
        readonly: readonly_elsewhere,
        below,
    }))
}

/// The paths below `/proc`, from there, and the others as they are.
fn split<'p>(
    paths: impl IntoIterator<Item = &'p String>,
    no_proc: &str,
    mounter: &Mounter<'_>,
) -> Result<(Vec<String>, Vec<String>), Refused> {
    let (mut below, mut elsewhere) = (Vec::new(), Vec::new());
    for path in paths {
        match Place::of(path) {
            Place::Proc => return refused(path, no_proc),
            Place::Elsewhere if mounter.hook && path.split('/').any(|part| part == "..") => {
                return refused(
                    path,
                    "where this path is cannot be told before the hook has run",
                );
            }
            Place::Elsewhere => elsewhere.push(path.clone()),
            Place::Below(place) => match unnameable(&place) {
                Some(why) => return refused(path, why),
                None if through_link(&place, mounter.names) => {
                    return refused(
                        path,
                        "a link of procfs is on the way: name what it leads to",
                    );
                }
                None => below.push(place),
            },
        }
    }
    Ok((below, elsewhere))
}

/// Whether a component of a path is a link; `net`, which is one, has a meaning of its own.
fn through_link(path: &str, names: &dyn Names) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut above = ends.chain([path.len()]).map(|end| &path[..end]);
    above.any(|path| path != "net" && names.is_link(path))
}

/// The options of the mount of type proc: what is the mount's, and what is procfs's.
fn mount_options(words: &[String], hook: bool) -> Result<(Vec<String>, Options), Refused> {
    let (mut flags, mut options) = (Vec::new(), Options::default());
    for word in words {
        match word.split_once('=') {
            // A comma would begin another option.
            Some((name @ ("hidepid" | "gid"), value))
                if value
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b':') =>
            {
                options.others.push((name.into(), value.into()));
            }
            Some(("subset", "pid")) => options.subset = Subset::Pid,
            Some(_) => return refused(word, "this option of its /proc is not known"),
            None if word.contains(',') || hook && !flags::is_word(word) => {
                return refused(
                    word,
                    "this option of its /proc cannot be given to a mount here",
                );
            }
            None => flags.push(word.clone()),
        }
    }
    Ok((flags, options))
}

/// What the mount and the annotation say together; the annotation cannot loosen the mount's options.
fn merge(mount: Options, annotation: Options) -> Result<Options, Refused> {
    if mount.subset == Subset::Pid
        && (annotation.subset == Subset::Container || !annotation.show.is_empty())
    {
        return refused(
            "subset=pid",
            "the annotation would show more than this option of its /proc",
        );
    }
    // gid= and pid1= are exceptions from hidepid=.
    if let (Some((name, value)), false) = (mount.others.first(), annotation.others.is_empty()) {
        let why = "the annotation and this option of its /proc both say who sees whom";
        return refused(format!("{name}={value}"), why);
    }
    let others = [mount.others, annotation.others.clone()].concat();
    let subset = annotation.subset.max(mount.subset);
    Ok(Options {
        subset,
        others,
        ..annotation
    })
}

/// Whether an engine wrote these lists without having been told.
fn is_default(masked: &[String], readonly: &[String]) -> bool {
    let all = |names: &[&str], list: &[String]| {
        names
            .iter()
            .all(|name| list.iter().any(|path| path == name))
    };
    all(lists::MASKED, masked) && all(lists::READONLY, readonly)
}
