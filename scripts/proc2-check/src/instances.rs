// SPDX-License-Identifier: GPL-2.0

//! Which instances there are, as far as our mount namespace shows.

use crate::finding::Finding;
use crate::mounts::Mount;
use std::collections::BTreeMap;

pub(crate) fn look(mounts: &[Mount]) -> Vec<Finding> {
    let mut instances: BTreeMap<&str, Vec<&Mount>> = BTreeMap::new();
    for mount in mounts.iter().filter(|mount| mount.kind == "proc2") {
        instances.entry(&mount.device).or_default().push(mount);
    }
    if instances.is_empty() {
        return vec![Finding::note(
            "no instance of proc2 is mounted in this mount namespace",
        )];
    }
    let say = |mounts: &Vec<&Mount>| {
        let places: Vec<_> = mounts.iter().map(|mount| mount.place.as_str()).collect();
        // "rw" or "ro" is always there; what follows are options of proc2.
        let options = mounts[0]
            .options
            .split_once(',')
            .map_or("no options", |(_, rest)| rest);
        Finding::ok(format!(
            "an instance with {options} is mounted on {}",
            places.join(", ")
        ))
    };
    instances.values().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_named_once_with_all_its_places() {
        let mount = |device: &str, place: &str, options: &str| Mount {
            device: device.into(),
            root: "/".into(),
            place: place.into(),
            kind: "proc2".into(),
            options: options.into(),
        };
        let mounts = [
            mount("0:5", "/a", "rw,hidepid=invisible,subset=pid"),
            mount("0:6", "/b", "rw"),
            mount("0:5", "/c", "rw,hidepid=invisible,subset=pid"),
        ];
        let texts: Vec<_> = look(&mounts).iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "ok: an instance with hidepid=invisible,subset=pid is mounted on /a, /c",
                "ok: an instance with no options is mounted on /b",
            ]
        );
        assert_eq!(look(&[]).len(), 1);
    }
}
