// SPDX-License-Identifier: GPL-2.0

//! What a container is asked about its `/proc`: a script for its shell, and what its answers must
//! be, with procfs there and with an instance of proc2.

use std::collections::BTreeMap;

use anyhow::{ensure, Context as _, Result};

/// Names, and commands of a shell in the image.
const QUESTIONS: &[(&str, &str)] = &[
    ("mounts", "awk '$5 ~ \"^/proc(/|$)\"' /proc/self/mountinfo"),
    ("kcore", "ls -d /proc/kcore"),
    ("sysrq", "ls -d /proc/sysrq-trigger"),
    ("domainname", "echo x > /proc/sys/kernel/domainname"),
    ("pid", "echo $$; readlink /proc/self"),
    ("ps", "/usr/bin/ps -eo pid,comm"),
    ("free", "/usr/bin/free -m"),
    ("uptime", "/usr/bin/uptime"),
    ("nproc", "/usr/bin/nproc"),
    ("top", "/usr/bin/top -b -n1 -w 100"),
    ("busybox", "busybox ps && busybox free && busybox uptime"),
];

/// What comes before each answer, and after it with its status.
const BEGIN: &str = "=== begin ";
const END: &str = "=== end ";

/// The script that asks.
pub(crate) fn script() -> String {
    let mut script = "export TERM=dumb LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin; ".to_owned();
    for (name, command) in QUESTIONS {
        script += &format!("echo '{BEGIN}{name}'; ({command}) 2>&1; echo \"{END}$?\"; ");
    }
    script
}

/// What a container answered.
#[derive(Debug)]
pub(crate) struct Answers(BTreeMap<String, (i32, String)>);

impl Answers {
    /// Finds the answers in what the script has printed.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut all = BTreeMap::new();
        let mut lines = text.lines().map(|line| line.trim_end_matches('\r'));
        while let Some(line) = lines.next() {
            let Some(name) = line.strip_prefix(BEGIN) else {
                continue;
            };
            let mut answer = String::new();
            let status = loop {
                let line = lines.next();
                let line = line.with_context(|| format!("{name} has no end in:\n{text}"))?;
                match line.strip_prefix(END) {
                    Some(status) => break status.parse()?,
                    None => answer = answer + line + "\n",
                }
            };
            all.insert(name.to_owned(), (status, answer));
        }
        let answers = Self(all);
        ensure!(
            answers.0.len() == QUESTIONS.len(),
            "answers are missing in:\n{text}"
        );
        Ok(answers)
    }

    /// How the command ended, and what it said.
    pub(crate) fn of(&self, name: &str) -> Result<(i32, &str)> {
        let answer = self.0.get(name);
        let (status, text) = answer.with_context(|| format!("nobody was asked about {name}"))?;
        Ok((*status, text.trim_end()))
    }

    /// The lines of mountinfo for `/proc` and all below it.
    pub(crate) fn mounts(&self) -> Result<Vec<&str>> {
        Ok(self.of("mounts")?.1.lines().collect())
    }

    fn said(&self, name: &str, failed: bool, part: &str) -> Result<()> {
        let (status, text) = self.of(name)?;
        let as_wanted = (status != 0) == failed && text.contains(part);
        ensure!(as_wanted, "{name}: status {status}, not {part:?}: {text}");
        Ok(())
    }

    /// Programs that read `/proc` work, whatever is mounted there.
    pub(crate) fn programs_work(&self) -> Result<()> {
        self.said("ps", false, "PID COMMAND")?;
        self.said("free", false, "Mem:")?;
        self.said("uptime", false, "load average")?;
        self.said("top", false, "PID USER")?;
        self.said("busybox", false, "load average")?;
        let (status, count) = self.of("nproc")?;
        let count: usize = count.parse().unwrap_or(0);
        ensure!(status == 0 && count > 0, "nproc: {status}, {count}");
        // One of them is the shell that asks, under the number that it has there.
        let (_, pids) = self.of("pid")?;
        let shell = pids.lines().next().unwrap_or_default();
        let (_, list) = self.of("ps")?;
        let mut first = list
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        ensure!(
            first.any(|pid| pid == shell),
            "ps does not list {shell}: {list}"
        );
        Ok(())
    }

    /// What runtimes do to procfs: mounts over parts of it.
    pub(crate) fn are_of_masked_procfs(&self) -> Result<()> {
        self.programs_work()?;
        let mounts = self.mounts()?;
        ensure!(
            mounts.len() > 5,
            "only {} mounts: {mounts:#?}",
            mounts.len()
        );
        ensure!(mounts[0].contains(" - proc "), "not procfs: {}", mounts[0]);
        self.said("kcore", false, "/proc/kcore")?;
        self.said("domainname", true, "Read-only file system")
    }

    /// One mount of proc2, and nothing over any part of it.
    pub(crate) fn are_of_proc2(&self) -> Result<()> {
        self.are_of_proc2_below(&[])
    }

    /// An instance of proc2 over whatever else is mounted there.
    pub(crate) fn are_of_proc2_on_top(&self) -> Result<()> {
        self.programs_work()?;
        let mounts = self.mounts()?;
        let top = mounts
            .iter()
            .rfind(|line| line.split(' ').nth(4) == Some("/proc"));
        let ours = |line: &&&str| line.contains(" - proc2 ") && line.contains("subset=container");
        ensure!(
            top.is_some_and(|line| ours(&line)),
            "not an instance on top: {mounts:#?}"
        );
        self.nothing_dangerous()
    }

    /// What the container list does not have is not there, and nothing is written.
    fn nothing_dangerous(&self) -> Result<()> {
        self.said("kcore", true, "No such file")?;
        self.said("sysrq", true, "No such file")?;
        self.said("domainname", true, "Read-only file system")
    }

    /// One mount of proc2, and over it what a runtime mounts at these places whatever it is told.
    pub(crate) fn are_of_proc2_below(&self, others: &[&str]) -> Result<()> {
        self.programs_work()?;
        let mounts = self.mounts()?;
        let places = mounts.iter().filter_map(|line| line.split(' ').nth(4));
        let expected = std::iter::once("/proc").chain(others.iter().copied());
        let good = places.eq(expected)
            && mounts[0].contains(" - proc2 ")
            && mounts[0].contains("subset=container");
        ensure!(good, "not one mount of an instance: {mounts:#?}");
        self.nothing_dangerous()
    }
}
