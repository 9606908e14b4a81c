// SPDX-License-Identifier: GPL-2.0

//! The number of a mutant. `scripts/dev` compiles this file too, to say the same number.

/// The number of the mutant whose name is `parts`, one behind the other: the 32-bit FNV-1a hash.
pub(crate) fn id(parts: &[&str]) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
