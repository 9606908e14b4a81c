// SPDX-License-Identifier: GPL-2.0

//! The kernel's own files, where the cgroup is the hierarchy's root or nothing is asked for: what is
//! read is the kernel's, and the inodes are the registry's everywhere.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

use anyhow::{ensure, Result};
use proc2_e2e::cgroups::{self, Tree};
use proc2_e2e::fstype;
use proc2_e2e::mount::{Instance, Opt};

use super::super::Test;
use super::{read, stat_value, FILES};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::kernels": for_the_root, inodes, ways_to_read, other_calls]
}

/// What has numbers of its own in each.
const OTHER_NUMBERS: [&str; 3] = [".proc2", "self", "thread-self"];

/// A text without its digits: what does not change by itself.
fn shape(text: &str) -> String {
    let digit = |letter: char| !letter.is_ascii_digit() && letter != ' ';
    text.chars().filter(|letter| digit(*letter)).collect()
}

/// Process 1 of the VM is in the hierarchy's root.
fn for_the_root() -> Result<()> {
    let oracle = Instance::new("proc", "")?;
    for options in ["cgroup=init", "cgroup=reader", "cgroup=init,cpus=quota"] {
        let instance = Instance::new(&fstype(), options)?;
        for name in FILES {
            let (ours, theirs) = (read(&instance, name)?, read(&oracle, name)?);
            ensure!(
                shape(&ours) == shape(&theirs),
                "{options}, {name}: {ours}\nbut procfs has\n{theirs}"
            );
        }
        ensure!(read(&instance, "cpuinfo")? == read(&oracle, "cpuinfo")?);
        // A view counts no interrupts and no context switches.
        let stat = read(&instance, "stat")?;
        for name in ["intr ", "ctxt ", "processes "] {
            ensure!(stat_value(&stat, name)? > 0, "{options}: {name} 0");
        }
    }
    Ok(())
}

/// Number, mode, owner, links and type are the registry's, in the listing too, whatever was forgotten
/// in between.
fn inodes() -> Result<()> {
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    let init = group.init()?;
    let oracle = Instance::new("proc", "")?;
    let instance = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
    for _ in 0..3 {
        for name in FILES.into_iter().chain(["pressure", "version"]) {
            let (ours, theirs) = (
                fs::metadata(instance.join(name))?,
                fs::metadata(oracle.join(name))?,
            );
            let facts = |file: &fs::Metadata| {
                (
                    file.ino(),
                    file.mode(),
                    file.uid(),
                    file.gid(),
                    file.nlink(),
                    file.size(),
                )
            };
            ensure!(
                facts(&ours) == facts(&theirs),
                "{name}: {:?}, but procfs has {:?}",
                facts(&ours),
                facts(&theirs)
            );
        }
        for directory in ["", "pressure"] {
            let list = |instance: &Instance| -> Result<Vec<_>> {
                let mut list = Vec::new();
                for entry in fs::read_dir(instance.join(directory))? {
                    let entry = entry?;
                    let name = entry.file_name();
                    let kind = entry.file_type()?;
                    let task = name
                        .to_string_lossy()
                        .starts_with(|letter: char| letter.is_ascii_digit());
                    if !task && !OTHER_NUMBERS.iter().any(|other| name == *other) {
                        use std::os::unix::fs::DirEntryExt as _;
                        list.push((name, entry.ino(), kind.is_dir(), kind.is_fifo()));
                    }
                }
                Ok(list)
            };
            let (ours, theirs) = (list(&instance)?, list(&oracle)?);
            ensure!(
                ours == theirs,
                "{directory}: {ours:?}\nbut procfs has\n{theirs:?}"
            );
        }
        fs::write("/proc/sys/vm/drop_caches", "3")?;
    }
    Ok(())
}

/// A text is the same in pieces, and by sendfile(2) where procfs can.
fn ways_to_read() -> Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let tree = Tree::new()?;
    let group = tree.group("a")?;
    group.write("memory.max", "64M")?;
    let init = group.init()?;
    let oracle = Instance::new("proc", "")?;
    let instance = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
    for name in FILES {
        let mut file = fs::File::open(instance.join(name))?;
        let mut pieces = Vec::new();
        let mut piece = [0; 7];
        loop {
            match file.read(&mut piece)? {
                0 => break,
                len => pieces.extend_from_slice(&piece[..len]),
            }
        }
        ensure!(file.read(&mut piece)? == 0, "{name}: more behind its end");
        let pieces = String::from_utf8(pieces)?;
        let whole = read(&instance, name)?;
        ensure!(
            shape(&pieces) == shape(&whole),
            "{name} in pieces: {pieces}\nat once: {whole}"
        );
        file.seek(SeekFrom::Start(0))?;
        let again = file.read(&mut piece)?;
        ensure!(
            again > 0 || whole.is_empty(),
            "{name}: nothing after a seek"
        );
        let send = |instance: &Instance| -> Result<rustix::io::Result<usize>> {
            let from = fs::File::open(instance.join(name))?;
            let to = tempfile::tempfile()?;
            Ok(rustix::fs::sendfile(&to, &from, None, 1 << 16))
        };
        let (ours, theirs) = (send(&instance)?, send(&oracle)?);
        ensure!(
            ours.map(drop) == theirs.map(drop),
            "sendfile of {name}: {ours:?}, but procfs {theirs:?}"
        );
    }
    Ok(())
}

/// What is no reading: waiting, writing, mapping.
fn other_calls() -> Result<()> {
    use rustix::event::{epoll, poll, PollFd, PollFlags, Timespec};
    use rustix::mm::{mmap, MapFlags, ProtFlags};
    use std::io::Write as _;
    use std::os::fd::AsFd as _;
    let tree = Tree::new()?;
    let init = tree.group("a")?.init()?;
    let oracle = Instance::new("proc", "")?;
    let instance = cgroups::view_of(&init, &[Opt::Text("cgroup", "init")])?;
    for name in FILES.into_iter().filter(|name| !name.contains('/')) {
        let answers = |instance: &Instance| -> Result<_> {
            let open = fs::OpenOptions::new().read(true).write(true).clone();
            let mut file = open.open(instance.join(name))?;
            let wait = epoll::create(epoll::CreateFlags::CLOEXEC)?;
            let data = epoll::EventData::new_u64(0);
            let added = epoll::add(&wait, &file, data, epoll::EventFlags::IN);
            let mut list = [PollFd::from_borrowed_fd(file.as_fd(), PollFlags::all())];
            poll(&mut list, Some(&Timespec::default()))?;
            let polled = list[0].revents();
            let written = file.write(b"1").map_err(|error| error.raw_os_error());
            // SAFETY: a new mapping of a file, which nobody looks at.
            let mapped = unsafe {
                let (prot, flags) = (ProtFlags::READ, MapFlags::PRIVATE);
                mmap(std::ptr::null_mut(), 4096, prot, flags, &file, 0).map(drop)
            };
            Ok(format!("{added:?} {polled:?} {written:?} {mapped:?}"))
        };
        let (ours, theirs) = (answers(&instance)?, answers(&oracle)?);
        ensure!(ours == theirs, "{name}: {ours}, but procfs {theirs}");
    }
    Ok(())
}
