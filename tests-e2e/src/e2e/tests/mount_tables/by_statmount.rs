// SPDX-License-Identifier: GPL-2.0

//! `mountinfo` beside statmount(2): the kernel's second way to say what is mounted, which is no text and knows no escapes.

use std::path::Path;

use anyhow::{ensure, Result};
use proc2_e2e::child::in_child;
use proc2_e2e::fstype;
use proc2_e2e::mount::{own_namespace, Instance};
use proc2_e2e::statmount::{self, field, want, Told};
use rustix::mount::{mount_bind, mount_change, MountFlags, MountPropagationFlags};

use super::super::Test;
use super::{dir, read_by, tmpfs, NAMES};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["mount_tables::by_statmount": the_same]
}

/// A line of `mountinfo` without options, as statmount(2) would have it.
fn line_by_statmount(id: u64) -> Result<String> {
    let wanted = want::SUPERBLOCK
        | want::MOUNT
        | want::PROPAGATE_FROM
        | want::MNT_ROOT
        | want::MNT_POINT
        | want::FS_TYPE
        | want::FS_SUBTYPE
        | want::SOURCE;
    let told = Told::of(id, wanted)?;
    let escaped = |at: usize, only: &[u8]| -> Result<String> {
        let bytes = told
            .text(at)?
            .iter()
            .flat_map(|byte| match only.contains(byte) {
                true => format!("\\{byte:03o}").into_bytes(),
                false => vec![*byte],
            });
        Ok(String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned())
    };
    let (path, name) = (b" \t\n\\", b" \t\n\\#");
    let mut line = format!(
        "{} {} {}:{} {} {}",
        told.word(field::MNT_ID_OLD),
        told.word(field::MNT_PARENT_ID_OLD),
        told.word(field::SB_DEV_MAJOR),
        told.word(field::SB_DEV_MINOR),
        escaped(field::MNT_ROOT, path)?,
        escaped(field::MNT_POINT, path)?,
    );
    let propagation = told.long(field::MNT_PROPAGATION);
    let is = |flag: u64| propagation & flag != 0;
    let (master, from) = (
        told.long(field::MNT_MASTER),
        told.long(field::PROPAGATE_FROM),
    );
    if is(libc::MS_SHARED) {
        line += &format!(" shared:{}", told.long(field::MNT_PEER_GROUP));
    }
    if is(libc::MS_SLAVE) {
        line += &format!(" master:{master}");
        if from != 0 && from != master {
            line += &format!(" propagate_from:{from}");
        }
    }
    if is(libc::MS_UNBINDABLE) {
        line += " unbindable";
    }
    line += &format!(" - {}", escaped(field::FS_TYPE, name)?);
    match escaped(field::FS_SUBTYPE, name)?.as_str() {
        "" => {}
        subtype => line += &format!(".{subtype}"),
    }
    Ok(line + " " + &escaped(field::SB_SOURCE, name)?)
}

/// A line of `mountinfo` without options.
fn without_options(line: &str) -> Result<String> {
    let words: Vec<&str> = line.split(' ').collect();
    ensure!(words.len() > 8, "{line:?}");
    // The sixth word is of the mount, and the last one of the superblock.
    Ok([&words[..5], &words[6..words.len() - 1]].concat().join(" "))
}

fn the_same() -> Result<()> {
    use MountPropagationFlags as P;
    let instance = Instance::new(&fstype(), "")?;
    let table = instance.join("self/mountinfo");
    // The instance is below /tmp.
    let top = Path::new("/run/proc2-by-statmount");
    std::fs::create_dir_all(top)?;
    in_child(|| {
        own_namespace()?;
        tmpfs("top", top, MountFlags::empty())?;
        for name in NAMES {
            let point = dir(top, name)?;
            tmpfs(name, &point, MountFlags::empty())?;
            let (inner, bound) = (dir(&point, name)?, dir(top, &format!("bound {name}"))?);
            mount_bind(inner, &bound)?;
            mount_change(&point, P::SHARED)?;
            let follows = dir(top, &format!("follows {name}"))?;
            mount_bind(&point, &follows)?;
            mount_change(&follows, P::DOWNSTREAM)?;
            mount_change(&bound, P::UNBINDABLE)?;
        }
        let mut theirs = statmount::below_root()?
            .into_iter()
            .map(line_by_statmount)
            .collect::<Result<Vec<_>>>()?;
        let text = String::from_utf8_lossy(&read_by(&table, 1 << 16)?).into_owned();
        let mut ours = text
            .lines()
            .map(without_options)
            .collect::<Result<Vec<_>>>()?;
        // The root itself is not listed below itself.
        ours.retain(|line| line.split(' ').nth(4) != Some("/"));
        theirs.retain(|line| line.split(' ').nth(4) != Some("/"));
        ours.sort();
        theirs.sort();
        for (ours, theirs) in ours.iter().zip(&theirs) {
            ensure!(ours == theirs, "{ours:?}, but statmount has {theirs:?}");
        }
        ensure!(
            ours.len() == theirs.len(),
            "{} {}",
            ours.len(),
            theirs.len()
        );
        for text in [" shared:", " master:", " unbindable", "\\043"] {
            let there = ours.iter().any(|line| line.contains(text));
            ensure!(there, "{text:?} is in no line");
        }
        println!("  {} mounts", ours.len());
        Ok(())
    })
}
