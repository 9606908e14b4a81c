// SPDX-License-Identifier: GPL-2.0

//! The processes that callers look at. All are at rest, so that their records do not change.

use std::any::Any;

use anyhow::Result;

use crate::child::Sleeper;
use crate::{target_decorated as decorated, target_kinds as kinds, target_names as names};

/// A process, or a name such as `self`, below the root of an instance.
pub struct Target {
    /// What reports call it.
    pub name: &'static str,
    /// The directory of the process below the root.
    pub path: String,
    // Dropped with the target: ends the process.
    _process: Option<Box<dyn Any>>,
}

impl Target {
    /// A target that some process of the test's is.
    pub fn of(name: &'static str, process: Sleeper) -> Self {
        let path = process.id().to_string();
        Self {
            name,
            path,
            _process: Some(Box::new(process)),
        }
    }

    /// A target that needs no process of the test's.
    pub fn named(name: &'static str, path: &str) -> Self {
        Self {
            name,
            path: path.into(),
            _process: None,
        }
    }

    /// A target below the directory of a process that `keep` holds.
    pub fn held(name: &'static str, path: String, keep: impl Any) -> Self {
        Self {
            name,
            path,
            _process: Some(Box::new(keep)),
        }
    }
}

/// Makes one of every kind.
pub fn all() -> Result<Vec<Target>> {
    let mut targets = vec![
        Target::named("self", "self"),
        Target::named("thread-self", "thread-self"),
        Target::named("kernel thread", "2"),
        Target::named("init", "1"),
        Target::of("root's", kinds::plain(0)?),
        Target::of("the user's", kinds::plain(crate::caller::USER)?),
        Target::of("another user's", kinds::plain(crate::caller::OTHER)?),
        Target::of("undumpable", kinds::undumpable()?),
        Target::of("threads", kinds::threads()?),
        Target::of("dead leader", kinds::dead_leader()?),
        Target::of("zombie", kinds::zombie()?),
        Target::of("stopped", kinds::stopped()?),
        Target::of("traced", kinds::traced()?),
        Target::of("inner pid namespace", kinds::inner_pid_namespace()?),
        Target::of("set-user-id", decorated::set_user_id()?),
        Target::of("moved arguments", decorated::moved_arguments()?),
        Target::of("decorated", decorated::decorated()?),
        Target::of("open files", decorated::open_files()?),
        Target::of("terminal", decorated::terminal()?),
        Target::of("elsewhere", decorated::elsewhere()?),
        Target::of("own namespaces", decorated::own_namespaces()?),
        Target::of("long command line", names::long_command_line()?),
    ];
    for (name, title) in names::TITLES {
        targets.push(Target::of(name, names::rewritten(title)?));
    }
    for (name, comm) in names::COMMS {
        targets.push(Target::of(name, names::named(comm)?));
    }
    Ok(targets)
}
