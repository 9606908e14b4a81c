// SPDX-License-Identifier: GPL-2.0

//! What the tests point debuggers at: a small program that waits for a byte, asks the kernel for
//! something, and ends with the value of a variable that a debugger may have changed meanwhile.

use std::io;
use std::os::fd::BorrowedFd;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

/// The exit status, unless a debugger writes another one.
#[no_mangle]
pub static EXIT_STATUS: AtomicU32 = AtomicU32::new(7);

/// Where debuggers find it: a function that they can name.
#[no_mangle]
#[inline(never)]
pub extern "C" fn wait_for_a_byte(input: BorrowedFd<'_>) -> bool {
    let mut byte = [0];
    matches!(rustix::io::read(input, &mut byte), Ok(1))
}

fn main() -> io::Result<ExitCode> {
    // A copy of the standard input, to show a descriptor that is not one of the first three.
    let input = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 30)?;
    wait_for_a_byte(std::os::fd::AsFd::as_fd(&input));
    let _ = rustix::process::getppid();
    Ok(ExitCode::from(EXIT_STATUS.load(Ordering::Relaxed) as u8))
}
