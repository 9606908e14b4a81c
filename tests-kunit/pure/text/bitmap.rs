// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_text_bitmap))]
mod tests {
    use crate::pure_tests::writes;

    #[test]
    fn hex_of_one_group() {
        assert!(writes("", |text| text.bitmap_hex(&[1], 0)));
        assert!(writes("1", |text| text.bitmap_hex(&[1], 1)));
        assert!(writes("3", |text| text.bitmap_hex(&[0b11], 2)));
        // As many digits as the bits need, also where they are 0.
        assert!(writes("00f", |text| text.bitmap_hex(&[0xf], 9)));
        assert!(writes("ffffffff", |text| text.bitmap_hex(&[u64::MAX], 32)));
    }

    #[test]
    fn hex_of_several_groups() {
        assert!(writes("1,00000000", |text| text.bitmap_hex(&[1 << 32], 33)));
        assert!(writes("ffffffff,ffffffff", |text| text.bitmap_hex(&[u64::MAX], 64)));
        assert!(writes("1,80000000,00000001", |text| {
            text.bitmap_hex(&[0x8000_0000_0000_0001, 1], 65)
        }));
        assert!(writes("00000000,00000001,00000000,00000002", |text| {
            text.bitmap_hex(&[2, 1], 128)
        }));
    }

    #[test]
    fn hex_leaves_out_bits_beyond_the_end() {
        assert!(writes("3", |text| text.bitmap_hex(&[0xff], 2)));
        assert!(writes("1,ffffffff", |text| text.bitmap_hex(&[u64::MAX], 33)));
    }

    #[test]
    fn a_mask_shorter_than_its_bits_is_clear_there() {
        assert!(writes("00000000,00000000,00000001", |text| text
            .bitmap_hex(&[1], 96)));
        assert!(writes("0", |text| text.bitmap_list(&[1], 96)));
        assert!(writes("", |text| text.bitmap_list(&[], 96)));
    }

    #[test]
    fn list_of_ranges() {
        assert!(writes("", |text| text.bitmap_list(&[0], 64)));
        assert!(writes("", |text| text.bitmap_list(&[1], 0)));
        assert!(writes("0", |text| text.bitmap_list(&[1], 2)));
        assert!(writes("0-1", |text| text.bitmap_list(&[0b11], 2)));
        assert!(writes("1,3-4,6", |text| text.bitmap_list(&[0b101_1010], 7)));
        assert!(writes("63", |text| text.bitmap_list(&[1 << 63], 64)));
        assert!(writes("0-63", |text| text.bitmap_list(&[u64::MAX], 64)));
    }

    #[test]
    fn list_across_words() {
        assert!(writes("62-65,127", |text| {
            text.bitmap_list(&[0b11 << 62, 0b11 | (1 << 63)], 128)
        }));
        assert!(writes("0-191", |text| text.bitmap_list(&[u64::MAX; 3], 192)));
        assert!(writes("128", |text| text.bitmap_list(&[0, 0, 1], 192)));
    }

    #[test]
    fn list_ends_with_the_bits_that_count() {
        assert!(writes("0-1", |text| text.bitmap_list(&[u64::MAX], 2)));
        assert!(writes("60-64", |text| text.bitmap_list(&[0xf << 60, u64::MAX], 65)));
    }
}
