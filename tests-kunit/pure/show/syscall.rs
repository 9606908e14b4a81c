// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_syscall))]
mod tests {
    use crate::pure::show::syscall::Syscall;
    use crate::pure_tests::writes;

    const READ: Syscall = Syscall {
        nr: 0,
        args: [3, 0x7f00_0000_1000, 0x2_0000, 0, 1, u64::MAX],
        stack_pointer: 0x7ffe_1234_5678,
        instruction_pointer: 0x7f11_2233_4455,
    };

    #[test]
    fn in_a_system_call() {
        let expected = "0 0x3 0x7f0000001000 0x20000 0x0 0x1 0xffffffffffffffff 0x7ffe12345678 \
                        0x7f1122334455\n";
        assert!(writes(expected, |out| Syscall::show(Some(&READ), out)));
    }

    #[test]
    fn blocked_elsewhere() {
        let fault = Syscall { nr: -1, ..READ };
        let expected = "-1 0x7ffe12345678 0x7f1122334455\n";
        assert!(writes(expected, |out| Syscall::show(Some(&fault), out)));
    }

    #[test]
    fn not_blocked() {
        assert!(writes("running\n", |out| Syscall::show(None, out)));
    }
}
