// SPDX-License-Identifier: GPL-2.0

//! The canonical text of a policy: what mountinfo and statmount(2) show, by either mount call the
//! same again.

use std::ffi::CString;
use std::path::Path;
use std::process::Command;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};
use rustix::mount::{unmount, MountFlags, UnmountFlags};

use super::super::Test;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::text":
        canonical, again_by_fsconfig, again_by_mount, again_by_mount_command, values_of_255_bytes,
    ]
}

/// Options, and what is shown of them behind `rw`.
pub(super) const CASES: &[(&[(&str, &str)], &str)] = &[
    (&[("subset", "container")], "subset=container"),
    (
        &[("subset", "pid"), ("subset", "container")],
        "subset=container",
    ),
    (
        &[("subset", "container"), ("subset", "pid")],
        "subset=container",
    ),
    (&[("subset", "pid,container,")], "subset=container"),
    // Sorted, nothing twice, and nothing that a listed directory covers.
    (&[("hide", "vmstat:kcore:vmstat")], "hide=kcore:vmstat"),
    (
        &[("hide", "vmstat"), ("hide", "kcore"), ("hide", "vmstat")],
        "hide=kcore:vmstat",
    ),
    (
        &[
            ("subset", "pid"),
            ("show", "sys/net:sys/kernel/pid_max:meminfo:sys"),
        ],
        "subset=pid,show=meminfo:sys",
    ),
    (
        &[("hide", "sys"), ("hide", "sys/net:sysvipc")],
        "hide=sys:sysvipc",
    ),
    // By components: a directory before what is below it, whatever byte comes next.
    (
        &[("hide", "sys-x:sys/a:sys.x:sysx")],
        "hide=sys/a:sys-x:sys.x:sysx",
    ),
    (
        &[("hide", "net/dev:pid/environ:.proc2")],
        "hide=.proc2:net/dev:pid/environ",
    ),
    (&[("writable", "none")], "writable=none"),
    (
        &[("writable", "none"), ("writable", "sys/net")],
        "writable=sys/net",
    ),
    (
        &[("writable", "sys/net"), ("writable", "none")],
        "writable=sys/net",
    ),
    (&[("writable", "%6eone")], "writable=%6eone"),
    (&[("writable", "none:a")], "writable=a:%6eone"),
    (&[("hide", "none")], "hide=none"),
    // Escapes: what needs none has none, and what may be taken for something else has one.
    (&[("hide", "%41%2d%7E%2e%5F")], "hide=A-~._"),
    (
        &[("hide", "a%2cb%3Ac%25%20%5c%2A%5b%22")],
        "hide=a%2cb%3ac%25%20%5c%2a%5b%22",
    ),
    (
        &[("hide", "irq/1/(!)#;=&'")],
        "hide=irq/1/%28%21%29%23%3b%3d%26%27",
    ),
    (&[("hide", "%01%7f%ff%c3%bc%0a")], "hide=%01%7f%ff%c3%bc%0a"),
    (&[("hide", "a+b@c~d_e")], "hide=a+b@c~d_e"),
    // All, in one order.
    (
        &[
            ("pid1", "visible"),
            ("writable", "sys/net"),
            ("hide", "uptime"),
            ("show", "kcore"),
            ("subset", "pid"),
            ("hidepid", "2"),
            ("gid", "7:5"),
        ],
        "gids=7:5,hidepid=invisible,subset=pid,show=kcore,hide=uptime,writable=sys/net,pid1=visible",
    ),
    // What is at its default is not shown.
    (
        &[("pid1", "visible"), ("pid1", "hidden"), ("hide", "kcore")],
        "hide=kcore",
    ),
];

fn instance(options: &[(&str, &str)]) -> Result<Instance> {
    let options: Vec<_> = options
        .iter()
        .map(|(key, value)| Opt::Text(key, value))
        .collect();
    Instance::with(&fstype(), &options)
}

/// What is shown of an instance's own options.
pub(super) fn shown(instance: &Instance) -> Result<String> {
    let shown = instance.shown()?;
    Ok(shown.strip_prefix("rw,").context(shown.clone())?.to_owned())
}

fn canonical() -> Result<()> {
    for (options, want) in CASES {
        let got = shown(&instance(options)?)?;
        ensure!(got == *want, "{options:?} is shown as {got}, not {want}");
    }
    Ok(())
}

fn again_by_fsconfig() -> Result<()> {
    for (_, text) in CASES {
        let got = shown(&Instance::new(&fstype(), text)?)?;
        ensure!(got == *text, "fsconfig with {text} is shown as {got}");
    }
    Ok(())
}

/// Mounts by mount(2), and gives what is shown behind `rw`.
pub(super) fn by_mount(directory: &Path, data: &str) -> Result<String> {
    let data = CString::new(data)?;
    rustix::mount::mount("none", directory, fstype(), MountFlags::empty(), &*data)
        .with_context(|| format!("mount(2) with {} bytes", data.as_bytes().len()))?;
    let shown = mount::shown(directory);
    unmount(directory, UnmountFlags::DETACH)?;
    let shown = shown?;
    Ok(shown.strip_prefix("rw,").context(shown.clone())?.to_owned())
}

fn again_by_mount() -> Result<()> {
    let directory = mount::new_directory()?;
    for (_, text) in CASES {
        let got = by_mount(&directory, text)?;
        ensure!(got == *text, "mount(2) with {text} is shown as {got}");
    }
    Ok(())
}

/// mount(8) takes what is shown, of groups too (it knows `gid=` itself, and may refuse a list there;
/// `gids=` it does not know), and remounts with it and more: by a directory alone it passes all
/// that mountinfo shows along.
fn again_by_mount_command() -> Result<()> {
    let directory = mount::new_directory()?;
    for (_, text) in CASES {
        let run = |arguments: &[&str]| -> Result<()> {
            let output = Command::new("mount")
                .args(arguments)
                .arg(&directory)
                .output()?;
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            ensure!(output.status.success(), "mount {arguments:?}: {told}");
            Ok(())
        };
        run(&["-t", &fstype(), "-o", text, "none"])?;
        let got = mount::shown(&directory)?;
        ensure!(
            got == format!("rw,{text}"),
            "mount -o {text} is shown as {got}"
        );
        run(&["-o", "remount,hidepid=4"])?;
        let got = mount::shown(&directory)?;
        let lists = |text: &str| {
            let kept = text
                .split(',')
                .filter(|option| !option.starts_with("hidepid="));
            kept.collect::<Vec<_>>().join(",")
        };
        ensure!(
            lists(&got) == format!("rw,{}", lists(text)) && got.contains("hidepid=ptraceable"),
            "[{text}] after a remount is shown as {got}"
        );
        unmount(&directory, UnmountFlags::DETACH)?;
    }
    Ok(())
}

/// A list too long for one value of fsconfig(2) is shown as several options, which all go into it.
fn values_of_255_bytes() -> Result<()> {
    let names: Vec<_> = (0..150)
        .map(|number| format!("some-name-{number:03}"))
        .collect();
    let options: Vec<_> = names.iter().map(|name| Opt::Text("hide", name)).collect();
    let instance = Instance::with(&fstype(), &options)?;
    let text = shown(&instance)?;
    let values: Vec<_> = text.split(',').collect();
    ensure!(values.len() == 9, "{} values: {text}", values.len());
    for value in &values {
        let value = value.strip_prefix("hide=").context("another option")?;
        ensure!(value.len() <= 255, "a value of {} bytes", value.len());
    }
    let all: Vec<_> = values
        .iter()
        .flat_map(|value| value[5..].split(':'))
        .collect();
    ensure!(all == names, "the names are {all:?}");
    ensure!(
        shown(&Instance::new(&fstype(), &text)?)? == text,
        "by fsconfig another text"
    );
    ensure!(
        by_mount(&mount::new_directory()?, &text)? == text,
        "by mount(2) another text"
    );
    Ok(())
}
