// SPDX-License-Identifier: GPL-2.0

//! Random bundles, whole, odd and hostile: no panic, and no container that sees or writes more than
//! its bundle says. What a bundle says, and what options mean, is told here by a model of its own.

use proc2_runtime::bundle::Bundle;
use proc2_runtime::change;
use proc2_runtime::decide::{decide, Decision, Mounter};
use proc2_runtime::hook::Order;
use proc2_runtime::writable::Names;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{json, Value};
use std::path::Path;

/// Names of procfs that everything is tried with: files, and directories with a slash at the end.
const NAMES: &[&str] = &[
    "acpi/",
    "acpi/wakeup",
    "asound/",
    "bus/",
    "bus/pci/",
    "bus/pci/00:1f",
    "fs/",
    "interrupts",
    "irq/",
    "irq/7/",
    "irq/7/smp_affinity",
    "kcore",
    "keys",
    "latency_stats",
    "meminfo",
    "mtrr",
    "net/",
    "net/dev",
    "pressure/",
    "pressure/cpu",
    "sched_debug",
    "scsi/",
    "stat",
    "swaps",
    "sys/",
    "sys/kernel/",
    "sys/kernel/core_pattern",
    "sys/kernel/hostname",
    "sys/net/",
    "sys/net/ipv4/",
    "sys/net/ipv4/ip_forward",
    "sysrq-trigger",
    "timer_list",
    "timer_stats",
    "uptime",
];

struct Model;

impl Names for Model {
    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        let mut names = vec![];
        for name in NAMES {
            let Some(rest) = below(name, directory) else {
                continue;
            };
            let one = rest.trim_end_matches('/');
            if !one.is_empty() && !one.contains('/') {
                names.push((one.to_owned(), true));
            }
        }
        names
    }

    fn is_link(&self, path: &str) -> bool {
        path == "mounts"
    }
}

/// What is behind `directory` in `name`, if it is below it.
fn below<'n>(name: &'n str, directory: &str) -> Option<&'n str> {
    match directory {
        "" => Some(name),
        directory => name.strip_prefix(directory)?.strip_prefix('/'),
    }
}

/// Whether `name` is `path` or below it.
fn covered(name: &str, path: &str) -> bool {
    let (name, path) = (name.trim_end_matches('/'), path.trim_end_matches('/'));
    name == path || name.starts_with(&format!("{path}/"))
}

/// Where a path of a bundle is, if no link is on the way: the names of procfs are from there.
fn resolved(path: &str) -> Option<String> {
    let mut at = vec![];
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(at.pop()),
            part => at.push(part),
        }
    }
    let (first, rest) = at.split_first()?;
    (*first == "proc").then(|| rest.join("/"))
}

/// Whether a list of a bundle names `name` or something above it.
fn listed(bundle: &Value, list: &str, name: &str) -> bool {
    let paths = bundle["linux"][list]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut paths = paths.filter_map(resolved);
    paths.any(|path| path.is_empty() || covered(name, &path))
}

/// Whether a list names `name` or something above it that is not above `place`.
fn listed_below(bundle: &Value, list: &str, name: &str, place: &str) -> bool {
    let paths = bundle["linux"][list].as_array().into_iter().flatten();
    let mut paths = paths.filter_map(Value::as_str).filter_map(resolved);
    paths.any(|path| covered(&path, place) && covered(name, &path))
}

fn on_proc(mount: &Value) -> bool {
    resolved(mount["destination"].as_str().unwrap_or_default()).as_deref() == Some("")
}

/// Whether `subset=container` has one of [`NAMES`].
fn in_container_list(name: &str) -> bool {
    let list = [
        "meminfo",
        "net",
        "stat",
        "sys/kernel/hostname",
        "sys/net",
        "uptime",
    ];
    list.iter().any(|path| covered(name, path))
}

/// What the options of an instance say of a name.
struct Said {
    shown: bool,
    writable: bool,
}

fn said(options: &[(String, String)], flags_ro: bool, name: &str) -> Said {
    let of = |option: &str| -> Vec<&str> {
        let all = options.iter().filter(|(name, _)| name == option);
        all.flat_map(|(_, value)| value.split(':')).collect()
    };
    let unescape = |item: &str| {
        item.replace("%3a", ":")
            .replace("%20", " ")
            .replace("%2c", ",")
    };
    let any = |option: &str| of(option).iter().any(|item| covered(name, &unescape(item)));
    let subsets = of("subset");
    let base = match (subsets.contains(&"container"), subsets.contains(&"pid")) {
        (_, true) => covered(name, "net"),
        (true, _) => in_container_list(name),
        _ => true,
    };
    let writable = if of("writable").is_empty() {
        subsets.is_empty()
    } else {
        any("writable")
    };
    let shown = (base || any("show")) && !any("hide");
    Said {
        shown,
        writable: shown && writable && !flags_ro,
    }
}

/// The options and the flags of the instance that a changed bundle makes.
fn instance(after: &Value) -> (Vec<(String, String)>, bool) {
    let mounts = after["mounts"].as_array().into_iter().flatten();
    let ours = |mount: &&Value| mount["type"] == "proc2" && on_proc(mount);
    if let Some(mount) = mounts.into_iter().find(ours) {
        let words = mount["options"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap());
        let words: Vec<&str> = words.collect();
        let options = words.iter().filter_map(|word| word.split_once('='));
        let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
        return (
            options.collect(),
            words.iter().rfind(|w| ["ro", "rw"].contains(w)) == Some(&"ro"),
        );
    }
    let hook = &after["hooks"]["createContainer"][0];
    assert_eq!(hook["args"][1], "hook");
    let order: Order = serde_json::from_str(hook["args"][2].as_str().unwrap()).unwrap();
    (order.options, order.flags & 1 != 0)
}

/// The bundle without the parts that may change.
fn others(bundle: &Value) -> Value {
    let mut rest = bundle.clone();
    if let Some(linux) = rest["linux"].as_object_mut() {
        for name in ["maskedPaths", "readonlyPaths", "sysctl"] {
            linux.remove(name);
        }
    }
    if let Some(mounts) = rest["mounts"].as_array_mut() {
        mounts.retain(|mount| !on_proc(mount));
    }
    rest.as_object_mut().unwrap().remove("hooks");
    rest
}

fn path() -> impl Strategy<Value = String> {
    let odd = select(vec![
        "/proc",
        "/proc/",
        "//proc//kcore",
        "/proc/./keys",
        "/x/../proc/kcore",
        "/proc/../etc",
        "/proc/self/environ",
        "/proc/1",
        "/proc/pid/maps",
        "proc/kcore",
        "/sys/firmware",
        "",
        "/",
        "/proc/a,b c",
        "/proc/sys/kernel/core_pattern/x",
        "/processes",
        "/proc/..",
        "/proc/sys/..",
    ]);
    let long = (1usize..300).prop_map(|length| format!("/proc/{}", "é".repeat(length)));
    let name = select(NAMES).prop_map(|name| format!("/proc/{}", name.trim_end_matches('/')));
    prop_oneof![8 => name, 3 => odd.prop_map(str::to_owned), 1 => long]
}

fn list(usual: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let usual = subsequence(usual, usual.len().saturating_sub(1)..=usual.len());
    let usual = usual.prop_map(|names| names.iter().map(|name| format!("/proc/{name}")).collect());
    let own = proptest::collection::vec(path(), 0..6);
    let mixed = (usual, own).prop_map(|(usual, own): (Vec<String>, _)| [usual, own].concat());
    prop_oneof![
        4 => mixed.prop_map(|list| json!(list)),
        2 => proptest::collection::vec(path(), 0..4).prop_map(|list| json!(list)),
        1 => Just(json!([])),
        1 => Just(Value::Null),
        1 => Just(json!(["/proc/kcore", 7])),
    ]
}

fn mount() -> impl Strategy<Value = Value> {
    let kinds = select(vec!["proc", "proc", "tmpfs", "bind", "proc2", "sysfs"]);
    let words = select(vec![
        "nosuid",
        "noexec",
        "nodev",
        "ro",
        "rw",
        "hidepid=2",
        "gid=5",
        "subset=pid",
        "rbind",
        "rprivate",
        "show=kcore",
        "defaults",
    ]);
    let destination =
        prop_oneof![2 => Just("/proc".to_owned()), 2 => path(), 1 => Just("/dev".into())];
    (kinds, destination, proptest::collection::vec(words, 0..4))
        .prop_map(|(kind, destination, options)| {
            json!({ "destination": destination, "type": kind, "source": kind, "options": options })
        })
}

fn proc_mount() -> impl Strategy<Value = Value> {
    let words = subsequence(vec!["nosuid", "noexec", "nodev", "ro", "subset=pid"], 0..5);
    words.prop_map(|options| {
        json!({ "destination": "/proc", "type": "proc", "source": "proc", "options": options })
    })
}

fn annotations() -> impl Strategy<Value = Value> {
    let texts = select(vec![
        "subset=container",
        "subset=pid",
        "hide=meminfo",
        "subset=container,show=kcore:swaps",
        "writable=sys/net",
        "writable=none",
        "subset=container,writable=sys/kernel/hostname",
        "show=stat",
        "hidepid=2",
        "nonsense",
        "subset=pid,show=meminfo",
        "hide=net/dev:a%3ab",
    ]);
    prop_oneof![
        5 => Just(Value::Null),
        4 => texts.prop_map(|text| json!({ "org.proc2.options": text, "other": "x" })),
        1 => Just(json!({ "org.proc2.mount": "off" })),
        1 => Just(json!({ "org.proc2.mont": "off" })),
    ]
}

fn bundle() -> impl Strategy<Value = Value> {
    let mounts = (
        proc_mount(),
        proptest::collection::vec(mount(), 0..3),
        any::<bool>(),
    );
    let mounts = mounts.prop_map(|(first, others, wanted)| {
        let first = wanted.then_some(first).into_iter();
        Value::Array(first.chain(others).collect())
    });
    let masked = list(&[
        "acpi",
        "kcore",
        "keys",
        "latency_stats",
        "sched_debug",
        "scsi",
        "timer_list",
        "timer_stats",
    ]);
    let readonly = list(&["bus", "fs", "irq", "sys", "sysrq-trigger"]);
    let namespaces = subsequence(vec!["pid", "network", "ipc", "user"], 0..=4);
    (
        mounts,
        masked,
        readonly,
        annotations(),
        namespaces,
        any::<u64>(),
    )
        .prop_map(
            |(mounts, masked, readonly, annotations, namespaces, number)| {
                let namespaces: Vec<Value> = [&["mount"][..], &namespaces]
                    .concat()
                    .iter()
                    .map(|kind| json!({ "type": kind }))
                    .collect();
                json!({
                    "ociVersion": "1.0.2",
                    "annotations": annotations,
                    "mounts": mounts,
                    "root": { "path": "rootfs" },
                    "process": { "args": ["true"], "unknown": number },
                    "linux": {
                        "maskedPaths": masked,
                        "namespaces": namespaces,
                        "readonlyPaths": readonly,
                        "seccomp": { "defaultAction": "SCMP_ACT_OF_NEXT_YEAR" },
                        "sysctl": { "net.ipv4.ip_forward": "1", "kernel.core_pattern": "x" },
                    },
                })
            },
        )
}

fn check(before: &Value, privileged: bool, hook: bool) -> Result<(), TestCaseError> {
    let text = before.to_string();
    let Ok(mut bundle) = Bundle::parse(text.as_bytes()) else {
        return Ok(());
    };
    let privileged = privileged && !bundle.view.has_user_namespace();
    let mounter = Mounter {
        privileged,
        hook,
        masks_first: false,
        names: &Model,
    };
    let given = match decide(&bundle.view, &mounter) {
        Ok(Decision::Give(given)) => given,
        Ok(Decision::Leave(_)) => return Ok(()),
        Err(refused) => {
            let text = refused.to_string();
            prop_assert!(
                text.contains('/') || text.contains('='),
                "no path in {text:?}"
            );
            return Ok(());
        }
    };
    let changes = if hook {
        change::hooked(
            &bundle.view,
            &given,
            Path::new("/proc2-runtime"),
            Path::new("/b"),
        )
        .unwrap()
    } else {
        change::direct(&bundle.view, &given)
    };
    bundle.change(&changes).unwrap();
    let after: Value = serde_json::from_slice(&bundle.text().unwrap()).unwrap();
    prop_assert_eq!(others(before), others(&after));
    let (options, ro) = instance(&after);
    let mut written = options
        .iter()
        .filter(|(name, _)| name != "hidepid" && name != "gid");
    prop_assert!(written.all(|(_, value)| !value.is_empty() && value.len() <= 255));
    let words = before["mounts"].as_array().unwrap().iter();
    let words = words.filter(|mount| on_proc(mount) && mount["type"] == "proc");
    let pid_only = words.clone().any(|m| {
        m["options"]
            .as_array()
            .unwrap()
            .contains(&json!("subset=pid"))
    });
    let mounts = before["mounts"].as_array().into_iter().flatten();
    let places = mounts.filter_map(|mount| resolved(mount["destination"].as_str()?));
    let places: Vec<String> = places.filter(|place| !place.is_empty()).collect();
    for name in NAMES {
        // What is of another mount is for the runtime to mask, as before.
        for place in places.iter().filter(|place| covered(name, place)) {
            for list in ["maskedPaths", "readonlyPaths"] {
                let of = |bundle: &Value| listed_below(bundle, list, name, place);
                prop_assert!(!of(before) || of(&after), "{name} on {place}: {list}");
            }
        }
        let said = said(&options, ro, name);
        let shown = said.shown && !listed(&after, "maskedPaths", name);
        let writable = shown && said.writable && !listed(&after, "readonlyPaths", name);
        let may_see = !listed(before, "maskedPaths", name);
        let may_write = may_see && !listed(before, "readonlyPaths", name);
        prop_assert!(may_see || !shown, "{name} is masked and shown: {options:?}");
        // A directory is more than what is below it: only files are written.
        prop_assert!(
            may_write || !writable || name.ends_with('/'),
            "{name} is read-only and writable: {options:?}"
        );
        prop_assert!(
            !pid_only || !shown || covered(name, "net"),
            "{name} is beyond subset=pid"
        );
        if !privileged {
            let in_list = in_container_list(name);
            prop_assert!(
                !shown || in_list,
                "{name} is shown in a user namespace: {options:?}"
            );
            prop_assert!(
                !writable,
                "{name} is writable in a user namespace: {options:?}"
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bundle_gives_more_than_it_says(
        bundle in bundle(), privileged in any::<bool>(), hook in any::<bool>()
    ) {
        check(&bundle, privileged, hook)?;
    }

    #[test]
    fn no_text_is_too_odd(bundle in bundle(), at in any::<usize>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut text = bundle.to_string().into_bytes();
        let at = at % text.len();
        text[at] = byte;
        if cut {
            text.truncate(at);
        }
        if let Ok(bundle) = Bundle::parse(&text) {
            let mounter = Mounter { privileged: true, hook: true, masks_first: true, names: &Model };
            let _ = decide(&bundle.view, &mounter);
        }
    }
}
