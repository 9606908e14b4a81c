// SPDX-License-Identifier: GPL-2.0

//! A program of a few instructions, so that execve(2) by the thousand costs little: it takes its
//! first argument as its name and sleeps.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::arch::HERE;
use anyhow::{Context as _, Result};

/// Where the program is mapped.
const BASE: u64 = 0x40_0000;
/// ELF header and one program header.
const HEADERS: u64 = 64 + 56;

/// Writes the program to `path`, executable for everybody.
pub fn write(path: &Path) -> Result<()> {
    fs::write(path, image()).with_context(|| format!("writing {}", path.display()))?;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o755),
    )?)
}

fn image() -> Vec<u8> {
    let size = HEADERS + HERE.sleeper.len() as u64;
    let mut image = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let half = |image: &mut Vec<u8>, words: &[u16]| {
        words
            .iter()
            .for_each(|word| image.extend(word.to_le_bytes()))
    };
    half(&mut image, &[2, HERE.elf]); // executable
    image.extend(1u32.to_le_bytes());
    for word in [BASE + HEADERS, 64, 0] {
        image.extend(word.to_le_bytes()); // entry, program headers, section headers
    }
    image.extend(0u32.to_le_bytes());
    half(&mut image, &[64, 56, 1, 0, 0, 0]);
    for word in [1u32, 5] {
        image.extend(word.to_le_bytes()); // to be loaded, readable and executable
    }
    for word in [0, BASE, BASE, size, size, 0x1000] {
        image.extend(word.to_le_bytes()); // offset, addresses, sizes, alignment
    }
    image.extend(HERE.sleeper);
    image
}

/// Becomes the program, with one argument that is its name too, and one variable of its
/// environment. Returns only if that fails.
pub fn become_it(path: &Path, name: &str, variable: &str) -> anyhow::Error {
    let text = |text: &[u8]| CString::new(text).unwrap_or_default();
    let (path, name) = (text(path.as_os_str().as_bytes()), text(name.as_bytes()));
    let variable = text(variable.as_bytes());
    let arguments = [name.as_ptr(), std::ptr::null()];
    let variables = [variable.as_ptr(), std::ptr::null()];
    // SAFETY: both arrays end in null and point to strings that outlive the call.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), variables.as_ptr()) };
    anyhow::anyhow!("execve of {path:?}: {}", crate::errno::last())
}
