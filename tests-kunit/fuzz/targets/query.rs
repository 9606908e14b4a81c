// SPDX-License-Identifier: GPL-2.0

//! PROCMAP_QUERY: which mapping answers.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../../src/pure/mod.rs"]
mod pure;

use pure::procmap_query::{Verdict, Wanted};
use pure::show::maps::Access;

fuzz_target!(|input: (u64, u64, u64, [bool; 5])| {
    let (flags, addr, start, [read, write, exec, shared, has_file]) = input;
    let access = Access {
        read,
        write,
        exec,
        shared,
    };
    let Some(wanted) = Wanted::new(flags) else {
        assert_ne!(flags >> 6, 0);
        return;
    };
    assert_eq!(flags >> 6, 0);
    match wanted.judge(addr, start, access, has_file) {
        Verdict::Found => {
            assert_eq!(flags & 0xf & !access.query_flags(), 0);
            assert!(has_file || flags & 0x20 == 0);
            assert!(start <= addr || flags & 0x10 != 0);
        }
        Verdict::GoOn => assert_ne!(flags & 0x10, 0),
        Verdict::None => assert_eq!(flags & 0x10, 0),
    }
});
