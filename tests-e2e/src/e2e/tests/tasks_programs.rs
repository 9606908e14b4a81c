// SPDX-License-Identifier: GPL-2.0

//! Programs that read `.proc2/tasks`: a shell, and the ps of the crate.

use std::fs;

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::child::Sleeper;
use proc2_e2e::mount::Instance;
use proc2_e2e::{fstype, snapshot, target_names};

use super::Test;

pub(super) fn tests() -> Vec<Test> {
    super::tests!["tasks_programs": a_shell_reads_it, ps_reads_it]
}

/// Words are columns, whatever tasks call themselves.
fn a_shell_reads_it() -> Result<()> {
    let hostile: Vec<Sleeper> = target_names::COMMS
        .iter()
        .map(|(_, comm)| target_names::named(comm))
        .collect::<Result<_>>()?;
    let instance = Instance::new(&fstype(), "")?;
    let script = "while read -r line; do set -f -- $line; case $1 in [0-9]*) printf '%s %s %s\\n' $# $1 ${51};; esac; done";
    let output = std::process::Command::new("sh")
        .args(["-c", script])
        .stdin(fs::File::open(instance.join(snapshot::PATH))?)
        .output()
        .context("cannot run sh")?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(text.lines().count() > 30, "the shell says\n{text}");
    ensure!(
        text.lines().all(|line| line.starts_with("53 ")),
        "a row has other than 53 words:\n{text}"
    );
    let shown = [
        r"a\012b\134c\011d\015",
        r"x)\040R\0401\040(y",
        r"\377\376\001\177\200\303",
        "-",
        "abcdefghijklmno",
        r#"\040"'#%\040"#,
    ];
    for (process, comm) in hostile.iter().zip(shown) {
        let line = format!("53 {} {comm}", process.id());
        ensure!(
            text.lines().any(|other| other == line),
            "no line {line:?} in\n{text}"
        );
    }
    Ok(())
}

/// The example of the crate.
fn ps_reads_it() -> Result<()> {
    let program =
        std::env::var("PROC2_PS").context("PROC2_PS must name the built ps (make e2e sets it)")?;
    let process = target_names::named(c"a\nb\x1b[2J")?;
    let instance = Instance::new(&fstype(), "")?;
    let output = std::process::Command::new(&program)
        .arg(instance.join("."))
        .output()
        .with_context(|| format!("cannot run {program}"))?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(
        output.status.success(),
        "{}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let line = |pid: i32| {
        let mut lines = text.lines();
        lines.find(|line| line.split_whitespace().next() == Some(&pid.to_string()))
    };
    let kernel = line(2).with_context(|| format!("no kthreadd in\n{text}"))?;
    ensure!(kernel.ends_with(" [kthreadd]"), "{kernel}");
    let own = line(process.id()).with_context(|| format!("no {} in\n{text}", process.id()))?;
    ensure!(own.contains(" S ") && own.contains("e2e"), "{own}");
    ensure!(
        !text.contains('\x1b'),
        "an escape character got through:\n{text}"
    );
    Ok(())
}
