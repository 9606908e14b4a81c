// SPDX-License-Identifier: GPL-2.0

//! Random hierarchies with random limits, tasks that move between them, and memory that comes and
//! goes: each figure is what cgroupfs gives by the model.

use std::fs;

use anyhow::{Context as _, Result};
use fastrand::Rng;
use proc2_e2e::cgroup_model;
use proc2_e2e::cgroups::{self, Group, Tree};
use proc2_e2e::fstype;
use proc2_e2e::kernel;
use proc2_e2e::mount::{Instance, Opt};
use proc2_e2e::patience::{limit, on_debug_kernel};

use super::super::Test;
use super::memory::{fill, machine, Filled};
use super::swap::Swap;
use super::{cpu_rows, processors, read};

pub(super) fn tests() -> Vec<Test> {
    super::super::tests!["view::differential": random]
}

/// Figures of one run.
const FIGURES: u64 = 4_000;
/// The deepest group.
const DEPTH: usize = 6;

/// A value for one of a group's files.
fn value(rng: &mut Rng, name: &str, cpus: u32) -> String {
    match name {
        "memory.max" | "memory.high" => match rng.u8(0..4) {
            0 => "max".into(),
            1 => format!("{}M", rng.u64(48..4096)),
            _ => format!("{}K", rng.u64(49_152..400_000)),
        },
        "memory.swap.max" => match rng.u8(0..3) {
            0 => "max".into(),
            _ => format!("{}K", rng.u64(0..65_536)),
        },
        "cpuset.cpus" => match rng.u8(0..3) {
            // Writing nothing is no write.
            0 => "\n".into(),
            _ => rng.u32(0..cpus).to_string(),
        },
        _ => match rng.u8(0..3) {
            0 => format!("max {}", rng.u64(1000..1_000_000)),
            _ => {
                let period = rng.u64(1000..1_000_000);
                format!("{} {period}", rng.u64(1000..4_000_000))
            }
        },
    }
}

const LIMITS: [&str; 5] = [
    "memory.max",
    "memory.high",
    "memory.swap.max",
    "cpuset.cpus",
    "cpu.max",
];

/// One group to look at: by its number, and as that of a process that moves.
struct Subject {
    group: Group,
    instance: Instance,
    by_quota: bool,
}

impl Subject {
    /// Compares what it shows; how many figures that was. None if cgroupfs does not rest.
    fn compare(&self, tree: &Tree, machine: u64) -> Result<u64> {
        let model = || -> Result<_> {
            Ok((
                cgroup_model::memory(&self.group, tree, machine)?,
                cgroup_model::swap(&self.group, tree)?,
                cgroup_model::cpus(&self.group, tree)?,
                cgroup_model::quota(&self.group, tree),
            ))
        };
        let mut last = String::new();
        for _ in 0..limit(100) {
            let before = model()?;
            let (memory, swaps, cpuinfo, stat) = (
                read(&self.instance, "meminfo")?,
                read(&self.instance, "swaps")?,
                read(&self.instance, "cpuinfo")?,
                read(&self.instance, "stat")?,
            );
            if model()? != before {
                continue;
            }
            let (wanted, swap, mut cpus, quota) = before;
            let mut compared = 0;
            let mut others = Vec::new();
            let shown = cgroup_model::meminfo(&memory)?;
            match wanted {
                Some(wanted) => {
                    compared += shown.len() as u64;
                    others.extend(cgroup_model::other_figures(&shown, &wanted)?);
                }
                None => {
                    compared += 2;
                    if shown["MemTotal"] != machine || shown["SwapTotal"] != swap.0 >> 10 {
                        others.push(format!("not the machine's {machine} kB: {memory}"));
                    }
                }
            }
            let words: Vec<&str> = swaps
                .lines()
                .nth(1)
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            let size: u64 = words.get(2).map_or(Ok(0), |word| word.parse())?;
            compared += 1;
            if size != swap.0 >> 10 {
                others.push(format!("{size} kB of swap, not {}", swap.0 >> 10));
            }
            if let Some(quota) = quota.filter(|_| self.by_quota) {
                cpus.truncate(usize::try_from(quota)?);
            }
            let rows = cpu_rows(&stat)?;
            let rows: Vec<u32> = rows
                .iter()
                .filter_map(|(name, _)| name.strip_prefix("cpu")?.parse().ok())
                .collect();
            compared += 2;
            if processors(&cpuinfo) != cpus || rows != cpus {
                others.push(format!("CPUs {rows:?} in stat, not {cpus:?}"));
            }
            if others.is_empty() {
                return Ok(compared);
            }
            last = others.join("; ");
        }
        anyhow::bail!("{}: {last}", self.group.path.display())
    }
}

fn random() -> Result<()> {
    kernel::need(&["CONFIG_CFS_BANDWIDTH"], "quotas")?;
    let seed = fastrand::u64(..);
    let figures = match on_debug_kernel() {
        true => FIGURES / 8,
        false => FIGURES,
    };
    let compared = run(seed, figures)?;
    println!("  {compared} figures");
    Ok(())
}

/// Compares at least so many figures; how many it were.
pub(in super::super) fn run(seed: u64, figures: u64) -> Result<u64> {
    compare(seed, figures).with_context(|| format!("seed {seed}"))
}

fn compare(seed: u64, figures: u64) -> Result<u64> {
    let mut rng = Rng::with_seed(seed);
    let machine = machine()?;
    let _swap = Swap::new(64)?;
    let cpus = u32::try_from(cgroup_model::online()?.len())?;
    let mut compared = 0;
    while compared < figures {
        let tree = Tree::new()?;
        let mut groups = Vec::new();
        for branch in 0..rng.usize(1..4) {
            let mut path = format!("b{branch}");
            for depth in 0..rng.usize(1..DEPTH) {
                groups.push(tree.group(&path)?);
                path.push_str(&format!("/d{depth}"));
            }
        }
        let leaves: Vec<Group> = groups
            .iter()
            .filter(|group| {
                !groups
                    .iter()
                    .any(|other| other != *group && other.path.starts_with(&group.path))
            })
            .cloned()
            .collect();
        let at = |rng: &mut Rng, groups: &[Group]| groups[rng.usize(..groups.len())].clone();
        let moving = at(&mut rng, &leaves);
        let init = moving.init()?;
        let by_quota = rng.bool();
        let mut options = vec![Opt::Text("cgroup", "init")];
        options.extend(by_quota.then_some(Opt::Text("cpus", "quota")));
        let mut moving = Subject {
            instance: cgroups::view_of(&init, &options)?,
            group: moving,
            by_quota,
        };
        let mut filled: Vec<Filled> = Vec::new();
        for _ in 0..rng.usize(4..12) {
            let group = at(&mut rng, &groups);
            let name = LIMITS[rng.usize(..LIMITS.len())];
            let value = value(&mut rng, name, cpus);
            // An empty set of what the parent has is refused, and so are odd quotas.
            let _ = fs::write(group.path.join(name), &value);
            if rng.u8(0..3) == 0 {
                let to = at(&mut rng, &leaves);
                to.write("cgroup.procs", &init.id().to_string())?;
                moving.group = to;
            }
            if rng.u8(0..3) == 0 && filled.len() < 3 {
                // Where there is not enough room it fails, and nothing is filled.
                filled.extend(fill(&at(&mut rng, &leaves), rng.usize(1..12)).ok());
            }
            compared += moving.compare(&tree, machine)?;
            let group = at(&mut rng, &groups);
            let number = format!("cgroup={}", group.id()?);
            let by_quota = rng.bool();
            let options = if by_quota {
                format!("{number},cpus=quota")
            } else {
                number
            };
            let numbered = Subject {
                instance: Instance::new(&fstype(), &options)?,
                group,
                by_quota,
            };
            compared += numbered.compare(&tree, machine)?;
        }
    }
    Ok(compared)
}
