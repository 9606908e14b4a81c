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

    fn is_link(&self, path: &str) -> bool {
        path == "mounts" || path == "net"
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
        masks_first: false,
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
        json!([{ "type": "user" }, { "type": "mount" }]),
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

#[test]
fn what_is_of_a_mount_below_is_no_matter_of_the_instance() {
    let below = |path: &str, masked: &[&str], readonly: &[&str]| {
        let masked = [MASKED, masked].concat();
        let readonly = [READONLY, readonly].concat();
        let mut bundle = bundle(&masked, &readonly);
        let mount = json!({ "destination": path, "type": "bind", "source": "/host" });
        bundle["mounts"].as_array_mut().unwrap().push(mount);
        decided(&bundle, true)
    };
    for (path, masked, readonly, named) in [
        ("/proc/fs", &[][..], &[][..], "/proc/fs"),
        ("/proc/meminfo", &[], &["/proc/meminfo"], "/proc/meminfo"),
        ("/proc/foo", &["/proc/foo/secret"], &[], "/proc/foo/secret"),
        ("/proc/foo", &[], &["/proc/foo/x"], "/proc/foo/x"),
    ] {
        let error = below(path, masked, readonly).unwrap_err();
        assert!(error.starts_with(&format!("{named}: ")), "{error}");
    }
    // The runtime makes the directory read-only, and not what is mounted in it.
    assert!(below("/proc/sys/kernel/ns_last_pid", &[], &[]).is_ok());
}

#[test]
fn what_no_reader_takes_alike_is_an_error() {
    for text in [
        r#"{"linux": {"maskedPaths": ["/proc/kcore"]}, "linux": {}}"#,
        r#"{"mounts": [{"type": "proc", "type": "tmpfs"}]}"#,
        r#"{"root": {"Path": "x"}}"#,
        r#"{"linux": {"namespaces": [{"Type": "user"}]}}"#,
        r#"{"process": {"rlimit": 1.5}}"#,
    ] {
        assert!(Bundle::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn options_of_the_mount_are_not_loosened() {
    let of = |options: Value, annotation: &str| {
        let mut bundle = bundle(MASKED, READONLY);
        bundle["mounts"][0]["options"] = options;
        let annotations = json!({ "org.proc2.options": annotation });
        decided(&with(bundle, "", "annotations", annotations), true)
    };
    assert!(of(json!(["hidepid=2"]), "show=swaps").is_ok());
    for annotation in ["gid=0", "gids=0:5", "pid1=visible", "hidepid=0"] {
        assert!(of(json!(["hidepid=2"]), annotation)
            .unwrap_err()
            .contains("hidepid=2"));
    }
    for option in ["hidepid=2,show=kmsg", "nosuid,writable=sys", "gid=0,1"] {
        assert!(
            of(json!([option]), "show=swaps")
                .unwrap_err()
                .contains(option),
            "{option}"
        );
    }
}

#[test]
fn links_namespaces_and_what_was_changed_before() {
    let error = decided(&bundle(&["/proc/mounts"], &[]), true).unwrap_err();
    assert!(
        error.contains("/proc/mounts") && error.contains("link"),
        "{error}"
    );
    assert_eq!(
        options(&bundle(&["/proc/net/dev"], &[]), true),
        "hide=net/dev"
    );
    let shared = with(
        bundle(MASKED, READONLY),
        "/linux",
        "namespaces",
        json!([{ "type": "pid" }]),
    );
    assert!(decided(&shared, true)
        .unwrap_err()
        .contains("mount namespace"));
    let ours =
        json!({ "createContainer": [{ "path": "/p", "args": ["proc2-runtime", "hook", "{}"] }] });
    let again = with(bundle(&[], &[]), "", "hooks", ours);
    assert!(matches!(decided(&again, true), Ok(Decision::Leave(_))));
}

#[test]
fn crun_masks_before_its_hooks_run() {
    let hooked = |bundle: Value| {
        let bundle = Bundle::parse(bundle.to_string().as_bytes()).unwrap();
        let mounter = Mounter {
            privileged: true,
            hook: true,
            masks_first: true,
            names: &Few,
        };
        decide(&bundle.view, &mounter).map_err(|refused| refused.to_string())
    };
    assert!(hooked(bundle(MASKED, READONLY)).is_ok());
    let dots = [MASKED, &["/run/../proc/cpuinfo"]].concat();
    assert!(hooked(bundle(&dots, READONLY))
        .unwrap_err()
        .starts_with("/run/../proc/cpuinfo"));
    let mut below = bundle(MASKED, READONLY);
    let mount = json!({ "destination": "/proc/meminfo", "type": "bind", "source": "/x" });
    below["mounts"].as_array_mut().unwrap().push(mount);
    assert!(hooked(below).unwrap_err().starts_with("/proc/meminfo"));
}
