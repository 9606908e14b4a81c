// SPDX-License-Identifier: GPL-2.0

//! Metrics of all processes for Prometheus, from one read: `metrics [INSTANCE]` prints them, one group for each name, for
//! node_exporter's textfile collector (`metrics >processes.prom.new && mv processes.prom.new processes.prom`).

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufWriter, Write};

use proc2_tasks::{Query, Text};

/// The columns that are asked for.
#[derive(serde::Deserialize)]
struct Row {
    utime: u64,
    stime: u64,
    threads: u64,
    vm_rss: u64,
    vm_size: u64,
    min_flt: u64,
    maj_flt: u64,
    voluntary_switches: u64,
    involuntary_switches: u64,
    comm: Text,
}

/// What the processes of one name have together.
#[derive(Default)]
struct Group {
    processes: u64,
    threads: u64,
    user: f64,
    system: f64,
    resident: u64,
    virtual_memory: u64,
    minor_faults: u64,
    major_faults: u64,
    voluntary: u64,
    involuntary: u64,
}

/// A name, and what a group has of it. What a process has used goes with it when it ends: none of
/// them is a counter.
type Metric = (&'static str, fn(&Group) -> f64);

/// Clock ticks in a second, in every kernel.
const TICKS: f64 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let instance = std::env::args_os().nth(1).unwrap_or_else(|| "/proc".into());
    // By the label, in which two names can look alike.
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for row in Query::tasks().open::<Row>(&instance)? {
        let row = row?;
        let group = groups.entry(label(&row.comm.to_string())).or_default();
        group.processes += 1;
        group.threads += row.threads;
        group.user += row.utime as f64 / TICKS;
        group.system += row.stime as f64 / TICKS;
        group.resident += row.vm_rss << 10;
        group.virtual_memory += row.vm_size << 10;
        group.minor_faults += row.min_flt;
        group.major_faults += row.maj_flt;
        group.voluntary += row.voluntary_switches;
        group.involuntary += row.involuntary_switches;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let metrics: [Metric; 10] = [
        ("processes", |group| group.processes as f64),
        ("threads", |group| group.threads as f64),
        ("user_seconds", |group| group.user),
        ("system_seconds", |group| group.system),
        ("resident_bytes", |group| group.resident as f64),
        ("virtual_bytes", |group| group.virtual_memory as f64),
        ("minor_faults", |group| group.minor_faults as f64),
        ("major_faults", |group| group.major_faults as f64),
        ("voluntary_switches", |group| group.voluntary as f64),
        ("involuntary_switches", |group| group.involuntary as f64),
    ];
    for (name, figure) in metrics {
        writeln!(out, "# TYPE proc2_group_{name} gauge")?;
        for (label, group) in &groups {
            writeln!(
                out,
                "proc2_group_{name}{{comm=\"{label}\"}} {}",
                figure(group)
            )?;
        }
    }
    Ok(out.flush()?)
}

/// A label's value, as the text format escapes it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
