// SPDX-License-Identifier: GPL-2.0

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_ksm))]
mod tests {
    use crate::pure::show::ksm::Ksm;
    use crate::pure_tests::writes;

    const KSM: Ksm = Ksm {
        rmap_items: 100,
        zero_pages: 2,
        merging_pages: 30,
        profit: 124_672,
        merge_any: true,
        mergeable: Some(false),
    };

    #[test]
    fn every_line_has_its_own_number() {
        let expected = "ksm_rmap_items 100\nksm_zero_pages 2\nksm_merging_pages 30\n\
                        ksm_process_profit 124672\nksm_merge_any: yes\nksm_mergeable: no\n";
        assert!(writes(expected, |out| KSM.show(out)));
    }

    #[test]
    fn tracking_can_cost_more_than_it_saves() {
        let ksm = Ksm {
            zero_pages: -1,
            profit: -6400,
            merge_any: false,
            mergeable: Some(true),
            ..KSM
        };
        let expected = "ksm_rmap_items 100\nksm_zero_pages -1\nksm_merging_pages 30\n\
                        ksm_process_profit -6400\nksm_merge_any: no\nksm_mergeable: yes\n";
        assert!(writes(expected, |out| ksm.show(out)));
    }

    #[test]
    fn a_reader_that_is_killed_gets_what_there_is() {
        let ksm = Ksm {
            mergeable: None,
            ..KSM
        };
        let expected = "ksm_rmap_items 100\nksm_zero_pages 2\nksm_merging_pages 30\n\
                        ksm_process_profit 124672\nksm_merge_any: yes\n";
        assert!(writes(expected, |out| ksm.show(out)));
    }

    #[test]
    fn merging_pages_is_one_number() {
        assert!(writes("0\n", |out| Ksm::show_merging_pages(0, out)));
        let most = "18446744073709551615\n";
        assert!(writes(most, |out| Ksm::show_merging_pages(u64::MAX, out)));
    }
}
