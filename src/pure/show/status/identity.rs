// SPDX-License-Identifier: GPL-2.0

//! The first lines of `status`: name, state, ids (task_state() in fs/proc/array.c).

use crate::pure::show::state::State;
use crate::pure::text::Text;

/// Who a task is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    /// The name, as it is.
    pub(crate) name: &'a [u8],
    /// The umask; none for a task that has left its file system context.
    pub(crate) umask: Option<u32>,
    /// The state.
    pub(crate) state: State,
    /// The process.
    pub(crate) tgid: u64,
    /// The NUMA group, 0 without one.
    pub(crate) ngid: u64,
    /// The task itself.
    pub(crate) pid: u64,
    /// The parent.
    pub(crate) ppid: u64,
    /// Who traces it, or 0.
    pub(crate) tracer: u64,
    /// User ids.
    pub(crate) uids: Ids,
    /// Group ids.
    pub(crate) gids: Ids,
    /// How many file descriptors its table has room for.
    pub(crate) fd_size: u64,
    /// Supplementary groups.
    pub(crate) groups: &'a [u32],
    /// The numbers in the instance's pid namespace and in those below it, down to the task's own
    /// (CONFIG_PID_NS).
    pub(crate) namespaces: Option<&'a [InNamespace]>,
    /// Whether it is a kernel thread.
    pub(crate) kthread: bool,
}

/// The four ids of each kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids {
    /// The real one.
    pub(crate) real: u32,
    /// The effective one.
    pub(crate) effective: u32,
    /// The saved one.
    pub(crate) saved: u32,
    /// The one for the file system.
    pub(crate) filesystem: u32,
}

/// The numbers of a task in one pid namespace.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InNamespace {
    /// The process.
    pub(crate) tgid: u32,
    /// The task.
    pub(crate) pid: u32,
    /// The process group.
    pub(crate) pgrp: u32,
    /// The session.
    pub(crate) session: u32,
}

impl Identity<'_> {
    /// Writes the lines.
    pub(crate) fn show(&self, out: &mut Text<'_>) {
        out.bytes(b"Name:\t");
        out.escaped(self.name, b"\n\\");
        out.byte(b'\n');
        if let Some(umask) = self.umask {
            show_umask(out, umask);
        }
        out.bytes(b"State:\t");
        out.bytes(self.state.long());
        out.field(b"\nTgid:\t", self.tgid);
        out.field(b"\nNgid:\t", self.ngid);
        out.field(b"\nPid:\t", self.pid);
        out.field(b"\nPPid:\t", self.ppid);
        out.field(b"\nTracerPid:\t", self.tracer);
        self.uids.show(out, b"\nUid:\t");
        self.gids.show(out, b"\nGid:\t");
        out.field(b"\nFDSize:\t", self.fd_size);
        out.bytes(b"\nGroups:\t");
        // Each with a space behind, and that space also where there is none.
        for (at, group) in self.groups.iter().enumerate() {
            out.field(if at == 0 { b"" } else { b" " }, (*group).into());
        }
        out.byte(b' ');
        if let Some(namespaces) = self.namespaces {
            show_namespaces(out, b"\nNStgid:", namespaces, |task| task.tgid);
            show_namespaces(out, b"\nNSpid:", namespaces, |task| task.pid);
            show_namespaces(out, b"\nNSpgid:", namespaces, |task| task.pgrp);
            show_namespaces(out, b"\nNSsid:", namespaces, |task| task.session);
        }
        out.field(b"\nKthread:\t", self.kthread.into());
        out.byte(b'\n');
    }
}

impl Ids {
    fn show(&self, out: &mut Text<'_>, label: &[u8]) {
        out.field(label, self.real.into());
        out.field(b"\t", self.effective.into());
        out.field(b"\t", self.saved.into());
        out.field(b"\t", self.filesystem.into());
    }
}

/// "%#04o": the "#" wants a 0 in front even where the width would not give one.
fn show_umask(out: &mut Text<'_>, umask: u32) {
    out.bytes(b"Umask:\t0");
    out.oct_width(umask.into(), 3);
    out.byte(b'\n');
}

fn show_namespaces(
    out: &mut Text<'_>,
    label: &[u8],
    namespaces: &[InNamespace],
    number: impl Fn(&InNamespace) -> u32,
) {
    out.bytes(label);
    for task in namespaces {
        out.field(b"\t", number(task).into());
    }
}
