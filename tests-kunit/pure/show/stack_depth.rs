// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_stack_depth))]
mod tests {
    use crate::pure::show::stack_depth::StackDepth;
    use crate::pure_tests::writes;

    #[test]
    fn two_lines() {
        let depth = StackDepth {
            previous: 1072,
            last: 16384,
        };
        let text = "previous stack depth: 1072\nstack depth: 16384\n";
        assert!(writes(text, |out| depth.show(out)));
    }

    #[test]
    fn a_stack_is_used_from_its_end_downwards() {
        let stack = 0xffff_c900_0001_0000;
        assert!(StackDepth::of_address(stack + 0x3fc0, 0x4000) == 64);
        assert!(StackDepth::of_address(stack + 8, 0x4000) == 0x4000 - 8);
        assert!(StackDepth::of_address(stack, 0x4000) == 0x4000);
    }
}
