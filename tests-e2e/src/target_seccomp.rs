// SPDX-License-Identifier: GPL-2.0

//! Targets under seccomp(2): filters that tell system calls and architectures apart.

use anyhow::{bail, ensure, Context as _, Result};

use crate::arch::HERE;
use crate::child::{wait_asleep, Sleeper};
use crate::errno;

/// Two filters, one over the other: some calls always pass, some never, and some by argument, which
/// is what `seccomp_cache` tells apart.
pub fn filtered() -> Result<Sleeper> {
    const ALLOW: u32 = 0x7fff_0000;
    const EPERM: u32 = 0x0005_0001;
    const LOAD: u16 = 0x20;
    const EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    const NUMBER: u32 = 0;
    const ARCHITECTURE: u32 = 4;
    const ARGUMENT: u32 = 16;
    Sleeper::new(|| {
        rustix::thread::set_no_new_privs(true).context("PR_SET_NO_NEW_PRIVS")?;
        // Refuses other architectures, acct(2), and lookup_dcookie(2) with a first argument of 7.
        install(&[
            (LOAD, 0, 0, ARCHITECTURE),
            (EQUAL, 0, 7, HERE.audit),
            (LOAD, 0, 0, NUMBER),
            (EQUAL, 5, 0, libc::SYS_acct as u32),
            (EQUAL, 0, 2, libc::SYS_lookup_dcookie as u32),
            (LOAD, 0, 0, ARGUMENT),
            (EQUAL, 2, 0, 7),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, EPERM),
        ])?;
        install(&[
            (LOAD, 0, 0, NUMBER),
            (EQUAL, 0, 1, libc::SYS_swapon as u32),
            (RETURN, 0, 0, EPERM),
            (RETURN, 0, 0, ALLOW),
        ])
    })
}

/// Installs a filter of instructions: code, jump if true, jump if false, number.
fn install(instructions: &[(u16, u8, u8, u32)]) -> Result<()> {
    let one = |&(code, jt, jf, k): &(u16, u8, u8, u32)| libc::sock_filter { code, jt, jf, k };
    let mut filter: Vec<_> = instructions.iter().map(one).collect();
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program points to as many instructions as it says, and all live through the call.
    let done = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) };
    ensure!(done == 0, "PR_SET_SECCOMP: {}", errno::last());
    Ok(())
}

/// The strict mode, which allows little more than sleeping in read(2).
pub fn strict() -> Result<Sleeper> {
    extern "C" fn enter(_: i32) {
        // SAFETY: prctl(2) takes numbers; the raw read is of a pipe's end that nobody writes to.
        unsafe {
            let mut ends = [0; 2];
            libc::pipe(ends.as_mut_ptr());
            libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT);
            let mut byte = 0u8;
            loop {
                libc::read(ends[0], (&raw mut byte).cast(), 1);
            }
        }
    }
    let sleeper = Sleeper::new(|| {
        // SAFETY: the handler makes system calls alone.
        unsafe { libc::signal(libc::SIGUSR1, enter as *const () as libc::sighandler_t) };
        Ok(())
    })?;
    rustix::process::kill_process(sleeper.pid, rustix::process::Signal::USR1)?;
    // In the mode it can only be about to read or asleep.
    let status = format!("/proc/{}/status", sleeper.id());
    for _ in 0..5000 {
        let text = std::fs::read_to_string(&status).with_context(|| status.clone())?;
        if text.contains("Seccomp:\t1") {
            wait_asleep(sleeper.id())?;
            return Ok(sleeper);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    bail!("PR_SET_SECCOMP has not brought the strict mode")
}
