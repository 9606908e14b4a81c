// SPDX-License-Identifier: GPL-2.0

//! lsof and lsfd: who has which file open.

use anyhow::Result;

use super::look::{compare, look};
use super::sandbox::{Sandbox, PROGRAM};
use super::verdict::Moves;
use crate::tests::Test;

pub(super) fn tests() -> Vec<Test> {
    crate::tests::tests!["programs::lsof": lsof, lsfd]
}

fn lsof() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let directory = sandbox.directory.display().to_string();
    let open_files = sandbox.pid("open files")?;
    let threads = sandbox.pid("threads")?;
    let list = |arguments: &str| {
        look(format!("lsof -n -P -w {arguments}")).moves(Moves::wanders(
            &format!("lsof {PROGRAM}"),
            "the program's own descriptors are new",
        ))
    };
    let looks = [
        // Without lsof itself and the child that it starts: inode numbers of proc2 are wider, and
        // so is their column.
        list(&format!("-p ^{PROGRAM},^{}", PROGRAM + 1)).shows("holder"),
        list(&format!("-p {open_files}"))
            .shows("wW")
            .shows("eventfd"),
        list(&format!("-K -a -p {threads}")).shows("two"),
        list(&format!("-F pcuftDsin -p {open_files}")).shows("tREG"),
        list("-u 1000 -a -d cwd").shows("holder"),
        list("-i TCP:4321").shows("LISTEN"),
        list("-U -a -c holder").shows("socket"),
        list("+L1").shows("(deleted)").denied("(deleted)"),
        list(&format!("{directory}/held")).shows("holder"),
        list(&format!("+D {directory}")).shows("holder"),
        list("+f g -R -g -c holder").shows("held"),
        list("+f -- /tmp").shows("holder"),
    ];
    compare(&sandbox, &looks)
}

fn lsfd() -> Result<()> {
    let sandbox = Sandbox::new()?;
    let open_files = sandbox.pid("open files")?;
    let list = |arguments: &str| look(format!("lsfd {arguments}"));
    let looks = [
        list(&format!("-p {open_files}")).shows("eventfd"),
        list("-Q COMMAND=='holder'").shows("held"),
        list("-l -Q COMMAND=='two' -o COMMAND,PID,TID,ASSOC,TYPE,NAME").shows("two"),
        list(&format!(
            "-p {open_files} -r -o ASSOC,FD,FLAGS,INODE,MNTID,MODE,NLINK,PARTITION,POS,SIZE,TYPE,USER,NAME"
        ))
        .shows("eventfd"),
    ];
    compare(&sandbox, &looks)
}
