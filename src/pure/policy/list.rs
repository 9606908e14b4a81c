// SPDX-License-Identifier: GPL-2.0

//! A sorted list of paths: none twice, and none that a listed directory covers.
//!
//! It is kept as the paths one after the other, each with a zero byte behind it, which no path has.

use super::item::components;
use crate::pure::grow::{
    Grow,
    NoMemory, //
};
use core::cmp::Ordering;

/// The paths of a list, in order.
pub(super) fn paths(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    // What is behind the last zero byte is no path.
    list.split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
}

/// The order of paths: by their components, so that a directory stands right before what is below
/// it.
fn order(a: &[u8], b: &[u8]) -> Ordering {
    components(a).cmp(components(b))
}

/// Whether `path` is `dir` or lies below it.
pub(super) fn covers(dir: &[u8], path: &[u8]) -> bool {
    path.strip_prefix(dir)
        .is_some_and(|below| matches!(below.first(), None | Some(b'/')))
}

/// Adds a path to a list.
///
/// # Errors
///
/// [`NoMemory`]; the list is then as it was.
pub(super) fn insert(list: &mut impl Grow<u8>, path: &[u8]) -> Result<(), NoMemory> {
    // Those before it, and those that it covers, which stand right behind.
    let (mut before, mut covered) = (0, 0);
    for listed in paths(list.as_slice()) {
        let len = listed.len() + 1;
        if covers(listed, path) {
            return Ok(());
        }
        if order(listed, path) == Ordering::Less {
            before += len;
        } else if covers(path, listed) {
            covered += len;
        } else {
            break;
        }
    }
    let old_len = list.as_slice().len();
    // Room first, after which nothing fails.
    list.fill(0, path.len() + 1)?;
    let added = path.len() + 1;
    let slice = list.as_mut_slice();
    if let Some(rest) = slice.get_mut(before..) {
        rest.rotate_right(added);
        if let Some(place) = rest.get_mut(..path.len()) {
            place.copy_from_slice(path);
        }
        // What is covered stands right behind.
        if let Some(rest) = rest.get_mut(added..) {
            rest.rotate_left(covered.min(rest.len()));
        }
    }
    list.truncate((old_len + added).saturating_sub(covered));
    Ok(())
}
