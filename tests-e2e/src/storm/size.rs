// SPDX-License-Identifier: GPL-2.0

//! How much a storm does. `PROC2_SIZE` is `short` (the default, for every change), `full`, or a
//! part of the full size such as `10%`. On a kernel that looks for mistakes everything takes ten
//! times as long and more: the full size is a thirtieth there.

use std::env;
use std::sync::OnceLock;

use crate::patience::on_debug_kernel;

/// Seconds that a short storm may take, on the slowest of kernels.
const SHORT_LIMIT: u32 = 1200;

/// The size of this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Seconds.
    Short,
    /// A part of the full size, in percent.
    Percent(u64),
}

/// The size that `PROC2_SIZE` asks for.
///
/// # Panics
///
/// On a value that is none: a storm of another size than was asked for proves nothing.
pub fn size() -> Size {
    static SIZE: OnceLock<Size> = OnceLock::new();
    *SIZE.get_or_init(|| {
        let asked = env::var("PROC2_SIZE").unwrap_or_else(|_| "short".into());
        parse(&asked)
            .unwrap_or_else(|| panic!("PROC2_SIZE={asked}: use short, full or a part such as 10%"))
    })
}

fn parse(text: &str) -> Option<Size> {
    match text {
        "short" => Some(Size::Short),
        "full" => Some(Size::Percent(100)),
        part => Some(Size::Percent(part.strip_suffix('%')?.parse().ok()?)),
    }
}

impl Size {
    /// How many of something: `short` of them, or the asked part of `full`.
    pub fn of(self, short: u64, full: u64) -> u64 {
        let full = match on_debug_kernel() {
            true => full / 30,
            false => full,
        };
        self.whole(short, full)
    }

    /// The same for what must be done whole on every kernel, or it is no proof.
    pub fn whole(self, short: u64, full: u64) -> u64 {
        match self {
            Self::Short => short,
            Self::Percent(part) => (full * part / 100).max(1),
        }
    }

    /// What figures call it.
    pub fn name(self) -> String {
        match self {
            Self::Short => "short".into(),
            Self::Percent(100) => "full".into(),
            Self::Percent(part) => format!("{part}%"),
        }
    }
}

/// Where random choices begin: `PROC2_SEED`, or 1. The same seed makes the same choices.
pub fn seed() -> u64 {
    env::var("PROC2_SEED").map_or(1, |seed| {
        seed.parse()
            .unwrap_or_else(|_| panic!("PROC2_SEED={seed} is not a number"))
    })
}

/// Gives the calling test the time that its size needs: other tests are ended when they hang.
pub fn allow_time() {
    let limit = match size() {
        Size::Short => SHORT_LIMIT,
        Size::Percent(_) => 0,
    };
    // SAFETY: alarm(2) has no memory effects.
    unsafe { libc::alarm(limit) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        assert_eq!(parse("short"), Some(Size::Short));
        assert_eq!(parse("full").map(Size::name), Some("full".into()));
        assert_eq!(parse("10%").map(|size| size.whole(7, 500)), Some(50));
        assert_eq!(parse("10"), None);
        assert_eq!(parse("much"), None);
    }
}
