// SPDX-License-Identifier: GPL-2.0

//! SipHash (Aumasson and Bernstein, 2012) of whole 64-bit words: the kernel's own has no form for
//! Rust, and the hash is needed on the host too.

/// A hash that is being made, with `C` rounds for each word and `D` at the end.
pub(crate) struct SipHash<const C: usize, const D: usize> {
    v: [u64; 4],
    words: u64,
}

impl<const C: usize, const D: usize> SipHash<C, D> {
    /// The hash of no words under `key`.
    #[inline]
    pub(crate) fn new([k0, k1]: [u64; 2]) -> Self {
        // "somepseudorandomlygeneratedbytes"
        let v = [
            k0 ^ 0x736f6d6570736575,
            k1 ^ 0x646f72616e646f6d,
            k0 ^ 0x6c7967656e657261,
            k1 ^ 0x7465646279746573,
        ];
        Self { v, words: 0 }
    }

    /// Adds a word.
    #[inline]
    pub(crate) fn word(mut self, word: u64) -> Self {
        self.add(word);
        self.words = self.words.wrapping_add(1);
        self
    }

    #[inline]
    fn add(&mut self, word: u64) {
        self.v[3] ^= word;
        self.v = rounds::<C>(self.v);
        self.v[0] ^= word;
    }

    /// The hash.
    #[inline]
    pub(crate) fn finish(mut self) -> u64 {
        // The last word holds the length in bytes, and the bytes that fill no word: here none.
        self.add(self.words.wrapping_mul(8) << 56);
        self.v[2] ^= 0xff;
        let [v0, v1, v2, v3] = rounds::<D>(self.v);
        v0 ^ v1 ^ v2 ^ v3
    }
}

#[inline]
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
