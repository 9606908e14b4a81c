// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_status_security))]
mod tests {
    use crate::pure::show::status::security::{
        indirect_branch,
        store_bypass,
        Security, //
    };
    use crate::pure_tests::writes;

    const SECURITY: Security = Security {
        inheritable: 1,
        permitted: 2,
        effective: 3,
        bounding: 4,
        ambient: 5,
        no_new_privs: true,
        seccomp: Some(2),
        seccomp_filters: Some(11),
        store_bypass: -22,
        indirect_branch: -22,
    };

    #[test]
    fn every_line_has_its_own_number() {
        let expected = "CapInh:\t0000000000000001\nCapPrm:\t0000000000000002\n\
                        CapEff:\t0000000000000003\nCapBnd:\t0000000000000004\n\
                        CapAmb:\t0000000000000005\nNoNewPrivs:\t1\nSeccomp:\t2\n\
                        Seccomp_filters:\t11\nSpeculation_Store_Bypass:\tunknown\n\
                        SpeculationIndirectBranch:\tunsupported\n";
        assert!(writes(expected, |out| SECURITY.show(out)));
    }

    #[test]
    fn seccomp_without_filters() {
        let security = Security {
            seccomp_filters: None,
            ..SECURITY
        };
        let expected = "CapInh:\t0000000000000001\nCapPrm:\t0000000000000002\n\
                        CapEff:\t0000000000000003\nCapBnd:\t0000000000000004\n\
                        CapAmb:\t0000000000000005\nNoNewPrivs:\t1\nSeccomp:\t2\n\
                        Speculation_Store_Bypass:\tunknown\n\
                        SpeculationIndirectBranch:\tunsupported\n";
        assert!(writes(expected, |out| security.show(out)));
    }

    /// include/uapi/linux/prctl.h: PRCTL 1, ENABLE 2, DISABLE 4, FORCE_DISABLE 8.
    #[test]
    fn speculation_in_words() {
        let words = [
            (-22, "unknown", "unsupported"),
            (0, "not vulnerable", "not affected"),
            (9, "thread force mitigated", "conditional force disabled"),
            (5, "thread mitigated", "conditional disabled"),
            (3, "thread vulnerable", "conditional enabled"),
            (2, "vulnerable", "always enabled"),
            (4, "globally mitigated", "always disabled"),
        ];
        for (control, store, branch) in words {
            assert_eq!(store_bypass(control), store);
            assert_eq!(indirect_branch(control), branch);
        }
        // -ENODEV, PRCTL alone, DISABLE_NOEXEC.
        for control in [-19, 1, 17, i32::MAX] {
            assert_eq!(store_bypass(control), "vulnerable");
            assert_eq!(indirect_branch(control), "unknown");
        }
    }
}
