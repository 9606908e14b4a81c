// SPDX-License-Identifier: GPL-2.0

//! Targets in the middle of vfork(2) and execve(2). Each gets there in a signal handler, after its
//! parent has seen it sleep.

use std::ffi::{c_char, c_int, c_void, CString};
use std::os::unix::ffi::OsStrExt;
use std::ptr;
use std::sync::OnceLock;

use anyhow::{ensure, Context as _, Result};
use rustix::process::{kill_process, waitpid, Signal, WaitOptions};

use crate::child::{sleep_forever, Sleeper};
use crate::errno;
use crate::target_kinds::{wait_in, wait_state};

/// Makes `handler` what the process does on SIGUSR1.
fn on_signal(handler: extern "C" fn(c_int)) {
    // SAFETY: the handlers here end in system calls that may be made in a handler.
    unsafe { libc::signal(libc::SIGUSR1, handler as *const () as libc::sighandler_t) };
}

/// A process that waits for the child with which it shares its memory.
pub fn vfork_parent() -> Result<Sleeper> {
    extern "C" fn idle(_: *mut c_void) -> c_int {
        // SAFETY: prctl(2) and pause(2) have no memory effects.
        unsafe {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            loop {
                libc::pause();
            }
        }
    }
    extern "C" fn fork(_: c_int) {
        const STACK: usize = 16 << 10;
        // SAFETY: the child runs on a mapping of its own, which nobody else uses.
        unsafe {
            let stack = libc::mmap(
                ptr::null_mut(),
                STACK,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            if stack != libc::MAP_FAILED {
                let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
                libc::clone(idle, stack.byte_add(STACK), flags, ptr::null_mut());
            }
        }
    }
    let sleeper = Sleeper::new(|| {
        on_signal(fork);
        Ok(())
    })?;
    kill_process(sleeper.pid, Signal::USR1)?;
    wait_state(sleeper.id(), 'D')?;
    Ok(sleeper)
}

/// What a handler executes: set before the process is forked.
struct Program {
    path: CString,
    /// Where the last argument is.
    argument: usize,
}

static PROGRAM: OnceLock<Program> = OnceLock::new();

extern "C" fn execute(_: c_int) {
    let Some(program) = PROGRAM.get() else { return };
    let arguments: [*const c_char; 4] = [
        program.path.as_ptr(),
        c"--sleep".as_ptr(),
        program.argument as *const c_char,
        ptr::null(),
    ];
    // SAFETY: the array ends in null; its strings are mapped, though one may never be filled in.
    unsafe {
        libc::execve(
            program.path.as_ptr(),
            arguments.as_ptr(),
            [ptr::null()].as_ptr(),
        )
    };
}

fn set_program(argument: usize) -> Result<()> {
    let path = CString::new(std::env::current_exe()?.as_os_str().as_bytes())?;
    let set = PROGRAM.set(Program { path, argument });
    ensure!(set.is_ok(), "this process executes already");
    Ok(())
}

/// A process whose execve(2) waits for a page that holds an argument: userfaultfd(2) has the page,
/// and nobody answers for it.
pub fn executing() -> Result<Sleeper> {
    let sleeper = Sleeper::new(|| {
        on_signal(execute);
        set_program(missing_page()?)
    })?;
    kill_process(sleeper.pid, Signal::USR1)?;
    wait_in(sleeper.id(), "handle_userfault")?;
    Ok(sleeper)
}

/// The address of a page that whoever reads it waits for.
fn missing_page() -> Result<usize> {
    const PAGE: usize = 4096;
    const UFFDIO_API: libc::c_ulong = 0xc018_aa3f;
    const UFFDIO_REGISTER: libc::c_ulong = 0xc020_aa00;
    // SAFETY: the arguments have the sizes that the requests' numbers tell; the page is new.
    unsafe {
        let fd = libc::syscall(libc::SYS_userfaultfd, libc::O_CLOEXEC) as i32;
        ensure!(fd >= 0, "userfaultfd: {}", errno::last());
        let mut api = [0xaau64, 0, 0];
        let done = libc::ioctl(fd, UFFDIO_API, api.as_mut_ptr());
        ensure!(done == 0, "UFFDIO_API: {}", errno::last());
        let page = libc::mmap(
            ptr::null_mut(),
            PAGE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        ensure!(page != libc::MAP_FAILED, "mmap: {}", errno::last());
        // Start, length, mode: what is missing.
        let mut range = [page as u64, PAGE as u64, 1, 0];
        let done = libc::ioctl(fd, UFFDIO_REGISTER, range.as_mut_ptr());
        ensure!(done == 0, "UFFDIO_REGISTER: {}", errno::last());
        Ok(page as usize)
    }
}

/// A process that its tracer, the test, has stopped at the end of its execve(2), before the new
/// program's first instruction.
pub fn exec_stop() -> Result<Sleeper> {
    let sleeper = Sleeper::new(|| {
        on_signal(execute);
        set_program(c"stopped".as_ptr() as usize)
    })?;
    let pid = sleeper.id();
    let trace = |request: libc::c_uint, data: usize| -> Result<()> {
        // SAFETY: none of the requests made here takes a pointer.
        let done = unsafe { libc::ptrace(request, pid, 0, data) };
        ensure!(done == 0, "ptrace request {request}: {}", errno::last());
        Ok(())
    };
    trace(libc::PTRACE_SEIZE, libc::PTRACE_O_TRACEEXEC as usize)?;
    kill_process(sleeper.pid, Signal::USR1)?;
    wait_for_stop(&sleeper, libc::SIGUSR1)?;
    trace(libc::PTRACE_CONT, libc::SIGUSR1 as usize)?;
    wait_for_stop(&sleeper, libc::SIGTRAP)?;
    Ok(sleeper)
}

fn wait_for_stop(sleeper: &Sleeper, signal: c_int) -> Result<()> {
    let (_, status) = waitpid(Some(sleeper.pid), WaitOptions::empty())?.context("it is gone")?;
    let stopped = status.stopping_signal();
    ensure!(
        stopped == Some(signal),
        "{status:?} and not stopped by signal {signal}"
    );
    Ok(())
}

/// A process that shares its memory with a child that is no thread of it.
pub fn shared_memory() -> Result<Sleeper> {
    Sleeper::new(|| {
        extern "C" fn idle(_: *mut c_void) -> c_int {
            // SAFETY: prctl(2) has no memory effects.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            sleep_forever()
        }
        let stack = Box::leak(vec![0u8; 32 << 10].into_boxed_slice());
        // SAFETY: the stack is never freed, and the child only makes system calls.
        let pid = unsafe {
            let top = stack.as_mut_ptr_range().end.cast();
            libc::clone(idle, top, libc::CLONE_VM | libc::SIGCHLD, ptr::null_mut())
        };
        ensure!(pid > 0, "clone: {}", errno::last());
        Ok(())
    })
}
