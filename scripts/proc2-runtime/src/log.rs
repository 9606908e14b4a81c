// SPDX-License-Identifier: GPL-2.0

//! Errors, where engines look for them: on standard error and in the file that `--log` names.

use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Says an error; `log` is the file for it, and `json` how runtimes write there.
pub fn error(text: &str, log: Option<&Path>, as_json: bool) {
    let text = format!("proc2-runtime: {text}");
    eprintln!("{text}");
    let Some(path) = log.and_then(file) else {
        return;
    };
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    let line = if as_json {
        json!({ "level": "error", "msg": text, "time": rfc3339(seconds) }).to_string()
    } else {
        format!("time=\"{}\" level=error msg={text:?}", rfc3339(seconds))
    };
    // Who cannot write it has said it already.
    let file = OpenOptions::new().append(true).create(true).open(path);
    let _ = file.and_then(|mut file| writeln!(file, "{line}"));
}

/// The file that `--log` names: crun takes other kinds of logs, which it opens itself.
fn file(log: &Path) -> Option<&Path> {
    let text = log.to_str()?;
    match text.split_once(':') {
        Some(("journald" | "syslog", _)) => None,
        Some(("file", path)) => Some(Path::new(path)),
        _ => Some(log),
    }
}

/// Seconds since 1970 as a date and a time. The algorithm is Howard Hinnant's "days to civil".
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_795_962_600), "2026-11-29T14:30:00Z");
    }

    #[test]
    fn a_line_is_added_to_the_log() {
        let log = tempfile::NamedTempFile::new().unwrap();
        error("/proc/1/maps: no", Some(log.path()), true);
        error("once more", Some(log.path()), false);
        let text = std::fs::read_to_string(log.path()).unwrap();
        let (first, second) = text.split_once('\n').unwrap();
        let first: serde_json::Value = serde_json::from_str(first).unwrap();
        assert_eq!(first["msg"], "proc2-runtime: /proc/1/maps: no");
        assert!(second.contains("level=error msg=\"proc2-runtime: once more\""));
    }
}
