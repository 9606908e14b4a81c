// SPDX-License-Identifier: GPL-2.0

use crate::pure::show::state::State;
use crate::pure::show::status::identity::{
    Identity,
    Ids,
    InNamespace, //
};

const fn ids(id: u32) -> Ids {
    Ids {
        real: id,
        effective: id,
        saved: id,
        filesystem: id,
    }
}

/// A user's shell.
pub(super) const SHELL: Identity<'static> = Identity {
    name: b"bash",
    umask: Some(0o22),
    state: State::from_index(1),
    tgid: 17248,
    ngid: 0,
    pid: 17248,
    ppid: 17200,
    tracer: 0,
    uids: ids(1000),
    gids: ids(100),
    fd_size: 256,
    groups: &[16, 33, 100],
    namespaces: Some(&[InNamespace {
        tgid: 17248,
        pid: 17248,
        pgrp: 17248,
        session: 17200,
    }]),
    kthread: false,
};

/// The parent of the kernel's threads, on a kernel without pid namespaces.
pub(super) const KTHREADD: Identity<'static> = Identity {
    name: b"kthreadd",
    umask: Some(0),
    tgid: 2,
    pid: 2,
    ppid: 0,
    uids: ids(0),
    gids: ids(0),
    fd_size: 64,
    groups: &[],
    namespaces: None,
    kthread: true,
    ..SHELL
};

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_status_identity))]
mod tests {
    use super::{
        KTHREADD,
        SHELL, //
    };
    use crate::pure::show::state::State;
    use crate::pure::show::status::identity::{
        Identity,
        Ids,
        InNamespace, //
    };
    use crate::pure_tests::writes;

    #[test]
    fn a_thread_that_is_traced_in_a_nested_namespace() {
        let in_namespace = |tgid, pid, pgrp, session| InNamespace {
            tgid,
            pid,
            pgrp,
            session,
        };
        let namespaces = [in_namespace(300, 301, 290, 0), in_namespace(7, 8, 1, 0)];
        let task = Identity {
            name: b"a\nb \\c\xc3\xa9",
            umask: Some(0o7),
            state: State::from_index(4),
            tgid: 300,
            ngid: 55,
            pid: 301,
            ppid: 200,
            tracer: 250,
            uids: Ids {
                real: 1,
                effective: 2,
                saved: 3,
                filesystem: 4,
            },
            gids: Ids {
                real: 5,
                effective: 6,
                saved: 7,
                filesystem: 8,
            },
            groups: &[65534],
            namespaces: Some(&namespaces),
            ..SHELL
        };
        let expected = "Name:\ta\\nb \\\\cé\nUmask:\t0007\nState:\tt (tracing stop)\nTgid:\t300\n\
                        Ngid:\t55\nPid:\t301\nPPid:\t200\nTracerPid:\t250\nUid:\t1\t2\t3\t4\n\
                        Gid:\t5\t6\t7\t8\nFDSize:\t256\nGroups:\t65534 \nNStgid:\t300\t7\n\
                        NSpid:\t301\t8\nNSpgid:\t290\t1\nNSsid:\t0\t0\nKthread:\t0\n";
        assert!(writes(expected, |out| task.show(out)));
    }

    #[test]
    fn a_zombie_has_no_umask() {
        let task = Identity {
            umask: None,
            state: State::from_index(6),
            uids: Ids {
                real: u32::MAX,
                ..SHELL.uids
            },
            ..KTHREADD
        };
        let expected = "Name:\tkthreadd\nState:\tZ (zombie)\nTgid:\t2\nNgid:\t0\nPid:\t2\n\
                        PPid:\t0\nTracerPid:\t0\nUid:\t4294967295\t1000\t1000\t1000\n\
                        Gid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t \nKthread:\t1\n";
        assert!(writes(expected, |out| task.show(out)));
    }

    #[test]
    fn a_task_outside_the_instances_namespace_has_empty_lists() {
        let task = Identity {
            name: b"",
            umask: Some(0o777),
            namespaces: Some(&[]),
            ..KTHREADD
        };
        let expected = "Name:\t\nUmask:\t0777\nState:\tS (sleeping)\nTgid:\t2\nNgid:\t0\nPid:\t2\n\
                        PPid:\t0\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\n\
                        Groups:\t \nNStgid:\nNSpid:\nNSpgid:\nNSsid:\nKthread:\t1\n";
        assert!(writes(expected, |out| task.show(out)));
    }
}
