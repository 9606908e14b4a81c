// SPDX-License-Identifier: GPL-2.0

//! Changing the options of a mounted instance, beside procfs.

use anyhow::{bail, ensure, Result};
use proc2_e2e::compare::Tally;
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::{errno, fstype};
use rustix::mount::{mount_remount, MountFlags};

use super::options::VALUES;
use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["remount": new_api, old_api, subset_stays, pidns_is_busy, takes_effect]
}

/// Every value on every kind of instance; what is shown after a refusal is as before.
fn new_api() -> Result<()> {
    every_value("fspick", |instance, key, value| {
        let done = mount::reconfigure(&instance.path, &[Opt::Text(key, value)]);
        done.map_or_else(|refusal| errno::name(refusal.errno), |()| "ok".into())
    })
}

fn old_api() -> Result<()> {
    every_value("mount(MS_REMOUNT)", |instance, key, value| {
        let data = std::ffi::CString::new(format!("{key}={value}")).expect("no NUL");
        let done = mount_remount(&instance.path, MountFlags::empty(), &*data);
        errno::show(done, |()| "ok".into())
    })
}

fn every_value(way: &str, change: impl Fn(&Instance, &str, &str) -> String) -> Result<()> {
    let mut tally = Tally::default();
    for start in ["", "hidepid=2,gid=5", "subset=pid,hidepid=1"] {
        let (oracle, subject) = (
            Instance::new("proc", start)?,
            Instance::new(&fstype(), start)?,
        );
        for (key, values) in VALUES {
            for value in *values {
                let text = |instance: &Instance| -> Result<String> {
                    Ok(format!(
                        "{}, then {}",
                        change(instance, key, value),
                        instance.shown()?
                    ))
                };
                let (want, got) = (text(&oracle)?, text(&subject)?);
                tally.same(
                    || format!("{way} of [{start}] with {key}={value:?}"),
                    want,
                    got,
                );
            }
        }
    }
    tally.verdict(150)
}

/// `subset=` cannot be changed, either way; naming what it is already does no harm. Linux before
/// 7.2 let procfs change it, so this is checked by itself.
fn subset_stays() -> Result<()> {
    if !proc2_e2e::is_procfs() {
        let full = Instance::new(&fstype(), "")?;
        refused(&full, "subset=pid", libc::EINVAL)?;
        ensure!(
            full.join("meminfo").exists(),
            "the refused remount took effect"
        );
        let pids = Instance::new(&fstype(), "subset=pid")?;
        refused(&pids, "subset=", libc::EINVAL)?;
        ensure!(
            !pids.join("meminfo").exists(),
            "the refused remount took effect"
        );
    }
    let pids = Instance::new(&fstype(), "subset=pid")?;
    pids.reconfigure("subset=pid,hidepid=1")?;
    ensure!(
        pids.shown()? == "rw,hidepid=noaccess,subset=pid",
        "shown as {}",
        pids.shown()?
    );
    Ok(())
}

fn pidns_is_busy() -> Result<()> {
    let instance = Instance::new(&fstype(), "")?;
    refused(&instance, "pidns=/proc/self/ns/pid", libc::EBUSY)
}

fn refused(instance: &Instance, options: &str, errno: i32) -> Result<()> {
    let Err(refusal) = instance.reconfigure(options) else {
        bail!("remount with {options} worked")
    };
    ensure!(
        refusal.errno == errno,
        "expected {}: {refusal}",
        errno::name(errno)
    );
    let name = options.split('=').next().unwrap_or(options);
    let told = refusal.log.iter().any(|line| line.contains(name));
    ensure!(told, "the log does not name {name}: {refusal}");
    Ok(())
}

/// A change of hidepid and of gid decides the next look, also through what is cached.
fn takes_effect() -> Result<()> {
    use proc2_e2e::caller::{self, EXEMPT};
    use proc2_e2e::child::in_child;
    let other = proc2_e2e::target_kinds::plain(caller::OTHER)?;
    let pid = other.id().to_string();
    let mut tally = Tally::default();
    let (oracle, subject) = (Instance::new("proc", "")?, Instance::new(&fstype(), "")?);
    // `ptraceable` comes last: what procfs has cached it goes on showing (design.md, section 7).
    for change in [
        "hidepid=1",
        "hidepid=2",
        "hidepid=0",
        &format!("hidepid=2,gid={EXEMPT}"),
        "hidepid=2,gid=0",
        &format!("hidepid=1,gid={EXEMPT}"),
    ] {
        oracle.reconfigure(change)?;
        subject.reconfigure(change)?;
        for caller in caller::ALL {
            let look = |instance: &Instance| {
                in_child(|| {
                    caller.become_it()?;
                    super::private::visibility(instance, &pid)
                })
            };
            let (want, got) = (look(&oracle)?, look(&subject)?);
            tally.same(
                || format!("{} after remount with {change}", caller.name),
                want,
                got,
            );
        }
    }
    tally.verdict(24)
}
