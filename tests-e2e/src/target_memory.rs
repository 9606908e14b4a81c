// SPDX-License-Identifier: GPL-2.0

//! A target with mappings of every kind.

use std::ffi::{c_int, c_void, CStr};
use std::fs::{self, File};
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr;

use anyhow::{ensure, Context as _, Result};

use crate::caller::{become_user, USER};
use crate::child::Sleeper;
use crate::{errno, kernel};

const PAGE: usize = 4096;
const HUGE: usize = 2 << 20;
/// What reports call them.
const HUGE_PAGES: &str = "huge pages of the reserve";
const READ: c_int = libc::PROT_READ;
const BOTH: c_int = libc::PROT_READ | libc::PROT_WRITE;
const PRIVATE: c_int = libc::MAP_PRIVATE;
const SHARED: c_int = libc::MAP_SHARED;
const ANONYMOUS: c_int = libc::MAP_ANONYMOUS;

/// Maps memory.
fn map(size: usize, access: c_int, flags: c_int, file: Option<&File>) -> Result<*mut c_void> {
    let fd = file.map_or(-1, AsRawFd::as_raw_fd);
    // SAFETY: a new mapping at an address that the kernel chooses.
    let memory = unsafe { libc::mmap(ptr::null_mut(), size, access, flags, fd, 0) };
    ensure!(
        memory != libc::MAP_FAILED,
        "mmap with flags {flags:x}: {}",
        errno::last()
    );
    Ok(memory)
}

/// Writes a byte to the first of each `step` bytes.
fn touch(memory: *mut c_void, size: usize, step: usize) {
    for offset in (0..size).step_by(step) {
        // SAFETY: the callers have mapped that much for writing.
        unsafe { memory.cast::<u8>().add(offset).write_volatile(1) };
    }
}

fn advise(memory: *mut c_void, size: usize, advice: c_int) -> Result<()> {
    // SAFETY: the memory is this target's own, and nobody relies on what is in it.
    let done = unsafe { libc::madvise(memory, size, advice) };
    ensure!(done == 0, "madvise {advice}: {}", errno::last());
    Ok(())
}

/// Gives memory a name, where the kernel knows of names.
fn named(memory: *mut c_void, size: usize, name: &CStr) -> Result<()> {
    if !kernel::has("CONFIG_ANON_VMA_NAME", "names of anonymous memory")? {
        return Ok(());
    }
    // SAFETY: the name ends in NUL and lives through the call.
    let done = unsafe {
        libc::prctl(
            libc::PR_SET_VMA,
            libc::PR_SET_VMA_ANON_NAME,
            memory,
            size,
            name.as_ptr(),
        )
    };
    ensure!(done == 0, "PR_SET_VMA {name:?}: {}", errno::last());
    Ok(())
}

/// A process of the user's with one of each.
pub fn mappings() -> Result<Sleeper> {
    // Two of them for this target; the rest of the system has none.
    if kernel::has("CONFIG_HUGETLBFS", HUGE_PAGES)? {
        fs::write("/proc/sys/vm/nr_hugepages", "2").context("reserving huge pages")?;
    }
    Sleeper::new(|| {
        anonymous()?;
        special()?;
        of_files()?;
        become_user(USER)
    })
}

fn anonymous() -> Result<()> {
    let plain = map(8 * PAGE, BOTH, PRIVATE | ANONYMOUS, None)?;
    touch(plain, 4 * PAGE, PAGE);
    // SAFETY: the target's own memory: read only, closed and unmapped pages in the middle.
    unsafe {
        libc::mprotect(plain.byte_add(PAGE), PAGE, READ);
        libc::mprotect(plain.byte_add(3 * PAGE), PAGE, libc::PROT_NONE);
        libc::munmap(plain.byte_add(5 * PAGE), PAGE);
    }
    let shared = map(3 * PAGE, BOTH, SHARED | ANONYMOUS, None)?;
    touch(shared, PAGE, PAGE);
    for name in [
        c"a name",
        c"with [brackets] \\ and \"quotes\"",
        c"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ] {
        // The kernel refuses brackets and backslashes: the mapping stays without a name.
        let _ = named(map(PAGE, BOTH, PRIVATE | ANONYMOUS, None)?, PAGE, name);
    }
    named(
        map(PAGE, BOTH, SHARED | ANONYMOUS, None)?,
        PAGE,
        c"shared name",
    )?;
    map(
        16 * PAGE,
        BOTH,
        PRIVATE | ANONYMOUS | libc::MAP_NORESERVE,
        None,
    )?;
    let stack = libc::MAP_GROWSDOWN | libc::MAP_STACK;
    touch(
        map(4 * PAGE, BOTH, PRIVATE | ANONYMOUS | stack, None)?,
        4 * PAGE,
        PAGE,
    );
    let locked = map(4 * PAGE, BOTH, PRIVATE | ANONYMOUS, None)?;
    // SAFETY: the target's own memory.
    let done = unsafe { libc::mlock(locked, 3 * PAGE) };
    ensure!(done == 0, "mlock: {}", errno::last());
    // SAFETY: as above; locked when it is touched.
    let done = unsafe { libc::mlock2(map(PAGE, BOTH, PRIVATE | ANONYMOUS, None)?, PAGE, 1) };
    ensure!(done == 0, "mlock2: {}", errno::last());
    for (advice, option) in [
        (libc::MADV_DONTFORK, None),
        (libc::MADV_DONTDUMP, None),
        (libc::MADV_WIPEONFORK, None),
        (libc::MADV_MERGEABLE, Some("CONFIG_KSM")),
        (libc::MADV_SEQUENTIAL, None),
        (libc::MADV_RANDOM, None),
        (libc::MADV_NOHUGEPAGE, Some("CONFIG_TRANSPARENT_HUGEPAGE")),
    ] {
        if let Some(option) = option {
            if !kernel::has(option, &format!("madvise {advice}"))? {
                continue;
            }
        }
        advise(
            map(2 * PAGE, BOTH, PRIVATE | ANONYMOUS, None)?,
            2 * PAGE,
            advice,
        )?;
    }
    Ok(())
}

fn special() -> Result<()> {
    // Pages of 2 MiB from the reserve, one of two touched.
    if kernel::has("CONFIG_HUGETLBFS", HUGE_PAGES)? {
        let huge = libc::MAP_HUGETLB | (21 << libc::MAP_HUGE_SHIFT);
        let reserved = map(2 * HUGE, BOTH, PRIVATE | ANONYMOUS | huge, None);
        touch(reserved.context("huge pages")?, HUGE, HUGE);
    }
    // A range that can hold an aligned huge page, which the first touch brings.
    let range = map(2 * HUGE, BOTH, PRIVATE | ANONYMOUS, None)?;
    if kernel::has("CONFIG_TRANSPARENT_HUGEPAGE", "transparent huge pages")? {
        advise(range, 2 * HUGE, libc::MADV_HUGEPAGE)?;
    }
    touch(range, 2 * HUGE, HUGE / 2);
    // Guard pages inside a mapping.
    const MADV_GUARD_INSTALL: c_int = 102;
    let guarded = map(4 * PAGE, BOTH, PRIVATE | ANONYMOUS, None)?;
    touch(guarded, 4 * PAGE, PAGE);
    // SAFETY: the second page.
    advise(unsafe { guarded.byte_add(PAGE) }, PAGE, MADV_GUARD_INSTALL)?;
    if kernel::has("CONFIG_NUMA", "a memory policy")? {
        policy()?;
    }
    if kernel::has("CONFIG_SYSVIPC", "System V shared memory")? {
        system_v()?;
    }
    if kernel::has("CONFIG_AIO", "the ring of an asynchronous I/O context")? {
        let mut context = 0u64;
        // SAFETY: the context lives through the call. Its ring is mapped as a file.
        let done = unsafe { libc::syscall(libc::SYS_io_setup, 4, &mut context) };
        ensure!(done == 0, "io_setup: {}", errno::last());
    }
    // SAFETY: the heap grows where nobody else makes it grow.
    let heap = unsafe { libc::sbrk(5 * PAGE as isize) };
    ensure!(heap as isize != -1, "sbrk: {}", errno::last());
    Ok(())
}

/// A memory policy, which numa_maps shows.
fn policy() -> Result<()> {
    let policy = map(2 * PAGE, BOTH, PRIVATE | ANONYMOUS, None)?;
    let (interleave, nodes) = (3, 1u64);
    // SAFETY: the mask has 64 bits, as the kernel is told.
    let done =
        unsafe { libc::syscall(libc::SYS_mbind, policy, 2 * PAGE, interleave, &nodes, 64, 0) };
    ensure!(done == 0, "mbind: {}", errno::last());
    touch(policy, 2 * PAGE, PAGE);
    Ok(())
}

/// System V shared memory, marked for removal.
fn system_v() -> Result<()> {
    // SAFETY: a new segment, attached where the kernel chooses.
    unsafe {
        let id = libc::shmget(libc::IPC_PRIVATE, 2 * PAGE, libc::IPC_CREAT | 0o600);
        ensure!(id >= 0, "shmget: {}", errno::last());
        let memory = libc::shmat(id, ptr::null(), 0);
        ensure!(memory as isize != -1, "shmat: {}", errno::last());
        libc::shmctl(id, libc::IPC_RMID, ptr::null_mut());
        touch(memory, PAGE, PAGE);
    }
    Ok(())
}

fn of_files() -> Result<()> {
    let directory = tempfile::tempdir()?.keep();
    // Hostile names, one of which is longer than a line.
    let long = "long ".repeat(40);
    for name in [
        "plain",
        "line\nfeed \\ backslash",
        "deleted",
        "\u{fc} (deleted)",
        &long,
    ] {
        let path = directory.join(name);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .with_context(|| format!("creating {name:?}"))?;
        file.set_len(3 * PAGE as u64).context("ftruncate")?;
        touch(map(2 * PAGE, BOTH, SHARED, Some(&file))?, PAGE, PAGE);
        touch(map(2 * PAGE, BOTH, PRIVATE, Some(&file))?, PAGE, PAGE);
        map(PAGE, READ | libc::PROT_EXEC, PRIVATE, Some(&file))?;
        if name == "deleted" {
            fs::remove_file(&path).context("unlink")?;
        }
    }
    let zero = File::open("/dev/zero").context("/dev/zero")?;
    map(PAGE, READ, PRIVATE, Some(&zero))?;
    let zero = File::options().read(true).write(true).open("/dev/zero");
    map(PAGE, READ, SHARED, Some(&zero.context("/dev/zero")?))?;
    // SAFETY: each gives a new descriptor, or -1, which is looked at.
    let memory = unsafe { libc::memfd_create(c"memory \n file".as_ptr(), libc::MFD_CLOEXEC) };
    ensure!(memory >= 0, "memfd_create: {}", errno::last());
    // SAFETY: the descriptor is new and nobody else's.
    let memory = unsafe { File::from_raw_fd(memory) };
    memory.set_len(2 * PAGE as u64).context("ftruncate")?;
    touch(map(2 * PAGE, BOTH, SHARED, Some(&memory))?, PAGE, PAGE);
    Ok(())
}
