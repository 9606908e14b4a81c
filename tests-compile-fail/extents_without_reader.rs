// SPDX-License-Identifier: GPL-2.0

//! Extents are numbered for a namespace that must be there as long as they are.

use crate::rust_bindings::{
    credentials::cred::UserNamespace,
    procfs::id_map::{
        extents,
        Ids, //
    }, //
};

fn first_extent(ns: &UserNamespace) -> Option<(u32, u32, u32)> {
    let mut extents = {
        let reader = UserNamespace::of_current();
        extents(ns, Ids::Uid, &reader, 0) //~ E0597
    };
    extents.next()
}
