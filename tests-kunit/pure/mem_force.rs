// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_mem_force))]
mod tests {
    use crate::pure::mem_force::Force;

    fn of(line: &str) -> Force {
        Force::of(Force::Ptrace, line.as_bytes())
    }

    #[test]
    fn without_a_word_of_it_the_built_in_policy() {
        assert_eq!(of(""), Force::Ptrace);
        assert_eq!(
            of("quiet root=/dev/vda1 proc_mem.force_override"),
            Force::Ptrace
        );
        assert_eq!(of("xproc_mem.force_override=never"), Force::Ptrace);
    }

    #[test]
    fn the_last_good_value_counts() {
        assert_eq!(of("proc_mem.force_override=never"), Force::Never);
        assert_eq!(
            of("a proc_mem.force_override=never  proc_mem.force_override=always b"),
            Force::Always
        );
        assert_eq!(
            of("proc_mem.force_override=never proc_mem.force_override=sometimes"),
            Force::Never
        );
    }

    #[test]
    fn spelled_and_quoted_as_the_kernel_lets_one() {
        assert_eq!(of("proc-mem.force-override=never"), Force::Never);
        assert_eq!(of("proc_mem.force_override=\"never\""), Force::Never);
        assert_eq!(of("\"proc_mem.force_override=never\""), Force::Never);
        // Inside another parameter's quotes it is no word.
        assert_eq!(of("x=\"a proc_mem.force_override=never b\""), Force::Ptrace);
    }

    #[test]
    fn words_behind_two_dashes_are_for_init() {
        assert_eq!(of("quiet -- proc_mem.force_override=never"), Force::Ptrace);
    }
}
