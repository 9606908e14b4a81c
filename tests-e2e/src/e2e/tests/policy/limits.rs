// SPDX-License-Identifier: GPL-2.0

//! How long the lists may be: what an instance shows must always fit into what either mount call
//! takes.

use anyhow::{ensure, Result};
use proc2_e2e::fstype;
use proc2_e2e::mount::{self, Instance, Opt};
use rustix::mount::{unmount, UnmountFlags};

use super::super::Test;
use super::page::raw_mount;
use super::text::by_mount;
use super::who::outcome;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::limits":
        lists_of_3800_bytes, lists_of_3800_bytes_by_mount, all_three_count, names_of_255_bytes,
        ten_thousand,
    ]
}

/// The most that the lists may have in canonical text, with names of options and commas.
const MOST: usize = 3800;

/// Values of `hide=` that are shown as so many bytes, `,hide=` before each included.
pub(super) fn values(total: usize) -> Vec<String> {
    let whole = total / 261;
    let mut values: Vec<_> = (0..whole)
        .map(|at| format!("{at:03}{}", "x".repeat(252)))
        .collect();
    match total % 261 {
        0 => {}
        rest => values.push(format!("999{}", "y".repeat(rest - 6 - 3))),
    }
    values
}

fn lists_of_3800_bytes() -> Result<()> {
    let make = |total: usize| {
        let values = values(total);
        let options: Vec<_> = values
            .iter()
            .map(|value| Opt::Text("hide", value))
            .collect();
        Instance::with(&fstype(), &options).map(|instance| (instance, values))
    };
    let (instance, names) = make(MOST)?;
    let shown = instance.shown()?;
    ensure!(shown.len() == MOST + 2, "shown in {} bytes", shown.len());
    let want: Vec<_> = names.iter().map(|name| format!("hide={name}")).collect();
    ensure!(
        shown == format!("rw,{}", want.join(",")),
        "shown as {shown}"
    );
    let again = Instance::new(&fstype(), &shown[3..])?.shown()?;
    ensure!(again == shown, "again by fsconfig: {again}");
    let again = by_mount(&mount::new_directory()?, &shown[3..])?;
    ensure!(again == shown[3..], "again by mount(2): {again}");
    // The longest of all other options beside them.
    let groups: Vec<_> = (0..8)
        .map(|at| (4_294_967_200u32 + at).to_string())
        .collect();
    let rest = format!(
        "gid={},hidepid=4,subset=container,pid1=visible",
        groups.join(":")
    );
    let all = Instance::new(&fstype(), &format!("{rest},{}", &shown[3..]))?.shown()?;
    let again = by_mount(&mount::new_directory()?, &all[3..])?;
    ensure!(again == all[3..], "with all options: {again}");
    let Err(refused) = make(MOST + 1) else {
        anyhow::bail!("a list of {} bytes was taken", MOST + 1)
    };
    let refused = format!("{refused:#}");
    ensure!(
        refused.contains("EINVAL") && refused.contains("longer than 3,800 bytes"),
        "one byte more: {refused}"
    );
    Ok(())
}

fn lists_of_3800_bytes_by_mount() -> Result<()> {
    let directory = mount::new_directory()?;
    for (total, want) in [(MOST - 1, "0"), (MOST, "0"), (MOST + 1, "EINVAL")] {
        // In one value: what is shown is cut into pieces, which has to count too.
        let data = format!("hide={}", values(total).join(":"));
        let got = raw_mount(&fstype(), &directory, 0, &data)?;
        ensure!(got == want, "{total} bytes by mount(2): {got}, not {want}");
        if want == "0" {
            let shown = mount::shown(&directory)?;
            unmount(&directory, UnmountFlags::DETACH)?;
            ensure!(
                shown.len() == total + 2,
                "{total} bytes are shown as {shown}"
            );
            let again = by_mount(&directory, &shown[3..])?;
            ensure!(again == shown[3..], "again: {again}");
        }
    }
    Ok(())
}

/// The lists count together, each with its own name, in whichever the last byte comes.
fn all_three_count() -> Result<()> {
    let context = |tail: usize| {
        let fillers = values(MOST - 600);
        let mut options: Vec<_> = fillers
            .iter()
            .map(|value| Opt::Text("hide", value))
            .collect();
        let (show, writable) = ("s".repeat(200), "w".repeat(tail));
        options.push(Opt::Text("subset", "pid"));
        options.push(Opt::Text("show", &show));
        // `,show=` and 200 bytes leave 394, of which two times `,writable=` leaves 374.
        let values = [&writable[..190], &writable[190..]];
        options.extend(values.iter().map(|value| Opt::Text("writable", value)));
        outcome(mount::detached(&fstype(), &options))
    };
    let (fits, over) = (context(374), context(375));
    ensure!(fits == "ok", "lists of 3,800 bytes: {fits}");
    ensure!(
        over.starts_with("option writable EINVAL") && over.contains("longer than 3,800 bytes"),
        "one byte more: {over}"
    );
    Ok(())
}

/// A name has 255 bytes at most, as it is and as it is shown.
fn names_of_255_bytes() -> Result<()> {
    let directory = mount::new_directory()?;
    for (name, want) in [
        ("x".repeat(255), "0"),
        ("x".repeat(256), "EINVAL"),
        (format!("sys/{}", "x".repeat(251)), "0"),
        (format!("sys/{}", "x".repeat(252)), "EINVAL"),
        // `!` is shown in three bytes.
        ("!".repeat(85), "0"),
        ("!".repeat(86), "EINVAL"),
        ("%21".repeat(85), "0"),
        ("%21".repeat(86), "EINVAL"),
        // Written longer than it is.
        ("%78".repeat(255), "0"),
        ("%78".repeat(256), "EINVAL"),
    ] {
        let got = raw_mount(&fstype(), &directory, 0, &format!("hide={name}"))?;
        ensure!(
            got == want,
            "{} bytes of {:.4}...: {got}, not {want}",
            name.len(),
            name
        );
        if want == "0" {
            let shown = mount::shown(&directory)?;
            unmount(&directory, UnmountFlags::DETACH)?;
            ensure!(
                shown.len() <= 3 + 5 + 255,
                "{:.4}... is shown as {shown}",
                name
            );
            let again = Instance::new(&fstype(), &shown[3..])?.shown()?;
            ensure!(again == shown, "again: {again}");
        }
    }
    // fsconfig(2) itself takes no more than 255.
    let long = "x".repeat(256);
    let got = outcome(mount::detached(&fstype(), &[Opt::Text("hide", &long)]));
    ensure!(
        got.starts_with("option hide EINVAL"),
        "a value of 256 bytes: {got}"
    );
    Ok(())
}

/// However often something is said, what is kept is bounded; and what is said again costs nothing.
fn ten_thousand() -> Result<()> {
    let context = mount::context(&fstype(), &[])?;
    for _ in 0..10_000 {
        mount::configure(&context, &[Opt::Text("hide", "kcore:sys/vm:keys")])?;
    }
    mount::checked(
        &context,
        "create".into(),
        rustix::mount::fsconfig_create(&context),
    )?;
    let context = mount::context(&fstype(), &[])?;
    let (mut taken, mut refused) = (0, 0);
    for number in 0..10_000 {
        let name = format!("name-{number}");
        match mount::configure(&context, &[Opt::Text("hide", &name)]) {
            Ok(()) => taken += 1,
            Err(refusal) => {
                ensure!(refusal.errno == libc::EINVAL, "{name}: {refusal}");
                refused += 1;
            }
        }
    }
    ensure!(
        (300..500).contains(&taken),
        "{taken} names were taken, {refused} refused"
    );
    mount::checked(
        &context,
        "create".into(),
        rustix::mount::fsconfig_create(&context),
    )?;
    Ok(())
}
