// SPDX-License-Identifier: GPL-2.0

//! Lists that are no good: EINVAL, with a sentence that names the option and the item, and the
//! lists as they were.

use std::ffi::CString;

use anyhow::{ensure, Result};
use proc2_e2e::mount::{self, Opt};
use proc2_e2e::{errno, fstype};
use rustix::mount::MountFlags;

use super::super::Test;
use super::who::outcome;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::lists":
        bad_items, bad_values_by_mount, what_only_some_lists_take, bad_words, long_items,
        nothing_is_left_of_a_refused_value, unknown_entries_of_tasks_warn,
    ]
}

/// A value, the part of it that is named, and what the sentence says of that.
const BAD: &[(&str, &str, &str)] = &[
    ("..", "..", ". or .."),
    (".", ".", ". or .."),
    ("sys/..", "sys/..", ". or .."),
    ("sys/../kcore", "sys/../kcore", ". or .."),
    ("./kcore", "./kcore", ". or .."),
    ("%2e%2e/kcore", "%2e%2e/kcore", ". or .."),
    ("/kcore", "/kcore", "slash"),
    ("kcore/", "kcore/", "slash"),
    ("sys//kernel", "sys//kernel", "slash"),
    ("/", "/", "slash"),
    ("/proc/kcore", "/proc/kcore", "slash"),
    ("a::b", "a::b", "empty name"),
    (":a", ":a", "empty name"),
    ("a:", "a:", "empty name"),
    (":", ":", "empty name"),
    ("kcore:..:keys", "..", ". or .."),
    ("%", "%", "% without two"),
    ("%0", "%0", "% without two"),
    ("a%4", "a%4", "% without two"),
    ("%g0", "%g0", "% without two"),
    ("%+1", "%+1", "% without two"),
    ("%00", "%00", "% without two"),
    ("kcore%00", "kcore%00", "% without two"),
    ("%2f", "%2f", "% without two"),
    ("sys%2Fkernel", "sys%2Fkernel", "% without two"),
    ("*", "*", "must be written as %"),
    ("sys/*", "sys/*", "must be written as %"),
    ("kcor?", "kcor?", "must be written as %"),
    ("[k]core", "[k]core", "must be written as %"),
    ("a\\072b", "a\\\\072b", "must be written as %"),
    ("\"kcore\"", "\"kcore\"", "must be written as %"),
    ("k core", "k core", "must be written as %"),
    (" kcore", " kcore", "must be written as %"),
    ("kcore\n", "kcore\\n", "must be written as %"),
    ("k\u{fc}", "k", "must be written as %"),
    ("kcore,keys", "kcore,keys", "must be written as %"),
    ("\u{7f}", "", "must be written as %"),
    ("self", "self", "task"),
    ("thread-self", "thread-self", "task"),
    ("self/environ", "self/environ", "task"),
    ("1", "1", "task"),
    ("1/environ", "1/environ", "task"),
    ("4194304", "4194304", "task"),
    ("%31", "%31", "task"),
    ("pid", "pid", ""),
    ("pid/fd/0", "pid/fd/0", ""),
    ("pid/net", "pid/net", "net"),
];

/// Each of them in each list, by fsconfig(2).
fn bad_items() -> Result<()> {
    for (value, item, why) in BAD {
        for list in ["show", "hide", "writable"] {
            // Entries of tasks can't be shown at all, which is said first.
            let why = if value.starts_with("pid") && list != "hide" {
                ""
            } else {
                why
            };
            let options = [Opt::Text("subset", "pid"), Opt::Text(list, value)];
            let got = outcome(mount::detached(&fstype(), &options));
            let told =
                got.contains(&format!("{list} - ")) && got.contains(item) && got.contains(why);
            ensure!(
                got.starts_with(&format!("option {list} EINVAL: ")) && told,
                "{list}={value:?}: {got}, expected {item:?} and {why:?}"
            );
        }
    }
    Ok(())
}

fn bad_values_by_mount() -> Result<()> {
    let directory = mount::new_directory()?;
    let try_one = |data: &str| -> Result<String> {
        let data = CString::new(data)?;
        let none = MountFlags::empty();
        let done = rustix::mount::mount("none", &directory, fstype(), none, &*data);
        Ok(errno::show(done, |()| "ok".into()))
    };
    // A comma ends the value here.
    for (value, ..) in BAD.iter().filter(|(value, ..)| !value.contains(',')) {
        for list in ["show", "hide", "writable"] {
            let got = try_one(&format!("subset=pid,{list}={value}"))?;
            ensure!(got == "EINVAL", "mount(2) with {list}={value:?}: {got}");
        }
    }
    for list in ["show", "hide", "writable"] {
        for data in [format!("subset=pid,{list}"), format!("subset=pid,{list}=")] {
            let got = try_one(&data)?;
            ensure!(got == "EINVAL", "mount(2) with {data}: {got}");
        }
        let flag = outcome(mount::detached(&fstype(), &[Opt::Flag(list)]));
        ensure!(
            flag.starts_with(&format!("option {list} EINVAL")),
            "{list} alone: {flag}"
        );
        let null = std::os::fd::OwnedFd::from(std::fs::File::open("/dev/null")?);
        let fd = outcome(mount::detached(&fstype(), &[Opt::Fd(list, &null)]));
        ensure!(
            fd.starts_with(&format!("option {list} EINVAL")),
            "{list} with a descriptor: {fd}"
        );
        let empty = outcome(mount::detached(&fstype(), &[Opt::Text(list, "")]));
        ensure!(
            empty.starts_with(&format!("option {list} EINVAL")),
            "{list}= empty: {empty}"
        );
    }
    Ok(())
}

/// Names that one list takes and others don't, and some that look like those that none does.
fn what_only_some_lists_take() -> Result<()> {
    for (list, value, want) in [
        ("hide", "pid/environ", "ok"),
        ("show", "pid/environ", "option show EINVAL"),
        ("writable", "pid/comm", "option writable EINVAL"),
        ("show", "net", "ok"),
        ("show", "net/dev", "option show EINVAL"),
        ("hide", "net/dev", "ok"),
        ("writable", "net/dev", "ok"),
        ("hide", "pids", "ok"),
        ("hide", "pid-x", "ok"),
        ("hide", "selfish", "ok"),
        ("hide", "1x", "ok"),
        ("hide", "sys/1", "ok"),
        ("hide", "sys/self", "ok"),
        ("hide", "sys/pid/net", "ok"),
        ("hide", "...", "ok"),
        ("hide", ".a", "ok"),
        ("hide", "a..", "ok"),
        ("hide", "01", "ok"),
        ("hide", "99999999999", "ok"),
    ] {
        let options = [Opt::Text("subset", "pid"), Opt::Text(list, value)];
        let got = outcome(mount::detached(&fstype(), &options));
        ensure!(got.starts_with(want), "{list}={value}: {got}, not {want}");
    }
    Ok(())
}

fn bad_words() -> Result<()> {
    for (key, value, named) in [
        ("subset", "containers", "containers"),
        ("subset", "Container", "Container"),
        ("subset", "pid:container", "pid:container"),
        ("subset", "container,x", "x"),
        ("pid1", "yes", "yes"),
        ("pid1", "Visible", "Visible"),
        ("pid1", "visible ", "visible "),
    ] {
        let got = outcome(mount::detached(&fstype(), &[Opt::Text(key, value)]));
        let told = got.contains(&format!("{key} - {named}"));
        ensure!(
            got.starts_with(&format!("option {key} EINVAL: ")) && told,
            "{key}={value}: {got}"
        );
    }
    Ok(())
}

/// A sentence that has no room for the whole value says so, and what the option is.
fn long_items() -> Result<()> {
    let value = format!("{}*", "x".repeat(250));
    let got = outcome(mount::detached(&fstype(), &[Opt::Text("hide", &value)]));
    let told = got.contains("hide - xxx") && got.contains("too long to be shown whole");
    ensure!(got.starts_with("option hide EINVAL: ") && told, "{got}");
    Ok(())
}

/// A value of which the last item is bad leaves nothing of its first.
fn nothing_is_left_of_a_refused_value() -> Result<()> {
    let context = mount::context(&fstype(), &[Opt::Text("hide", "kcore")])?;
    for (list, value) in [
        ("hide", "keys:.."),
        ("show", "meminfo:%"),
        ("writable", "sys/net::a"),
    ] {
        let got = outcome(mount::configure(&context, &[Opt::Text(list, value)]));
        ensure!(
            got.starts_with(&format!("option {list} EINVAL")),
            "{list}={value}: {got}"
        );
    }
    mount::checked(
        &context,
        "create".into(),
        rustix::mount::fsconfig_create(&context),
    )?;
    let flags = rustix::mount::FsMountFlags::FSMOUNT_CLOEXEC;
    let made = rustix::mount::fsmount(&context, flags, rustix::mount::MountAttrFlags::empty())?;
    let place = mount::new_directory()?;
    mount::attach(&made, &place)?;
    let shown = mount::shown(&place)?;
    ensure!(shown == "rw,hide=kcore", "shown as {shown}");
    Ok(())
}

/// Entries of tasks that no kernel has are taken, for a list is made for many kernels; but they are
/// said.
fn unknown_entries_of_tasks_warn() -> Result<()> {
    for (value, warned) in [
        ("pid/enviorn", true),
        ("pid/environ", false),
        ("enviorn", false),
    ] {
        let context = mount::context(&fstype(), &[Opt::Text("hide", value)])?;
        mount::checked(
            &context,
            "create".into(),
            rustix::mount::fsconfig_create(&context),
        )?;
        let log = mount::log(&context);
        let named = log
            .iter()
            .any(|line| line.starts_with("w ") && line.contains("enviorn"));
        ensure!(
            named == warned && log.len() == usize::from(warned),
            "hide={value}: {log:?}"
        );
    }
    Ok(())
}
