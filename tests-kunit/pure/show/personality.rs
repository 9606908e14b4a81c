// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_personality))]
mod tests {
    use crate::pure::show::personality::show;
    use crate::pure_tests::writes;

    #[test]
    fn is_eight_hexadecimal_digits() {
        assert!(writes("00000000\n", |out| show(0, out)));
        // PER_LINUX32 | ADDR_NO_RANDOMIZE.
        assert!(writes("00040008\n", |out| show(0x0004_0008, out)));
        assert!(writes("ffffffff\n", |out| show(u32::MAX, out)));
    }
}
