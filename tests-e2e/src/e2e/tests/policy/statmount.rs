// SPDX-License-Identifier: GPL-2.0

//! What statmount(2) shows of a policy, and names of the kernel's that have to be escaped.

use std::os::fd::OwnedFd;

use anyhow::{ensure, Result};
use proc2_e2e::mount::{self, Instance, Opt};
use proc2_e2e::statmount::{self, field, want, Told};
use proc2_e2e::{errno, fstype};
use rustix::mount::{unmount, UnmountFlags};
use rustix::thread::{unshare_unsafe, UnshareFlags};

use super::super::Test;
use super::text::{shown, CASES};
use super::who::there;

pub(in super::super) fn tests() -> Vec<Test> {
    super::super::tests!["policy::statmount": by_statmount, names_with_a_comma]
}

/// What statmount(2) says of a mount: all options in one text, and each by itself.
fn statmount(mount: &OwnedFd) -> Result<(String, Vec<String>)> {
    let told = Told::of(statmount::id(mount)?, want::OPTIONS | want::OPTION_ARRAY)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let each = told
        .texts(field::OPT_NUM, field::OPT_ARRAY)?
        .into_iter()
        .map(text)
        .collect();
    Ok((text(told.text(field::MNT_OPTS)?), each))
}

fn by_statmount() -> Result<()> {
    for (options, want) in CASES {
        let options: Vec<_> = options
            .iter()
            .map(|(key, value)| Opt::Text(key, value))
            .collect();
        let mount = mount::detached(&fstype(), &options)?;
        let place = mount::new_directory()?;
        mount::attach(&mount, &place)?;
        let (whole, each) = statmount(&mount)?;
        ensure!(whole == *want, "statmount gives {whole}, not {want}");
        let split: Vec<_> = want.split(',').map(str::to_owned).collect();
        ensure!(
            each == split,
            "statmount's array gives {each:?}, not {split:?}"
        );
        // What a reader of the array passes to fsconfig(2) makes the same.
        let again: Vec<_> = each
            .iter()
            .flat_map(|option| mount::options(option))
            .collect();
        let again = Instance::with(&fstype(), &again)?;
        ensure!(shown(&again)? == *want, "mounted again: {}", shown(&again)?);
        unmount(&place, UnmountFlags::DETACH)?;
    }
    Ok(())
}

/// A real name that has to be escaped: a network device with a comma.
fn names_with_a_comma() -> Result<()> {
    // SAFETY: a child process with one thread; the network namespace is no memory.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET) }?;
    let mut request = [0u8; 40];
    request[..2].copy_from_slice(b"lo");
    request[16..19].copy_from_slice(b"l,o");
    // SAFETY: a socket of our own; struct ifreq has 40 bytes, with the old name and the new.
    let renamed = unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        libc::ioctl(socket, libc::SIOCSIFNAME as _, request.as_mut_ptr())
    };
    ensure!(renamed == 0, "renaming lo: {}", errno::last());
    let full = mount::detached(&fstype(), &[])?;
    let path = "sys/net/ipv4/conf/l,o";
    ensure!(there(&full, path) == "there", "the device has no {path}");
    let hidden = Instance::new(&fstype(), "hide=sys/net/ipv4/conf/l%2co")?;
    let shown = hidden.shown()?;
    ensure!(
        shown == "rw,hide=sys/net/ipv4/conf/l%2co",
        "shown as {shown}"
    );
    let root = hidden.root()?;
    ensure!(there(&root, path) == "ENOENT", "{path} is not hidden");
    ensure!(
        there(&root, "sys/net/ipv4/conf/all") == "there",
        "others are hidden"
    );
    let lead = Instance::new(&fstype(), "subset=pid,show=sys/net/ipv4/conf/l%2Co")?.root()?;
    ensure!(there(&lead, path) == "there", "{path} is not shown");
    ensure!(
        there(&lead, "sys/net/ipv4/conf/all") == "ENOENT",
        "others are shown"
    );
    Ok(())
}
