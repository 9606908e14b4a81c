// SPDX-License-Identifier: GPL-2.0

//! The entry policy: who may have which, how it is said and shown, what a remount leaves of it, and
//! what can be written. Not run on procfs, which has none; what is left to the kernel is compared
//! with it.

use super::Test;

mod authority;
mod beside;
mod change;
mod charged;
mod groups;
mod handed;
mod kept;
mod levels;
mod limits;
mod lists;
mod made;
mod nested;
mod page;
mod restricted;
mod shared;
mod statmount;
mod text;
mod watched;
mod who;
mod writable;
mod writes;

pub(super) fn tests() -> Vec<Test> {
    [
        authority::tests(),
        beside::tests(),
        change::tests(),
        charged::tests(),
        groups::tests(),
        handed::tests(),
        kept::tests(),
        levels::tests(),
        limits::tests(),
        lists::tests(),
        made::tests(),
        nested::tests(),
        page::tests(),
        restricted::tests(),
        shared::tests(),
        statmount::tests(),
        text::tests(),
        watched::tests(),
        writable::tests(),
        writes::tests(),
    ]
    .concat()
}
