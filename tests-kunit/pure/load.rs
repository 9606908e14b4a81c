// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_load))]
mod tests {
    use crate::pure::load::Load;
    use crate::pure_tests::writes;

    fn shows(load: Load, text: &str) -> bool {
        writes(text, |out| load.show(out))
    }

    #[test]
    fn nothing_runs() {
        assert_eq!(Load::default().after(0, 1000), Load::default());
        assert!(shows(Load::default(), "0.00 0.00 0.00"));
    }

    #[test]
    fn three_tasks_for_a_minute() {
        // 3 (1 - 1/e) = 1.90, 3 (1 - e^-0.2) = 0.54, 3 (1 - e^-(1/15)) = 0.19, and what rounding up
        // in each of twelve steps adds: 3892, 1123 and 390 of 2048.
        let minute = Load::default().after(3, 12);
        assert_eq!(minute, Load([3892, 1123, 390]));
        assert!(shows(minute, "1.90 0.55 0.19"));
    }

    #[test]
    fn it_reaches_what_runs_and_goes_back_to_nothing() {
        let full = Load::default().after(3, 4096);
        assert_eq!(full, Load([3 * 2048; 3]));
        assert!(shows(full, "3.00 3.00 3.00"));
        assert_eq!(full.after(0, 4096), Load::default());
    }

    #[test]
    fn one_step_is_what_the_kernel_computes() {
        // (0 x 1884 + 2048 x 164 + 2047) / 2048 = 164 and so on; then, falling, without 2047.
        let one = Load::default().after(1, 1);
        assert_eq!(one, Load([164, 34, 11]));
        // 164 x 1884 / 2048 = 150.87, 34 x 2014 / 2048 = 33.44, 11 x 2037 / 2048 = 10.94.
        assert_eq!(one.after(0, 1), Load([150, 33, 10]));
    }

    #[test]
    fn missed_steps_count() {
        let mut steps = Load::default();
        for _ in 0..7 {
            steps = steps.after(5, 1);
        }
        assert_eq!(Load::default().after(5, 7), steps);
        assert_eq!(steps.after(5, 0), steps);
    }

    #[test]
    fn hundredths_have_two_digits() {
        // 0.05 of 2048 is 102.4, and 10 are added before the cut.
        assert!(shows(Load([93, 2048 * 12, 2047]), "0.05 12.00 1.00"));
    }

    #[test]
    fn no_number_of_tasks_overflows() {
        let most = u64::from(u32::MAX) * 2048;
        let load = Load::default().after(u64::MAX, u64::MAX);
        assert!(load
            .0
            .iter()
            .all(|load| (most / 100 * 99..=most).contains(load)));
    }
}
