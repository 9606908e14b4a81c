// SPDX-License-Identifier: GPL-2.0

//! The annotations of a bundle that are for us.

use crate::options::{Options, Subset, Writable};
use std::collections::HashMap;

/// Options of the instance, separated by commas.
pub const OPTIONS: &str = "org.proc2.options";
/// `off`: the bundle is to stay as it is.
pub const MOUNT: &str = "org.proc2.mount";
const PREFIX: &str = "org.proc2.";

/// What the annotations ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// That the bundle stays as it is.
    Off,
    /// These options.
    These(Options),
}

/// Reads them; an error is a sentence that names the annotation.
pub fn read(annotations: &HashMap<String, String>) -> Result<Asked, String> {
    let ours = annotations.keys().filter(|key| key.starts_with(PREFIX));
    for key in ours {
        if key != OPTIONS && key != MOUNT {
            return Err(format!(
                "no annotation is called {key}; there are {MOUNT} and {OPTIONS}"
            ));
        }
    }
    match annotations.get(MOUNT).map(String::as_str) {
        None | Some("on") => {}
        Some("off") => return Ok(Asked::Off),
        Some(other) => return Err(format!("{MOUNT}: {other:?} is neither \"on\" nor \"off\"")),
    }
    let Some(text) = annotations.get(OPTIONS) else {
        return Ok(Asked::Nothing);
    };
    options(text)
        .map(Asked::These)
        .map_err(|why| format!("{OPTIONS}: {why}"))
}

fn options(text: &str) -> Result<Options, String> {
    let mut options = Options::default();
    for word in text.split(',').filter(|word| !word.is_empty()) {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        if value.is_empty() {
            return Err(format!("{word:?} is not of the form NAME=VALUE"));
        }
        match name {
            "subset" => options.subset = subset(value)?,
            "show" => options.show.extend(list(value)?),
            "hide" => options.hide.extend(list(value)?),
            "writable" => {
                let new = if value == "none" {
                    Vec::new()
                } else {
                    list(value)?
                };
                match &mut options.writable {
                    Writable::These(old) => old.extend(new),
                    unsaid => *unsaid = Writable::These(new),
                }
            }
            "hidepid" | "gid" | "gids" | "pid1" => options.others.push((name.into(), value.into())),
            _ => {
                return Err(format!(
                    "{name:?} is none of the options that can be chosen here"
                ))
            }
        }
    }
    Ok(options)
}

fn subset(value: &str) -> Result<Subset, String> {
    match value {
        "container" => Ok(Subset::Container),
        "pid" => Ok(Subset::Pid),
        other => Err(format!(
            "subset={other} is neither \"container\" nor \"pid\""
        )),
    }
}

/// The paths of a list, without their escapes. What else is wrong with them is for proc2 to say.
fn list(value: &str) -> Result<Vec<String>, String> {
    value.split(':').map(unescape).collect()
}

fn unescape(item: &str) -> Result<String, String> {
    let bad = || format!("{item:?} is no name of a list");
    let mut bytes = Vec::new();
    let mut rest = item.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || {
            char::from(rest.next().unwrap_or(b'.'))
                .to_digit(16)
                .ok_or_else(bad)
        };
        bytes.push(match byte {
            b'%' => u8::try_from((digit()? << 4) | digit()?).map_err(|_| bad())?,
            byte => byte,
        });
    }
    let path = String::from_utf8(bytes).map_err(|_| bad())?;
    let good = path.split('/').all(|part| !["", ".", ".."].contains(&part)) && !path.contains('\0');
    good.then_some(path).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(key: &str, value: &str) -> Result<Asked, String> {
        read(&[(key.to_owned(), value.to_owned())].into())
    }

    #[test]
    fn options_come_through() {
        let text = "subset=container,show=swaps:a%3ab,hide=pid/environ,writable=none,hidepid=2";
        let Ok(Asked::These(options)) = read_one(OPTIONS, text) else {
            panic!("{text} is refused");
        };
        let written = "hidepid=2,subset=container,show=a%3ab:swaps,hide=pid/environ,writable=none";
        assert_eq!(options.words().join(","), written);
        assert_eq!(read_one(MOUNT, "off"), Ok(Asked::Off));
        assert_eq!(read_one("com.example", "off"), Ok(Asked::Nothing));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (key, value, named) in [
            (MOUNT, "no", "\"no\""),
            ("org.proc2.option", "subset=pid", "org.proc2.option"),
            (OPTIONS, "subset=all", "subset=all"),
            (OPTIONS, "nosuid", "nosuid"),
            (OPTIONS, "pidns=/x", "pidns"),
            (OPTIONS, "hide=a::b", "\"\""),
            (OPTIONS, "hide=%4", "%4"),
            (OPTIONS, "hide=../x", "../x"),
            (OPTIONS, "hide=%00", "%00"),
        ] {
            let error = read_one(key, value).unwrap_err();
            assert!(error.contains(named), "{value}: {error}");
        }
    }
}
