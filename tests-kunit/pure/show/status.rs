// SPDX-License-Identifier: GPL-2.0

mod identity;
mod memory;
mod security;
mod signals;

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_status))]
mod tests {
    use crate::pure::show::status::security::Security;
    use crate::pure::show::status::signals::Signals;
    use crate::pure::show::status::{
        Mask,
        Status,
        ThreadFeatures, //
    };
    use crate::pure_tests::show::status::{
        identity,
        memory, //
    };
    use crate::pure_tests::writes;

    const SIGNALS: Signals = Signals {
        threads: 1,
        queued: 0,
        queue_limit: 7823,
        pending: 0,
        shared_pending: 0,
        blocked: 0x0001_0000,
        ignored: 0x0038_0004,
        caught: 0x4b81_7efb,
    };

    const SECURITY: Security = Security {
        inheritable: 0,
        permitted: 0,
        effective: 0,
        bounding: 0x01ff_ffff_ffff,
        ambient: 0,
        no_new_privs: false,
        seccomp: Some(0),
        seccomp_filters: Some(0),
        store_bypass: 0,
        indirect_branch: 0,
    };

    const ALL: Mask<'static> = Mask {
        words: &[0b11],
        bits: 2,
    };

    const KERNEL_THREAD: Status<'static> = Status {
        identity: identity::KTHREADD,
        memory: None,
        signals: SIGNALS,
        security: SECURITY,
        cpus: ALL,
        mems: None,
        voluntary_switches: 12,
        nonvoluntary_switches: 3,
        thread_features: None,
    };

    #[test]
    fn a_program_on_a_kernel_with_everything() {
        let status = Status {
            identity: identity::SHELL,
            memory: Some(memory::SHELL),
            mems: Some(Mask {
                words: &[1],
                bits: 64,
            }),
            thread_features: Some(ThreadFeatures {
                enabled: 3,
                locked: 1,
            }),
            ..KERNEL_THREAD
        };
        let expected = "\
Name:\tbash\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t17248\nNgid:\t0\nPid:\t17248\n\
PPid:\t17200\nTracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\n\
FDSize:\t256\nGroups:\t16 33 100 \nNStgid:\t17248\nNSpid:\t17248\nNSpgid:\t17248\n\
NSsid:\t17200\nKthread:\t0\n\
VmPeak:\t  131168 kB\nVmSize:\t  131168 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\n\
VmHWM:\t   13484 kB\nVmRSS:\t   13484 kB\nRssAnon:\t   10264 kB\nRssFile:\t    3220 kB\n\
RssShmem:\t       0 kB\nVmData:\t   10332 kB\nVmStk:\t     136 kB\nVmExe:\t     992 kB\n\
VmLib:\t    2104 kB\nVmPTE:\t      76 kB\nVmSwap:\t       0 kB\nHugetlbPages:\t       0 kB\n\
CoreDumping:\t0\nTHP_enabled:\t1\nuntag_mask:\t0xffffffffffffffff\n\
Threads:\t1\nSigQ:\t0/7823\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n\
SigBlk:\t0000000000010000\nSigIgn:\t0000000000380004\nSigCgt:\t000000004b817efb\n\
CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n\
CapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n\
Seccomp_filters:\t0\nSpeculation_Store_Bypass:\tnot vulnerable\n\
SpeculationIndirectBranch:\tnot affected\n\
Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\nMems_allowed:\t00000000,00000001\n\
Mems_allowed_list:\t0\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n\
x86_Thread_features:\tshstk wrss \nx86_Thread_features_locked:\tshstk \n";
        assert!(writes(expected, |out| status.show(out)));
    }

    #[test]
    fn a_kernel_thread_on_a_kernel_with_nothing() {
        let status = Status {
            security: Security {
                seccomp: None,
                seccomp_filters: None,
                ..SECURITY
            },
            ..KERNEL_THREAD
        };
        let expected = "\
Name:\tkthreadd\nUmask:\t0000\nState:\tS (sleeping)\nTgid:\t2\nNgid:\t0\nPid:\t2\nPPid:\t0\n\
TracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t \nKthread:\t1\n\
Threads:\t1\nSigQ:\t0/7823\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n\
SigBlk:\t0000000000010000\nSigIgn:\t0000000000380004\nSigCgt:\t000000004b817efb\n\
CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n\
CapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\n\
Speculation_Store_Bypass:\tnot vulnerable\nSpeculationIndirectBranch:\tnot affected\n\
Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\n\
voluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n";
        assert!(writes(expected, |out| status.show(out)));
    }

    #[test]
    fn thread_features_may_be_none() {
        let features = ThreadFeatures {
            // Bits without a name are not shown.
            enabled: 1 << 5,
            locked: 2,
        };
        let expected = "x86_Thread_features:\t\nx86_Thread_features_locked:\twrss \n";
        assert!(writes(expected, |out| features.show(out)));
    }
}
