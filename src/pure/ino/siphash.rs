// SPDX-License-Identifier: GPL-2.0

//! SipHash (Aumasson and Bernstein, 2012) of whole 64-bit words: the kernel's own has no form for
//! Rust, and the hash is needed on the host too.

/// The hash of `words` under `key`, with `C` rounds for each word and `D` at the end.
pub(crate) fn hash<const C: usize, const D: usize>(
    key: [u64; 2],
    words: impl ExactSizeIterator<Item = u64>,
) -> u64 {
    let [k0, k1] = key;
    // "somepseudorandomlygeneratedbytes"
    let mut v = [
        k0 ^ 0x736f6d6570736575,
        k1 ^ 0x646f72616e646f6d,
        k0 ^ 0x6c7967656e657261,
        k1 ^ 0x7465646279746573,
    ];
    // The last word holds the length in bytes, and the bytes that fill no word: here none.
    let last = (words.len() as u64 * 8) << 56;
    for word in words.chain([last]) {
        v[3] ^= word;
        v = rounds::<C>(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    let [v0, v1, v2, v3] = rounds::<D>(v);
    v0 ^ v1 ^ v2 ^ v3
}

fn rounds<const N: usize>([mut v0, mut v1, mut v2, mut v3]: [u64; 4]) -> [u64; 4] {
    for _ in 0..N {
        v0 = v0.wrapping_add(v1);
        v2 = v2.wrapping_add(v3);
        v1 = v1.rotate_left(13) ^ v0;
        v3 = v3.rotate_left(16) ^ v2;
        v0 = v0.rotate_left(32);
        v2 = v2.wrapping_add(v1);
        v0 = v0.wrapping_add(v3);
        v1 = v1.rotate_left(17) ^ v2;
        v3 = v3.rotate_left(21) ^ v0;
        v2 = v2.rotate_left(32);
    }
    [v0, v1, v2, v3]
}
