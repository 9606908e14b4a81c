// SPDX-License-Identifier: GPL-2.0

//! Bundles as Docker, Podman, runc and crun wrote them (tests-e2e/bundles), changed for both ways of
//! mounting.

use proc2_runtime::bundle::Bundle;
use proc2_runtime::change;
use proc2_runtime::decide::{decide, Decision, Mounter};
use proc2_runtime::hook::Order;
use proc2_runtime::writable::Names;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Nothing is asked of the kernel: no engine writes lists that make it necessary.
struct Unasked;

impl Names for Unasked {
    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        panic!("{directory:?} was listed");
    }

    fn is_link(&self, _: &str) -> bool {
        false
    }
}

/// What becomes of the bundle, by its name: options, and sysctls that a hook writes.
const EXPECTED: &[(&str, &str, &[&str])] = &[
    ("crun-spec", "subset=container", &[]),
    ("runc-spec", "subset=container", &[]),
    ("runc-spec-rootless", "subset=container", &[]),
    ("ctr-plain", "subset=container", &[]),
    ("ctr-privileged", "", &[]),
    ("ctr-seccomp", "subset=container", &[]),
    ("docker-hostpid", "subset=container", DOCKER),
    ("docker-plain", "subset=container", DOCKER),
    ("docker-privileged", "", DOCKER),
    ("docker-read-only", "subset=container", DOCKER),
    (
        "docker-sysctl",
        "subset=container",
        &[
            "kernel.msgmax",
            "net.ipv4.ip_forward",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
        ],
    ),
    ("docker-unmasked", "", DOCKER),
    ("podman-hostpid", "subset=container", PODMAN),
    ("podman-mask", "subset=container,hide=cpuinfo", PODMAN),
    ("podman-plain", "subset=container", PODMAN),
    ("podman-privileged", "", PODMAN),
    ("podman-rootless", "subset=container", PODMAN),
    (
        "podman-sysctl",
        "subset=container",
        &[
            "kernel.msgmax",
            "net.ipv4.ip_forward",
            "net.ipv4.ping_group_range",
        ],
    ),
    ("podman-unmask", "", PODMAN),
    ("podman-userns", "subset=container", PODMAN),
];
const DOCKER: &[&str] = &[
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
];
const PODMAN: &[&str] = &["net.ipv4.ping_group_range"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests-e2e/bundles")
}

fn text(name: &str) -> Vec<u8> {
    let path = folder().join(name).with_extension("json");
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bundle after it was changed, and the options of its instance.
fn changed(name: &str, hook: bool) -> (Value, String, Vec<String>) {
    let mut bundle = Bundle::parse(&text(name)).unwrap();
    let privileged = !bundle.view.has_user_namespace() && name != "podman-rootless";
    let mounter = Mounter {
        privileged,
        hook,
        masks_first: false,
        names: &Unasked,
    };
    let given = match decide(&bundle.view, &mounter) {
        Ok(Decision::Give(given)) => given,
        other => panic!("{name}: {other:?}"),
    };
    let options = given.options.words().join(",");
    let changes = if hook {
        change::hooked(&bundle.view, &given, Path::new("/p"), Path::new("/b")).unwrap()
    } else {
        change::direct(&bundle.view, &given)
    };
    bundle.change(&changes).unwrap();
    let value = serde_json::from_slice(&bundle.text().unwrap()).unwrap();
    (value, options, changes.sysctl)
}

#[test]
fn each_bundle_is_looked_at() {
    let files = fs::read_dir(folder()).unwrap().flatten();
    let names = files.filter_map(|file| {
        file.file_name()
            .to_str()?
            .strip_suffix(".json")
            .map(str::to_owned)
    });
    for name in names {
        assert!(
            EXPECTED.iter().any(|(expected, ..)| *expected == name),
            "{name}"
        );
    }
}

#[test]
fn nothing_is_left_for_the_runtime_to_mount_over() {
    for (name, expected, sysctls) in EXPECTED {
        for hook in [false, true] {
            let (after, options, moved) = changed(name, hook);
            assert_eq!(options, *expected, "{name}");
            assert_eq!(
                moved,
                if hook { sysctls.to_vec() } else { vec![] },
                "{name}"
            );
            for list in ["maskedPaths", "readonlyPaths"] {
                let paths = after["linux"][list].as_array().into_iter().flatten();
                let mut ours = paths.filter(|path| path.as_str().unwrap().starts_with("/proc"));
                assert_eq!(ours.next(), None, "{name}: {list}");
            }
            let mounts = after["mounts"].as_array().unwrap().iter();
            let ours: Vec<_> = mounts
                .filter(|mount| mount["destination"] == "/proc")
                .collect();
            if hook {
                assert!(ours.is_empty(), "{name}: {ours:?}");
                let hook = &after["hooks"]["createContainer"][0]["args"][2];
                let order: Order = serde_json::from_str(hook.as_str().unwrap()).unwrap();
                assert!(
                    order.rootfs.is_absolute() && order.keep.is_empty(),
                    "{order:?}"
                );
            } else {
                assert_eq!(ours.len(), 1, "{name}");
                assert_eq!(ours[0]["type"], "proc2", "{name}");
            }
        }
    }
}

#[test]
fn nothing_else_changes() {
    for (name, ..) in EXPECTED {
        let before: Value = serde_json::from_slice(&text(name)).unwrap();
        for hook in [false, true] {
            let (after, ..) = changed(name, hook);
            for (key, value) in before.as_object().unwrap() {
                if ["linux", "mounts", "hooks"].contains(&key.as_str()) {
                    continue;
                }
                assert_eq!(&after[key], value, "{name}: {key}");
            }
            for (key, value) in before["linux"].as_object().unwrap() {
                if !["maskedPaths", "readonlyPaths", "sysctl"].contains(&key.as_str()) {
                    assert_eq!(&after["linux"][key], value, "{name}: linux.{key}");
                }
            }
            for (key, value) in before["hooks"].as_object().into_iter().flatten() {
                assert_eq!(&after["hooks"][key], value, "{name}: hooks.{key}");
            }
            let others = |bundle: &Value| -> Vec<Value> {
                let mounts = bundle["mounts"].as_array().unwrap().iter();
                mounts
                    .filter(|mount| mount["destination"] != "/proc")
                    .cloned()
                    .collect()
            };
            assert_eq!(others(&before), others(&after), "{name}");
        }
    }
}

#[test]
fn a_changed_bundle_stays_as_it_is() {
    for (name, ..) in EXPECTED {
        for hook in [false, true] {
            let (after, ..) = changed(name, hook);
            let again = Bundle::parse(after.to_string().as_bytes()).unwrap();
            let mounter = Mounter {
                privileged: true,
                hook,
                masks_first: false,
                names: &Unasked,
            };
            assert!(
                matches!(decide(&again.view, &mounter), Ok(Decision::Leave(_))),
                "{name}"
            );
        }
    }
}
