// SPDX-License-Identifier: GPL-2.0

//! Views: the machine's files with the figures of a cgroup. Which cgroup that is, and which CPUs it
//! has.

/// What is known of where a task is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its cgroup is the hierarchy's root.
    pub(crate) in_root: bool,
    /// Its cgroup is called `init.scope`.
    pub(crate) in_init_scope: bool,
    /// The root of its cgroup namespace, if it has one.
    pub(crate) namespace: Option<NamespaceRoot>,
}

/// What is known of the root of a task's cgroup namespace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamespaceRoot {
    /// It is the hierarchy's.
    pub(crate) is_root: bool,
    /// It has not been removed.
    pub(crate) is_online: bool,
    /// The task's cgroup is below it, or it itself.
    pub(crate) has_task: bool,
}

/// Whose figures are shown for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Those of the root of its cgroup namespace.
    Namespace,
    /// Those of its cgroup.
    Own,
    /// Those of its cgroup's parent.
    Parent,
}

impl Place {
    /// Whose figures are shown for the task: those of its container, as far as anything tells
    /// which that is.
    pub(crate) fn choose(&self) -> Choice {
        if let Some(root) = self.namespace {
            // A task that was moved out of its namespace's root is not in that container any more.
            if mutant!("view: the namespace's root is there", root.is_online)
                && mutant!("view: the task is below it", root.has_task)
                && !root.is_root
            {
                return Choice::Namespace;
            }
        }
        // systemd moves itself there, below the cgroup that it was started in.
        if !self.in_root && mutant!("view: init.scope", self.in_init_scope => false) {
            Choice::Parent
        } else {
            Choice::Own
        }
    }
}

/// The least bandwidth on a path of cgroups: at most `quota` of `period` microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bandwidth {
    least: Option<(u64, u64)>,
}

impl Bandwidth {
    /// Takes another cgroup's into account. A negative quota is none.
    pub(crate) fn bound(&mut self, quota: i64, period: u64) {
        let (Ok(quota), 1..) = (u64::try_from(quota), period) else {
            return;
        };
        let new = (quota, period);
        let less = |(q, p): (u64, u64)| {
            u128::from(quota).wrapping_mul(p.into()) < u128::from(q).wrapping_mul(period.into())
        };
        if mutant!("view: the least quota", self.least.is_none_or(less)) {
            self.least = Some(new);
        }
    }

    /// How many of `count` CPUs it is worth, rounded up, at least one.
    pub(crate) fn cut(&self, count: usize) -> usize {
        let Some((quota, period)) = self.least else {
            return count;
        };
        let worth = usize::try_from(quota.div_ceil(period.max(1))).unwrap_or(usize::MAX);
        worth.clamp(1, count.max(1))
    }
}

/// The part of `sum` that the `index`th of `count` is shown: all parts add up to `sum`, and none
/// goes back when `sum` does not.
pub(crate) fn spread(sum: u64, index: usize, count: usize) -> u64 {
    let count = (count as u64).max(1);
    // sum + index could overflow.
    let (whole, rest) = (sum / count, sum % count);
    whole.saturating_add(u64::from(rest.saturating_add(index as u64) >= count))
}
