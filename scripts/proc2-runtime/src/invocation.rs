// SPDX-License-Identifier: GPL-2.0

//! What an engine's command line asks of a runtime: which command, for which bundle.

use anyhow::{bail, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Our own option, which the real runtime does not see.
const OURS: &str = "proc2-runtime";

/// Options in front of the command that take a value, of runc and of crun. Both take one dash for
/// two.
const GLOBAL: &[&str] = &[
    OURS,
    "cgroup-manager",
    "criu",
    "log",
    "log-format",
    "log-level",
    "r",
    "root",
    "rootless",
];

/// Options of `create` and `run` that take a value.
const LOCAL: &[&str] = &[
    "b",
    "bundle",
    "config",
    "console-socket",
    "f",
    "pid-file",
    "preserve-fds",
    "pids-limit",
];

/// The commands that make a container of a bundle.
const MAKES: [&str; 2] = ["create", "run"];

/// A command line, taken apart as far as it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The real runtime, as it was named.
    pub runtime: Option<PathBuf>,
    /// The arguments for it.
    pub arguments: Vec<OsString>,
    /// The bundle that a container is to be made of, if one is.
    pub makes: Option<Asked>,
    /// Where errors go as well.
    pub log: Option<PathBuf>,
    /// Whether they go there as JSON.
    pub json: bool,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its folder.
    pub bundle: PathBuf,
    /// Its `config.json`.
    pub config: PathBuf,
}

/// An option: its name without dashes, its value, and how many words it takes.
struct Opt<'w> {
    name: &'w [u8],
    value: Option<&'w OsStr>,
    words: usize,
}

impl<'w> Opt<'w> {
    /// The option that `words` begin with, if they do.
    fn of(words: &'w [OsString], with_value: &[&str]) -> Option<Self> {
        let word = words.first()?.as_bytes();
        let name = word
            .strip_prefix(b"--")
            .or_else(|| word.strip_prefix(b"-"))?;
        if let Some(at) = name.iter().position(|byte| *byte == b'=') {
            let value = Some(OsStr::from_bytes(&name[at + 1..]));
            return Some(Self {
                name: &name[..at],
                value,
                words: 1,
            });
        }
        if with_value.iter().any(|known| known.as_bytes() == name) {
            let value = words.get(1).map(OsString::as_os_str);
            return Some(Self {
                name,
                value,
                words: 2,
            });
        }
        Some(Self {
            name,
            value: None,
            words: 1,
        })
    }
}

/// Takes a command line apart. `program` is the name that we were called by: `proc2-runc` says that
/// the real runtime is runc.
pub fn parse(program: &OsStr, words: &[OsString]) -> Result<Invocation> {
    let mut to = Invocation {
        runtime: named(program),
        ..Invocation::default()
    };
    let mut at = 0;
    while let Some(option) = Opt::of(&words[at..], GLOBAL) {
        let end = (at + option.words).min(words.len());
        match (option.name, option.value) {
            (name, value) if name == OURS.as_bytes() => match value {
                Some(path) => to.runtime = Some(path.into()),
                None => bail!("--{OURS} needs the path of a runtime"),
            },
            (name, value) => {
                match (name, value) {
                    (b"log", Some(path)) => to.log = Some(path.into()),
                    (b"log-format", Some(format)) => to.json = format == "json",
                    _ => {}
                }
                to.arguments.extend_from_slice(&words[at..end]);
            }
        }
        at = end;
    }
    let rest = &words[at..];
    to.arguments.extend_from_slice(rest);
    if rest
        .first()
        .is_some_and(|command| MAKES.iter().any(|makes| command == makes))
    {
        to.makes = Some(asked(&rest[1..])?);
    }
    Ok(to)
}

/// The bundle that the options of `create` or `run` name.
fn asked(words: &[OsString]) -> Result<Asked> {
    let (mut bundle, mut config) = (PathBuf::from("."), None);
    let mut at = 0;
    while at < words.len() {
        let Some(option) = Opt::of(&words[at..], LOCAL) else {
            at += 1; // The container's name.
            continue;
        };
        match (option.name, option.value) {
            (b"bundle" | b"b", Some(path)) => bundle = path.into(),
            (b"config" | b"f", Some(path)) => config = Some(PathBuf::from(path)),
            (b"bundle" | b"b" | b"config" | b"f", None) => bail!("an option has no value"),
            // The value behind the letter, as crun takes it.
            ([b'b', path @ ..], None) if path.contains(&b'/') => {
                bundle = OsStr::from_bytes(path).into();
            }
            // Parts of the long name, and more than one letter: some would take it for the bundle.
            (name, None) if name != b"b" && (name.starts_with(b"b") || name.ends_with(b"b")) => {
                bail!("the option {} is not understood", name.escape_ascii())
            }
            _ => {}
        }
        at += option.words;
    }
    // A file that is named is not looked for in the bundle's folder.
    let config = config.unwrap_or_else(|| bundle.join("config.json"));
    Ok(Asked { bundle, config })
}

/// The runtime that a name such as `proc2-runc` stands for.
fn named(program: &OsStr) -> Option<PathBuf> {
    let name = Path::new(program)
        .file_name()?
        .to_str()?
        .strip_prefix("proc2-")?;
    (name != "runtime").then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(program: &str, line: &str) -> Invocation {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        parse(program.as_ref(), &words).unwrap()
    }

    #[test]
    fn engines_lines_are_understood() {
        // As containerd's shim, podman's conmon and CRI-O's write them.
        for (line, config) in [
            (
                "--root /run/runc/moby --log /b/log.json --log-format json create --bundle /b \
                 --pid-file /b/init.pid 0af3",
                Some("/b/config.json"),
            ),
            (
                "--systemd-cgroup --root=create create --bundle=/b x",
                Some("/b/config.json"),
            ),
            ("--root create create -b /b x", Some("/b/config.json")),
            ("-root create run -bundle /b x", Some("/b/config.json")),
            ("run x", Some("./config.json")),
            ("run -b/b x", Some("/b/config.json")),
            ("run -f other.json -b /b x", Some("other.json")),
            ("--log run state x", None),
            ("exec --process /p.json create", None),
            ("start create", None),
            ("", None),
            ("--version", None),
        ] {
            let makes = of("proc2-runtime", line).makes;
            assert_eq!(
                makes.map(|asked| asked.config),
                config.map(PathBuf::from),
                "{line}"
            );
        }
    }

    #[test]
    fn only_our_option_is_taken_away() {
        let line = "--proc2-runtime=/usr/sbin/runc --log /l --log-format json create --bundle /b x";
        let seen = of("proc2-runtime", line);
        assert_eq!(seen.runtime, Some("/usr/sbin/runc".into()));
        let rest: Vec<OsString> = line.split(' ').skip(1).map(OsString::from).collect();
        assert_eq!(seen.arguments, rest);
        assert_eq!((seen.log, seen.json), (Some("/l".into()), true));
        assert_eq!(
            of("/usr/bin/proc2-crun", "--version").runtime,
            Some("crun".into())
        );
        assert_eq!(
            of("/usr/bin/proc2-runtime", "--proc2-runtime crun -v").runtime,
            Some("crun".into())
        );
    }
}
