// SPDX-License-Identifier: GPL-2.0

//! What else a bundle mounts below `/proc`, such as the files of lxcfs: the names are to be there.

use super::narrow::in_container_list;
use super::{full, refused, Mounter, Refused};
use crate::bundle::View;
use crate::options::{Options, Subset};
use crate::paths::{unnameable, within, Place};
use std::path::Component;

/// Where else the bundle mounts something below `/proc`; what is needed for that is shown.
pub(super) fn mounts_below(
    view: &View,
    proc: usize,
    mounter: &Mounter<'_>,
    options: &mut Options,
) -> Result<Vec<String>, Refused> {
    let mut below = Vec::new();
    for (index, mount) in view.mounts.iter().enumerate() {
        let destination = mount.destination();
        if destination
            .components()
            .any(|part| part == Component::ParentDir)
        {
            return refused(
                destination.to_string_lossy(),
                "where this mount is cannot be told",
            );
        }
        let Some(Place::Below(path)) = mount.destination().to_str().map(Place::of) else {
            continue;
        };
        if index < proc {
            return refused(
                full(&path),
                "this mount would be hidden by the one on /proc",
            );
        }
        if let Some(why) = unnameable(&path) {
            return refused(full(&path), why);
        }
        let hidden = options.hide.iter().any(|hide| within(&path, hide));
        if options.subset != Subset::All && !shown(options, &path) && !hidden {
            if options.subset == Subset::Pid {
                return refused(
                    full(&path),
                    "with subset=pid there is nothing to mount this on",
                );
            }
            if !mounter.privileged {
                return refused(
                    full(&path),
                    "only the initial user namespace's root can show it",
                );
            }
            options.show.push(path.clone());
        } else if hidden {
            return refused(full(&path), "it is hidden, and a mount is to be there");
        }
        below.push(path);
    }
    Ok(below)
}

/// Whether a name of no task is there, as far as `subset=` and `show=` go.
fn shown(options: &Options, path: &str) -> bool {
    let listed = options.subset == Subset::Container && in_container_list(path);
    options.subset == Subset::All || listed || options.show.iter().any(|show| within(path, show))
}
