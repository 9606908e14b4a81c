// SPDX-License-Identifier: GPL-2.0

use crate::pure::show::tasks::columns::Column;
use crate::pure::show::tasks::{
    Beginning,
    Bytes,
    Name,
    Numbers,
    Strings,
    Written, //
};

/// Each number is that of its column in `tasks`, from 1 to 50, so that one in the wrong place
/// shows. (The ninth is the state.)
pub(crate) fn numbered() -> Numbers {
    let mut numbers = Numbers::new();
    for (number, column) in Column::ALL.iter().enumerate() {
        numbers.put(*column, number as u64);
    }
    numbers.put(
        Column::state,
        crate::pure::show::state::State::from_index(1),
    );
    numbers
}

/// The strings beside them.
pub(crate) fn strings() -> Strings<'static> {
    Strings {
        comm: Name::Made(Bytes(b"name")),
        cgroup: Written(b"/a"),
        cmdline: Beginning {
            text: b"name\0-x\0",
            whole: true,
        },
    }
}

mod query;

#[cfg_attr(CONFIG_KUNIT, kernel::prelude::kunit_tests(proc2_show_tasks))]
mod tests {
    use super::{
        numbered,
        strings, //
    };
    use crate::pure::show::tasks::columns::{
        Column,
        Columns, //
    };
    use crate::pure::show::tasks::query::Of;
    use crate::pure::show::tasks::{
        show,
        show_header,
        Beginning,
        Bytes,
        Name,
        Numbers,
        Strings,
        Written, //
    };
    use crate::pure_tests::writes;

    /// Whether the row is written as the lines say, with a tab where they have a blank or a line
    /// feed.
    #[inline(never)]
    fn shows(
        numbers: &mut Numbers,
        strings: &Strings<'_>,
        columns: &[Column],
        expected: &[&str],
    ) -> bool {
        let mut buf = [0; 1024];
        let mut len = 0;
        for byte in expected.iter().flat_map(|line| line.bytes().chain([b' '])) {
            buf[len] = if byte == b' ' { b'\t' } else { byte };
            len += 1;
        }
        buf[len - 1] = b'\n';
        core::str::from_utf8(&buf[..len]).is_ok_and(|expected| {
            writes(expected, |out| {
                show(numbers, strings, &Columns::of(columns), out);
            })
        })
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
        assert!(writes(expected, |out| {
            show_header(Of::Tasks, Of::Tasks.columns(), out);
        }));
    }

    #[test]
    fn the_header_names_what_is_asked_for() {
        let columns = [Column::comm, Column::pid];
        assert!(writes("#proc2-threads 1\n#comm\tpid\n", |out| {
            show_header(Of::Threads, &columns, out);
        }));
    }

    #[test]
    fn every_field_is_in_its_place() {
        let expected = [
            "1 2 3 4 5 6 7 8 S 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
            "31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50",
            "name /a name\\000-x\\000",
        ];
        let all = Of::Tasks.columns();
        assert!(shows(&mut numbered(), &strings(), all, &expected));
    }

    #[test]
    fn columns_stand_as_they_are_asked_for() {
        let mut numbers = numbered();
        let mut shows =
            |columns: &[Column], text| shows(&mut numbers, &strings(), columns, &[text]);
        assert!(shows(&[Column::pid], "1"));
        assert!(shows(&[Column::comm], "name"));
        assert!(shows(
            &[Column::vm_rss, Column::pid, Column::state],
            "46 1 S"
        ));
        assert!(shows(&[Column::cgroup, Column::comm], "/a name"));
        let mixed = [
            Column::tid,
            Column::comm,
            Column::utime,
            Column::stime,
            Column::cgroup,
            Column::nice,
        ];
        assert!(shows(&mixed, "0 name 18 19 /a 12"));
        assert!(shows(&[Column::comm, Column::uid], "name 31"));
    }

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
        let mut numbers = numbered();
        for column in [Column::pid, Column::ino, Column::rss_shmem] {
            numbers.put(column, u64::MAX);
        }
        for column in [
            Column::ppid,
            Column::pgrp,
            Column::session,
            Column::tty,
            Column::tpgid,
            Column::tracer,
            Column::priority,
            Column::nice,
        ] {
            numbers.put(column, i64::MIN);
        }
        numbers.put(
            Column::state,
            crate::pure::show::state::State::from_index(6),
        );
        let all = Of::Tasks.columns();
        assert!(shows(&mut numbers, &strings(), all, &expected));
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
    fn names_are_written_as_the_kernel_keeps_them() {
        for (text, shown) in [
            (&b"sleep"[..], "sleep"),
            (b"sh", "sh"),
            (b"x", "x"),
            (b"", "-"),
            (b"-", "\\055"),
            (b"--", "--"),
            (b"a-", "a-"),
            (b"1234567", "1234567"),
            (b"12345678", "12345678"),
            (b"12345678a", "12345678a"),
            (b"12345678-", "12345678-"),
            (b"123456789012345", "123456789012345"),
            // What a rename may leave for a moment.
            (b"1234567890123456", "1234567890123456"),
            (b"a b", "a\\040b"),
            (b"123456\n", "123456\\012"),
            (b"1234567 90\xff345", "1234567\\04090\\377345"),
            (b"12345678\\", "12345678\\134"),
        ] {
            // What stands behind the NUL does not count.
            for behind in [0, b'x', b' '] {
                let mut kept = [behind; 16];
                kept[..text.len()].copy_from_slice(text);
                if let Some(end) = kept.get_mut(text.len()) {
                    *end = 0;
                }
                let word = |at: usize| {
                    let mut word = [0; 8];
                    word.copy_from_slice(&kept[at..at + 8]);
                    u64::from_le_bytes(word)
                };
                let name = Name::Kept([word(0), word(8)]);
                assert!(writes(shown, |out| name.show(out)));
                assert!(writes(shown, |out| Bytes(text).show(out)));
            }
        }
    }

    #[test]
    fn no_string_is_empty() {
        assert!(writes("-", |out| Bytes(b"").show(out)));
        assert!(writes("\\055", |out| Bytes(b"-").show(out)));
        assert!(writes("--", |out| Bytes(b"--").show(out)));
        let empty = Strings {
            comm: Name::Made(Bytes(b"")),
            cgroup: Written(b"-"),
            cmdline: Beginning {
                text: b"",
                whole: true,
            },
        };
        let columns = [Column::comm, Column::cgroup, Column::cmdline];
        assert!(shows(&mut numbered(), &empty, &columns, &["- - -"]));
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
