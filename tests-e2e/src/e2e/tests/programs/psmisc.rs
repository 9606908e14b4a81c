// SPDX-License-Identifier: GPL-2.0

//! The programs of psmisc that look: pstree and fuser; killall is in
//! [`super::signalled`].

use anyhow::Result;

use super::look::{compare, look};
use super::sandbox::Sandbox;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::psmisc": pstree, fuser]
}

fn pstree() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let threads = sandbox.pid("threads")?;
    let tree = |arguments: &str| look(format!("pstree {arguments}")).shows("e2e");
    let looks = [
        tree("-p 1").shows(threads.to_string()),
        tree("-a -l -c 1").shows("--sleep"),
        tree("-g -u -t 1").shows("{two}"),
        tree("-n -p -S 1").shows("mnt").denied("{e2e}("),
        tree("-N net -p").shows("[4"),
        tree(&format!("-s -p {threads}")).shows("{e2e}("),
    ];
    compare(&sandbox, &looks)
}

fn fuser() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let holder = sandbox.pid("holder")?.to_string();
    let directory = sandbox.directory.display().to_string();
    let uses = |arguments: &str| look(format!("fuser {arguments}"));
    let looks = [
        uses(&format!("-v {directory}/held")).shows(&holder),
        uses(&format!("-v {directory}")).shows("..c.. holder"),
        uses("-v -n tcp 4321").shows(&holder),
        uses("-m -u /tmp").shows(&holder),
        uses("-v /bin/nobody-uses-this").shows("does not exist"),
    ];
    compare(&sandbox, &looks)
}
