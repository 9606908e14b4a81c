// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_oom_score))]
mod tests {
    use crate::pure::show::oom_score::{
        legacy,
        score,
        show, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn the_range_is_0_to_2000() {
        // badness runs from -total (oom_score_adj -999 and no memory) to twice the total.
        assert_eq!(score(-1_000_000, 1_000_000), 0);
        assert_eq!(score(0, 1_000_000), 666);
        assert_eq!(score(500_000, 1_000_000), 1000);
        assert_eq!(score(2_000_000, 1_000_000), 2000);
    }

    #[test]
    fn rounds_as_c_does() {
        // (1000 + 1999 * 1000 / 1000000) * 2 / 3 = 1001 * 2 / 3, each step towards 0.
        assert_eq!(score(1999, 1_000_000), 667);
        assert_eq!(score(-1999, 1_000_000), 666);
    }

    #[test]
    fn a_task_that_must_not_be_killed_has_0() {
        assert_eq!(score(i64::MIN, 1_000_000), 0);
    }

    #[test]
    fn a_machine_without_memory_does_not_divide_by_it() {
        assert_eq!(score(5, 0), 666);
    }

    #[test]
    fn is_one_number() {
        assert!(writes("666\n", |out| show(666, out)));
    }

    #[test]
    fn the_older_scale_shown() {
        // score * 17 / 1000 towards 0, and the ends.
        let values = [
            (-1000, -17),
            (-999, -16),
            (-941, -15),
            (-58, 0),
            (0, 0),
            (58, 0),
            (59, 1),
            (500, 8),
            // 15 is the highest, however near to 17.
            (941, 15),
            (999, 15),
            (1000, 15),
        ];
        for (score, value) in values {
            assert_eq!(legacy::from_score(score), value);
        }
    }

    #[test]
    fn the_older_scale_written() {
        // value * 1000 / 17 towards 0; 15 is 1000, so that it can be reached.
        let scores = [
            (-17, Some(-1000)),
            (-16, Some(-941)),
            (-1, Some(-58)),
            (0, Some(0)),
            (1, Some(58)),
            (14, Some(823)),
            (15, Some(1000)),
            (-18, None),
            (16, None),
            (i32::MIN, None),
            (i32::MAX, None),
        ];
        for (value, score) in scores {
            assert_eq!(legacy::to_score(value), score);
        }
    }

    #[test]
    fn the_newer_scale() {
        for (score, within) in [(-1001, false), (-1000, true), (1000, true), (1001, false)] {
            assert_eq!(legacy::SCORES.contains(&score), within);
        }
    }
}
