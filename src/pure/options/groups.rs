// SPDX-License-Identifier: GPL-2.0

//! The groups of `gid=` and `gids=`.

use super::bad::Fault;
use crate::pure::{
    kstrto,
    text::Text, //
};

/// Groups exempt from `hidepid=`, as the kernel holds them (`kgid_t`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    groups: [u32; Self::MOST],
    len: usize,
}

const _: () = assert!(Groups::MOST == 8, "as the sentence about more says");

impl Groups {
    /// The group 0, as in procfs.
    pub(crate) const DEFAULT: Self = Self {
        groups: [0; Self::MOST],
        len: 1,
    };

    /// The most groups.
    pub(crate) const MOST: usize = 8;

    /// Reads numbers with colons between them, else gives what is no good.
    pub(super) fn parse<'v>(
        value: &'v [u8],
        find_group: &dyn Fn(u32) -> Option<u32>,
    ) -> Result<Self, (&'v [u8], Fault)> {
        let mut said = Self {
            len: 0,
            ..Self::DEFAULT
        };
        for item in value.split(|byte| *byte == b':') {
            let number = kstrto::u32(item, 0).map_err(|_| (item, Fault::NoGroup))?;
            // A group without a mapping would exempt nobody and be shown as one that does: procfs
            // takes it.
            let gid = find_group(number).ok_or((item, Fault::UnmappedGroup));
            let gid = mutant!("differences: gid= has a mapping", gid => Ok(number))?;
            if !said.as_slice().contains(&gid) {
                let place = said.groups.get_mut(said.len);
                *place.ok_or((value, Fault::TooManyGroups))? = gid;
                said.len += 1;
            }
        }
        Ok(said)
    }

    /// The groups.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u32] {
        self.groups.get(..self.len).unwrap_or_default()
    }

    /// Writes them as [`Groups::parse`] reads them.
    pub(super) fn show(&self, out: &mut Text<'_>) {
        for (at, gid) in self.as_slice().iter().enumerate() {
            if at > 0 {
                out.byte(b':');
            }
            out.dec((*gid).into());
        }
    }
}
