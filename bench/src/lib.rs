// SPDX-License-Identifier: GPL-2.0

//! What a run of the bench found: the form in which the program in the VM tells the host's tool, and in which it is kept.

pub mod lxcfs;
pub mod profile;

use serde::{Deserialize, Serialize};

/// The form of [`Report`]; a report of another form cannot be compared with.
pub const SCHEMA: u32 = 1;

/// How a line of the program's output begins that holds a [`Report`] as JSON.
pub const MARK: &str = "report: ";

/// What one run found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The kernel's release.
    pub kernel: String,
    /// The compiler of the kernel, and QEMU, with their versions: figures of others differ.
    pub made_with: String,
    /// One row per thing measured.
    pub rows: Vec<Row>,
}

/// What a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// open, read and close of an entry of a task.
    Read,
    /// pread alone, on an entry that is open.
    Pread,
    /// readlink of a link of a task.
    Link,
    /// open, getdents and close of a directory of a task.
    Dir,
    /// stat of a path.
    Path,
    /// Listing the root, for each task.
    Root,
    /// Reading some entries of every task, for each task.
    Scan,
    /// Reading a table of many mounts, for each mount.
    Mounts,
    /// Mounting and unmounting.
    Mount,
    /// What an instance with a policy does.
    Policy,
    /// open, read and close of a file of the machine's with the figures of a cgroup.
    View,
    /// What the `/proc` of a container takes.
    Container,
    /// Instructions that lock their memory.
    Locked,
    /// Stores to cache lines that another reader uses.
    Shared,
    /// Bytes of slab for each task.
    Slab,
}

impl Group {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 15] = [
        Self::Read,
        Self::Pread,
        Self::Link,
        Self::Dir,
        Self::Path,
        Self::Root,
        Self::Scan,
        Self::Mounts,
        Self::Mount,
        Self::Policy,
        Self::View,
        Self::Container,
        Self::Locked,
        Self::Shared,
        Self::Slab,
    ];

    /// What the group's table is headed with.
    pub fn title(self) -> &'static str {
        match self {
            Self::Read => "open, read and close of an entry of a task",
            Self::Pread => "pread of an open entry",
            Self::Link => "readlink of a link of a task",
            Self::Dir => "open, getdents and close of a directory of a task",
            Self::Path => "stat of a path",
            Self::Root => "Listing the root, per task",
            Self::Scan => "Reading stat, status and cmdline of every task, per task",
            Self::Mounts => "Reading a table of many mounts, per mount",
            Self::Mount => "Mounting and unmounting an instance",
            Self::Policy => "In an instance with a policy",
            Self::View => "open, read and close of the machine's files: a cgroup's figures, beside procfs's own",
            Self::Container => {
                "The /proc of containers: subset=container, beside a procfs covered by mounts"
            }
            Self::Locked => "Instructions that lock their memory, of one doing",
            Self::Shared => "Stores to cache lines that another reader uses, of one doing",
            Self::Slab => "Bytes of slab per scanned task",
        }
    }
}

/// What is asked of a row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// At most this share of procfs.
    Share(f64),
    /// At most this share of what procfs adds to the floor.
    ShareAboveFloor(f64),
    /// At most this much, whatever procfs has.
    AtMost(f64),
    /// At most this much more than the floor.
    MoreThanFloor(f64),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Share(most) => write!(f, "{most:.2}"),
            Self::ShareAboveFloor(most) => write!(f, "{most:.2} above"),
            Self::AtMost(most) => write!(f, "{most:.0}"),
            Self::MoreThanFloor(most) => write!(f, "{most:.0} more"),
        }
    }
}

/// One thing that was measured, in instructions (in [`Group::Slab`]: bytes; in [`Group::Container`]: what its name says).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// What it belongs to.
    pub group: Group,
    /// What it is; unique in its group.
    pub name: String,
    /// The cost in proc2.
    pub proc2: f64,
    /// The cost in procfs.
    pub procfs: f64,
    /// The same system calls on a file of tmpfs with as many bytes; in [`Group::Policy`], in an
    /// instance without a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<f64>,
    /// What is asked of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

impl Row {
    /// What proc2 costs, procfs being 1.
    pub fn share(&self) -> f64 {
        self.proc2 / self.procfs
    }

    /// What proc2 adds to the floor, what procfs adds to it being 1.
    pub fn share_above_floor(&self) -> Option<f64> {
        let floor = self.floor?;
        Some((self.proc2 - floor) / (self.procfs - floor))
    }

    /// Whether the target is met; `None` without one.
    pub fn met(&self) -> Option<bool> {
        Some(match self.target? {
            Target::Share(most) => self.share() <= most,
            Target::ShareAboveFloor(most) => self.share_above_floor()? <= most,
            Target::AtMost(most) => self.proc2 <= most,
            Target::MoreThanFloor(most) => self.proc2 - self.floor? <= most,
        })
    }
}

/// The geometric mean of some shares.
pub fn geometric_mean(shares: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = shares.fold((0.0, 0.0), |(sum, count), share| {
        (sum + share.ln(), count + 1.0)
    });
    (sum / count).exp()
}
