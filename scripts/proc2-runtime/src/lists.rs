// SPDX-License-Identifier: GPL-2.0

//! The lists of paths below `/proc` that container engines write into every bundle, unless they are
//! told otherwise.
//!
//! Sources: runc `libcontainer/specconv/example.go`, crun `src/libcrun/spec.c`, moby
//! `daemon/pkg/oci/defaults.go`, containerd `pkg/oci/spec.go`, podman `pkg/specgen/generate`.

/// What all of them mask, in each version since 2018. A bundle that masks less was told to.
pub const MASKED: &[&str] = &[
    "acpi",
    "kcore",
    "keys",
    "latency_stats",
    "sched_debug",
    "scsi",
    "timer_list",
    "timer_stats",
];

/// What some of them mask, in some version.
pub const MASKED_BY_SOME: &[&str] = &["asound", "interrupts"];

/// What all of them make read-only.
pub const READONLY: &[&str] = &["bus", "fs", "irq", "sys", "sysrq-trigger"];

/// Whether such a list masks `path`, which then is in no instance of `subset=container`.
pub fn masked_by_default(path: &str) -> bool {
    MASKED.contains(&path) || MASKED_BY_SOME.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container;

    #[test]
    fn the_container_list_shows_nothing_of_what_is_masked_by_default() {
        for name in MASKED.iter().chain(MASKED_BY_SOME) {
            let below = format!("{name}/");
            let shown = container::SHOWN.iter().map(|row| row.path);
            let mut shown = shown.filter(|path| path == name || path.starts_with(&below));
            assert_eq!(shown.next(), None, "{name}");
        }
    }
}
