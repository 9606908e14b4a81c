// SPDX-License-Identifier: GPL-2.0

//! Targets that are unusual in their name or their command line.

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::{fs, ptr};

use anyhow::{bail, Context as _, Result};

use crate::child::{state_of, Sleeper};

/// Names that are hard to print: a line feed, a backslash, brackets, bytes that are not UTF-8.
pub const COMMS: &[(&str, &CStr)] = &[
    ("comm: line feed and backslash", c"a\nb\\c\td\r"),
    ("comm: brackets", c"x) R 1 (y"),
    ("comm: not UTF-8", c"\xff\xfe\x01\x7f\x80\xc3"),
    ("comm: empty", c""),
    ("comm: longest", c"abcdefghijklmno"),
    ("comm: quotes and blanks", c" \"'#% "),
];

/// What a process writes over its arguments, as setproctitle(3) does: bytes, repeated up to a
/// length relative to that of the arguments.
pub const TITLES: &[(&str, Title)] = &[
    (
        "title: shorter",
        Title {
            text: b"short\0",
            grow: None,
        },
    ),
    (
        "title: no NUL at the end",
        Title {
            text: b"title ",
            grow: Some(0),
        },
    ),
    (
        "title: into the environment",
        Title {
            text: b"long title ",
            grow: Some(40),
        },
    ),
    (
        "title: NULs inside",
        Title {
            text: b"a\0\0b\0",
            grow: Some(0),
        },
    ),
];

/// A title: `text` once, or again and again until `grow` bytes past the end of the arguments.
pub struct Title {
    text: &'static [u8],
    grow: Option<usize>,
}

/// A command line and an environment of many pages, by executing the test program.
pub fn long_command_line() -> Result<Sleeper> {
    let program = CString::new(std::env::current_exe()?.as_os_str().as_bytes())?;
    let mut strings = vec![program.clone(), CString::from(c"--sleep")];
    strings
        .extend((0..900).map(|n| CString::new(format!("argument {n} \u{e9}\n")).expect("no NUL")));
    let environment: Vec<_> = (0..700)
        .map(|n| CString::new(format!("V{n}={n}\n")).expect("no NUL"))
        .collect();
    let pointers = |strings: &[CString]| -> Vec<_> {
        strings
            .iter()
            .map(|text| text.as_ptr())
            .chain([ptr::null()])
            .collect()
    };
    let (arguments, variables) = (pointers(&strings), pointers(&environment));
    let sleeper = Sleeper::new(|| {
        // SAFETY: both arrays end in null and point to strings that outlive the call.
        unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), variables.as_ptr()) };
        bail!("execve: {}", crate::errno::last())
    })?;
    wait_executed(sleeper.id())?;
    Ok(sleeper)
}

/// A process that wrote a title over its arguments.
pub fn rewritten(title: &Title) -> Result<Sleeper> {
    Sleeper::new(|| {
        let stat = fs::read_to_string("/proc/self/stat")?;
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .collect();
        // The fields after the name begin with the third: arg_start is the 48th, arg_end the next.
        let number = |field: usize| -> Result<usize> { Ok(fields[field - 3].parse()?) };
        let (start, end, env_end) = (number(48)?, number(49)?, number(51)?);
        let length = match title.grow {
            None => title.text.len().min(end - start),
            Some(grow) => (end - start + grow).min(env_end - start),
        };
        let bytes = title.text.iter().cycle().take(length);
        for (index, byte) in bytes.enumerate() {
            // SAFETY: the kernel says that arguments and environment are mapped here, and nobody
            // in this process looks at them any more.
            unsafe { ptr::write_volatile((start + index) as *mut u8, *byte) };
        }
        Ok(())
    })
}

/// A process with a name of its own.
pub fn named(comm: &CStr) -> Result<Sleeper> {
    Sleeper::new(|| rustix::thread::set_name(comm).context("PR_SET_NAME"))
}

/// Waits until a process that executed this program has arrived in pause(2).
pub fn wait_executed(pid: i32) -> Result<()> {
    wait_at_rest(pid, "--sleep")
}

/// Waits until a process whose command line has `argument` sleeps, and goes on sleeping.
pub fn wait_at_rest(pid: i32, argument: &str) -> Result<()> {
    for _ in 0..5000 {
        let line = fs::read(format!("/proc/{pid}/cmdline"))?;
        let line = String::from_utf8_lossy(&line);
        if line.contains(argument) && state_of(pid)? == 'S' {
            let before = fs::read(format!("/proc/{pid}/stat"))?;
            std::thread::sleep(std::time::Duration::from_millis(20));
            if before == fs::read(format!("/proc/{pid}/stat"))? {
                return Ok(());
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    bail!("process {pid} did not come to rest")
}
