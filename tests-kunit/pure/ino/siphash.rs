// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_ino_siphash))]
mod tests {
    use crate::pure::ino::siphash::SipHash;

    /// The test vectors' key and messages: the bytes 0, 1, 2, ...
    const KEY: [u64; 2] = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
    const BYTES: [u64; 7] = [
        KEY[0],
        KEY[1],
        0x1716_1514_1312_1110,
        0x1f1e_1d1c_1b1a_1918,
        0x2726_2524_2322_2120,
        0x2f2e_2d2c_2b2a_2928,
        0x3736_3534_3332_3130,
    ];

    /// SipHash-2-4 of 0, 8, 16, ... bytes: the authors' vectors (github.com/veorq/SipHash), as they
    /// stand in the kernel's lib/tests/siphash_kunit.c.
    const SIPHASH_2_4: [u64; 8] = [
        0x726f_db47_dd0e_0e31,
        0x93f5_f579_9a93_2462,
        0x3f2a_cc7f_57c2_9bdb,
        0xb8ad_50c6_f649_af94,
        0x7127_512f_72f2_7cce,
        0x0e3e_a96b_5304_a7d0,
        0xe612_a3cb_9ecb_a951,
        0xb78d_bfaf_3a8d_83bd,
    ];

    /// The low halves of SipHash-1-3 of the same: test_vectors_hsiphash there.
    const SIPHASH_1_3: [u32; 8] = [
        0x050f_c4dc,
        0x8d29_9a8e,
        0x7d90_8b66,
        0x6734_9c8c,
        0x16a7_b60d,
        0x99e4_1531,
        0xdf07_4c46,
        0x243c_6d75,
    ];

    fn hash<const C: usize, const D: usize>(key: [u64; 2], words: &[u64]) -> u64 {
        let hash = words
            .iter()
            .fold(SipHash::<C, D>::new(key), |hash, word| hash.word(*word));
        hash.finish()
    }

    #[test]
    fn the_authors_vectors() {
        for (words, expected) in SIPHASH_2_4.into_iter().enumerate() {
            assert_eq!(hash::<2, 4>(KEY, &BYTES[..words]), expected);
        }
    }

    #[test]
    fn the_kernels_vectors_of_the_short_form() {
        for (words, expected) in SIPHASH_1_3.into_iter().enumerate() {
            assert_eq!(hash::<1, 3>(KEY, &BYTES[..words]) as u32, expected);
        }
    }
}
