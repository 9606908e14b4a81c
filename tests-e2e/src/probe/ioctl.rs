// SPDX-License-Identifier: GPL-2.0

//! ioctl(2): the two that files of tasks know, `PROCMAP_QUERY` and `PAGEMAP_SCAN`, with good and
//! bad arguments, and others that none knows. All are tried on every file.

use std::os::fd::{AsRawFd, OwnedFd};

use super::{opened, probes, At, Probe};
use crate::errno::show_raw;

pub(super) const PROBES: &[Probe] = probes![ioctls, map_query, page_scan];

const PROCMAP_QUERY: libc::c_ulong = 0xc068_6611;
const PAGEMAP_SCAN: libc::c_ulong = 0xc060_6610;

fn ioctls(at: At<'_>) -> String {
    let Ok(fd) = opened(at) else {
        return "not opened".into();
    };
    // FIONREAD, TCGETS, FS_IOC_GETFLAGS, FS_IOC_FIEMAP, FS_IOC_GETUUID, and numbers that nobody
    // has, one of them among procfs's own.
    let numbers = [
        0x541b,
        0x5401,
        0x8008_6601,
        0xc020_660b,
        0x8011_1500,
        0x1234_5678,
        0xc068_6612,
    ];
    let one = |request: libc::c_ulong| {
        let mut argument = [0u64; 64];
        format!("{request:x} {}\n", call(&fd, request, &mut argument))
    };
    numbers.map(one).concat()
}

/// The result of an ioctl whose argument is at most 64 numbers long.
fn call(fd: &OwnedFd, request: libc::c_ulong, argument: &mut [u64; 64]) -> String {
    // SAFETY: the argument is larger than what any of these requests reads or writes.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), request, argument.as_mut_ptr()) };
    show_raw(result.into())
}

/// struct procmap_query: its numbers in order, two of 32 bits in one of 64 where they are so.
struct Query {
    size: u64,
    flags: u64,
    address: u64,
    name_size: u32,
    build_id_size: u32,
}

impl Query {
    fn run(&self, fd: &OwnedFd) -> (u64, String) {
        let (mut name, mut build_id) = (vec![0u8; 5000], vec![0u8; 64]);
        let mut argument = [0u64; 64];
        argument[..3].copy_from_slice(&[self.size, self.flags, self.address]);
        argument[10] = u64::from(self.name_size) | (u64::from(self.build_id_size) << 32);
        argument[11] = if self.name_size == 0 {
            0
        } else {
            name.as_mut_ptr() as u64
        };
        argument[12] = if self.build_id_size == 0 {
            0
        } else {
            build_id.as_mut_ptr() as u64
        };
        let result = call(fd, PROCMAP_QUERY, &mut argument);
        let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
        let text = format!(
            "{:x} at {:x}: {result} {:x?} {:?} {build_id:x?}\n",
            self.flags,
            self.address,
            &argument[3..11],
            String::from_utf8_lossy(name),
        );
        // The end of the mapping that was found.
        (argument[4], text)
    }
}

const GOOD: Query = Query {
    size: 104,
    flags: 0x10,
    address: 0,
    name_size: 4096,
    build_id_size: 64,
};

/// No more mappings than this are asked for, one after the other.
const STEPS: usize = 48;

fn map_query(at: At<'_>) -> String {
    let Ok(fd) = opened(at) else {
        return "not opened".into();
    };
    let mut text = String::new();
    // Every mapping, then those of files, then those that can be written.
    for flags in [0x10, 0x10 | 0x20, 0x10 | 0x02] {
        let mut address = 0;
        for _ in 0..STEPS {
            let query = Query {
                flags,
                address,
                ..GOOD
            };
            let (end, found) = query.run(&fd);
            text += &found;
            if end == 0 {
                break;
            }
            address = end;
        }
    }
    let (first, _) = GOOD.run(&fd);
    let bad = [
        Query { size: 0, ..GOOD },
        Query { size: 103, ..GOOD },
        Query { size: 105, ..GOOD },
        Query { size: 4097, ..GOOD },
        Query {
            flags: 0x40,
            ..GOOD
        },
        Query { flags: 0, ..GOOD },
        Query {
            flags: 0,
            address: first - first.min(1),
            ..GOOD
        },
        Query {
            flags: 0x08,
            address: first - first.min(1),
            ..GOOD
        },
        Query {
            address: u64::MAX,
            ..GOOD
        },
        Query {
            address: 1 << 63,
            ..GOOD
        },
        Query {
            name_size: 3,
            ..GOOD
        },
        Query {
            name_size: 0,
            ..GOOD
        },
        Query {
            name_size: 100_000,
            ..GOOD
        },
        Query {
            build_id_size: 4,
            ..GOOD
        },
        Query {
            build_id_size: 0,
            ..GOOD
        },
    ];
    for query in bad {
        text += &query.run(&fd).1;
    }
    text
}

/// struct pm_scan_arg with good values, then with one wrong at a time.
fn page_scan(at: At<'_>) -> String {
    let Ok(fd) = opened(at) else {
        return "not opened".into();
    };
    const ROOM: usize = 64;
    const END: u64 = 1 << 46;
    const ALL: u64 = 0x3ff;
    let mut text = String::new();
    // By place in the structure: 0 size, 1 flags, 2 start, 3 end, 6 vec_len, 7 max_pages,
    // 8 category_inverted, 9 category_mask, 10 category_anyof_mask, 11 return_mask.
    for (place, value) in [
        (0, 96),
        (7, 3),
        (9, 1 << 2),
        (8, 1 << 3),
        (6, 1),
        (0, 95),
        (1, 1 << 5),
        (2, 1),
        (2, END + 4096),
        (3, u64::MAX),
        (6, 0),
        (11, 1 << 40),
        (9, 1 << 40),
    ] {
        let mut regions = [0u64; 3 * ROOM];
        let vector = regions.as_mut_ptr() as u64;
        let mut argument = [0u64; 64];
        // Present pages, with all that is said of them.
        argument[..12].copy_from_slice(&[
            96,
            0,
            0,
            END,
            0,
            vector,
            ROOM as u64,
            0,
            0,
            0,
            1 << 3,
            ALL,
        ]);
        argument[place] = value;
        let result = call(&fd, PAGEMAP_SCAN, &mut argument);
        text += &format!("{place}={value:x}: {result} to {:x}", argument[4]);
        for region in regions.chunks(3).take_while(|region| region[1] != 0) {
            text += &format!(" {region:x?}");
        }
        text.push('\n');
    }
    text
}
