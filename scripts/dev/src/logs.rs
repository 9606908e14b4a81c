// SPDX-License-Identifier: GPL-2.0

//! What of a long log a person sees first.

use crate::paths;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The end of a failed log; if the cause stands above it, as it does when make runs several jobs,
/// the cause first.
pub(crate) fn essence(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let tail = lines.len().saturating_sub(20);
    let is_cause = |line: &&str| {
        ["error:", "error[", "ERROR:", "E: "]
            .iter()
            .any(|e| line.contains(e))
    };
    let cause = match lines
        .iter()
        .position(is_cause)
        .filter(|cause| *cause < tail)
    {
        Some(cause) => {
            let end = (cause + 12).min(tail);
            format!("{}\n[...]\n", lines[cause..end].join("\n"))
        }
        None => String::new(),
    };
    cause + &lines[tail..].join("\n")
}

/// What the user can do about a failure that printed this, if `scripts/explain` knows: no network,
/// no room.
pub(crate) fn explain(text: &str) -> Option<String> {
    explain_by(&paths::checkout().ok()?.join("scripts/explain"), text)
}

fn explain_by(explain: &Path, text: &str) -> Option<String> {
    let piped = Stdio::piped;
    let mut child = Command::new(explain)
        .stdin(piped())
        .stdout(piped())
        .spawn()
        .ok()?;
    // It reads all before it says anything.
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    let sentence = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| sentence.trim().to_owned())
}

/// The last lines of a log.
pub(crate) fn tail(log: &str, count: usize) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn the_cause_is_shown_although_much_follows() {
        let log = format!("start\nerror: here\n{}last", "more\n".repeat(50));
        let text = essence(&log);
        assert!(text.starts_with("error: here\n") && text.ends_with("\nlast"));
        assert_eq!(text.lines().count(), 12 + 1 + 20);
    }

    /// What apt and cargo print; the script that knows it is found in the checkout.
    #[test]
    fn causes_that_the_user_can_mend_are_explained() {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../explain");
        let explained = |text: &str| super::explain_by(script.as_ref(), text).unwrap_or_default();
        let network = [
            "E: Failed to fetch http://a/b.deb  Temporary failure resolving 'a'",
            "  [6] Couldn't resolve host name (Could not resolve host: index.crates.io)",
        ];
        let certificate = [
            "  Certificate verification failed: The certificate is NOT trusted.",
            "  [60] SSL peer certificate or SSH remote key was not OK (self-signed certificate)",
        ];
        for text in network {
            assert!(
                explained(text).contains("the network or the proxy"),
                "{text}"
            );
        }
        for text in certificate {
            assert!(explained(text).contains("update-ca-certificates"), "{text}");
        }
        let room = "tar: a/b: Cannot write: No space left on device";
        assert!(explained(room).contains("no room"));
        assert_eq!(explained("error[E0308]: mismatched types"), "");
    }

    #[test]
    fn a_short_log_is_shown_once() {
        assert_eq!(essence("error: here\nlast"), "error: here\nlast");
    }
}
