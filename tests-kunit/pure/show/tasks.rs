// SPDX-License-Identifier: GPL-2.0

use crate::pure::show::state::State;
use crate::pure::show::tasks::{
    Beginning,
    Bytes,
    Row,
    Written, //
};

/// Each number is that of its column, from 1 to 50, so that one in the wrong place shows. (The
/// ninth is the state.)
pub(crate) const NUMBERED: Row<'static> = Row {
    pid: 1,
    ino: 2,
    ppid: 3,
    pgrp: 4,
    session: 5,
    tty: 6,
    tpgid: 7,
    tracer: 8,
    state: State::from_index(1),
    flags: 10,
    priority: 11,
    nice: 12,
    policy: 13,
    rt_priority: 14,
    cpu: 15,
    threads: 16,
    start_time: 17,
    utime: 18,
    stime: 19,
    cutime: 20,
    cstime: 21,
    guest_time: 22,
    cguest_time: 23,
    blkio_ticks: 24,
    min_flt: 25,
    cmin_flt: 26,
    maj_flt: 27,
    cmaj_flt: 28,
    voluntary_switches: 29,
    involuntary_switches: 30,
    uid: 31,
    euid: 32,
    suid: 33,
    fsuid: 34,
    gid: 35,
    egid: 36,
    sgid: 37,
    fsgid: 38,
    vm_size: 39,
    vm_peak: 40,
    vm_lck: 41,
    vm_data: 42,
    vm_stk: 43,
    vm_pte: 44,
    vm_swap: 45,
    vm_rss: 46,
    vm_hwm: 47,
    rss_anon: 48,
    rss_file: 49,
    rss_shmem: 50,
    comm: Bytes(b"name"),
    cgroup: Written(b"/a"),
    cmdline: Beginning {
        text: b"name\0-x\0",
        whole: true,
    },
};

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_tasks))]
mod tests {
    use super::NUMBERED;
    use crate::pure::show::state::State;
    use crate::pure::show::tasks::{
        show_header,
        Beginning,
        Bytes,
        Row,
        Written,
        ROOM, //
    };
    use crate::pure_tests::writes;

    /// Whether the row is written as the lines say, with a tab where they have a blank or a line
    /// feed.
    #[inline(never)]
    fn shows(row: &Row<'_>, expected: &[&str]) -> bool {
        let mut buf = [0; 1024];
        let mut len = 0;
        for byte in expected.iter().flat_map(|line| line.bytes().chain([b' '])) {
            buf[len] = if byte == b' ' { b'\t' } else { byte };
            len += 1;
        }
        buf[len - 1] = b'\n';
        core::str::from_utf8(&buf[..len])
            .is_ok_and(|expected| writes(expected, |out| row.show(&mut [0; ROOM], out)))
    }

    #[test]
    fn two_lines_come_first() {
        let expected = "#proc2-tasks 1\n\
            #pid\tino\tppid\tpgrp\tsession\ttty\ttpgid\ttracer\tstate\tflags\tpriority\tnice\tpolicy\trt_priority\tcpu\tthreads\t\
            start_time\tutime\tstime\tcutime\tcstime\tguest_time\tcguest_time\tblkio_ticks\t\
            min_flt\tcmin_flt\tmaj_flt\tcmaj_flt\tvoluntary_switches\tinvoluntary_switches\t\
            uid\teuid\tsuid\tfsuid\tgid\tegid\tsgid\tfsgid\t\
            vm_size\tvm_peak\tvm_lck\tvm_data\tvm_stk\tvm_pte\tvm_swap\tvm_rss\tvm_hwm\trss_anon\trss_file\trss_shmem\t\
            comm\tcgroup\tcmdline\n";
        assert!(writes(expected, show_header));
    }

    #[test]
    fn every_field_is_in_its_place() {
        let expected = [
            "1 2 3 4 5 6 7 8 S 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
            "31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50",
            "name /a name\\000-x\\000",
        ];
        assert!(shows(&NUMBERED, &expected));
    }

    /// The longest numbers there can be, in every column.
    const LONGEST: Row<'static> = Row {
        pid: u64::MAX,
        ino: u64::MAX,
        ppid: i64::MIN,
        pgrp: i64::MIN,
        session: i64::MIN,
        tty: i64::MIN,
        tpgid: i64::MIN,
        tracer: i64::MIN,
        state: State::from_index(6),
        priority: i64::MIN,
        nice: i64::MIN,
        rss_shmem: u64::MAX,
        ..NUMBERED
    };

    #[test]
    fn the_longest_numbers() {
        let expected = [
            "18446744073709551615 18446744073709551615",
            "-9223372036854775808 -9223372036854775808 -9223372036854775808",
            "-9223372036854775808 -9223372036854775808 -9223372036854775808",
            "Z 10 -9223372036854775808 -9223372036854775808",
            "13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
            "31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 18446744073709551615",
            "name /a name\\000-x\\000",
        ];
        assert!(shows(&LONGEST, &expected));
    }

    /// Fifty columns of a number and a tab.
    #[test]
    fn there_is_room_for_the_longest_row() {
        assert_eq!(ROOM, 50 * 21);
    }

    #[test]
    fn strings_are_without_blanks() {
        for (text, shown) in [
            (&b"sleep"[..], "sleep"),
            (b"(sd-pam)", "(sd-pam)"),
            (b"a b", "a\\040b"),
            (b"\t\n\\", "\\011\\012\\134"),
            (
                b"\0\x01\x1b\x7f\x80\xc3\xa9\xff",
                "\\000\\001\\033\\177\\200\\303\\251\\377",
            ),
            (b"~!", "~!"),
            (b"12345678\x1f2345678", "12345678\\0372345678"),
            (b"1234567\\abcdefgh", "1234567\\134abcdefgh"),
        ] {
            assert!(writes(shown, |out| Bytes(text).show(out)));
        }
    }

    #[test]
    fn no_string_is_empty() {
        assert!(writes("-", |out| Bytes(b"").show(out)));
        assert!(writes("\\055", |out| Bytes(b"-").show(out)));
        assert!(writes("--", |out| Bytes(b"--").show(out)));
        let row = Row {
            comm: Bytes(b""),
            cgroup: Written(b"-"),
            cmdline: Beginning {
                text: b"",
                whole: true,
            },
            ..NUMBERED
        };
        let expected = [
            "1 2 3 4 5 6 7 8 S 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
            "31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50",
            "- - -",
        ];
        assert!(shows(&row, &expected));
    }

    #[test]
    fn the_beginning_of_a_string_is_marked() {
        for (text, shown) in [(&b"ab\0"[..], "ab\\000\\+"), (b"", "\\+"), (b"-", "-\\+")] {
            assert!(writes(shown, |out| {
                Beginning { text, whole: false }.show(out);
            }));
        }
    }
}
