// SPDX-License-Identifier: GPL-2.0

//! What becomes of the lists that engines write, and of others.

use proc2_runtime::bundle::Bundle;
use proc2_runtime::decide::{decide, Decision, Given, Mounter};
use proc2_runtime::writable::Names;
use serde_json::{json, Value};

/// A small procfs.
struct Few;

impl Names for Few {
    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        let names: &[&str] = match directory {
            "" => &[
                "bus",
                "fs",
                "irq",
                "mtrr",
                "net",
                "pressure",
                "sys",
                "sysrq-trigger",
            ],
            "sys" => &["kernel", "net"],
            _ => &[],
        };
        names
            .iter()
            .map(|name| ((*name).to_owned(), true))
            .collect()
    }
}

const MASKED: &[&str] = &[
    "/proc/acpi",
    "/proc/asound",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
];
const READONLY: &[&str] = &[
    "/proc/bus",
    "/proc/fs",
    "/proc/irq",
    "/proc/sys",
    "/proc/sysrq-trigger",
];

fn bundle(masked: &[&str], readonly: &[&str]) -> Value {
    let options = ["nosuid", "noexec", "nodev"];
    json!({
        "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc", "options": options },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" },
        ],
        "root": { "path": "rootfs" },
        "linux": {
            "maskedPaths": masked,
            "readonlyPaths": readonly,
            "namespaces": [{ "type": "pid" }, { "type": "mount" }],
        },
    })
}

fn with(mut bundle: Value, pointer: &str, key: &str, value: Value) -> Value {
    bundle.pointer_mut(pointer).unwrap()[key] = value;
    bundle
}

fn decided(bundle: &Value, privileged: bool) -> Result<Decision, String> {
    let bundle = Bundle::parse(bundle.to_string().as_bytes()).map_err(|e| format!("{e:#}"))?;
    let privileged = privileged && !bundle.view.has_user_namespace();
    let mounter = Mounter {
        privileged,
        hook: false,
        names: &Few,
    };
    decide(&bundle.view, &mounter).map_err(|refused| refused.to_string())
}

fn given(bundle: &Value, privileged: bool) -> Given {
    match decided(bundle, privileged) {
        Ok(Decision::Give(given)) => given,
        other => panic!("{other:?}"),
    }
}

fn options(bundle: &Value, privileged: bool) -> String {
    given(bundle, privileged).options.words().join(",")
}

#[test]
fn an_engines_own_lists_are_the_container_list() {
    let given = given(&bundle(MASKED, READONLY), true);
    assert_eq!(given.options.words(), ["subset=container"]);
    assert_eq!(given.flags, ["nosuid", "noexec", "nodev"]);
    assert_eq!(
        (given.masked, given.readonly),
        (vec!["/sys/firmware".into()], vec![])
    );
    assert_eq!(
        options(&bundle(MASKED, READONLY), false),
        "subset=container"
    );
}

#[test]
fn what_is_masked_beside_is_hidden() {
    let more = [MASKED, &["/proc/meminfo", "/proc/sys/kernel/random"]].concat();
    let expected = "subset=container,hide=meminfo:sys/kernel/random";
    assert_eq!(options(&bundle(&more, READONLY), true), expected);
    assert_eq!(options(&bundle(&more, READONLY), false), expected);
}

#[test]
fn lists_of_ones_own_are_taken_at_their_word() {
    let own = bundle(
        &["/proc/kcore", "/proc/keys"],
        &["/proc/sys/kernel", "/proc/bus"],
    );
    let expected = "hide=kcore:keys,writable=fs:irq:mtrr:net:pressure:sys/net:sysrq-trigger";
    assert_eq!(options(&own, true), expected);
    assert_eq!(options(&bundle(&[], &[]), true), "");
    assert_eq!(
        given(&bundle(&[], &["/proc"]), true).flags.last().unwrap(),
        "ro"
    );
}

#[test]
fn a_user_namespace_gets_no_more_than_the_container_list() {
    let unmasked = bundle(&[], &[]);
    let error = decided(&unmasked, false).unwrap_err();
    assert!(error.contains("/proc: ") && error.contains("org.proc2.options=subset=container"));
    let asked = with(
        unmasked,
        "",
        "annotations",
        json!({"org.proc2.options": "subset=container"}),
    );
    assert_eq!(options(&asked, false), "subset=container");
    let own = with(
        bundle(MASKED, READONLY),
        "/linux",
        "namespaces",
        json!([{ "type": "user" }]),
    );
    let shown = json!({"org.proc2.options": "subset=container,show=swaps"});
    let error = decided(&with(own, "", "annotations", shown.clone()), true).unwrap_err();
    assert!(error.contains("/proc/swaps"), "{error}");
    let root = with(bundle(MASKED, READONLY), "", "annotations", shown);
    assert_eq!(options(&root, true), "subset=container,show=swaps");
}

#[test]
fn an_annotation_does_not_undo_a_mask() {
    let asked = |text: &str| {
        with(
            bundle(MASKED, READONLY),
            "",
            "annotations",
            json!({ "org.proc2.options": text }),
        )
    };
    let expected = "subset=container,show=kcore,hide=kcore";
    assert_eq!(
        options(&asked("subset=container,show=kcore"), true),
        expected
    );
    let error = decided(&asked("subset=container,writable=sys/net"), true).unwrap_err();
    assert!(error.contains("/proc/sys/net"), "{error}");
    assert_eq!(
        options(&asked("hidepid=2"), true),
        "hidepid=2,subset=container"
    );
    assert_eq!(
        options(&asked("show=swaps"), true),
        "subset=container,show=swaps"
    );
    let full = with(
        bundle(&[], &[]),
        "",
        "annotations",
        json!({ "org.proc2.options": "show=x" }),
    );
    assert!(decided(&full, true).unwrap_err().contains("/proc/x"));
}

#[test]
fn files_of_lxcfs_find_a_place() {
    let mut lxcfs = bundle(MASKED, READONLY);
    for name in ["meminfo", "swaps"] {
        let mount =
            json!({ "destination": format!("/proc/{name}"), "type": "bind", "source": "/x" });
        lxcfs["mounts"].as_array_mut().unwrap().push(mount);
    }
    let root = given(&lxcfs, true);
    assert_eq!(
        root.options.words().join(","),
        "subset=container,show=swaps"
    );
    assert_eq!(root.below, ["meminfo", "swaps"]);
    let error = decided(&lxcfs, false).unwrap_err();
    assert!(error.contains("/proc/swaps"), "{error}");
}

#[test]
fn what_has_no_name_is_an_error_with_the_path() {
    for path in [
        "/proc/1/maps",
        "/proc/self/environ",
        "/proc/thread-self",
        "/proc",
        "/proc/pid/x",
    ] {
        let error = decided(&bundle(&[path], &[]), true).unwrap_err();
        assert!(error.starts_with(path), "{error}");
        let off = with(
            bundle(&[path], &[]),
            "",
            "annotations",
            json!({ "org.proc2.mount": "off" }),
        );
        assert!(matches!(decided(&off, true), Ok(Decision::Leave(_))));
    }
    let two = json!([
        { "destination": "/proc", "type": "proc" }, { "destination": "/proc/", "type": "tmpfs" }
    ]);
    assert!(decided(&with(bundle(&[], &[]), "", "mounts", two), true).is_err());
    let dots =
        json!([{ "destination": "/proc", "type": "proc" }, { "destination": "/x/../proc/keys" }]);
    assert!(decided(&with(bundle(&[], &[]), "", "mounts", dots), true).is_err());
}

#[test]
fn bundles_without_a_procfs_of_their_own_stay() {
    for mounts in [
        json!([]),
        json!([{ "destination": "/proc", "type": "bind", "source": "/proc", "options": ["rbind"] }]),
        json!([{ "destination": "/proc", "type": "proc", "options": ["bind"] }]),
        json!([{ "destination": "/proc", "type": "proc2", "options": ["subset=pid"] }]),
    ] {
        let bundle = with(bundle(MASKED, READONLY), "", "mounts", mounts);
        assert!(
            matches!(decided(&bundle, true), Ok(Decision::Leave(_))),
            "{bundle}"
        );
    }
}

#[test]
fn a_field_that_some_would_read_is_an_error() {
    for (pointer, key) in [
        ("", "Mounts"),
        ("/linux", "MaskedPaths"),
        ("/linux", "masked\u{50}aths"),
        ("/linux", "ma\u{17f}kedPaths"),
        ("/linux", "mas\u{212a}edPaths"),
        ("/mounts/0", "Type"),
    ] {
        let odd = with(bundle(MASKED, READONLY), pointer, key, json!([]));
        let error = decided(&odd, true);
        assert_eq!(error.is_err(), key != "maskedPaths", "{key}: {error:?}");
    }
}
