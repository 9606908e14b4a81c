// SPDX-License-Identifier: GPL-2.0

//! What of a long log a person sees first.

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

    #[test]
    fn a_short_log_is_shown_once() {
        assert_eq!(essence("error: here\nlast"), "error: here\nlast");
    }
}
