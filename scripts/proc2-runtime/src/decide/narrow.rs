// SPDX-License-Identifier: GPL-2.0

//! What the options have to take away, so that a container sees and writes no more than its bundle
//! says, and a mounter asks for no more than it may.

use super::{full, refused, Mounter, Refused};
use crate::options::{Options, Subset, Writable};
use crate::paths::within;
use crate::writable::complement;
use crate::{annotations, container, lists};

/// Hides what the bundle masks. What the usual lists mask, no subset has.
pub(super) fn hide(masked: &[String], options: &mut Options) {
    let subset = options.subset != Subset::All;
    let touched = |path: &str, show: &String| within(path, show) || within(show, path);
    for path in masked {
        let shown = options.show.iter().any(|show| touched(path, show));
        if !(subset && lists::masked_by_default(path)) || shown {
            options.hide.push(path.clone());
        }
    }
}

/// Leaves nothing writable that the bundle makes read-only.
pub(super) fn write(
    readonly: &[String],
    mounter: &Mounter<'_>,
    options: &mut Options,
) -> Result<(), Refused> {
    match &options.writable {
        Writable::These(list) => {
            for path in list {
                if readonly
                    .iter()
                    .any(|other| within(path, other) || within(other, path))
                {
                    return refused(
                        full(path),
                        "an annotation makes it writable, the bundle read-only",
                    );
                }
            }
        }
        Writable::Unsaid if options.subset == Subset::All && !readonly.is_empty() => {
            options.writable = Writable::These(complement(readonly, mounter.names));
        }
        Writable::Unsaid => {}
    }
    // What is so with a subset need not be said, and not everybody may say it.
    if options.subset != Subset::All && options.writable == Writable::These(Vec::new()) {
        options.writable = Writable::Unsaid;
    }
    Ok(())
}

/// Refuses what only the root of the initial user namespace may mount.
pub(super) fn unprivileged(options: &Options) -> Result<(), Refused> {
    let namespace = "in a user namespace";
    if options.subset == Subset::All {
        let path = options
            .hide
            .first()
            .map_or_else(|| "/proc".into(), |path| full(path));
        let take = annotations::OPTIONS;
        return refused(
            path,
            format!(
                "{namespace} an instance shows the container list at most, and this bundle's lists \
                 leave more (the annotation {take}=subset=container takes the list)"
            ),
        );
    }
    if let Some(path) = options.show.iter().find(|path| !in_container_list(path)) {
        return refused(full(path), format!("{namespace} it cannot be shown"));
    }
    match &options.writable {
        Writable::These(list) if !list.is_empty() => {
            refused(full(&list[0]), format!("{namespace} it cannot be writable"))
        }
        _ => Ok(()),
    }
}

/// Whether `subset=container` shows it.
pub(super) fn in_container_list(path: &str) -> bool {
    container::SHOWN.iter().any(|row| within(path, row.path))
}
