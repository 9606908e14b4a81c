// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_loadavg))]
mod tests {
    use crate::pure::{
        load::Load,
        show::loadavg::LoadAvg, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn all_of_it() {
        let shown = LoadAvg {
            load: Load([2048, 1024, 512]),
            running: 4,
            threads: 17,
            last_pid: 345,
        };
        assert!(writes("1.00 0.50 0.25 4/17 345\n", |out| shown.show(out)));
    }

    #[test]
    fn before_the_first_pid() {
        let shown = LoadAvg {
            load: Load::default(),
            running: 0,
            threads: 0,
            last_pid: -1,
        };
        assert!(writes("0.00 0.00 0.00 0/0 -1\n", |out| shown.show(out)));
    }
}
