// SPDX-License-Identifier: GPL-2.0

//! Load averages: `calc_load()` of include/linux/sched/loadavg.h, in fixed point of 11 bits.

use super::text::Text;

/// Bits behind the point.
const FSHIFT: u32 = 11;
/// 1.
const FIXED_1: u64 = 1 << FSHIFT;
/// What is left of a load after five seconds, in averages over 1, 5 and 15 minutes.
const EXP: [u64; 3] = [1884, 2014, 2037];

/// The averages over 1, 5 and 15 minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Load(pub(crate) [u64; 3]);

impl Load {
    /// More steps than this of an average change nothing: it is what it tends to.
    const MOST: u64 = 4096;

    /// The averages after `steps` times five seconds with so many active tasks.
    pub(crate) fn after(self, active: u64, steps: u64) -> Self {
        let active = active.min(u64::from(u32::MAX)).wrapping_mul(FIXED_1);
        let mut load = self;
        for _ in 0..steps.min(Self::MOST) {
            for (load, exp) in load.0.iter_mut().zip(EXP) {
                *load = calc_load(*load, exp, active);
            }
        }
        load
    }

    /// Writes them as `loadavg` has them.
    pub(crate) fn show(self, out: &mut Text<'_>) {
        for (index, load) in self.0.into_iter().enumerate() {
            // As get_avenrun() rounds.
            let load = load.saturating_add(FIXED_1 / 200);
            if index > 0 {
                out.byte(b' ');
            }
            out.dec(load >> FSHIFT);
            let hundredths = (load & FIXED_1.wrapping_sub(1)).wrapping_mul(100) >> FSHIFT;
            out.byte(b'.');
            out.byte(b'0'.wrapping_add((hundredths / 10) as u8));
            out.byte(b'0'.wrapping_add((hundredths % 10) as u8));
        }
    }
}

/// `calc_load()`.
fn calc_load(load: u64, exp: u64, active: u64) -> u64 {
    let new = load
        .saturating_mul(exp)
        .saturating_add(active.saturating_mul(FIXED_1.wrapping_sub(exp)));
    // Rounded up while it rises, so that it reaches what it tends to.
    let new = if active >= load {
        new.saturating_add(FIXED_1.wrapping_sub(1))
    } else {
        new
    };
    new >> FSHIFT
}
