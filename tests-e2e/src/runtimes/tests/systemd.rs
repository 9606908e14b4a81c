// SPDX-License-Identifier: GPL-2.0

//! systemd, as the first process of its own namespaces: the units of docs/runtimes/sandboxes.md.

use std::fs;

use anyhow::Result;

use super::{tests, Test};
use crate::command::run;
use crate::pages;
use crate::questions::{self, Answers};

pub(super) fn tests() -> Vec<Test> {
    tests!["systemd": unit]
}

/// What the service does in the test: it asks, and then ends the systemd that started it.
const DROP_IN: &str = "[Unit]
DefaultDependencies=no
[Service]
ExecStart=
ExecStart=/bin/sh /run/ask
StandardOutput=file:/run/said
ExecStopPost=/bin/kill -RTMIN+13 1
";
/// What is started, and nothing else.
const TARGET: &str = "[Unit]
Wants=example.service
DefaultDependencies=no
";

fn unit() -> Result<()> {
    pages::write_files(include_str!("../../../../docs/runtimes/sandboxes.md"))?;
    let units = "/etc/systemd/system";
    fs::create_dir_all(format!("{units}/example.service.d"))?;
    fs::write(format!("{units}/example.service.d/test.conf"), DROP_IN)?;
    fs::write(format!("{units}/test.target"), TARGET)?;
    fs::write("/run/ask", questions::script())?;
    // In a container, it starts without the machine's consoles and devices.
    let systemd = "exec env container=test /lib/systemd/systemd --system --unit=test.target \
                   --log-target=null --show-status=no";
    run("unshare", &["-mpfC", "--mount-proc", "sh", "-c", systemd])?;
    Answers::parse(&fs::read_to_string("/run/said")?)?.are_of_proc2_on_top()
}
