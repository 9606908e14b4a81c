// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_swaps))]
mod tests {
    use crate::pure::show::swaps::Swap;
    use crate::pure_tests::writes;

    const HEAD: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

    #[test]
    fn none() {
        assert!(writes(HEAD, |out| Swap::default().show(out)));
        let free = Swap {
            total: 0,
            free: 4096,
        };
        assert!(writes(HEAD, |out| free.show(out)));
    }

    #[test]
    fn some() {
        let swap = Swap {
            total: 16 << 20,
            free: 12 << 20,
        };
        let text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n\
                    none                                    virtual\t\t16384\t4096\t0\n";
        assert!(writes(text, |out| swap.show(out)));
    }

    #[test]
    fn more_free_than_there_is() {
        let swap = Swap {
            total: 4096,
            free: 8192,
        };
        let text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n\
                    none                                    virtual\t\t4\t0\t0\n";
        assert!(writes(text, |out| swap.show(out)));
    }
}
